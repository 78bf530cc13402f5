"""The counters of a screen on the wall, large enough to be read from afar."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.renderables.digits import DIGITS, DIGITS3X3

from console.clock import Clock
from console.model import Tally
from console.show.lines import BLANK, cut, fit, line, number
from console.show.money import total
from console.show.times import time_of_day

_LABELS = {
    None: ("active customer", "active customers"),
    "signed_up": ("signed up", "signed up"),
    "activated": ("set up", "set up"),
    "order_paid": ("order paid", "orders paid"),
    "order_placed": ("order placed", "orders placed"),
    "subscription_started": ("subscribed", "subscribed"),
    "subscription_cancelled": ("cancelled", "cancelled"),
    "charge_failed": ("payment failed", "payments failed"),
    "ticket_opened": ("ticket opened", "tickets opened"),
    "rated": ("rating", "ratings"),
}
_BAD = frozenset({"subscription_cancelled", "charge_failed"})
_EACH = 5
"""Lines of one counter in large digits, with what it came to and the blank below."""


def counters(
    tallies: Sequence[Tally], to_handle: int, clock: Clock, width: int, height: int
) -> list[Content]:
    """Today's counters in a column of `width` cells; in large digits where they fit.

    to_handle: customers in the inbox.
    """
    large = 2 + _EACH * (len(tallies) + 1) <= height
    when = time_of_day(clock.now, clock)
    if not large:
        made = [line((cut(f" today until {when} · yesterday", width), "bold $quiet")), BLANK]
        made += [_row(number(to_handle), "to handle", "", width, "bold $accent"), BLANK]
        return made + [
            _row(number(one.n), _label(one), number(one.before), width, f"bold {_ink(one)}")
            for one in tallies
        ]
    made = [line((" today", "bold $quiet"), (f" {when}", "bold $primary")), BLANK]
    made += [*_counter(to_handle, ("to handle", ""), "$accent", width), BLANK]
    for one in tallies:
        aside = f"{number(one.before)} yesterday by now"
        made += _counter(one.n, (_label(one), aside), _ink(one), width)
        made.append(line((f" {cut(total(one.money), width - 2)}" if one.money else "", "$quiet")))
    return made


def _label(one: Tally) -> str:
    return _LABELS[one.verb][one.n != 1]


def _ink(one: Tally) -> str:
    return "$bad" if one.verb in _BAD and one.n else "$ink"


def _row(first: str, label: str, last: str, width: int, style: str) -> Content:
    room = max(4, width - 14)
    return line(
        (" " + fit(first, 5, "right") + " ", style), (fit(label, room), "$ink"),
        (fit(last, 6, "right"), "$faint"),
    )  # fmt: skip


def _counter(n: int, words: tuple[str, str], style: str, width: int) -> list[Content]:
    rows, said = _large(number(n)), (words[0], words[1], "")
    return [
        line((f" {row}  ", f"bold {style}"), (cut(part, max(4, width - len(row) - 4)), ink))
        for row, part, ink in zip(rows, said, ("bold $ink", "$quiet", ""), strict=True)
    ]


def _large(text: str) -> list[str]:
    """Three lines of digits three cells wide; other signs stand small at the foot."""
    rows = ["", "", ""]
    for sign in text:
        place = DIGITS.find(sign)
        glyph = DIGITS3X3[place * 3 : place * 3 + 3] if place >= 0 else [" ", " ", sign]
        wide = 3 if place >= 0 else 1
        for row, part in enumerate(glyph):
            rows[row] += part.ljust(wide)
    return rows
