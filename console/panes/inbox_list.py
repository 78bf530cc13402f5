"""A list of customers to be handled: how it is asked for, and how it stands there."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.content import Content

from console import triage
from console.mirror.database import Connection
from console.model import Customer, Inbox
from console.panes.inbox_roll import InboxRoll
from console.panes.marking import Marking
from console.panes.pane import Desk, Look, Meant, ToHandle
from console.panes.pulse import Pulse
from console.show import states
from console.widgets.bar import Bar
from console.widgets.filter_line import FilterLine
from console.widgets.row_list import RowList


class InboxList(Marking):
    """Asks, and shows who comes back. The keys are in `inbox`.

    Whoever is under the cursor stays there until a key is pressed, whatever others do: nobody
    shall act on a customer who came up a moment ago.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, id="inbox")
        config = desk.config
        self.roll: InboxRoll = InboxRoll(desk.clock(), days=config.inbox_days, who=config.person)
        self.pulse = Pulse(self, lambda: self.rows.repaint())
        self._again = False
        """Whether something was written while an answer was on its way."""
        self._wanted: int | None = None
        """On whom the cursor shall be once the answer is there."""
        self._marks_lost: set[int] = set()
        """Whom to mark again once the answer is there."""
        self._anew = False
        """Whether a key asked for other rows, or nobody has seen these: nobody has to stay."""

    def compose(self) -> ComposeResult:
        """A line of facts, a filter when wanted, and the rows."""
        yield Bar(id="inbox-status", classes="status")
        yield FilterLine("name, company or what they did", id="inbox-filter")
        yield RowList(self._line, id="inbox-rows")

    def on_mount(self) -> None:
        """Read at once; claims lapse and what waits comes back while nobody presses a key."""
        self.rows.say(*states.loading("what is to be handled"))
        self.read()
        self.set_interval(30, self.read)

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one("#inbox-rows", RowList)

    @property
    def customer(self) -> Customer | None:
        """Whom the cursor is on."""
        item = self.roll.item(self.rows.cursor)
        return item.customer if item else None

    def arrive(self) -> None:
        """The keys go to the rows."""
        self.rows.focus()
        self._look()

    # -- asking -------------------------------------------------------------------------

    def read(self) -> None:
        """Ask what is to be handled; the cursor stays on whom it is."""
        config, clock, waiting = self.desk.config, self.desk.clock(), self.roll.waiting

        def work(db: Connection) -> Inbox:
            return triage.inbox(
                db, config.notebook, clock, days=config.inbox_days, who=config.person,
                waiting=waiting,
            )  # fmt: skip

        self.roll.clock = clock
        self.ask(work, self._take, failed=self._failed)

    def _take(self, found: Inbox) -> None:
        again, self._again = self._again, False
        if again:
            self.read()
        here = self._wanted if self._wanted is not None else self._here()
        self.roll.marks.ids |= self._marks_lost
        if self.roll.take(found, None if self._anew else self.rows.cursor):
            self._lay_out(here)
        if not again:
            self._anew = False
            # Who is not in a fresh answer is not waited for: later the cursor is elsewhere.
            self._wanted = None
            self._marks_lost = set()
        self.say_facts()
        self.post_message(ToHandle(found.total))
        self.pulse.read((one.customer.id for one in found.items), anew=True)

    def _here(self) -> int | None:
        customer = self.customer
        return customer.id if customer else None

    def _failed(self, sentence: str) -> None:
        self.roll.held = None
        self.roll.narrow(self.roll.text)
        self.rows.say(*states.failed(sentence))
        self.say_facts()

    def notebook_changed(self) -> None:
        """Somebody handled, claimed or put off."""
        self.mirror_changed()

    def mirror_changed(self) -> None:
        """Ask again, once the answer under way is there."""
        if self.asking():
            self._again = True
        else:
            self.read()

    def acted(self, action: str, meant: Meant) -> None:
        """Somebody here did something: who is handled goes at once, the next comes up."""
        super().acted(action, meant)
        if action in ("done", "wait"):
            ids = {id for id, _ in meant.ids}
            row, here = self.rows.cursor, self._here()
            above = sum(id in ids for id in self.roll.ids[:row])
            self.roll.drop(ids, row)
            self._lay_out(here, row - above)
            self.say_facts()

    def mark(self, ids: Iterable[int]) -> None:
        """Mark some customers, but nobody who has left the list."""
        left = self.roll.kept if self.roll.gone else None
        super().mark(id for id in ids if id != left)

    def not_acted(self, meant: Meant) -> None:
        """It could not be done: they are marked again when they come back into the list."""
        super().not_acted(meant)
        if meant.marked:
            self._marks_lost |= {id for id, _ in meant.ids}

    def taken_back(self, meant: Meant) -> None:
        """What was done has been undone: the cursor goes back to it."""
        self._wanted, self._anew = meant.ids[0][0], True
        self.mirror_changed()

    def on_hide(self) -> None:
        """Out of sight anybody may move."""
        self._anew = True

    # -- showing ------------------------------------------------------------------------

    def _lay_out(self, on: int | None, row: int | None = None) -> None:
        """Show the rows, the cursor on a customer; on a row, else where it was, without them."""
        at = None if on is None else self.roll.row_of(on)
        if at is None:
            at = self.rows.cursor if row is None else row
        if self.roll.rows:
            self.rows.show(len(self.roll.rows), at, top=self.rows.scroll_offset.y)
        else:
            self.rows.say(*self.roll.nobody())
        self.roll.reach_to(self.rows.cursor)
        self._look()

    def _line(self, row: int, width: int) -> Content:
        return self.roll.line(row, width, self.pulse.of(self.roll.rows[row].customer.id))

    def say_facts(self) -> None:
        """Say how many there are."""
        self.query_one("#inbox-status", Bar).say(self.roll.status())

    def _look(self) -> None:
        self.post_message(Look(self._here()))

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Follow the cursor; whoever stayed because of it goes to their place."""
        event.stop()
        here = self._here()
        if self.roll.kept not in (None, here):
            self.roll.release()
            self._lay_out(here)
            self.say_facts()
        self.follow_range(self.rows.cursor)
        self._look()
