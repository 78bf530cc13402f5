"""Keys that handle customers, whichever pane shows them: done, claim, wait, note, tag, undo."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Sequence
from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType

from console.mirror.customers import get
from console.mirror.database import Connection
from console.model import Customer, Person
from console.notebook.changes import Changed, Signed
from console.panes.asking import Desk
from console.panes.customer_keys import CustomerKeys
from console.panes.pane import Meant, Pane, Say
from console.panes.triage_boxes import tag_box, wait_box
from console.panes.writing import Writing, Written
from console.show import triage as words

T = TypeVar("T")
Act = Callable[[list[tuple[Person, int]], Signed], Changed]
"""Does something about people, each with the instant up to which they were seen."""
_ON_CUSTOMERS = frozenset({"done", "claim", "wait", "note", "tag", "merge"})
_MOST_HANDLED = 100
"""Changes whose customers undo puts back under the cursor; it takes back older ones as well."""


class TriageKeys(CustomerKeys):
    """A screen whose customers can be handled."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "done", "Done", show=False, id="triage.done",
                tooltip="Handled: away until something new happens; acts on the marked"),
        Binding("c", "claim", "Claim", show=False, id="triage.claim",
                tooltip="Say that you are at it, for ten minutes; again gives it up"),
        Binding("w", "wait", "Wait", show=False, id="triage.wait",
                tooltip="Put off until a time, or until something new happens"),
        Binding("n", "note", "Note", show=False, id="triage.note",
                tooltip="Write a note on the customer"),
        Binding("number_sign", "tag", "Tag", key_display="#", show=False, id="triage.tag",
                tooltip="Give a tag, or take one away"),
        Binding("z", "undo", "Undo", show=False, id="undo",
                tooltip="Take back your newest change in the notebook"),
        Binding("Z", "redo", "Redo", show=False, id="redo",
                tooltip="Make again what you undid last"),
    ]  # fmt: skip

    opened: int | None = None
    """The customer whose profile has the keys."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.writing = Writing(desk, self)
        self._handled: deque[tuple[int, Meant]] = deque(maxlen=_MOST_HANDLED)
        """What was done here last, by change: undo leads back to it."""
        self._unkept: dict[str, str] = {}
        """Drafts by place, which the notebook could not take."""

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
        if action in _ON_CUSTOMERS or action in ("undo", "redo"):
            if self.desk.config.readonly:
                return "the console was opened with --readonly; the notebook stays as it is"
            if action in _ON_CUSTOMERS and self.meant is None:
                return "there is no customer under the cursor"
        return super().why_not(action)

    # -- actions ------------------------------------------------------------------------

    def action_done(self) -> None:
        """Handled, up to what was seen."""
        from console.notebook import triage

        book = self.desk.config.notebook
        self.act("done", lambda people, by: triage.done(book, people, by))

    def action_claim(self) -> None:
        """Claim; what one holds already is given up."""
        from console.notebook import triage
        from console.triage import held_by

        config = self.desk.config

        def turn(people: list[tuple[Person, int]], by: Signed) -> Changed:
            who = [person for person, _ in people]
            mine = all(held_by(config.notebook, person, by.at) == by.who for person in who)
            return (triage.release if mine else triage.claim)(config.notebook, who, by)

        self.act("claim", turn)

    def action_wait(self) -> None:
        """Ask until when, and put off."""
        from console.notebook import triage

        meant, book = self._wanted("wait"), self.desk.config.notebook

        def put_off(answer: tuple[int | None, str] | None) -> None:
            until = answer[0] if answer else None
            if until is not None:
                self.act("wait", lambda who, by: triage.wait(book, who, until, by), meant)

        if meant is not None:
            self.app.push_screen(wait_box(self.desk.clock()), put_off)

    def action_note(self) -> None:
        """Write a note; what was begun before is there."""
        from console.notebook import drafts
        from console.triage import meant as known

        meant, config = self._wanted("note"), self.desk.config
        if meant is None:
            return

        def find(db: Connection) -> tuple[str, str]:
            people = known(db, meant.ids)
            if not people:
                raise ValueError("the customer is no longer in the mirror")
            place = _place([person for person, _ in people])
            return place, drafts.find(config.notebook, place, config.person)

        self.ask_first(find, lambda found: self._write_note(meant, *found))

    def _write_note(self, meant: Meant, place: str, draft: str) -> None:
        from console.notebook import drafts, notes
        from console.panes.note_box import NoteBox

        book = self.desk.config.notebook

        def keep(text: str) -> None:
            by = self._signed()

            def kept(_: None) -> None:
                self._unkept.pop(place, None)

            def failed(why: str) -> None:
                self._unkept[place] = text
                self._say_why(why)

            self.writing.do(
                lambda db: drafts.keep(book, place, text, by),
                kept, failed=failed,
            )  # fmt: skip

        def save(text: str | None) -> None:
            if text is not None:
                # It is a draft until it is a note: a full disk must not cost what was written.
                keep(text)
                self.act("note", lambda who, by: _noted(text, who, by), meant)

        def _noted(text: str, who: list[tuple[Person, int]], by: Signed) -> Changed:
            return notes.add(book, [person for person, _ in who], text, by, draft=place)

        self.app.push_screen(NoteBox(meant.says, self._unkept.get(place, draft), keep), save)

    def action_tag(self) -> None:
        """Give a tag, or take one away."""
        from console.notebook.overview import tags
        from console.triage import meant as known

        meant, book = self._wanted("tag"), self.desk.config.notebook
        if meant is None:
            return

        def find(db: Connection) -> tuple[Sequence[str], Sequence[str]]:
            people = [person for person, _ in known(db, meant.ids)]
            return tags(book, people)

        self.ask_first(find, lambda found: self._tag(meant, *found))

    def _tag(self, meant: Meant, theirs: Sequence[str], others: Sequence[str]) -> None:
        from console.notebook import notes

        book = self.desk.config.notebook

        def turn(answer: tuple[tuple[str, bool] | None, str] | None) -> None:
            chosen = answer[0] if answer else None
            if chosen is None:
                return
            tag, given = chosen
            change = notes.tag if given else notes.untag
            self.act(
                "tag" if given else "untag",
                lambda who, by: change(book, [person for person, _ in who], tag, by), meant,
            )  # fmt: skip

        self.app.push_screen(tag_box(theirs, others), turn)

    def action_undo(self) -> None:
        """Take back the newest change of this person."""
        self._turn(undone=True)

    def action_redo(self) -> None:
        """Make again what was undone."""
        self._turn(undone=False)

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


def _place(people: Sequence[Person]) -> str:
    """Where a draft of a note is kept: by whom it is about, whatever the mirror's numbers."""
    first = [person[0] for person in people[:20]]
    return f"note:{len(people)}:{json.dumps(first, ensure_ascii=False)}"
