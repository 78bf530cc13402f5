"""The inbox: customers with something urgent or notable that nobody has handled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from console import triage
from console.mirror.database import Connection
from console.model import Customer, Inbox
from console.panes.export_keys import Exporting
from console.panes.exporting import Export
from console.panes.inbox_roll import InboxRoll
from console.panes.marking import Marking
from console.panes.pane import Desk, Look, Meant, Open, ToHandle
from console.panes.pulse import Pulse
from console.show import people, states
from console.show.lines import count
from console.widgets.bar import Bar
from console.widgets.filter_line import FilterLine
from console.widgets.row_list import RowList


@dataclass(frozen=True)
class _Memento:
    text: str
    waiting: bool
    customer: int | None


class InboxPane(Marking, Exporting):
    """Rows of customers to be handled; the cursor is on the next when one is."""

    NAME = "inbox"
    TITLE = "To handle"
    USAGE = "inbox WORDS | waiting"
    TELLS = "who did something urgent or notable that nobody has handled"
    TELLS_TO_HANDLE = True
    HINTS = (
        "triage.done",
        "triage.claim",
        "triage.wait",
        "triage.note",
        "triage.tag",
        "triage.merge",
        "undo",
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", key_display="/", show=False, id="inbox.filter",
                tooltip="Show only customers with these words; esc clears"),
        Binding("f", "waiting", "Waiting", id="inbox.waiting",
                tooltip="What is put off, or what is to be handled again"),
        Binding("space", "mark", "Mark", id="inbox.mark",
                tooltip="Mark a customer, or take the mark away; esc takes all away"),
        Binding("v", "range", "Range", show=False, id="inbox.range",
                tooltip="Mark from here: move, then v again; esc lets it be"),
        Binding("asterisk", "mark_all", "Mark all", key_display="*", show=False,
                id="inbox.mark_all", tooltip="Mark all that are shown"),
        Binding("e", "export", "Export", show=False, id="inbox.export",
                tooltip="Write or copy the marked, else all shown: CSV, JSON lines or text"),
        Binding("r", "reload", "Reload", show=False, id="inbox.reload",
                tooltip="Read mirror and notebook again"),
    ]  # fmt: skip

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, id="inbox")
        config = desk.config
        self.roll: InboxRoll = InboxRoll(desk.clock(), days=config.inbox_days, who=config.person)
        self.pulse = Pulse(self, lambda: self.rows.repaint())
        self._again = False
        """Whether something was written while an answer was on its way."""
        self._wanted: int | None = None
        """On whom the cursor shall be once the answer is there."""

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

    @property
    def meant(self) -> Meant | None:
        """The marked, else the one under the cursor; each up to what was seen of them."""
        chosen = self.roll.chosen(self.rows.cursor)
        if not chosen:
            return None
        ids = tuple((one.customer.id, one.newest_at) for one in chosen)
        one = people.name(chosen[0].customer)
        return Meant(ids, one if len(ids) == 1 else count(len(ids), "customer"))

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
        row = self.rows.cursor
        if self.roll.take(found):
            at = self.roll.row_of(here) if here is not None else None
            self._lay_out(row if at is None else at)
        if not again:
            # Who is not in a fresh answer is not waited for: later the cursor is elsewhere.
            self._wanted = None
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
        ids = {id for id, _ in meant.ids}
        self.unmark(all_of_them=True)
        if action in ("done", "wait"):
            row = self.rows.cursor
            above = sum(id in ids for id in self.roll.ids[:row])
            self.roll.drop(ids)
            self._lay_out(row - above)
            self.say_facts()

    def taken_back(self, meant: Meant) -> None:
        """What was done has been undone: the cursor goes back to it."""
        self._wanted = meant.ids[0][0]
        self.mirror_changed()

    # -- showing ------------------------------------------------------------------------

    def _lay_out(self, cursor: int) -> None:
        if self.roll.rows:
            offset = self.rows.scroll_offset.y
            self.rows.show(len(self.roll.rows), cursor, top=offset)
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
        """Follow the cursor."""
        event.stop()
        self.follow_range(event.row)
        self._look()

    def on_row_list_opened(self, event: RowList.Opened) -> None:
        """Enter opens the customer."""
        event.stop()
        item = self.roll.item(event.row)
        if item is not None:
            self.post_message(Open(item.customer.id))

    # -- keys ---------------------------------------------------------------------------

    def why_not(self, action: str) -> str | None:
        """Why a key cannot act now."""
        if action in ("filter", "export") and not self.roll.rows:
            return "there is nobody in this list"
        return super().why_not(action)

    def export_says(self) -> str:
        """The marked, else all that are shown."""
        return count(len(self.roll.marks.ids or self.roll.rows), "customer")

    def to_export(self, db: Connection) -> Export:
        """The marked, else all that are shown."""
        return self.roll.export()

    def on_filter_line_changed(self, event: FilterLine.Changed) -> None:
        """Each letter narrows the list."""
        event.stop()
        self.roll.narrow(event.text.strip())
        self._lay_out(0)
        self.say_facts()

    def on_filter_line_closed(self, event: FilterLine.Closed) -> None:
        """Back to the rows."""
        event.stop()
        self.rows.focus()

    def action_filter(self) -> None:
        """Open the filter."""
        if self.why_not("filter"):
            self.refuse("filter")
        else:
            self.query_one(FilterLine).open()

    def action_waiting(self) -> None:
        """What is put off, or what is to be handled."""
        self.roll.waiting = not self.roll.waiting
        self.roll.marks.clear(all_of_them=True)
        self.read()

    def action_reload(self) -> None:
        """Read mirror and notebook again."""
        self.read()

    def action_clear(self) -> bool:
        """Esc: marks go first, then the filter, then what waits."""
        if self.unmark():
            return True
        if self.roll.text:
            self.query_one(FilterLine).put("")
        elif self.roll.waiting:
            self.action_waiting()
        else:
            return False
        return True

    @property
    def memento(self) -> object:
        """What is shown, and where the cursor is."""
        return _Memento(self.roll.text, self.roll.waiting, self._here())

    def restore(self, memento: object) -> None:
        """Show it again."""
        if isinstance(memento, _Memento):
            self.query_one(FilterLine).put(memento.text)
            self.roll.waiting, self._wanted = memento.waiting, memento.customer
            self.read()

    def view_state(self) -> dict[str, Any]:
        """Its words, and whether it shows what waits."""
        return {"text": self.roll.text, "waiting": self.roll.waiting}

    def show_view(self, state: Mapping[str, Any]) -> str | None:
        """Show them again."""
        self.restore(_Memento(str(state.get("text", "")), bool(state.get("waiting")), None))
        return None

    def go(self, said: str) -> str | None:
        """``:inbox``, ``:inbox waiting``, or words to look for."""
        said = said.strip()
        if (said == "waiting") != self.roll.waiting:
            self.action_waiting()
        self.query_one(FilterLine).put("" if said == "waiting" else said)
        return None
