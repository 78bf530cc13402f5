"""``console backup``: a copy of the notebook, which cannot be built again."""

from __future__ import annotations

from pathlib import Path

import click

from console.commands.common import Given, refusals, refuse_readonly
from console.commands.said import tell


@click.command()
@click.argument("folder", required=False, metavar="[FOLDER]")
@click.pass_obj
def backup(given: Given, folder: str | None) -> None:
    """Copy the notebook into FOLDER, or into backups/ beside it.

    Two files of one content: .db, which takes the notebook's place when that is lost, and
    .jsonl, which any program reads. In backups/ the newest 14 stay; the console makes one
    there each day.
    """
    from console.notebook import backup as copies

    config = given.config
    refuse_readonly(given, "nothing may be written")
    place = Path(folder) if folder else config.backups
    with refusals():
        made = copies.make(config.notebook, place, given.clock)
    if not folder:
        copies.prune(place)
    tell(f"{made.path}\n{made.lines}")
