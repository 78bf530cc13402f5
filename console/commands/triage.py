"""``console inbox``, ``note``, ``tag``, ``undo`` and ``redo``: who is to be seen to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from console.commands.common import (
    Given,
    Misused,
    answer,
    formats,
    is_the_list,
    reading,
    refusals,
    refuse_readonly,
    signed,
    typed,
)
from console.commands.people import one_customer
from console.commands.said import tell

if TYPE_CHECKING:
    from console.model import Person
    from console.notebook.changes import Changed

NOTEBOOK_STAYS = "the notebook may not be written"


@click.group(invoke_without_command=True)
@click.option("--days", type=click.IntRange(1, 3650), help="How far back; 7 unless told.")
@click.option("--waiting", is_flag=True, help="List what is put off instead.")
@click.option("--limit", default=200, show_default=True, type=click.IntRange(1, 1_000_000))
@formats
@click.pass_context
def inbox(
    context: click.Context,
    days: int | None,
    waiting: bool,
    limit: int,
    as_json: bool,
    as_csv: bool,
) -> None:
    """List customers with something urgent or notable that nobody has handled.

    Urgent first, then the newest; what others have claimed comes last.
    """
    if not is_the_list(context, as_json=as_json, as_csv=as_csv):
        return
    from console import triage
    from console.show import triage_documents as documents

    given: Given = context.obj
    clock, config = given.clock, given.config
    back = days or config.inbox_days
    with reading(given) as db, refusals():
        found = triage.inbox(
            db, config.notebook, clock, days=back, who=config.person, limit=limit, waiting=waiting
        )
    answer(
        as_json=as_json,
        as_csv=as_csv,
        document=lambda: documents.inbox(found, clock),
        rows=lambda: [documents.row(one, clock) for one in found.items],
        text=lambda: documents.inbox_text(found, clock, days=back, waiting=waiting),
    )


@inbox.command()
@click.argument("who", nargs=-1, required=True)
@click.pass_obj
def done(given: Given, who: tuple[str, ...]) -> None:
    """Customers WHO are handled: they come back when something new happens."""
    from console.notebook import triage

    book, by = given.config.notebook, signed(given)
    _change(given, who, lambda found: triage.done(book, [(one, by.at) for one in found], by))


@inbox.command()
@click.argument("who", nargs=-1, required=True)
@click.option("--until", "-u", required=True, metavar="WHEN",
              help="tomorrow, monday, 3 days, 2 hours, 2026-12-01.")  # fmt: skip
@click.pass_obj
def wait(given: Given, who: tuple[str, ...], until: str) -> None:
    """Put customers WHO off; they come back by themselves, or when something happens."""
    from console.later import later
    from console.notebook import triage

    book, by = given.config.notebook, signed(given)
    try:
        at = later(typed(until), given.clock)
    except ValueError as error:
        raise Misused(f"--until: {error}") from None
    _change(given, who, lambda found: triage.wait(book, [(one, by.at) for one in found], at, by))


@inbox.command()
@click.argument("who", nargs=-1, required=True)
@click.option("--release", is_flag=True, help="Give up a claim of yours.")
@click.pass_obj
def claim(given: Given, who: tuple[str, ...], release: bool) -> None:
    """Say that you are at customers WHO; it lapses after ten minutes."""
    from console.notebook import triage

    act, by = triage.release if release else triage.claim, signed(given)
    _change(given, who, lambda found: act(given.config.notebook, found, by))


@click.command()
@click.argument("who")
@click.argument("text", nargs=-1, required=True)
@click.pass_obj
def note(given: Given, who: str, text: tuple[str, ...]) -> None:
    """Write a note TEXT on the customer WHO."""
    from console.notebook import notes

    said, by = typed(" ".join(text)), signed(given)
    _change(given, [who], lambda found: notes.add(given.config.notebook, found, said, by))


@click.command()
@click.argument("who")
@click.argument("tag")
@click.option("--remove", is_flag=True, help="Take the tag away.")
@click.pass_obj
def tag(given: Given, who: str, tag: str, remove: bool) -> None:
    """Give the customer WHO a TAG."""
    from console.notebook import notes

    act, by = notes.untag if remove else notes.tag, signed(given)
    _change(given, [who], lambda found: act(given.config.notebook, found, typed(tag), by))


@click.command()
@click.pass_obj
def undo(given: Given) -> None:
    """Take back your newest change in the notebook."""
    _turn(given, undone=True)


@click.command()
@click.pass_obj
def redo(given: Given) -> None:
    """Make again what you undid last."""
    _turn(given, undone=False)


def _turn(given: Given, *, undone: bool) -> None:
    from console import merging
    from console.show.triage import turned

    refuse_readonly(given, NOTEBOOK_STAYS)
    with refusals():
        changed = merging.turn(given.config, signed(given), undone=undone)
    tell(turned(changed.action, changed.n, changed.at, given.clock, undone=undone))


def _change(given: Given, who: Sequence[str], act: Callable[[list[Person]], Changed]) -> None:
    from console.mirror.persons import persons
    from console.show.people import name
    from console.show.triage import DONE

    refuse_readonly(given, NOTEBOOK_STAYS)
    with reading(given) as db:
        found = [one_customer(db, one) for one in who]
        people = list(persons(db, [one.id for one in found]))
    with refusals():
        changed = act(people)
    whom = ", ".join(name(one) for one in found)
    tell(DONE[changed.action].format(whom=whom))
