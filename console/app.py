"""The application: opens mirror and notebook, sets the look, follows what others write."""

from __future__ import annotations

import asyncio
import os
import sys
from base64 import b64encode
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from textual.driver import Driver
from textual.filter import LineFilter

from console import faults
from console.config import Config
from console.glance import Glance, visit_before
from console.mirror.database import (
    Connection,
    DatabaseError,
    MirrorError,
    data_version,
    open_reader,
)
from console.notebook.schema import VERSION as NOTEBOOK_VERSION
from console.notebook.views import View
from console.opening import begin
from console.panes.exporting import CLIPBOARD
from console.panes.pane import Desk, Say
from console.panes.watch import Watch
from console.screen import MainScreen
from console.show.clean import clean_lines
from console.show.gate import Gate
from console.themes import DARK, THEMES, variables
from console.tty.frame import FramedApp
from console.tty.memory import keep_small, tidy
from console.tty.typed_ahead import TypedAheadApp
from console.tty.unpinned import unpin_styles

THREADS = 6
"""Questions answered at a time: what the screen takes of threads and of descriptors of the
mirror, however many cores there are."""
FOLLOW = 0.1
"""Seconds between looks at whether somebody has written to the mirror."""
FOLLOW_NOTEBOOK = 0.5
"""Seconds between looks at whether a colleague has written into the notebook."""
CALM = 10
"""Looks between two readings of everything in sight, while the mirror keeps changing."""
REST = 4
"""How many times as long as the last reading took the next one waits, where that is more."""

TIDY = 120.0
"""Seconds between two times that the caches of libraries are emptied."""


class ConsoleApp(FramedApp, TypedAheadApp):
    """Customer Console."""

    TITLE = "Customer Console"
    CSS_PATH = "console.tcss"
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        config: Config,
        *,
        demo: bool = False,
        glance: Glance | None = None,
        view: View | None = None,
    ) -> None:
        """Make the application.

        config: where mirror and notebook are, and the clock. demo: they are the sample data.
        glance: what stands on the terminal already. view: what to show first; the feed unless
        told.
        """
        unpin_styles()
        self.glance = glance
        self.gate = Gate()
        self.fault: str | None = None
        """One line about a mistake of ours that ended the application."""
        super().__init__()
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = config.theme if config.theme in self.available_themes else DARK.name
        self.set_keymap(config.keymap)
        self.desk = Desk(config, demo, visit_before(config), glance.first if glance else None)
        self.hold = self.desk.hold
        self._db: Connection | None = None
        self._view = view
        self._notebook = Watch(config.notebook, NOTEBOOK_VERSION)
        self._version = 0
        self._quiet = 0
        self._reading = 0
        """Looks since everything in sight began to be read; 0 when it has been."""
        self._new = False
        """Whether somebody wrote between the last two looks."""
        self._changed = False
        """Whether somebody wrote since everything in sight was read."""
        self._lost = False
        self._wrong = ""
        """What was found wrong at the start, until it is said."""

    def get_default_screen(self) -> MainScreen:
        """The one screen."""
        return MainScreen(self.desk, self._view)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our words for colours, worked out from the present theme."""
        return variables(self.current_theme)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, and the gate behind them."""
        return [*super().get_line_filters(), self.gate]

    def get_driver_class(self) -> type[Driver]:
        """The driver that leaves properly."""
        if sys.platform == "win32":
            return super().get_driver_class()
        from console.tty.driver import SafeDriver

        return SafeDriver

    def on_mount(self) -> None:
        """Follow the mirror; remember the visit."""
        threads = ThreadPoolExecutor(THREADS, "question")
        asyncio.get_running_loop().set_default_executor(threads)
        self.leave_when_idle(self.desk.config.idle_minutes)
        self._follow()
        self.set_interval(FOLLOW, self._follow)
        self._notebook.changed()
        self.set_interval(FOLLOW_NOTEBOOK, self._follow_notebook)
        self.set_interval(TIDY, tidy)
        self.run_worker(self._begin, thread=True, exit_on_error=False)

    # -- the mirror ---------------------------------------------------------------------

    @property
    def _main(self) -> MainScreen | None:
        found = self.screen_stack[0] if self.screen_stack else None
        if self.is_running and isinstance(found, MainScreen) and found.is_mounted:
            return found
        # Not yet there; or the app shuts down, and the screen stands on without its parts.
        return None

    def _follow(self) -> None:
        """See whether somebody has written; tell the screen, not more often than it can take."""
        there = self.desk.config.mirror.exists()
        if there:
            # Before anybody reads: what is written after this look is noticed by the next.
            self._look()
        main = self._main
        if main is None:
            return
        main.mirror_there(there)
        if there and self._new:
            self._new = False
            main.follow()
        if self._wrong:
            main.post_message(Say(self._wrong, bad=True))
            self._wrong = ""
        self._quiet -= 1
        if self._reading and main.answering:
            self._reading += 1
        elif self._reading:
            self._quiet, self._reading = max(self._quiet, REST * self._reading), 0
        if there and self._changed and self._quiet <= 0 and not self._reading:
            self._changed = False
            self._quiet, self._reading = CALM, 1
            main.mirror_changed()

    def _look(self) -> None:
        try:
            if self._db is None:
                self._db = open_reader(self.desk.config.mirror)
                self._version = data_version(self._db)
                self._changed, self._lost = self._changed or self._lost, False
            version = data_version(self._db)
        except (MirrorError, DatabaseError):
            # Whoever asks the mirror next says why in words, once.
            self._changed |= not self._lost
            self._db, self._lost = None, True
            return
        self._new = version != self._version
        self._changed |= self._new
        self._version = version

    def _follow_notebook(self) -> None:
        main = self._main
        if self._notebook.changed() and main is not None:
            main.notebook_changed()

    def _begin(self) -> None:
        self._wrong = ". ".join(begin(self.desk.config))

    # -- the user's end -----------------------------------------------------------------

    def copy_to_clipboard(self, text: str) -> None:
        """Copy text at the user's end, through tmux and screen where they are told to let it."""
        text = "\n".join(clean_lines(text))
        data = b64encode(text.encode("utf-8", "replace"))[: CLIPBOARD // 4 * 4].decode()
        sequence = f"\x1b]52;c;{data}\a"
        if os.environ.get("TMUX"):
            sequence += "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
        elif os.environ.get("TERM", "").startswith("screen"):
            sequence = f"\x1bP{sequence}\x1b\\"
        if self._driver is not None:
            self._driver.write(sequence)

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Open nothing: this program may run on a server, where a browser is a shell."""

    def action_screenshot(self, filename: str | None = None, path: str | None = None) -> None:
        """Write nothing: text of strangers must not choose where files go."""

    def action_suspend_process(self) -> None:
        """Stay: under a login shell this would be a way out."""

    def deliver_text(self, *args: Any, **kwargs: Any) -> None:
        """Deliver nothing."""

    def deliver_binary(self, *args: Any, **kwargs: Any) -> None:
        """Deliver nothing."""

    # -- the end ------------------------------------------------------------------------

    def going_idle(self, seconds: int) -> None:
        """Say so at the foot of the screen."""
        if (main := self._main) is not None:
            words = f"Nobody is here? The console closes in {seconds} seconds; any key stays"
            main.post_message(Say(words, bad=True))

    def action_help_quit(self) -> None:
        """Tell whoever presses ctrl+c what leaves."""
        if (main := self._main) is not None:
            main.post_message(Say("q leaves the console, esc leaves a box"))

    def panic(self, *renderables: Any) -> None:
        """End without a word of anybody's data."""
        self._end(None)

    def _handle_exception(self, error: Exception) -> None:
        # Who misses a part that has been taken down already does not decide how it ends.
        if not self._exit:
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self._end(sys.exc_info()[1])

    def _end(self, error: BaseException | None) -> None:
        error = error or self._exception
        self._return_code = 1
        self.fault = self.fault or faults.told(error)
        self._close_messages_no_wait()


def run(
    config: Config, demo: bool = False, glance: Glance | None = None, view: View | None = None
) -> int:
    """Open the screen and stay until it is left.

    config: the settings. demo: the mirror is the sample data. glance: what stands on the
    terminal already. view: what to show first.
    Returns the exit status: 0, 1 after a mistake of ours, 2 where there is no terminal for
    it, 128 + n after signal n.
    """
    if not (sys.stdin.isatty() and sys.__stdin__ and sys.stdout.isatty()):
        print("console: the screen needs a terminal; see `console --help`", file=sys.stderr)
        return 2
    if os.environ.get("TERM", "") in ("", "dumb"):
        print("console: this terminal cannot show the screen (TERM)", file=sys.stderr)
        return 2
    keep_small()
    app = ConsoleApp(config, demo=demo, glance=glance, view=view)
    if config.theme is None and app.console.color_system == "standard":
        # Blends of our own come out as greys where there are sixteen colours.
        app.theme = "ansi-dark"
    app.run(mouse=config.mouse)
    if said := app.fault or app.farewell:
        print(f"console: {said}", file=sys.stderr)
    return app.return_code or 0
