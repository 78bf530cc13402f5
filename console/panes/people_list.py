"""A list of customers: whom it shows, how it asks for them and how they stand there."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content

from console.clock import Clock
from console.model import Customer, CustomerPage
from console.panes.marking import Marking
from console.panes.pane import Desk, Look
from console.panes.pulse import Pulse
from console.panes.roll import Answer, Roll, Wanted
from console.show import states
from console.widgets.bar import Bar
from console.widgets.filter_line import FilterLine
from console.widgets.row_list import RowList


class PeopleList(Marking):
    """Asks, and shows who comes back. The keys are in `customers`."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, id="customers")
        self.roll: Roll = Roll(desk.clock())
        self.pulse = Pulse(self, lambda: self.rows.repaint())

    def compose(self) -> ComposeResult:
        """The search box, what is shown, and the rows."""
        yield FilterLine("name, email, company, city or tag", stays=True, id="customers-search")
        yield Bar(id="customers-status", classes="status")
        yield Bar(id="customers-header")
        yield RowList(self._line, id="customers-rows")
        yield Bar(id="customers-used", classes="detail")
        yield Bar(id="customers-unused", classes="detail")

    def on_mount(self) -> None:
        """Ask for everybody."""
        self.rows.say(*states.loading("the customers"))
        self.read()

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one("#customers-rows", RowList)

    @property
    def search(self) -> FilterLine:
        """The search box."""
        return self.query_one(FilterLine)

    @property
    def wanted(self) -> Wanted:
        """Whom the list shows."""
        return self.roll.wanted

    @property
    def customer(self) -> Customer | None:
        """Whom the cursor is on."""
        return self.roll.customer(self.rows.cursor)

    def arrive(self) -> None:
        """The keys go to the rows."""
        self.rows.focus()
        self.look()

    # -- asking -------------------------------------------------------------------------

    def show(self, wanted: Wanted) -> None:
        """Show other people, the cursor on the first."""
        wanted = wanted.from_top
        if wanted != self.wanted.from_top:
            # Marks outlive a search and another order, not other people.
            before = self.wanted
            same = (wanted.within, wanted.checkin) == (before.within, before.checkin)
            self.roll.marks.clear(all_of_them=not same)
            self.roll.wanted = wanted
            if self.search.text != wanted.text:
                self.search.put(wanted.text)
            self.read()

    def read(self, *, keep: bool = False) -> None:
        """Ask for them. keep: the cursor stays on whom it is."""
        wanted, clock = self.wanted, self.desk.clock()
        self.ask(
            lambda db: wanted.ask(db, clock),
            lambda answer: self._take(answer, clock, wanted.skip, keep=keep),
            failed=self._failed,
        )  # fmt: skip

    def _take(self, answer: Answer, clock: Clock, skipped: int, *, keep: bool) -> None:
        here = self.customer if keep else None
        if isinstance(answer, CustomerPage) and skipped >= answer.total > 0:
            # So many were erased or merged that this part of the list is gone.
            self.roll.wanted = self.wanted.from_top
            self.read()
            return
        moved = self.roll.skipped - skipped
        self.roll.clock = clock
        if self.roll.take(answer, skipped) or not keep:
            row = self.roll.row_of(here.id) if here is not None else None
            self.roll.reach_to(row or 0)
            if not self.roll.found:
                self.rows.say(*self.roll.nobody())
            elif row is not None:
                top = max(0, self.rows.scroll_offset.y + moved) if moved else None
                self.rows.show(len(self.roll.found), row, top=top)
            else:
                self.rows.show(len(self.roll.found), top=0)
            self.look()
        self.say_facts()
        if not self.roll.newcomers:
            self.pulse.read((one.id for one in self.roll.found), anew=keep)

    def _failed(self, sentence: str) -> None:
        self.roll.clear()
        self.rows.say(*states.failed(sentence))
        self.say_facts()

    def mirror_changed(self) -> None:
        """Read the same again; rows that did not change are not painted."""
        if self.asking():
            self.set_timer(0.3, self.mirror_changed)
        else:
            self.read(keep=True)

    # -- showing ------------------------------------------------------------------------

    def _line(self, row: int, width: int) -> Content:
        return self.roll.line(row, width, self.pulse.of(self.roll.found[row].id))

    def say_facts(self) -> None:
        """How many, the columns, and what is known of the one under the cursor."""
        self.set_class(self.wanted.checkin, "-checkin")
        self.query_one("#customers-status", Bar).say(self.roll.status())
        width = max(20, self.rows.size.width - 1)
        self.query_one("#customers-header", Bar).say(self.roll.header(width))
        self.say_detail()

    def say_detail(self) -> None:
        """What the newcomer under the cursor has used."""
        used, unused = self.roll.detail(self.rows.cursor, self.rows.size.width)
        self.query_one("#customers-used", Bar).say(used)
        self.query_one("#customers-unused", Bar).say(unused)

    def look(self) -> None:
        """Tell whom the cursor is on."""
        customer = self.customer
        self.post_message(Look(customer.id if customer else None))

    def on_resize(self) -> None:
        """The header follows the width of the list."""
        self.call_after_refresh(self.say_facts)
