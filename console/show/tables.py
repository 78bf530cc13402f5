"""Plain tables for the command line, and CSV that a spreadsheet does not run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from console.clock import Clock
from console.model import Customer, FeedEvent
from console.show.clean import clean, clean_lines
from console.show.sentences import says
from console.show.times import ago, date, when

_NEGATIVE = re.compile(r"-\d+(\.\d+)?")
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")
LONGEST = 60
"""Characters of one cell; more is cut with an ellipsis."""


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Sequence[str] = (),
    last: int = LONGEST,
) -> str:
    """Rows under a head, in columns as wide as they need; cells are cleaned.

    right: the columns whose cells stand to the right, such as numbers. None is left empty.
    last: how many characters of a cell the last column shows, which pushes none aside.
    """
    from tabulate import tabulate

    longest = [*[LONGEST] * (len(head) - 1), last]
    cells = [
        ["" if cell is None else clean(str(cell), n) for cell, n in zip(row, longest, strict=True)]
        for row in rows
    ]
    return tabulate(
        cells,
        headers=list(head),
        tablefmt="simple",
        disable_numparse=True,
        colalign=["right" if name in right else "left" for name in head] if cells else None,
    )


def label(one: Customer) -> str | None:
    """What to call a customer in a list: their name, else the best that is known of them."""
    first = one.identities[0].value if one.identities else None
    return one.name or one.email or one.phone or first


def customers(found: Iterable[Customer], clock: Clock) -> str:
    """Customers as a plain table."""
    return table(
        ("#", "name", "email", "company", "city", "", "plan", "signed up", "last seen"),
        [
            (one.id, label(one), one.email, one.account, one.city, one.country, one.plan,
             date(one.signed_up_at, clock), ago(one.last_seen_at, clock))
            for one in found
        ],
        right=("#",),
    )  # fmt: skip


def event_cells(one: FeedEvent, clock: Clock) -> tuple[str, ...]:
    """When, who, what, source and level of an event."""
    who = label(one.customer) or f"customer {one.customer.id}"
    return (when(one.at, clock), who, says(one), one.source, one.level)


def events(found: Iterable[FeedEvent], clock: Clock) -> str:
    """Events as a plain table."""
    head = ("when", "who", "what", "source", "level")
    return table(head, [event_cells(one, clock) for one in found])


def tail(path: str) -> str:
    """A path as short as a cell: its end is kept, because that tells files apart."""
    return path if len(path) <= LONGEST else f"…{path[1 - LONGEST :]}"


def csv_text(rows: Sequence[dict[str, Any]]) -> str:
    """Rows of one shape as CSV: every cell quoted, formulas made harmless.

    A cell that a spreadsheet would run gets an apostrophe in front (OWASP ASVS 1.2.10), and
    so does a phone number, which would lose its plus; what acts on a terminal is replaced as
    in `table`. JSON is the lossless form.
    """
    if not rows:
        return ""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(rows[0])
    writer.writerows([[_harmless(cell) for cell in row.values()] for row in rows])
    return out.getvalue()


def _harmless(cell: object) -> str:
    if cell is None:
        return ""
    text = str(cell)
    # Some spreadsheets skip blanks before they look for a formula.
    risky = text.startswith(_RISKY) or text.lstrip().startswith(_RISKY)
    safe = "\n".join(clean_lines(text))
    return f"'{safe}" if risky and not _NEGATIVE.fullmatch(text) else safe
