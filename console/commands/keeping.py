"""``console backup``: a copy of the notebook, which cannot be built again."""

from __future__ import annotations

from pathlib import Path

import click

from console.commands.common import Given, Refused
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
    from console.mirror.database import MirrorError
    from console.notebook import backup as copies

    config = given.config
    if given.config.readonly:
        raise Refused("--readonly: nothing may be written")
    place = Path(folder) if folder else config.backups
    try:
        made = copies.make(config.notebook, place, given.clock)
    except MirrorError as error:
        raise Refused(str(error)) from None
    if not folder:
        copies.prune(place)
    tell(f"{made.path}\n{made.lines}")
