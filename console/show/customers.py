"""Customers as rows, and the check-in of those who have just begun."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.content import Content

from console.clock import Clock
from console.model import Customer, Newcomer
from console.show import people, states
from console.show.lines import BLANK, Part, count, cut, fit, line, number, width_of
from console.show.pulse import sparkline
from console.show.sentences import says
from console.show.times import ago, brief, date

SORT_WORDS = {
    "last_seen": "last seen", "signed_up": "newest", "first_seen": "first seen", "name": "name",
}  # fmt: skip


_LEAD = 5
"""The list's edge, a blank, the tile and a blank."""


class _Columns(NamedTuple):
    name: int
    account: int
    place: int
    plan: int
    weeks: int
    since: int
    seen: int


def _columns(width: int) -> _Columns:
    """How the cells of a row are shared out; tile, gaps and a blank at the end take the rest."""
    width -= 1
    if width < 58:
        return _Columns(max(10, width - 13), 0, 2, 0, 0, 0, 5)
    if width < 104:
        name = 22 + max(0, width - 72) // 4
        weeks = 8 if width >= 72 else 0
        return _Columns(name, width - name - 23 - (weeks and weeks + 1), 2, 8, weeks, 0, 5)
    spare = width - 104
    name, account = 26 + spare // 4, 18 + spare // 4
    return _Columns(name, account, 14 + spare // 5, 8, 12, 11, 0)


def header(width: int) -> Content:
    """The names of the columns, over a list of `width` cells."""
    c = _columns(width)
    place = fit("Place" if c.place > 4 else "", c.place)
    tail = fit("Seen", c.seen, "right") if c.seen else fit("Last seen", 14, "right")
    cells = [
        fit("Name", c.name), fit("Company", c.account), place, fit("Plan", c.plan),
        fit(f"{c.weeks} weeks" if c.weeks else "", c.weeks), fit("Since", c.since), tail,
    ]  # fmt: skip
    return line((" " * _LEAD + " ".join(cell for cell in cells if cell), "$faint"))


def row_line(
    customer: Customer,
    width: int,
    clock: Clock,
    text: str = "",
    *,
    marked: bool = False,
    weeks: Sequence[int] | None = None,
) -> Content:
    """One customer in `width` cells.

    text: what was searched for, to show why they match. weeks: days active in each, oldest
    first; None when that is not known yet.
    """
    c = _columns(width)
    place = people.place(customer) if c.place > 4 else people.country(customer)
    seen = customer.last_seen_at
    parts: list[Part] = [
        _mark(marked),
        people.tile(customer),
        (" " + fit(people.name(customer), c.name) + " ", "$ink"),
    ]
    if c.account:
        parts.append(_company(customer, c.account, text))
    rest = [fit(place, c.place)]
    if c.plan:
        rest.append(fit(customer.plan or "", c.plan))
    if c.weeks:
        rest.append(sparkline(weeks, c.weeks))
    if c.since:
        rest.append(fit(date(customer.signed_up_at, clock), c.since))
    rest.append(
        fit(brief(seen, clock), c.seen, "right") if c.seen else fit(ago(seen, clock), 14, "right")
    )
    parts.append((" ".join(rest), "$quiet"))
    return line(*parts)


def _company(customer: Customer, width: int, text: str) -> Part:
    wanted = text.casefold().strip()
    usual = " ".join(
        part for part in (customer.name, customer.account, customer.city, customer.country) if part
    )
    if wanted and wanted not in usual.casefold():
        for said in (customer.email, *customer.tags, customer.phone):
            if said and wanted in said.casefold():
                return (fit(said, width) + " ", "$accent")
    return (fit(customer.account or "", width) + " ", "$quiet")


def status(total: int | None, *, sort: str, title: str | None) -> Content:
    """How many there are and in what order. title: what they have in common."""
    parts: list[Part] = []
    if title:
        parts += [(f" {cut(title, 40)}", "bold $primary"), (" · ", "$faint")]
    else:
        parts.append((" ", ""))
    if total is None:
        parts.append(("…", "$faint"))
    else:
        parts.append((count(total, "customer"), "bold $ink" if not title else "$ink"))
        if total > 1:
            parts.append((f" by {SORT_WORDS[sort]}", "$quiet"))
    return line(*parts)


def _mark(marked: bool) -> Part:
    return ("✓", "bold $accent") if marked else (" ", "")


def marked(n: int, ranging: int = 0) -> Content:
    """How many are marked, after the number of all. ranging: rows of a range not marked yet."""
    parts: list[Part] = []
    if n:
        parts += [(" · ", "$faint"), (f"{number(n)} marked", "bold $accent")]
    if ranging:
        parts += [(" · ", "$faint"), (f"{count(ranging, 'row')}, v marks them", "$accent")]
    return line(*parts)


def nobody(text: str, title: str | None) -> tuple[Content, ...]:
    """No customer matches."""
    if text:
        where = f" among “{title}”" if title else ""
        return states.state(
            "Nobody", f"No name, email, company, city or tag{where} begins with “{cut(text, 30)}”.",
            "esc clears the search",
        )  # fmt: skip
    if title:
        return states.state("Nobody", f"There is nobody in “{title}”.", "esc shows everyone again")
    return states.state(
        "No customers yet", "The mirror is there, but it knows nobody.",
        "console import PATH… reads your exports",
    )  # fmt: skip


def newcomer_header(width: int) -> Content:
    """The names of the check-in's columns."""
    name, weeks = _newcomer_columns(width)
    cells = [fit("Name", name), "Days", "", fit("Set up", 8), fit("Logins a week", weeks),
             fit("Used", 5), "Last thing"]  # fmt: skip
    return line((" " * (_LEAD + 2) + " ".join(cells), "$faint"))


def _newcomer_columns(width: int) -> tuple[int, int]:
    return (17, 14) if width < 104 else (26, 14)


def newcomer_line(one: Newcomer, width: int, clock: Clock, *, marked: bool = False) -> Content:
    """One newcomer: whether they need someone, set-up, logins, features, the last thing."""
    name, weeks = _newcomer_columns(width)
    who = one.customer
    if one.days_to_activation is None:
        state: Part = (fit("not yet", 9), "bold $accent")
    else:
        days = one.days_to_activation
        state = (fit("same day" if days <= 0 else count(days, "day"), 9), "$good")
    features = len(one.touched) + len(one.untouched)
    used = f"{len(one.touched)}/{features}" if features else "—"
    room = width - name - weeks - 29
    return line(
        _mark(marked), need_sign(one, clock), " ", people.tile(who),
        (" " + fit(people.name(who), name), "$ink"),
        (fit(str(one.days_since_signup), 5, "right") + "  ", "$quiet"),
        state, (fit(_weeks(one.logins_by_week), weeks) + " ", "$ink"),
        (fit(used, 6), "$quiet"), *_last(one, room, clock),
    )  # fmt: skip


def _weeks(logins: tuple[int | None, ...]) -> str:
    cells = [" ·" if n == 0 else f"{min(n, 99):>2}" for n in logins if n is not None]
    return " ".join(cells)


def _last(one: Newcomer, room: int, clock: Clock) -> list[Part]:
    if one.last is None:
        return [(cut("nothing yet", room), "$faint")]
    if room < 30:
        return [
            (fit(brief(one.last.at, clock), 4), "$quiet"),
            (cut(says(one.last), max(4, room - 4)), "$ink"),
        ]
    past = ago(one.last.at, clock)
    words = cut(says(one.last), room - width_of(past) - 2)
    return [(words, "$ink"), (f", {past}", "$quiet")]


def needs_someone(one: Newcomer, clock: Clock) -> int:
    """2 when not set up and silent for a week, 1 when not set up after three days, else 0."""
    if one.days_to_activation is not None:
        return 0
    seen = one.customer.last_seen_at
    silent = clock.today - clock.day(seen) if seen is not None else one.days_since_signup
    if silent >= 7:
        return 2
    return 1 if one.days_since_signup >= 3 else 0


def need_sign(one: Newcomer, clock: Clock) -> Part:
    """One cell: who needs someone first."""
    return ((" ", ""), ("•", "bold $level-notable"), ("▲", "bold $level-urgent"))[
        needs_someone(one, clock)
    ]


def newcomer_status(found: tuple[Newcomer, ...], days: int, clock: Clock) -> Content:
    """How many began lately, and how many need someone."""
    waiting = sum(one.days_to_activation is None for one in found)
    silent = sum(needs_someone(one, clock) == 2 for one in found)
    parts: list[Part] = [
        (" Check-in", "bold $primary"),
        (" · ", "$faint"),
        (f"{number(len(found))} new in {days} days", "$ink"),
    ]
    if waiting:
        parts += [(" · ", "$faint"), (f"{waiting} not set up", "bold $accent")]
    if silent:
        parts += [(" · ", "$faint"), (f"{silent} silent for a week", "bold $bad")]
    return line(*parts)


def newcomer_detail(one: Newcomer | None, width: int) -> tuple[Content, Content]:
    """What the customer under the cursor has used and what not, on two lines."""
    if one is None:
        return (BLANK, BLANK)

    def said(label: str, names: tuple[str, ...], style: str) -> Content:
        words = ", ".join(name.replace("_", " ") for name in names) or "nothing"
        return line((fit(f" {label}", 11), "$quiet"), (cut(words, width - 12), style))

    return (said("used", one.touched, "$ink"), said("not yet", one.untouched, "$quiet"))


def no_newcomers(days: int) -> tuple[Content, ...]:
    """Nobody signed up lately."""
    return states.state(
        "Nobody new", f"No customer signed up in the last {days} days.", "esc shows everyone again"
    )
