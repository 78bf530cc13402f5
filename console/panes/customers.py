"""The customers: search as you type, people of a cell, and the onboarding check-in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from textual.binding import Binding, BindingType

from console.mirror import customers as mirror
from console.panes.keeping import Keeping
from console.panes.pane import Open, People
from console.panes.people_keys import PeopleKeys
from console.panes.roll import Wanted, Within
from console.widgets.filter_line import FilterLine
from console.widgets.row_list import RowList


class CustomersPane(PeopleKeys):
    """Rows of customers."""

    NAME = "customers"
    TITLE = "Customers"
    USAGE = "customers WORDS"
    TELLS = "everybody, searched as you type"
    TAKES_PEOPLE = True
    ALSO: ClassVar[Mapping[str, str]] = {
        "check-in": "customers of the last 30 days, who needs someone first",
        **Keeping.ALSO,
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Search", key_display="/", id="customers.search",
                tooltip="Search name, email, company, city and tag as you type; esc clears"),
        Binding("s", "sort", "Sort", id="customers.sort",
                tooltip="Order by last seen, newest, or name"),
        Binding("i", "checkin", "Check-in", id="customers.checkin",
                tooltip="Customers of the last 30 days, those who need someone first"),
        Binding("space", "mark", "Mark", id="customers.mark",
                tooltip="Mark a customer, or take the mark away; esc takes all away"),
        Binding("v", "range", "Range", show=False, id="customers.range",
                tooltip="Mark from here: move, then v again; esc lets it be"),
        Binding("asterisk", "mark_all", "Mark all", key_display="*", show=False,
                id="customers.mark_all", tooltip="Mark all that match, also those not read yet"),
        Binding("e", "export", "Export", id="customers.export",
                tooltip="Write or copy the marked, else all that match: CSV, JSON lines, text"),
        Binding("S", "keep", "Save", show=False, id="customers.keep",
                tooltip="Save the marked, else all that match, as a segment"),
        Binding("r", "reload", "Reload", show=False, id="customers.reload",
                tooltip="Read the mirror again"),
    ]  # fmt: skip

    # -- keys ---------------------------------------------------------------------------

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Follow the cursor."""
        event.stop()
        self.follow_range(event.row)
        if self.wanted.checkin:
            self.say_detail()
        if not self.asking() and (further := self.roll.around(event.row)) is not None:
            self.roll.wanted = further
            # The first of those held is asked for to see the first of all.
            self.read(keep=event.row > 0)
        self.look()

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
        self.rows.focus()

    @property
    def memento(self) -> object:
        """What is shown."""
        return self.wanted

    def restore(self, memento: object) -> None:
        """Show it again."""
        if isinstance(memento, Wanted):
            self.show(memento)

    def view_state(self) -> dict[str, Any]:
        """Words, order, segment; people without a condition are saved as a segment first."""
        wanted = self.wanted
        condition = wanted.within.condition if wanted.within else None
        return {
            "text": wanted.text, "sort": wanted.sort, "segment": condition,
            "checkin": wanted.checkin,
        }  # fmt: skip

    def show_view(self, state: Mapping[str, Any]) -> str | None:
        """Show them again."""
        sort = next((one for one in mirror.SORTS if one == state.get("sort")), self.wanted.sort)
        within = self.among(str(state["segment"])) if state.get("segment") else None
        checkin = bool(state.get("checkin"))
        self.show(Wanted(str(state.get("text", "")), sort, within, checkin))
        return None

    def go_also(self, name: str, words: str) -> str | None:
        """The check-in; a segment."""
        if name != "check-in":
            return super().go_also(name, words)
        self.show(Wanted(sort=self.wanted.sort, checkin=True))
        return None

    def narrow(self, condition: str) -> str | None:
        """The people of a segment."""
        self.show(Wanted(sort=self.wanted.sort, within=self.among(condition)))
        return None

    def take_people(self, event: People) -> None:
        """The people of a cell, or of whatever else."""
        self.show(Wanted(within=Within(event.title, event.who)))

    def why_not(self, action: str) -> str | None:
        """Why a key cannot act now."""
        if action == "sort" and self.wanted.checkin:
            return "the check-in is ordered by who needs someone first"
        return super().why_not(action)

    def action_filter(self) -> None:
        """Into the search box."""
        self.search.open()

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
        self.read(keep=True)

    def action_clear(self) -> bool:
        """Esc: marks go first, then the search, then the narrowing."""
        if self.unmark():
            return True
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
