"""A box to choose from: words in a text box narrow a list of lines below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from console.widgets.bar import Bar
from console.widgets.prompt import Prompt
from console.widgets.row_list import RowList

T = TypeVar("T")


@dataclass(frozen=True)
class Choice(Generic[T]):
    """One line to choose."""

    value: T
    paint: Callable[[int], Content]
    """Its words, for a width in cells."""
    able: bool = True
    """Whether the cursor may rest on it; others are there to be read."""


Offer = Callable[[str], Sequence[Choice[T]]]
"""What there is to choose, for the words typed so far."""


class Chooser(ModalScreen[tuple[T | None, str] | None], Generic[T], inherit_bindings=False):
    """A modal box. Answers what was chosen and the words typed; None when it was left."""

    DEFAULT_CSS = """
    Chooser { align: center top; background: $background 60%; }
    Chooser > Vertical {
        width: 84; max-width: 100%; height: auto; max-height: 100%; margin-top: 2;
        background: $panel; border: round $hairline; padding: 0;
    }
    Chooser.-tall > Vertical { margin-top: 0; }
    Chooser Prompt { margin: 0 1; }
    Chooser Bar { background: $panel; }
    Chooser RowList { height: auto; max-height: 40; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", id="chooser.leave", tooltip="Close without choosing"),
        Binding("down,ctrl+n", "step(1)", "Down", show=False, priority=True, id="chooser.down",
                tooltip="The next line"),
        Binding("up,ctrl+p", "step(-1)", "Up", show=False, priority=True, id="chooser.up",
                tooltip="The line before"),
        Binding("pagedown", "page(1)", "Page down", show=False, priority=True,
                id="chooser.page_down", tooltip="A page down"),
        Binding("pageup", "page(-1)", "Page up", show=False, priority=True, id="chooser.page_up",
                tooltip="A page up"),
    ]  # fmt: skip

    def __init__(
        self,
        offer: Offer[T],
        placeholder: str,
        *,
        foot: Content | None = None,
        free: bool = False,
        text: str = "",
    ) -> None:
        """Make a box.

        offer: the choices for the words typed. placeholder: constant text of ours.
        foot: a line below the list. free: words that match no line may be sent too.
        text: words to begin with.
        """
        super().__init__()
        self._offer = offer
        self._placeholder = placeholder
        self._foot = foot
        self._free = free
        self._text = text
        self._choices: Sequence[Choice[T]] = ()
        self._ended = False

    def compose(self) -> ComposeResult:
        """The text box, the list, the foot."""
        with Vertical():
            yield Prompt(self._placeholder)
            yield RowList(self._row, selectable=lambda row: self._choices[row].able, lit=True)
            if self._foot is not None:
                yield Bar()

    def on_mount(self) -> None:
        """The keys go to the box."""
        if self._foot is not None:
            self.query_one(Bar).say(self._foot)
        self.query_one(Prompt).focus()
        self.query_one(Prompt).value = self._text
        self._narrow(self._text)

    @property
    def _list(self) -> RowList:
        return self.query_one(RowList)

    def _row(self, row: int, width: int) -> Content:
        return self._choices[row].paint(width)

    def _narrow(self, text: str) -> None:
        self._choices = self._offer(text)
        room = max(3, self.app.size.height - 8)
        self._list.styles.height = max(1, min(len(self._choices), room))
        self._list.show(len(self._choices), top=0)

    def on_resize(self, event: events.Resize) -> None:
        """Lower screens have no margin to spare."""
        self.set_class(event.size.height < 20, "-tall")

    def on_input_changed(self, event: Prompt.Changed) -> None:
        """Narrow the list."""
        event.stop()
        self._narrow(event.value)

    def on_input_submitted(self, event: Prompt.Submitted) -> None:
        """Enter chooses the line under the cursor, or sends the words."""
        event.stop()
        self._choose()

    def on_row_list_opened(self, event: RowList.Opened) -> None:
        """A click chooses."""
        event.stop()
        self._choose()

    def on_prompt_left(self, event: Prompt.Left) -> None:
        """Esc closes at once: nothing here is worth keeping."""
        event.stop()
        self._end(None)

    def _end(self, answer: tuple[T | None, str] | None) -> None:
        # Keys typed ahead still arrive while the box is closing.
        if not self._ended:
            self._ended = True
            self.dismiss(answer)

    def _choose(self) -> None:
        text = self.query_one(Prompt).value
        at = self._list.cursor
        if at < len(self._choices) and self._choices[at].able:
            self._end((self._choices[at].value, text))
        elif self._free and text.strip():
            self._end((None, text))

    def action_step(self, by: int) -> None:
        """Move the cursor while the keys stay in the box."""
        self._list.action_step(by)

    def action_page(self, direction: int) -> None:
        """Move the cursor by a screen."""
        self._list.action_page(direction)

    def action_leave(self) -> None:
        """Close without choosing."""
        self._end(None)
