"""``console views``: what was saved on the screen, for ``console --view NAME``."""

from __future__ import annotations

import click

from console.commands.common import (
    Given,
    answer,
    formats,
    is_the_list,
    refusals,
    refuse_readonly,
    signed,
    typed,
)
from console.commands.said import tell


@click.group(invoke_without_command=True)
@formats
@click.pass_context
def views(context: click.Context, as_json: bool, as_csv: bool) -> None:
    """List the saved views, or remove one.

    `:save-view NAME` on the screen saves what it shows; `console --view NAME` opens there.
    """
    if not is_the_list(context, as_json=as_json, as_csv=as_csv):
        return
    from console.notebook.views import read
    from console.show.documents import iso
    from console.show.tables import table
    from console.show.times import ago

    given: Given = context.obj
    clock = given.clock
    with refusals():
        found = read(given.config.notebook)
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
    from console.notebook import views as notebook

    refuse_readonly(given, "no view may be removed")
    with refusals():
        notebook.remove(given.config.notebook, typed(name), signed(given))
    tell(f"Removed the view {name}")
