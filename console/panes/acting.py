"""Doing something about customers: at once on the screen, then in the notebook, and undone."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType

from console.mirror.customers import get
from console.mirror.database import Connection
from console.model import Customer, Person
from console.notebook.changes import Changed, Signed
from console.panes.asking import Desk
from console.panes.customer_keys import CustomerKeys
from console.panes.pane import Meant, Pane, Say
from console.panes.writing import Writing, Written
from console.show import triage as words

T = TypeVar("T")
Act = Callable[[list[tuple[Person, int]], Signed], Changed]
"""Does something about people, each with the instant up to which they were seen."""
_MOST_HANDLED = 100
"""Changes whose customers undo puts back under the cursor; it takes back older ones as well."""


class Acting(CustomerKeys):
    """A screen that writes about the customers in its panes, and takes it back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("z", "undo", "Undo", show=False, id="undo",
                tooltip="Take back your newest change in the notebook"),
        Binding("Z", "redo", "Redo", show=False, id="redo",
                tooltip="Make again what you undid last"),
    ]  # fmt: skip
    ON_CUSTOMERS: ClassVar[frozenset[str]] = frozenset()
    """Actions that need a customer."""

    opened: int | None = None
    """The customer whose profile has the keys."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.writing = Writing(desk, self)
        self._handled: deque[tuple[int, Meant]] = deque(maxlen=_MOST_HANDLED)
        """What was done here last, by change: undo leads back to it."""

    def on_unmount(self) -> None:
        """Let what is being written be written."""
        self.writing.end()

    def on_written(self, event: Written) -> None:
        """Go on with what was written."""
        event.stop()
        event.then(event.value)

    def notebook_changed(self) -> None:
        """Somebody wrote into the notebook: whoever shows it looks again."""

    @property
    def pane(self) -> Pane:
        """The pane in front."""
        raise NotImplementedError

    def look_up(self, id: int, then: Callable[[Customer | None], None]) -> None:
        """Find a customer with all their identities, in a thread."""
        self.pane.ask(lambda db: get(db, id), then, failed=self._say_why, group="links")

    # -- whom ---------------------------------------------------------------------------

    @property
    def meant(self) -> Meant | None:
        """Whom a key acts on."""
        who = self.customer
        if self.opened is None:
            return self.pane.meant
        if who is None:
            return None
        return Meant(((who.id, self.desk.clock().now),), words.called(who))

    def why_not(self, action: str) -> str | None:
        """Why a key cannot act now."""
        if action in self.ON_CUSTOMERS or action in ("undo", "redo"):
            if self.desk.config.readonly:
                return "the console was opened with --readonly; the notebook stays as it is"
            if action in self.ON_CUSTOMERS and self.meant is None:
                return "there is no customer under the cursor"
        return super().why_not(action)

    # -- doing --------------------------------------------------------------------------

    def ask_first(self, find: Callable[[Connection], T], show: Callable[[T], None]) -> None:
        """Find something, then open a box with it; what is typed meanwhile waits for the box."""
        hold = self.desk.hold

        def then(found: T) -> None:
            depth = len(self.app.screen_stack)
            show(found)
            hold.end(opened=len(self.app.screen_stack) > depth)

        def failed(why: str) -> None:
            hold.end(opened=False)
            self._say_why(why)

        hold.begin()
        self.writing.do(find, then, failed=failed)

    def act(self, action: str, act: Act, meant: Meant | None = None) -> None:
        """Do something about customers; the screen shows it at once, the notebook follows."""
        from console.triage import meant as known

        found = meant or self._wanted(action)
        if found is None:
            return
        by, pane = self._signed(), self.pane

        def work(db: Connection) -> Changed:
            people = known(db, found.ids)
            if not people:
                raise ValueError("the customer is no longer in the mirror")
            return act(people, by)

        def then(changed: Changed) -> None:
            self._handled.append((changed.id, found))
            self.wrote()
            self._say(words.done(changed.action, words.whom(found.says, len(found.ids))))
            self.notebook_changed()

        def failed(why: str) -> None:
            self._say_why(why)
            pane.not_acted(found)
            self.notebook_changed()

        pane.acted(action, found)
        self.writing.do(work, then, failed=failed)

    def wrote(self, written: bool = True) -> None:
        """What undo would turn next is in the notebook, or no longer."""
        self.pane.written = written

    def action_undo(self) -> None:
        """Take back the newest change of this person."""
        self._turn(undone=True)

    def action_redo(self) -> None:
        """Make again what was undone."""
        self._turn(undone=False)

    def _turn(self, *, undone: bool) -> None:
        from console import merging

        if self.refuse("undo" if undone else "redo"):
            return
        by, config, clock = self._signed(), self.desk.config, self.desk.clock()

        def then(changed: Changed) -> None:
            self._say(words.turned(changed.action, changed.n, changed.at, clock, undone=undone))
            found = next((meant for id, meant in self._handled if id == changed.id), None)
            self.wrote(False)
            if found is not None and not undone:
                self.pane.acted(changed.action, found)
            elif found is not None and self.opened is None:
                self.pane.taken_back(found)
            self.notebook_changed()

        self.writing.do(
            lambda db: merging.turn(config, by, undone=undone), then, failed=self._say_why
        )

    def _wanted(self, action: str) -> Meant | None:
        return None if self.refuse(action) else self.meant

    def _signed(self) -> Signed:
        return Signed(self.desk.config.person, self.desk.clock().now)

    def _say(self, sentence: str) -> None:
        self.post_message(Say(sentence))

    def _say_why(self, sentence: str) -> None:
        self.post_message(Say(sentence[:1].upper() + sentence[1:], bad=True))
