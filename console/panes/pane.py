"""What every pane is, and what it tells the screen.

State comes down as calls (`arrive`, `follow`, `mirror_changed`), news goes up as messages (`Look`,
`Open`, `People`, `ToHandle`, `Say`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.containers import Vertical
from textual.message import Message

from console.mirror.database import Connection
from console.model import Customer, Status
from console.panes.asking import Asking as Asking
from console.panes.asking import Desk as Desk
from console.show.people import name


class Look(Message):
    """The cursor rests on a customer: whoever stands beside may show them."""

    def __init__(self, customer: int | None) -> None:
        super().__init__()
        self.customer = customer

    def can_replace(self, message: Message) -> bool:
        """Only the newest matters."""
        return isinstance(message, Look)


class Open(Message):
    """Open a customer's profile."""

    def __init__(self, customer: int) -> None:
        super().__init__()
        self.customer = customer


class People(Message):
    """Show some people in the customers pane.

    title: what they have in common, in words of ours, like "cohort 2 Mar, week 3".
    who: answers their ids; runs in a thread.
    """

    def __init__(self, title: str, who: Callable[[Connection], Iterable[int]]) -> None:
        super().__init__()
        self.title = title
        self.who = who


class ToHandle(Message):
    """How many customers are in the inbox, from whoever has just worked it out."""

    def __init__(self, n: int) -> None:
        super().__init__()
        self.n = n


class Say(Message):
    """A short sentence for the foot of the screen; may hold strangers' text."""

    def __init__(self, words: str, *, bad: bool = False) -> None:
        super().__init__()
        self.words = words
        self.bad = bad


@dataclass(frozen=True)
class Meant:
    """Whom a key acts on."""

    ids: tuple[tuple[int, int], ...]
    """Customers, and up to which instant (microseconds UTC) what they did was in sight."""
    says: str
    """In words, like "Ada Berg" or "3 customers"; may hold strangers' text."""
    marked: bool = False
    """Whether they are the marked."""


class Pane(Asking, Vertical, can_focus=False, inherit_bindings=False):
    """One seat of the screen.

    The screen mounts a pane when it is first opened, calls `arrive` whenever it comes to
    the front and `mirror_changed` when somebody has written to the mirror.
    """

    DEFAULT_CSS = """
    Pane { width: 1fr; height: 1fr; }
    """
    NAME: ClassVar[str]
    """One lower-case word, for ``:`` and the command line."""
    TITLE: ClassVar[str]
    """The tab's label."""
    USAGE: ClassVar[str] = ""
    """How to write it after ``:``, with what it takes."""
    TELLS: ClassVar[str]
    """What it shows, in a few words."""
    ALSO: ClassVar[Mapping[str, str]] = {}
    """What else may be written after ``:``, its first word the name; and what each does."""
    TAKES_PEOPLE: ClassVar[bool] = False
    """Whether `People` are shown here."""
    HINTS: ClassVar[tuple[str, ...]] = ()
    """Keys of the screen that are told at its foot before the pane's own, by id."""
    BESIDE: ClassVar[bool] = True
    """Whether a profile stands beside it when there is room."""
    TELLS_TO_HANDLE: ClassVar[bool] = False
    """Whether it works the inbox out at each change, and says `ToHandle`."""

    status: Status | None = None
    """How the mirror stands, as far as the screen knows."""

    written: bool = False
    """Whether this person wrote in the notebook since the pane last changed by a key: the next
    undo is then the notebook's."""

    stale: bool = False
    """Whether the mirror has changed since the pane last looked."""

    @property
    def source_names(self) -> tuple[str, ...]:
        """The sources in the mirror."""
        return tuple(source.source for source in self.status.sources) if self.status else ()

    @property
    def customer(self) -> Customer | None:
        """Whom the cursor is on, for keys that act on a customer."""
        return None

    @property
    def meant(self) -> Meant | None:
        """Whom a key acts on that may act on several; None when on nobody."""
        who = self.customer
        if who is None:
            return None
        return Meant(((who.id, self.desk.clock().now),), name(who))

    def acted(self, action: str, meant: Meant) -> None:
        """Something is being done about customers: show it at once."""

    def not_acted(self, meant: Meant) -> None:
        """It could not be done after all; the pane is told to look again besides."""

    def taken_back(self, meant: Meant) -> None:
        """What was done has been undone."""
        self.mirror_changed()

    def notebook_changed(self) -> None:
        """Somebody wrote into the notebook; most panes show nothing of it."""

    @property
    def memento(self) -> object:
        """What `restore` needs to show the same again."""
        return None

    def restore(self, memento: object) -> None:
        """Show again what a memento remembers."""

    def why_not(self, action: str) -> str | None:
        """Why a key's action cannot be done now; None when it can."""
        return None

    def refuse(self, action: str) -> None:
        """Say why an action cannot be done."""
        why = self.why_not(action) or "that cannot be done now"
        self.post_message(Say(why[:1].upper() + why[1:], bad=True))

    def action_clear(self) -> bool:
        """Esc: take back one thing (a filter, a narrowing); False when there was none."""
        return False

    def arrive(self) -> None:
        """Come to the front: put the focus where the keys should go."""

    def follow(self) -> None:
        """Somebody wrote to the mirror a moment ago: show what costs next to nothing.

        Called only for the pane in front, at every commit; `mirror_changed` follows.
        """

    def mirror_changed(self) -> None:
        """Somebody wrote to the mirror: ask again, calmly, and change what changed."""

    def view_state(self) -> dict[str, Any]:
        """What `show_view` needs to show the same again, in another session: JSON values."""
        return {}

    def show_view(self, state: Mapping[str, Any]) -> str | None:
        """Show a saved view; answers why not, or None when it did."""
        return None

    @classmethod
    def also(cls) -> tuple[str, ...]:
        """The names in `ALSO`."""
        return tuple(usage.split(" ", 1)[0] for usage in cls.ALSO)

    def go_also(self, name: str, words: str) -> str | None:
        """Do what one of the names in `ALSO` stands for; answers why not, or None."""
        return f"{self.TITLE} knows nothing of {name}"

    def take_people(self, event: People) -> None:
        """Show the people of a message."""

    def go(self, words: str) -> str | None:
        """Do what ``:name words`` asks; answers why not, or None when it did."""
        return f"{self.TITLE} takes no words here" if words else None
