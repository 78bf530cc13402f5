"""``console views``: what was saved on the screen, for ``console --view NAME``."""

from __future__ import annotations

import click

from console.commands.common import Given, Misused, Refused, answer, formats, signed, typed
from console.commands.said import tell


@click.group(invoke_without_command=True)
@formats
@click.pass_context
def views(context: click.Context, as_json: bool, as_csv: bool) -> None:
    """List the saved views, or remove one.

    `:save-view NAME` on the screen saves what it shows; `console --view NAME` opens there.
    """
    if context.invoked_subcommand is not None:
        if as_json or as_csv:
            raise Misused("--json and --csv are for the list")
        return
    from console.mirror.database import MirrorError
    from console.notebook.views import read
    from console.show.documents import iso
    from console.show.tables import table
    from console.show.times import ago

    given: Given = context.obj
    clock = given.clock
    try:
        found = read(given.config.notebook)
    except MirrorError as error:
        raise Refused(str(error)) from None
    told = [
        {"name": one.name, "pane": one.pane, "state": dict(one.state), "who": one.who,
         "saved_at": iso(one.at, clock)}
        for one in found
    ]  # fmt: skip
    rows = [(one.name, one.pane, one.who, ago(one.at, clock)) for one in found]
    answer(
        as_json=as_json,
        as_csv=as_csv,
        document=lambda: {"views": told},
        rows=lambda: told,
        text=lambda: (
            table(("name", "pane", "by", "saved"), rows) if rows else
            "No view is saved yet. `:save-view NAME` on the screen saves what it shows."
        ),
    )  # fmt: skip


@views.command()
@click.argument("name")
@click.pass_obj
def remove(given: Given, name: str) -> None:
    """Remove the saved view NAME."""
    from console.mirror.database import MirrorError
    from console.notebook import views as notebook
    from console.notebook.changes import Unchanged

    if given.config.readonly:
        raise Refused("--readonly: no view may be removed")
    try:
        notebook.remove(given.config.notebook, typed(name), signed(given))
    except (MirrorError, Unchanged) as error:
        raise Refused(str(error)) from None
    tell(f"Removed the view {name}")
