"""``console segments``: conditions saved by name, for ``segment:NAME``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from console.commands.common import (
    Given,
    Misused,
    Refused,
    answer,
    formats,
    is_the_list,
    refusals,
    refuse_readonly,
    saved_segments,
    signed,
    typed,
)
from console.commands.said import tell

if TYPE_CHECKING:
    from console.clock import Clock
    from console.notebook.segments import SavedSegment

_STAY = "no segment may be saved or removed"


@click.group(invoke_without_command=True)
@formats
@click.pass_context
def segments(context: click.Context, as_json: bool, as_csv: bool) -> None:
    """List the saved segments, or save and remove one.

    A saved segment stands anywhere a condition does, as segment:NAME.
    """
    if not is_the_list(context, as_json=as_json, as_csv=as_csv):
        return
    given: Given = context.obj
    from console.notebook.segments import read

    clock = given.clock
    with refusals():
        found = read(given.config.notebook)
    answer(
        as_json=as_json,
        as_csv=as_csv,
        document=lambda: {"segments": [_document(one, clock) for one in found]},
        rows=lambda: [_document(one, clock) for one in found],
        text=lambda: _list(found, clock),
    )


@segments.command()
@click.argument("name")
@click.argument("condition", nargs=-1, required=True)
@click.pass_obj
def save(given: Given, name: str, condition: tuple[str, ...]) -> None:
    """Save CONDITION as the segment NAME.

    CONDITION is what --segment takes, like 'country=SE plan!=free'.
    """
    from console.analytics.conditions import SegmentError
    from console.analytics.segments import mention, parse
    from console.notebook import segments as notebook

    refuse_readonly(given, _STAY)
    text = typed(" ".join(condition)).strip()
    try:
        parse(text, saved_segments(given))
    except SegmentError as error:
        raise Misused(str(error)) from None
    with refusals():
        kept = notebook.save(given.config.notebook, typed(name), text, signed(given))
    tell(f"Saved; {mention(kept)} stands for {text}")


@segments.command()
@click.argument("name")
@click.pass_obj
def remove(given: Given, name: str) -> None:
    """Remove the segment NAME."""
    from console.notebook import segments as notebook

    refuse_readonly(given, _STAY)
    with refusals():
        gone = notebook.remove(given.config.notebook, typed(name), signed(given))
    if not gone:
        raise Refused(f"there is no saved segment {name!r}; `console segments` lists them")
    tell(f"Removed the segment {name}")


def _document(one: SavedSegment, clock: Clock) -> dict[str, Any]:
    from console.show.documents import iso

    return {
        "name": one.name,
        "condition": one.text,
        "people": one.people,
        "made_at": iso(one.made_at, clock),
    }


def _list(found: tuple[SavedSegment, ...], clock: Clock) -> str:
    from console.show.tables import table
    from console.show.times import ago

    if not found:
        return "No segment is saved yet. `console segments save NAME CONDITION` saves one."
    return table(
        ("name", "condition", "saved"),
        [
            (one.name, one.text if one.people is None else f"a list of {one.people:,} people",
             ago(one.made_at, clock))
            for one in found
        ],
    )  # fmt: skip
