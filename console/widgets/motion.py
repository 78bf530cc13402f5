"""The keys that move up and down, the same wherever something is long."""

from __future__ import annotations

from textual.binding import Binding


def motion(
    group: str, step: str, one: str, top: tuple[str, str], end: tuple[str, str]
) -> list[Binding]:
    """Keys for a step, the ends, and a page.

    group: the first part of their ids. step: the action of one step. one: what a step is
    called. top, end: label and what it tells, of either end.
    """

    def key(keys: str, action: str, label: str, id: str, tells: str) -> Binding:
        return Binding(keys, action, label, show=False, id=f"{group}.{id}", tooltip=tells)

    return [
        key("down,j", f"{step}(1)", "Down", "down", f"{one} down"),
        key("up,k", f"{step}(-1)", "Up", "up", f"{one} up"),
        key("g,home", "edge(-1)", top[0], top[0].lower(), top[1]),
        key("G,end", "edge(1)", end[0], end[0].lower(), end[1]),
        key("ctrl+d,pagedown", "page(1)", "Page down", "page_down", "A page down"),
        key("ctrl+u,pageup", "page(-1)", "Page up", "page_up", "A page up"),
    ]
