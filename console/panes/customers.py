"""The customers: search as you type, people of a cell, and the onboarding check-in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from console.clock import Clock
from console.mirror import customers as mirror
from console.mirror import profile as profiles
from console.mirror.database import Connection
from console.model import Customer, CustomerPage, Newcomer
from console.panes.pane import Desk, Look, Open, Pane
from console.show import customers as words
from console.show import states
from console.widgets.bar import Bar
from console.widgets.filter_line import FilterLine
from console.widgets.row_list import RowList

SHOWN = 200
DAYS = 30
"""How far back the check-in looks."""


@dataclass(frozen=True)
class Within:
    """A narrowing: what the people have in common, and who they are."""

    title: str
    who: Callable[[Connection], Iterable[int]]


@dataclass(frozen=True)
class Wanted:
    """What the list shows."""

    text: str = ""
    sort: mirror.Sort = "last_seen"
    within: Within | None = None
    checkin: bool = False


class CustomersPane(Pane):
    """Rows of customers."""

    NAME = "customers"
    TITLE = "Customers"
    USAGE = "customers WORDS"
    TELLS = "everybody, searched as you type"
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
        self.wanted = Wanted()
        self.clock: Clock = desk.clock()
        self.found: tuple[Customer, ...] = ()
        self.newcomers: tuple[Newcomer, ...] = ()
        self.total: int | None = None

    def compose(self) -> ComposeResult:
        """The search box, what is shown, and the rows."""
        yield FilterLine(
            "name, email, company, city or tag", stays=True, id="customers-search"
        )
        yield Bar(id="customers-status", classes="status")
        yield Bar(id="customers-header")
        yield RowList(self._row, id="customers-rows")
        yield Bar(id="customers-used", classes="detail")
        yield Bar(id="customers-unused", classes="detail")

    def on_mount(self) -> None:
        """Ask for everybody."""
        self._read()

    @property
    def _list(self) -> RowList:
        return self.query_one("#customers-rows", RowList)

    @property
    def _search(self) -> FilterLine:
        return self.query_one(FilterLine)

    def arrive(self) -> None:
        """The keys go to the rows."""
        self._list.focus()
        self._look()

    @property
    def customer(self) -> Customer | None:
        """Whom the cursor is on."""
        at = self._list.cursor
        if self.wanted.checkin:
            return self.newcomers[at].customer if at < len(self.newcomers) else None
        return self.found[at] if at < len(self.found) else None

    # -- asking -------------------------------------------------------------------------

    def show(self, wanted: Wanted) -> None:
        """Show other people, the cursor on the first."""
        if wanted != self.wanted:
            self.wanted = wanted
            if self._search.text != wanted.text:
                self._search.put(wanted.text)
            self._read()

    def _read(self, *, keep: bool = False) -> None:
        self.clock = clock = self.desk.clock()
        wanted = self.wanted
        if wanted.checkin:
            self.ask(
                lambda db: profiles.newcomers(db, clock, DAYS),
                lambda found: self._show_newcomers(found, keep=keep), failed=self._failed,
            )  # fmt: skip
            return

        def matching(db: Connection) -> CustomerPage:
            within = None if wanted.within is None else list(wanted.within.who(db))
            return mirror.matching(db, wanted.text, limit=SHOWN, sort=wanted.sort, within=within)

        if self.total is None:
            self._list.say(*states.loading("the customers"))
        self.ask(matching, lambda page: self._show_page(page, keep=keep), failed=self._failed)

    def _show_page(self, page: CustomerPage, *, keep: bool) -> None:
        same = keep and page.customers == self.found
        here = self.customer
        self.found, self.total = page.customers, page.total
        self.newcomers = ()
        if not same:
            ids = [one.id for one in page.customers]
            title = self.wanted.within.title if self.wanted.within else None
            self._show_rows(ids, here if keep else None, words.nobody(self.wanted.text, title))
        self._facts()

    def _show_newcomers(self, found: tuple[Newcomer, ...], *, keep: bool) -> None:
        same = keep and found == self.newcomers
        here = self.customer
        self.newcomers, self.found, self.total = found, (), len(found)
        if not same:
            ids = [one.customer.id for one in found]
            self._show_rows(ids, here if keep else None, words.no_newcomers(DAYS))
        self._facts()

    def _show_rows(
        self, ids: list[int], here: Customer | None, nothing: tuple[Content, ...]
    ) -> None:
        if not ids:
            self._list.say(*nothing)
        elif here is not None and here.id in ids:
            self._list.show(len(ids), ids.index(here.id))
        else:
            self._list.show(len(ids), top=0)
        self._look()

    def _failed(self, sentence: str) -> None:
        self.found, self.newcomers, self.total = (), (), None
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
        if self.wanted.checkin:
            return words.newcomer_line(self.newcomers[row], width, self.clock)
        return words.row_line(self.found[row], width, self.clock, self.wanted.text)

    def _facts(self) -> None:
        wanted = self.wanted
        status, header = self.query_one("#customers-status", Bar), self.query_one(
            "#customers-header", Bar
        )
        width = max(20, self._list.size.width - 1)
        self.set_class(wanted.checkin, "-checkin")
        if wanted.checkin:
            status.say(words.newcomer_status(self.newcomers, DAYS, self.clock))
            header.say(words.newcomer_header(width))
        else:
            title = wanted.within.title if wanted.within else None
            status.say(
                words.status(
                    self.total, len(self.found), sort=wanted.sort, title=title, clock=self.clock
                )
            )
            header.say(words.header(width))
        self._detail()

    def _detail(self) -> None:
        at = self._list.cursor
        one = self.newcomers[at] if at < len(self.newcomers) else None
        used, unused = words.newcomer_detail(one, self._list.size.width)
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
            self.show(replace(self.wanted, text=event.text, checkin=False))

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
        ring: list[mirror.Sort] = ["last_seen", "signed_up", "name"]
        at = ring.index(self.wanted.sort) if self.wanted.sort in ring else 0
        self.show(replace(self.wanted, sort=ring[(at + 1) % len(ring)]))

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
