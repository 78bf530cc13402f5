"""``console`` and ``console demo``: the screen, on your mirror or on the sample data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.commands.common import Given, Misused, Refused, refusals
from console.commands.said import tell

if TYPE_CHECKING:
    from console.config import Config
    from console.notebook.views import View


@click.command()
@click.option("--only-make", is_flag=True, help="Make the demo's mirror and print where it is.")
@click.pass_obj
def demo(given: Given, only_make: bool) -> None:
    """Open the screen on the sample data, with nothing to configure."""
    config = demo_config(given)
    if only_make:
        tell(str(config.mirror))
        return
    sys.exit(open_screen(config, demo=True))


def open_screen(
    config: Config, demo: bool = False, view: str | None = None, wall: bool = False
) -> int:
    """Open the screen and return the exit status it leaves with.

    Where it was not wanted, or the terminal can only print, tables take its place.
    view: the name of a saved view to begin with. wall: begin with the wall.
    Raises Refused when there is no such view.
    """
    import os
    from contextlib import nullcontext

    from console.commands.plain import converse

    if config.plain:
        return converse(config)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Misused(
            "the screen needs a terminal; ask one question at a time, see `console --help`"
        )
    if os.environ.get("TERM", "") in ("dumb", ""):
        tell("console: this terminal (TERM) cannot show the screen; here are tables", err=True)
        return converse(config)
    from console.glance import Glance

    first = _saved_view(config, view) if view else _wall(config) if wall else None
    with nullcontext() if first else Glance(config) as glance:
        from console.app import run

        return run(config, demo=demo, glance=glance, view=first)


def _wall(config: Config) -> View:
    from console.notebook.views import View

    return View("wall", "wall", {}, config.person, config.clock().now)


def _saved_view(config: Config, name: str) -> View:
    from console.notebook.views import find

    with refusals():
        return find(config.notebook, name)


def demo_config(given: Given) -> Config:
    """The settings of the demo, its mirror made from the sample data where it is not yet.

    Raises Misused for a setting that cannot be used, Refused when the sample data is not there or
    nothing can be written.
    """
    from console.settings import data_folder
    from console.sync.importing import import_files

    folder = sample_folder()
    home = data_folder() / "demo"
    flags = {**given.flags, "config": str(folder / "demo.toml")}
    own_place = flags["mirror"] is not None
    flags["mirror"] = flags["mirror"] or str(home / "mirror.db")
    config = Given(flags).config
    stamp = Path(f"{config.mirror}.made-from")
    version = _version_of(folder)
    if not (config.mirror.exists() and stamp.exists() and stamp.read_text() == version):
        tell("Making the demo from the sample data (once) …", err=True)
        if not own_place:
            _remove(config.mirror)
        with refusals():
            import_files([str(folder)], config)
        stamp.write_text(version)
    return config


def _remove(mirror: Path) -> None:
    for file in (mirror, Path(f"{mirror}-wal"), Path(f"{mirror}-shm")):
        file.unlink(missing_ok=True)


def sample_folder() -> Path:
    """Where the sample data is: in the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "sample_data", package.parent / "sample_data"):
        if (folder / "demo.toml").exists():
            return folder
    raise Refused("the sample data is not installed with this copy of the console")


def _version_of(folder: Path) -> str:
    from console import __version__
    from console.mirror.schema import VERSION

    files = sorted(file for file in folder.rglob("*") if file.is_file())
    sizes = sum(file.stat().st_size for file in files)
    return f"{__version__} {VERSION} {len(files)} {sizes}"
