"""The grammar of segments: a small recursive-descent parser.

    either  = both { "or" both }
    both    = one { ["and"] one }
    one     = "not" one | "(" either ")" | condition

What conditions look like is told by `segments.EXAMPLES`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import cast

from console.analytics.conditions import (
    All,
    Condition,
    Did,
    Has,
    HasOperator,
    Length,
    Listed,
    Not,
    Segment,
    SegmentError,
    Some,
    Spent,
    When,
)
from console.analytics.question import Operator
from console.analytics.scanner import WORD, Scanner
from console.model import Saved

TEXTS = (
    "country", "plan", "tag", "account", "source", "city", "region", "timezone", "name",
    "email", "phone", "id",
)  # fmt: skip
"""What is known of customers in words."""
MOMENTS = ("signed_up", "activated", "first_seen", "last_seen")
"""What is known of customers as an instant."""

_DEEP = 40
_LONG = 4_000


class Parser:
    """Reads one text; a rule of the grammar is a method.

    saved: saved segments by name, whatever its capitals; lists of people stay named in the
    text, conditions are written out. within: those being read already.
    """

    def __init__(self, text: str, saved: Saved, within: tuple[str, ...]) -> None:
        self._scan = Scanner(text)
        self._saved = saved
        self._within = within
        self._depth = 0
        self._written_out: list[tuple[int, int, str]] = []

    def segment(self) -> Segment:
        """The whole text. Raises SegmentError."""
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
        said = " ".join(scan.value("a name").split())
        name = next((one for one in self._saved if one.casefold() == said.casefold()), None)
        if name is None:
            near = get_close_matches(said, self._saved, n=3)
            hint = f"; near it: {', '.join(near)}" if near else ""
            scan.fail(f"there is no saved segment {said!r}{hint}", at)
        if name in self._within:
            scan.fail(f"the saved segment {name!r} contains itself", at)
        what = self._saved[name]
        if not isinstance(what, str):
            return Listed(start, what)
        try:
            inner = Parser(what, self._saved, (*self._within, name)).segment()
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
