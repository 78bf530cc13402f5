"""The panel of sources: how each stands, how a sync comes on, what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from console.clock import Clock
from console.panes.foot import Foot
from console.show import sources as words
from console.show.bars import Hint
from console.show.sources import Moving
from console.show.standing import Standing
from console.widgets.bar import Bar
from console.widgets.line_view import LineView

_KEYS = (Hint("R", "Sync"), Hint("j k", "Scroll"), Hint("esc", "Close"))


class SourcesBox(ModalScreen[None], inherit_bindings=False):
    """A modal box over the screen that is told anew whenever something has changed."""

    DEFAULT_CSS = """
    SourcesBox { align: center top; background: $background 60%; }
    SourcesBox > Vertical {
        width: 112; max-width: 100%; height: auto; max-height: 100%; margin-top: 1;
        background: $panel; border: round $hairline; padding: 0;
    }
    SourcesBox LineView { background: $panel; }
    SourcesBox Bar { background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", id="sources.leave", tooltip="Close the sources"),
        Binding("R", "sync", "Sync", id="sync", tooltip="Ask the systems' APIs what is new"),
    ]

    def __init__(self, sync: Callable[[], None], leave: Callable[[], bool]) -> None:
        """Make the box.

        sync: what R does. leave: whether esc had something else to do than to close.
        """
        super().__init__()
        self._sync = sync
        self._leave = leave
        self._found: Sequence[Standing] = ()
        self._clock: Clock | None = None
        self._moving: Moving | None = None

    def compose(self) -> ComposeResult:
        """How many, each, and the keys."""
        with Vertical():
            yield Bar(id="sources-title")
            yield LineView(id="sources-lines")
            yield Foot()

    def on_mount(self) -> None:
        """The keys scroll."""
        self.query_one(Foot).show_keys(_KEYS, ())
        self.query_one(LineView).focus()
        self._paint()

    def show(self, found: Sequence[Standing], clock: Clock, moving: Moving | None) -> None:
        """Show how the sources stand now. moving: how a sync of ours comes on."""
        self._found, self._clock, self._moving = found, clock, moving
        if self.is_mounted:
            self._paint()

    def tell(self, said: str, *, bad: bool = False) -> None:
        """Say something for a while."""
        if self.is_mounted:
            self.query_one(Foot).tell(said, bad=bad)

    def _paint(self) -> None:
        found, clock, moving = self._found, self._clock, self._moving
        if clock is None:
            return
        self.query_one("#sources-title", Bar).say(words.title(found))
        view = self.query_one(LineView)
        view.styles.height = self._height(len(words.lines(found, clock, self._inside, moving)))
        view.show(lambda width: words.lines(found, clock, width, moving), top=None)

    @property
    def _inside(self) -> int:
        return min(112, self.app.size.width) - 2

    def _height(self, lines: int) -> int:
        return max(1, min(lines, self.app.size.height - 6))

    def on_resize(self) -> None:
        """What fits depends on the size."""
        self._paint()

    def action_sync(self) -> None:
        """Sync."""
        self._sync()

    def action_leave(self) -> None:
        """Close, unless there is something to stop first."""
        if not self._leave():
            self.dismiss()
