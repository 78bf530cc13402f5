"""The application: opens the mirror, sets the look, follows what others write."""

from __future__ import annotations

from pathlib import Path

from textual.app import App

from console.config import Config
from console.panes.pane import Desk
from console.screen import MainScreen
from console.show.gate import Gate
from console.themes import DARK, THEMES, variables


class ConsoleApp(App[None]):
    """Customer Console."""

    CSS_PATH = "console.tcss"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, config: Config, *, demo: bool = False) -> None:
        self.gate = Gate()
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = config.theme or DARK.name
        self.desk = Desk(config, demo)
        self.animation_level = "none"

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our words for colours, worked out from the present theme."""
        return variables(self.current_theme)

    def get_line_filters(self):  # type: ignore[no-untyped-def]
        return [*super().get_line_filters(), self.gate]

    def get_default_screen(self) -> MainScreen:
        """The one screen."""
        return MainScreen(self.desk)


_ = Path
