"""The customers: search as you type, people of a cell, and the onboarding check-in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from console.clock import Clock
from console.model import Customer
from console.panes.pane import Desk, Look, Open, Pane, People
from console.panes.roll import SHOWN, Answer, Roll, Wanted, Within
from console.show import states
from console.widgets.bar import Bar
from console.widgets.filter_line import FilterLine
from console.widgets.row_list import RowList


class CustomersPane(Pane):
    """Rows of customers."""

    NAME = "customers"
    TITLE = "Customers"
    USAGE = "customers WORDS"
    TELLS = "everybody, searched as you type"
    TAKES_PEOPLE = True
    ALSO: ClassVar[Mapping[str, str]] = {
        "check-in": "customers of the last 30 days, who needs someone first"
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Search", key_display="/", id="customers.search",
                tooltip="Search name, email, company, city and tag as you type; esc clears"),
        Binding("s", "sort", "Sort", id="customers.sort",
                tooltip="Order by last seen, newest, or name"),
        Binding("i", "checkin", "Check-in", id="customers.checkin",
                tooltip="Customers of the last 30 days, those who need someone first"),
        Binding("r", "reload", "Reload", show=False, id="customers.reload",
                tooltip="Read the mirror again"),
    ]  # fmt: skip

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, id="customers")
        self.roll = Roll(desk.clock())

    def compose(self) -> ComposeResult:
        """The search box, what is shown, and the rows."""
        yield FilterLine("name, email, company, city or tag", stays=True, id="customers-search")
        yield Bar(id="customers-status", classes="status")
        yield Bar(id="customers-header")
        yield RowList(self._row, id="customers-rows")
        yield Bar(id="customers-used", classes="detail")
        yield Bar(id="customers-unused", classes="detail")

    def on_mount(self) -> None:
        """Ask for everybody."""
        self._list.say(*states.loading("the customers"))
        self._read()

    @property
    def _list(self) -> RowList:
        return self.query_one("#customers-rows", RowList)

    @property
    def _search(self) -> FilterLine:
        return self.query_one(FilterLine)

    @property
    def wanted(self) -> Wanted:
        """Whom the list shows."""
        return self.roll.wanted

    @property
    def customer(self) -> Customer | None:
        """Whom the cursor is on."""
        return self.roll.customer(self._list.cursor)

    def arrive(self) -> None:
        """The keys go to the rows."""
        self._list.focus()
        self._look()

    # -- asking -------------------------------------------------------------------------

    def show(self, wanted: Wanted) -> None:
        """Show other people, the cursor on the first."""
        if wanted != self.wanted:
            self.roll.wanted = wanted
            if self._search.text != wanted.text:
                self._search.put(wanted.text)
            self._read()

    def _read(self, *, keep: bool = False) -> None:
        wanted, clock = self.wanted, self.desk.clock()
        self.ask(
            lambda db: wanted.ask(db, clock),
            lambda answer: self._take(answer, clock, keep=keep), failed=self._failed,
        )  # fmt: skip

    def _take(self, answer: Answer, clock: Clock, *, keep: bool) -> None:
        here = self.customer if keep else None
        self.roll.clock = clock
        if self.roll.take(answer) or not keep:
            row = self.roll.row_of(here.id) if here is not None else None
            if not self.roll.found:
                self._list.say(*self.roll.nobody())
            elif row is not None:
                self._list.show(len(self.roll.found), row)
            else:
                self._list.show(len(self.roll.found), top=0)
            self._look()
        self._facts()

    def _failed(self, sentence: str) -> None:
        self.roll.clear()
        self._list.say(*states.failed(sentence))
        self._facts()

    def mirror_changed(self) -> None:
        """Read the same again; rows that did not change are not painted."""
        if self.asking():
            self.set_timer(0.3, self.mirror_changed)
        else:
            self._read(keep=True)

    # -- showing ------------------------------------------------------------------------

    def _row(self, row: int, width: int) -> Content:
        return self.roll.line(row, width)

    def _facts(self) -> None:
        self.set_class(self.wanted.checkin, "-checkin")
        self.query_one("#customers-status", Bar).say(self.roll.status())
        width = max(20, self._list.size.width - 1)
        self.query_one("#customers-header", Bar).say(self.roll.header(width))
        self._detail()

    def _detail(self) -> None:
        used, unused = self.roll.detail(self._list.cursor, self._list.size.width)
        self.query_one("#customers-used", Bar).say(used)
        self.query_one("#customers-unused", Bar).say(unused)

    def _look(self) -> None:
        customer = self.customer
        self.post_message(Look(customer.id if customer else None))

    def on_resize(self) -> None:
        """The header follows the width of the list."""
        self.call_after_refresh(self._facts)

    # -- keys ---------------------------------------------------------------------------

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Follow the cursor."""
        event.stop()
        if self.wanted.checkin:
            self._detail()
        if self.roll.ends_at(event.row) and not self.asking():
            self.roll.wanted = replace(self.wanted, limit=2 * self.wanted.limit)
            self._read(keep=True)
        self._look()

    def on_row_list_opened(self, event: RowList.Opened) -> None:
        """Open the customer."""
        event.stop()
        if (customer := self.customer) is not None:
            self.post_message(Open(customer.id))

    def on_filter_line_changed(self, event: FilterLine.Changed) -> None:
        """Each letter asks again; the question before it is interrupted."""
        event.stop()
        if event.text != self.wanted.text:
            self.show(replace(self.wanted, text=event.text, checkin=False, limit=SHOWN))

    def on_filter_line_closed(self, event: FilterLine.Closed) -> None:
        """Back to the rows."""
        event.stop()
        self._list.focus()

    @property
    def memento(self) -> object:
        """What is shown."""
        return self.wanted

    def restore(self, memento: object) -> None:
        """Show it again."""
        if isinstance(memento, Wanted):
            self.show(memento)

    def go_also(self, name: str) -> None:
        """The check-in."""
        self.show(Wanted(sort=self.wanted.sort, checkin=True))

    def take_people(self, event: People) -> None:
        """The people of a cell, or of whatever else."""
        self.show(Wanted(within=Within(event.title, event.who)))

    def why_not(self, action: str) -> str | None:
        """Why a key cannot act now."""
        if action == "sort" and self.wanted.checkin:
            return "the check-in is ordered by who needs someone first"
        return None

    def action_filter(self) -> None:
        """Into the search box."""
        self._search.open()

    def action_sort(self) -> None:
        """The next order."""
        if self.wanted.checkin:
            self.refuse("sort")
            return
        self.show(self.wanted.next_sort())

    def action_checkin(self) -> None:
        """The check-in, or everyone again."""
        self.show(Wanted(sort=self.wanted.sort, checkin=not self.wanted.checkin))

    def action_reload(self) -> None:
        """Read the mirror again."""
        self._read(keep=True)

    def action_clear(self) -> bool:
        """Esc: the search goes, then the narrowing."""
        if self.wanted.text:
            self.show(replace(self.wanted, text=""))
        elif self.wanted.within or self.wanted.checkin:
            self.show(Wanted(sort=self.wanted.sort))
        else:
            return False
        return True

    def go(self, said: str) -> str | None:
        """``:customers words`` searches."""
        self.show(Wanted(text=said.strip(), sort=self.wanted.sort))
        return None
