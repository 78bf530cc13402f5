"""The inbox: customers with something urgent or notable that nobody has handled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.binding import Binding, BindingType

from console.mirror.database import Connection
from console.panes.export_keys import Exporting
from console.panes.exporting import Export
from console.panes.inbox_list import InboxList
from console.panes.pane import Meant, Open
from console.show import people
from console.show.lines import count
from console.widgets.filter_line import FilterLine
from console.widgets.row_list import RowList


@dataclass(frozen=True)
class _Memento:
    text: str
    waiting: bool
    customer: int | None


class InboxPane(InboxList, Exporting):
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

    @property
    def meant(self) -> Meant | None:
        """The marked, else the one under the cursor; each up to what was seen of them."""
        chosen = self.roll.chosen(self.rows.cursor)
        if not chosen:
            return None
        ids = tuple((one.customer.id, one.newest_at) for one in chosen)
        one = people.name(chosen[0].customer)
        says = one if len(ids) == 1 else count(len(ids), "customer")
        return Meant(ids, says, marked=bool(self.roll.marks.ids))

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
        if action == "mark" and self.roll.gone and self._here() == self.roll.kept:
            return "this customer has left the list"
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
        self._lay_out(None, 0)
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
        self._anew = True
        self.read()

    def action_reload(self) -> None:
        """Read mirror and notebook again."""
        self._anew = True
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
            self._anew = True
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
