"""What the keys do, asked three ways: help (?), palette (ctrl+p) and go-to (:).

Everything here is read from the bindings where they live; there is no second list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.dom import DOMNode

from console.panes.pane import Pane, Say
from console.panes.seats import Seats
from console.panes.view_keys import ViewKeys
from console.show import keys as words
from console.show.keys import KeyWords
from console.themes import THEMES
from console.widgets.chooser import Choice, Chooser


class PaletteScreen(ViewKeys):
    """A screen with panes, whose keys can be looked up."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "Help", key_display="?", show=False, id="help",
                tooltip="All keys, by word and by key"),
        Binding("colon", "goto", "Go to", key_display=":", show=False, id="goto",
                tooltip="Go to a place by its name"),
        Binding("ctrl+p", "palette", "Palette", show=False, id="palette",
                tooltip="All commands, by words"),
    ]  # fmt: skip
    seats: Seats
    """The panes, in the order of their tabs; `at` is the one in front."""
    at = 0

    async def move(self, seat: int) -> Pane:
        """Bring a seat to the front."""
        raise NotImplementedError

    def action_help(self) -> None:
        """All keys; enter on one presses it."""
        self.app.push_screen(help_box(self), self._later)

    def action_palette(self) -> None:
        """All commands."""
        self.app.push_screen(palette_box(self), self._later)

    def action_goto(self) -> None:
        """Go to a place by name."""
        self.app.push_screen(goto_box(self), self._go_later)

    def _later(self, chosen: tuple[Command | None, str] | None) -> None:
        # Once the box is gone: mounting a pane would wait for it, and it for us.
        self.call_later(self._do, chosen)

    def _go_later(self, chosen: tuple[str | None, str] | None) -> None:
        self.call_later(self._go, chosen)

    async def _do(self, chosen: tuple[Command | None, str] | None) -> None:
        command = chosen[0] if chosen else None
        if command is None:
            return
        if command.words.why_not:
            self.post_message(Say(f"{command.words.label}: {command.words.why_not}", bad=True))
            return
        if command.seat is not None:
            await self.move(command.seat)
        await self.app.run_action(command.action, default_namespace=command.node)

    async def _go(self, chosen: tuple[str | None, str] | None) -> None:
        why = await go(self, *chosen) if chosen is not None else None
        if why:
            self.post_message(Say(why, bad=True))


_LAST = ("List", "Page")
"""Groups of keys that everybody guesses."""


@dataclass(frozen=True)
class Command:
    """Something a key does, and where."""

    words: KeyWords
    action: str
    node: DOMNode
    """Where it acts."""
    seat: int | None = None
    """The pane to open first; None when it acts where we are."""


def commands(screen: PaletteScreen) -> list[Command]:
    """Every key, first those that can act now, in the order of the panes."""
    found: dict[str, Command] = {}
    for active in screen.active_bindings.values():
        if active.binding.id and not active.binding.system:
            _add(found, screen, active.binding, active.node)
    for place, seat in enumerate(screen.seats):
        for binding in type(seat).BINDINGS:
            if isinstance(binding, Binding) and binding.id and binding.id not in found:
                keys = _keys_of(screen, binding)
                said = KeyWords(
                    keys, binding.description, binding.tooltip or "", where=seat.TITLE, away=True
                )
                found[binding.id] = Command(said, binding.action, seat, place)
    return list(found.values())


def _add(found: dict[str, Command], screen: PaletteScreen, binding: Binding, node: DOMNode) -> None:
    assert binding.id is not None
    key = screen.app.get_key_display(binding)
    if binding.id in found:
        old = found[binding.id]
        found[binding.id] = Command(
            old.words._replace(keys=f"{old.words.keys} {key}"), old.action, old.node
        )
        return
    why: Callable[[str], str | None] = getattr(node, "why_not", lambda action: None)
    where = str(getattr(node, "TITLE", None) or getattr(node, "GROUP", "Everywhere"))
    said = KeyWords(key, binding.description, binding.tooltip or "", why(binding.action), where)
    found[binding.id] = Command(said, binding.action, node)


def _keys_of(screen: PaletteScreen, binding: Binding) -> str:
    single = [replace(binding, key=key.strip()) for key in binding.key.split(",")]
    return " ".join(screen.app.get_key_display(one) for one in single)


def help_box(screen: PaletteScreen) -> Chooser[Command]:
    """Every key with what it does, searchable; enter presses it."""
    known = commands(screen)

    def offer(text: str) -> Sequence[Choice[Command]]:
        chosen = [one for one in known if words.matches(text, *_fields(one))]
        return _grouped(chosen)

    return Chooser(offer, "search the keys", foot=words.help_foot())


def palette_box(screen: PaletteScreen) -> Chooser[Command]:
    """Every command, keys at the right."""
    known = [one for one in commands(screen) if one.words.where not in _LAST]
    known.sort(key=lambda one: (one.words.why_not is not None, one.words.away))

    def offer(text: str) -> Sequence[Choice[Command]]:
        chosen = [one for one in known if words.matches(text, *_fields(one))]
        return [_choice(one, words.palette_line) for one in chosen]

    return Chooser(offer, "what would you like to do?")


def goto_box(screen: PaletteScreen) -> Chooser[str]:
    """Places to go to by name: ``:customers ada``, ``:feed urgent``, ``:cohorts month``."""
    known = places(screen)

    def offer(text: str) -> Sequence[Choice[str]]:
        first = text.lstrip().split(" ", 1)[0].casefold()
        whole = text.lstrip().casefold()
        return [
            _place(place)
            for place in known
            if place.name.casefold().startswith(whole if " " in place.name else first)
        ]

    return Chooser(offer, "customers ada · feed urgent · theme light", free=True)


class Place(NamedTuple):
    """Somewhere to go to by name."""

    name: str
    usage: str
    tells: str


def places(screen: PaletteScreen) -> list[Place]:
    """Every pane, and what else has a name."""
    also = [pair for seat in screen.seats for pair in seat.ALSO.items()]
    also += screen.SYNC_PLACES.items()
    also += screen.VIEW_PLACES.items()
    return [
        *(Place(seat.NAME, seat.USAGE or seat.NAME, seat.TELLS) for seat in screen.seats),
        *(Place(usage.split(" ", 1)[0], usage, tells) for usage, tells in dict(also).items()),
        *(Place(usage, usage, tells) for usage, tells in screen.view_places().items()),
        Place("theme", "theme NAME", "the look: " + ", ".join(_themes(screen))),
        Place("help", "help", "all keys"),
        Place("quit", "quit", "leave the console"),
    ]


async def go(screen: PaletteScreen, chosen: str | None, text: str) -> str | None:
    """Go where the words say; answers why not, or None when it went.

    chosen: the name of the place the cursor was on. text: the words as typed; what several
    panes answer to is meant for the one in front.
    """
    said, _, rest = text.strip().partition(" ")
    name = chosen or said
    for place in sorted(range(len(screen.seats)), key=lambda place: place != screen.at):
        seat = screen.seats[place]
        if name == seat.NAME:
            return (await screen.move(place)).go(rest.strip())
        if name in seat.also():
            return (await screen.move(place)).go_also(name, rest.strip())
    if name in [usage.split(" ", 1)[0] for usage in screen.SYNC_PLACES]:
        screen.go_sync(name, rest)
        return None
    if name.startswith("view "):
        return await screen.go_view("view", name.removeprefix("view "))
    if name in [usage.split(" ", 1)[0] for usage in screen.VIEW_PLACES]:
        return await screen.go_view(name, rest)
    if name == "theme":
        return _change_theme(screen, rest.strip())
    if name == "help":
        screen.action_help()
        return None
    if name == "quit":
        screen.app.exit()
        return None
    return f"There is no place called {name}; : lists them"


def _change_theme(screen: PaletteScreen, said: str) -> str | None:
    known = _themes(screen)
    found = [name for name in known if name.endswith(said)] if said else []
    if not found:
        return f"Which theme? There are {', '.join(known)}"
    screen.app.theme = found[0]
    return None


def _themes(screen: PaletteScreen) -> list[str]:
    ours = [theme.name for theme in THEMES]
    others = sorted(name for name in screen.app.available_themes if name not in ours)
    return [*ours, *others]


def _place(place: Place) -> Choice[str]:
    return Choice(place.name, partial(words.goto_line, place.usage, place.tells))


def _fields(command: Command) -> Iterable[str]:
    said = command.words
    return (said.keys, said.label, said.tells, said.where)


def _grouped(chosen: Sequence[Command]) -> list[Choice[Command]]:
    groups: dict[str, list[Command]] = {}
    for one in sorted(chosen, key=lambda one: one.words.where in _LAST):
        groups.setdefault(one.words.where, []).append(one)
    lines: list[Choice[Command]] = []
    for where, members in groups.items():
        heading = partial(words.heading_line, where)
        lines.append(Choice(members[0], heading, able=False))
        lines += [_choice(one, words.help_line) for one in members]
    return lines


def _choice(command: Command, paint: Callable[[KeyWords, int], Content]) -> Choice[Command]:
    return Choice(command, partial(paint, command.words))
