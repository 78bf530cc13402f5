"""The two looks of the console, and the words every look is written in.

Widgets and `show` name no colour, only what it means: ``$quiet``, ``$level-urgent``,
``$heat-3``. `variables` works those out from any theme's few base colours, so that
Textual's own themes and the terminal's ANSI palette speak the same language.
"""

from __future__ import annotations

from textual.color import Color
from textual.theme import Theme

from console.tty.tones import HEATS, TILE_HUES

DARK = Theme(
    name="console-dark",
    primary="#7cb7ff",
    secondary="#9aa7ff",
    accent="#e9b872",
    warning="#e9b872",
    error="#f47f86",
    success="#86c99a",
    foreground="#d9dee7",
    background="#12151b",
    surface="#171b22",
    panel="#1e232c",
    dark=True,
)
LIGHT = Theme(
    name="console-light",
    primary="#0f62b8",
    secondary="#5a4fcf",
    accent="#95590a",
    warning="#95590a",
    error="#b4232f",
    success="#1e7a3c",
    foreground="#22272e",
    background="#fcfbf8",
    surface="#f5f3ee",
    panel="#eae7e0",
    dark=False,
)
THEMES = (DARK, LIGHT)


def variables(theme: Theme) -> dict[str, str]:
    """What each of our words looks like in `theme`: CSS variable name to value."""
    return _ansi(theme) if theme.ansi else _blended(theme)


def _blended(theme: Theme) -> dict[str, str]:
    system = theme.to_color_system().generate()
    ground = Color.parse(system["background"])
    ink = Color.parse(system["foreground"])
    primary = Color.parse(system["primary"])

    def mix(name: str, share: float) -> str:
        return ground.blend(Color.parse(system[name]), share, alpha=1.0).hex

    words = {
        "ink": ink.hex,
        "quiet": mix("foreground", 0.62),
        "faint": mix("foreground", 0.38 if theme.dark else 0.46),
        "hairline": mix("foreground", 0.16),
        "good": system["success"],
        "bad": system["error"],
        "warn": system["warning"],
        "level-urgent": system["error"],
        "level-notable": system["accent"],
        "level-routine": mix("foreground", 0.5),
        "level-noise": mix("foreground", 0.3),
        "row-cursor": mix("primary", 0.24 if theme.dark else 0.16),
        "row-cursor-blurred": mix("foreground", 0.09),
        "bar": system["surface"],
        "tab": system["primary"],
        "tab-ink": primary.get_contrast_text(1.0).hex,
        "tile-ink": Color.parse("white" if not theme.dark else "black").hex,
    }
    lightness, saturation = (0.70, 0.52) if theme.dark else (0.40, 0.55)
    for number, hue in enumerate(TILE_HUES):
        words[f"tile-{number}"] = Color.from_hsl(hue / 360, saturation, lightness).hex
    for step in range(HEATS):
        heat = ground.blend(primary, (0.0, 0.16, 0.32, 0.5, 0.7, 0.92)[step], alpha=1.0)
        words[f"heat-{step}"] = heat.hex
        words[f"heat-{step}-ink"] = heat.get_contrast_text(1.0).hex if step else words["faint"]
    return words


def _ansi(theme: Theme) -> dict[str, str]:
    plain = "ansi_default"
    words = {
        **dict.fromkeys(("ink", "quiet", "level-routine"), plain),
        **dict.fromkeys(("faint", "hairline", "level-noise"), "ansi_bright_black"),
        "good": "ansi_green",
        "bad": "ansi_red",
        "warn": "ansi_yellow" if theme.dark else "ansi_magenta",
        # Read on the cursor's row too: red on blue is not, nor black on it.
        "level-urgent": "ansi_bright_yellow" if theme.dark else "ansi_red",
        "level-notable": "ansi_yellow" if theme.dark else "ansi_magenta",
        "row-cursor": "ansi_blue" if theme.dark else "ansi_cyan",
        "row-cursor-blurred": "ansi_bright_black",
        "bar": plain,
        "tab": "ansi_blue",
        "tab-ink": "ansi_white",
        "tile-ink": "ansi_black",
    }
    names = ("blue", "magenta", "cyan", "green", "yellow", "red", "bright_cyan", "bright_green")
    for number, name in enumerate(names):
        words[f"tile-{number}"] = f"ansi_{name}"
    for step in range(HEATS):
        words[f"heat-{step}"] = plain if step < 3 else "ansi_blue"
        words[f"heat-{step}-ink"] = plain if step else "ansi_bright_black"
    return words
