"""``console audit``: who changed what here, and when; and whether the record of it is whole."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from console.commands.common import NO, Given, Misused, Refused, answer, since_of, typed
from console.commands.said import tell

if TYPE_CHECKING:
    from console.clock import Clock
    from console.notebook.audit import AuditLine, Broken


@click.command()
@click.option("--who", metavar="NAME", help="Only what this person changed.")
@click.option("--since", metavar="TIME", help="Only since then: 2026-03-01, or 3h, 2d ago.")
@click.option("--limit", default=200, show_default=True, type=click.IntRange(1, 1_000_000))
@click.option("--check", is_flag=True, help="Follow the chain from its first line to its end.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def audit(
    given: Given, who: str | None, since: str | None, limit: int, check: bool, as_json: bool
) -> None:
    """List the changes of the notebook, newest first: who, when, what, of whom.

    Each line is sealed by all that came before it; with --check the exit status is 1 where
    one was altered or taken out. It shows accidents and hasty hands: whoever can write the
    file and knows how can seal it anew, so keep copies elsewhere.
    """
    from console.mirror.database import MirrorError
    from console.notebook import audit as book

    if check and (who or since):
        raise Misused("--check follows the whole chain; leave --who and --since out")
    clock = given.clock
    try:
        if check:
            _check(book.check(given.config.notebook), as_json)
            return
        found = book.read(
            given.config.notebook,
            who=None if who is None else typed(who),
            since=None if since is None else since_of(since, clock),
            limit=limit,
        )
    except MirrorError as error:
        raise Refused(str(error)) from None
    answer(
        as_json=as_json,
        as_csv=False,
        document=lambda: {"lines": [_document(one, clock) for one in found]},
        rows=list,
        text=lambda: _text(found, clock),
    )


def _check(broken: Broken | None, as_json: bool) -> None:
    if as_json:
        import json

        line = None if broken is None else {"line": broken.line, "why": broken.why}
        tell(json.dumps({"whole": broken is None, "broken": line}, indent=1))
        if broken:
            sys.exit(NO)
    elif broken is not None:
        raise Refused(
            f"line {broken.line} of the audit {broken.why}: from there on it cannot be trusted. "
            "Compare with a copy of the notebook (`console doctor` says where)"
        )
    else:
        tell("Every line of the audit is as it was written, and none is missing.")


def _document(one: AuditLine, clock: Clock) -> dict[str, Any]:
    from console.show.instants import iso

    return {
        "line": one.id,
        "at": iso(one.at, clock),
        "who": one.who,
        "action": one.action,
        "change": one.change,
        "subject": one.subject,
        "content": one.content,
    }


def _text(found: tuple[AuditLine, ...], clock: Clock) -> str:
    from console.show.tables import table
    from console.show.times import when

    if not found:
        return "Nothing was changed yet."
    return table(
        ("line", "when", "who", "what", "of", "digest"),
        [
            (one.id, when(one.at, clock), one.who, one.action,
             "" if one.subject is None else f"subject {one.subject}", one.content[:12])
            for one in found
        ],
        right=("line",),
    )  # fmt: skip
