"""The line that ``/`` opens: a text box that filters what is below it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from console.widgets.prompt import Complete, Prompt


class FilterLine(Horizontal):
    """A sign and a box; gone while there is nothing in it, unless told to stay."""

    DEFAULT_CSS = """
    FilterLine { height: 1; display: none; }
    FilterLine.-open, FilterLine.-stays { display: block; }
    FilterLine > Static { width: 3; color: $faint; }
    FilterLine:focus-within > Static { color: $primary; text-style: bold; }
    FilterLine > Prompt { width: 1fr; }
    """

    class Changed(Message):
        """Other words in the box."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

        def can_replace(self, message: Message) -> bool:
            """Only the newest words matter."""
            return isinstance(message, FilterLine.Changed)

    class Closed(Message):
        """The keys should go to what is filtered: enter, down or esc."""

    def __init__(
        self,
        placeholder: str = "",
        *,
        stays: bool = False,
        complete: Complete | None = None,
        id: str | None = None,
    ) -> None:
        """Make a line.

        placeholder: constant text of ours. stays: keep it in sight when it is empty.
        complete: how words typed go on.
        """
        super().__init__(id=id, classes="-stays" if stays else None)
        self._placeholder = placeholder
        self._complete = complete

    def compose(self) -> ComposeResult:
        """The sign and the box."""
        yield Static(Content(" / "))
        yield Prompt(self._placeholder, complete=self._complete)

    @property
    def _box(self) -> Prompt:
        return self.query_one(Prompt)

    @property
    def text(self) -> str:
        """What is in the box."""
        return self._box.value

    def open(self) -> None:
        """Come into sight and take the keys."""
        self.add_class("-open")
        self._box.focus()

    def put(self, text: str) -> None:
        """Set the words without taking the keys."""
        self._box.value = text
        self.set_class(bool(text), "-open")

    def on_input_changed(self, event: Prompt.Changed) -> None:
        """Pass the words on."""
        event.stop()
        self.post_message(self.Changed(event.value))

    def on_input_submitted(self, event: Prompt.Submitted) -> None:
        """Enter keeps the words and leaves the box."""
        event.stop()
        self._leave()

    def on_prompt_left(self, event: Prompt.Left) -> None:
        """Esc has cleared the words."""
        event.stop()
        self._leave()

    def on_prompt_onward(self, event: Prompt.Onward) -> None:
        """Down keeps the words and leaves the box."""
        event.stop()
        self._leave()

    def _leave(self) -> None:
        self.set_class(bool(self.text), "-open")
        self.post_message(self.Closed())
