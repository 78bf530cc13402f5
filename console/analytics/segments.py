"""Segments: conditions on customers, as people write them.

either  = both { "or" both }
both    = one { ["and"] one }
one     = "not" one | "(" either ")" | condition
condition: see `EXAMPLES`
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING, cast

from console.analytics.conditions import (
    All,
    Condition,
    Did,
    Has,
    HasOperator,
    Length,
    Not,
    Segment,
    SegmentError,
    Some,
    Spent,
    When,
    hours_matter,
)
from console.analytics.question import Operator
from console.analytics.scanner import WORD, Scanner
from console.clock import Clock

if TYPE_CHECKING:
    from pyroaring import BitMap

    from console.mirror.activity import Activity

EXAMPLES = (
    ("country=SE plan=pro", "in Sweden and on the plan pro: side by side means “and”"),
    ("plan!=free or tag:vip", "not on free, or tagged vip"),
    ("not (city=Oslo or city=Bergen)", "brackets group; “not” turns round"),
    ("account:acme source:shopify", "of the account Acme, and known from Shopify"),
    ("email=*@acme.com plan=none", "* stands for anything, none for “not known”"),
    ("signed_up<30d last_seen>2w", "signed up less than 30 days ago, quiet for over two weeks"),
    ("signed_up>=2026-01-31", "since a date; so also activated and first_seen"),
    ("did:logged_in", "ever did it; one of our verbs or an event's own name"),
    ("did:logged_in<7d", "did it less than 7 days ago; > for those who last did longer ago"),
    ('did:"Report Built">=3 in 30d', "at least three times in the last 30 days"),
    ("not did:activated first 7d", "not in their first 7 days, and these are over"),
    ("spent>500 in 12m", "paid over 500 in twelve months, less refunds; or spent>500 EUR"),
    ("segment:big", "in the saved segment “big”"),
)
"""Segments and what they mean."""
HELP = "\n".join(f"{example:<32}{meaning}" for example, meaning in EXAMPLES) + (
    "\n\nLengths: h hours, d days, w weeks, m months, y years; days are the calendar's, today"
    "\nincluded. Names with blanks stand in quotes. Capitals do not matter."
)
"""How to write one, for help texts."""

TEXTS = (
    "country", "plan", "tag", "account", "source", "city", "region", "timezone", "name",
    "email", "phone", "id",
)  # fmt: skip
MOMENTS = ("signed_up", "activated", "first_seen", "last_seen")

_DEEP = 40
_LONG = 4_000


def parse(text: str, saved: Mapping[str, str] | None = None) -> Segment:
    """Read a segment.

    saved: saved segments by name, for ``segment:NAME``.
    Raises SegmentError with the position of the character that is wrong.
    """
    return _Parser(text, saved or {}, ()).segment()


def members(activity: Activity, segment: Segment, clock: Clock) -> BitMap:
    """The customers a segment holds for as of ``clock.now``. Do not change the answer.

    Raises SegmentError for events nobody has heard of and for mixed currencies, `Interrupted`
    when cancelled.
    """
    from console.analytics.membership import Membership

    with activity.snapshot(clock):
        now = clock.now if hours_matter(segment.condition) else clock.today
        key = ("segment", segment, clock.today, now, activity.horizon)
        return activity.remember(key, lambda: Membership(activity, segment).customers())


def chosen(activity: Activity, text: str | None, clock: Clock) -> BitMap | None:
    """The customers of a segment's text; None, for everybody, where there is none.

    Raises SegmentError as `parse` and `members` do.
    """
    return members(activity, parse(text), clock) if text and text.strip() else None


class _Parser:
    """Reads one text; a rule of the grammar is a method."""

    def __init__(self, text: str, saved: Mapping[str, str], within: tuple[str, ...]) -> None:
        self._scan = Scanner(text)
        self._saved = saved
        self._within = within
        self._depth = 0
        self._written_out: list[tuple[int, int, str]] = []

    def segment(self) -> Segment:
        text = self._scan.text
        if len(text) > _LONG:
            self._scan.fail(f"a segment may have {_LONG} characters", _LONG)
        condition = self._either()
        if self._scan.sees(")"):
            self._scan.fail("this bracket closes none")
        for start, end, written_out in reversed(self._written_out):
            text = f"{text[:start]}({written_out}){text[end:]}"
        return Segment(text, condition)

    def _either(self) -> Condition:
        parts = [self._both()]
        while self._scan.keyword("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def _both(self) -> Condition:
        scan = self._scan
        parts = [self._one()]
        while scan.keyword("and") or not (scan.done() or scan.sees(")") or scan.sees_keyword("or")):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self) -> Condition:
        scan = self._scan
        self._depth += 1
        if self._depth > _DEEP:
            scan.fail("too many brackets within brackets")
        opened = scan.at
        if scan.keyword("not"):
            found: Condition = Not(self._one())
        elif scan.take("("):
            found = self._either()
            if not scan.take(")"):
                scan.fail("this bracket is never closed", opened)
        else:
            found = self._condition()
        self._depth -= 1
        return found

    def _condition(self) -> Condition:
        scan = self._scan
        start = scan.at
        word = scan.word()
        if word is None or word.casefold() in ("and", "or"):
            scan.fail("a condition must stand here, like country=SE", start)
        name = word.casefold()
        if name not in (*TEXTS, *MOMENTS, "did", "spent", "segment"):
            near = get_close_matches(name, (*TEXTS, *MOMENTS, "did", "spent"), n=1, cutoff=0.6)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(TEXTS)}…"
            scan.fail(f"customers have no property {word!r}; {hint}", start)
        at = scan.at
        op = scan.operator()
        if name == "spent":
            return self._spent(start, op, at)
        if op is None:
            scan.fail(
                f"{name} must be compared with something, like {name}{_AFTER.get(name, '=')}…"
            )
        if name in ("did", "segment"):
            if op != ":":
                scan.fail(f"a colon must stand here, like {name}:…", at)
            return self._did() if name == "did" else self._segment(start)
        return (
            self._when(start, name, op, at) if name in MOMENTS else self._has(start, name, op, at)
        )

    def _has(self, start: int, name: str, op: str, at: int) -> Condition:
        if op not in (":", "=", "!="):
            self._scan.fail(f"{name} can only be = or != something", at)
        quoted = self._scan.quoted()
        value = self._scan.value("a value")
        unknown = not quoted and value.casefold() == "none"
        return Has(start, name, cast(HasOperator, op), None if unknown else value)

    def _when(self, start: int, name: str, op: str, at: int) -> Condition:
        scan = self._scan
        if op == ":":
            scan.fail(f"{name} is compared with = < or >, like {name}<30d", at)
        if length := self._ago(op, at):
            return When(start, name, cast(Operator, op), length)
        at = scan.at
        value = scan.value("a length like 30d or a date")
        if value.casefold() == "none" and op in ("=", "!="):
            return When(start, name, cast(Operator, op), None)
        try:
            return When(start, name, cast(Operator, op), date.fromisoformat(value))
        except ValueError:
            scan.fail(f"{value!r} is neither a length like 30d nor a date like 2026-01-31", at)

    def _did(self) -> Condition:
        scan = self._scan
        start = scan.at
        event = scan.value("an event", WORD)
        while scan.take(":"):
            event += ":" + scan.value("an event", WORD)
        at = scan.at
        op = cast("Operator | None", scan.operator())
        times = None
        if op is not None:
            if length := self._ago(op, at):
                return Did(start, event, op, ago=length)
            times = scan.times()
            if times is None:
                scan.fail("a number of times like 3 or a length like 7d must stand here")
        if scan.keyword("in"):
            return Did(start, event, op, times, lately=self._length())
        if scan.keyword("first"):
            return Did(start, event, op, times, first=self._length())
        return Did(start, event, op, times)

    def _spent(self, start: int, op: str | None, at: int) -> Condition:
        if op is None or op == ":":
            self._scan.fail("spent is compared with an amount, like spent>500", at)
        money = self._scan.money()
        if money is None:
            self._scan.fail("an amount like 500 or 500 EUR must stand here")
        lately = self._length() if self._scan.keyword("in") else None
        return Spent(start, cast(Operator, op), Decimal(money[0]), money[1], lately)

    def _segment(self, start: int) -> Condition:
        scan = self._scan
        at = scan.at
        name = scan.value("a name")
        if name in self._within:
            scan.fail(f"the saved segment {name!r} contains itself", at)
        if name not in self._saved:
            near = get_close_matches(name, self._saved, n=3)
            hint = f"; near it: {', '.join(near)}" if near else ""
            scan.fail(f"there is no saved segment {name!r}{hint}", at)
        try:
            inner = _Parser(self._saved[name], self._saved, (*self._within, name)).segment()
        except SegmentError as error:
            scan.fail(f"in the saved segment {name!r}: {error.reason}", at)
        self._written_out.append((start, scan.end, inner.text))
        return inner.condition

    def _ago(self, op: str, at: int) -> Length | None:
        length = self._scan.length()
        if length is not None and op in ("=", "!="):
            self._scan.fail("a length of time is compared with < or >", at)
        return length

    def _length(self) -> Length:
        length = self._scan.length()
        if length is None:
            self._scan.fail("a length like 30d or 12m must stand here")
        return length


_AFTER = {"did": ":", "segment": ":", **dict.fromkeys(MOMENTS, "<")}
