"""The box that asks whom a customer is one with: searched as you type, or a merge taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from textual.app import ComposeResult

from console.clock import Clock
from console.mirror.customers import matching
from console.mirror.database import Connection
from console.model import Customer, CustomerPage
from console.notebook.merges import Merge
from console.panes.asking import Asking, Desk
from console.show import choices, triage
from console.widgets.chooser import Choice, Chooser

_SHOWN = 50


@dataclass(frozen=True)
class Wish:
    """What was chosen: somebody to merge with, or a merge to take back."""

    other: Customer | None = None
    pair: Merge | None = None


class MergeBox(Chooser[Wish]):
    """Customers as they are searched for; first, what can be taken back."""

    def __init__(
        self,
        desk: Desk,
        who: Customer,
        pairs: Sequence[tuple[Merge, tuple[str, str]]],
    ) -> None:
        """Make a box.

        who: the customer to merge. pairs: the merges they are made of, and what the two of
        each are called.
        """
        super().__init__(
            self._known, "merge with: name, email or company", foot=triage.merge_foot()
        )
        self._desk = desk
        self._who = who
        self._pairs = pairs
        self._found: Sequence[Customer] = ()

    def compose(self) -> ComposeResult:
        """The box, and what asks for it."""
        yield from super().compose()
        yield _Search(self._desk)

    def _narrow(self, text: str) -> None:
        """Each letter asks again; until the answer is there the lines before it stay."""
        words, clock = text.strip(), self._desk.clock()
        if not words:
            self._found = ()
            super()._narrow(text)
            return

        def take(page: CustomerPage) -> None:
            self._found = [one for one in page.customers if one.id != self._who.id]
            Chooser._narrow(self, text)

        self.query_one(_Search).look(words, clock, take)

    def _known(self, text: str) -> Sequence[Choice[Wish]]:
        found = [
            Choice(Wish(pair=pair), triage.unmerge_line(*called))
            for pair, called in self._pairs
            if choices.matches(text, *called)
        ]
        clock = self._desk.clock()
        found += [Choice(Wish(one), triage.merge_line(one, clock)) for one in self._found]
        if found:
            return found
        said = "Nobody else begins so" if text.strip() else "Type to find the other one"
        return [Choice(Wish(), choices.wrong(said, bad=False), able=False)]


class _Search(Asking):
    """Asks the mirror for the box; shows nothing."""

    DEFAULT_CSS = "_Search { display: none; }"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)

    def look(self, words: str, clock: Clock, then: Callable[[CustomerPage], Any]) -> None:
        """Ask who matches; a newer question interrupts this one."""

        def work(db: Connection) -> CustomerPage:
            return matching(db, words, limit=_SHOWN)

        self.ask(work, then, failed=lambda _: None)
