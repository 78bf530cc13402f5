"""A one-line text box that keeps still: no blinking, no border."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input

_JOINERS = "\u200c\u200d"
Complete = Callable[[str], str | None]
"""The whole text as it would be, for the text typed; None where nothing is known."""


class _Completer(Suggester):
    def __init__(self, complete: Complete) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._complete = complete

    async def get_suggestion(self, value: str) -> str | None:
        """How the words in the box go on."""
        return self._complete(value)


class Prompt(Input):
    """A text box. Enter and esc are the owner's business: it says so and does nothing else."""

    DEFAULT_CSS = """
    Prompt, Prompt:focus {
        height: 1; padding: 0; border: none; background: transparent; color: $ink;
        background-tint: transparent 0%;
    }
    Prompt > .input--placeholder { color: $faint; }
    Prompt > .input--suggestion { color: $faint; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape", "leave", "Clear", show=False, id="prompt.leave",
            tooltip="Clear the text, then leave the box",
        ),
        Binding(
            "down,pagedown", "onward", "To the list", show=False, id="prompt.onward",
            tooltip="From the box to the list below it",
        ),
    ]  # fmt: skip

    class Left(Message):
        """Esc: the box is done with; its text has been cleared."""

    class Onward(Message):
        """Down: on to what the box filters."""

    def __init__(
        self,
        placeholder: str = "",
        *,
        complete: Complete | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Make a box.

        placeholder: constant text of ours. complete: how words typed go on, shown faintly;
        the right arrow takes it.
        """
        super().__init__(
            placeholder=placeholder, id=id, classes=classes, compact=True, select_on_focus=False,
            suggester=_Completer(complete) if complete else None,
        )  # fmt: skip
        self.cursor_blink = False

    def replace(self, text: str, start: int, end: int) -> None:
        """Take what is typed or pasted, but for what cannot be seen: it may come from strangers."""
        seen = "".join(letter for letter in text if letter.isprintable() or letter in _JOINERS)
        super().replace(seen, start, end)

    def action_leave(self) -> None:
        """Clear, and say that the box is left."""
        self.value = ""
        self.post_message(self.Left())

    def action_onward(self) -> None:
        """Say that the keys should go to the list."""
        self.post_message(self.Onward())
