"""What the inbox holds: whom it found, what is left of them, and how they read."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from dataclasses import replace

from textual.content import Content

from console.clock import Clock
from console.model import Inbox, InboxItem
from console.panes.exporting import Export
from console.panes.exports_of import of_inbox
from console.panes.marks import Markable
from console.show import people, triage
from console.show.sentences import says


class InboxRoll(Markable):
    """The list. Knows no widget."""

    def __init__(self, clock: Clock, *, days: int, who: str) -> None:
        """Make an empty one.

        days: how far back it looks. who: the person who looks.
        """
        super().__init__()
        self.clock = clock
        self.days = days
        self.who = who
        self.held: Inbox | None = None
        """The answer; None until there is one."""
        self.rows: list[InboxItem] = []
        """Those of it that hold the words."""
        self.kept: int | None = None
        """A customer who stays in their row although the answer puts them elsewhere."""
        self.gone = False
        """Whether the answer has them nowhere."""
        self.text = ""
        self.waiting = False
        """Whether it shows what is put off instead."""

    @property
    def ids(self) -> Sequence[int]:
        """The customers that are shown, in order."""
        return [one.customer.id for one in self.rows]

    def take(self, found: Inbox, stay: int | None = None) -> bool:
        """Hold an answer; answers whether it differs from what was held.

        stay: a row whose customer stays among those they stood among, wherever the answer
        puts them, until the rows are narrowed or `release` is called.
        """
        before = (self.held, self.rows)
        self._hold(found, stay)
        return before != (self.held, self.rows)

    def narrow(self, text: str) -> None:
        """Show those that hold some words in name, company or what they did."""
        self.text = text
        self.kept, self.gone = None, False
        words = text.casefold().split()
        items = self.held.items if self.held else ()
        self.rows = [one for one in items if all(word in _said(one) for word in words)]
        known = {one.customer.id for one in items}
        self.marks.ids &= known

    def release(self) -> None:
        """Let whoever was made to stay go where the answer puts them."""
        self.narrow(self.text)

    def drop(self, ids: Collection[int], stay: int) -> None:
        """Take customers out who have just been handled, before the mirror is asked again.

        stay: the row of somebody who stays, unless they are among those.
        """
        if self.held is None:
            return
        left = tuple(one for one in self.held.items if one.customer.id not in ids)
        n = len(self.held.items) - len(left)
        here = self.item(stay)
        still = None if here is None or here.customer.id in ids else stay
        if self.waiting:
            self._hold(replace(self.held, items=left, waiting=self.held.waiting - n), still)
        else:
            self._hold(replace(self.held, items=left, total=self.held.total - n), still)

    def _hold(self, found: Inbox, stay: int | None) -> None:
        before, here = self.ids, None if stay is None else self.item(stay)
        self.held = found
        self.narrow(self.text)
        if stay is None or here is None:
            return
        id = here.customer.id
        by_itself = self.row_of(id)
        others = [one for one in self.rows if one.customer.id != id]
        row = _among(
            [one.customer.id for one in others], set(before[:stay]), set(before[stay + 1 :]),
            stay if by_itself is None else by_itself,
        )  # fmt: skip
        if row != by_itself:
            now = next((one for one in found.items if one.customer.id == id), None)
            there = found.waiting if self.waiting else found.total
            # One of more than were read may only have moved out of sight.
            self.kept, self.gone = id, now is None and there == len(found.items)
            self.rows = [*others[:row], now or here, *others[row:]]

    def item(self, row: int) -> InboxItem | None:
        """What stands in a row."""
        return self.rows[row] if row < len(self.rows) else None

    def chosen(self, row: int) -> list[InboxItem]:
        """Those a key acts on: the marked, be they shown or not, else the one in a row."""
        items = self.held.items if self.held else ()
        marked = [one for one in items if one.customer.id in self.marks.ids]
        here = self.item(row)
        return marked or ([here] if here else [])

    def line(self, row: int, width: int, weeks: Sequence[int] | None = None) -> Content:
        """A row in words. weeks: days active in each, oldest first, as far as known."""
        one = self.rows[row]
        marked = self.marks.has(row, one.customer.id)
        return triage.row_line(
            one, width, self.clock, self.who, marked=marked, weeks=weeks,
            gone=self.gone and one.customer.id == self.kept,
        )  # fmt: skip

    def status(self) -> Content:
        """How many there are, and how many are marked."""
        return triage.status(
            self.held, self.clock, days=self.days, waiting=self.waiting,
            marked=len(self.marks.ids),
        )  # fmt: skip

    def export(self) -> Export:
        """The marked, else those that are shown."""
        rows = [one for one in self.rows if not (self.gone and one.customer.id == self.kept)]
        shown = [one for one in rows if one.customer.id in self.marks.ids] or rows
        put_off = len(shown) if self.waiting else self.held.waiting if self.held else 0
        inbox = Inbox(len(shown), tuple(shown), put_off)
        return of_inbox(inbox, self.clock, days=self.days, waiting=self.waiting)

    def nobody(self) -> tuple[Content, ...]:
        """Why the list is empty, and the way on."""
        put_off = self.held.waiting if self.held else 0
        return triage.nothing(self.days, waiting=self.waiting, text=self.text, put_off=put_off)


def _said(one: InboxItem) -> str:
    who = one.customer
    parts = (people.name(who), who.email, who.account, who.city, says(one.event), *one.remarks.tags)
    return " ".join(part for part in parts if part).casefold()


def _among(others: Sequence[int], above: Set[int], below: Set[int], by_itself: int) -> int:
    """The row of somebody among others.

    As few as may be of those who stood above them come below, and the other way round; where
    that leaves a choice, the nearest to the row in which they would stand by themselves.
    """
    crossed = [sum(id in above for id in others)]
    for id in others:
        crossed.append(crossed[-1] + (id in below) - (id in above))
    return min(range(len(crossed)), key=lambda row: (crossed[row], abs(row - by_itself)))
