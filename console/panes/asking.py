"""How panes ask the mirror: in a thread, on a connection of their own, one thing at a time.

An answer carries its question and is dropped when a newer one was asked meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, TypeVar

from textual.message import Message
from textual.widget import Widget
from textual.worker import get_current_worker

from console.clock import Clock
from console.config import Config
from console.mirror.database import (
    Connection,
    DatabaseError,
    MirrorError,
    advice,
    open_reader,
)
from console.notebook.segments import Shelf
from console.panes.feed_log import First
from console.tty.typed_ahead import Hold

T = TypeVar("T")

_STEPS = 20_000
"""Steps of SQLite's machine between two looks at whether the answer is still wanted."""


@dataclass(frozen=True)
class Desk:
    """What panes work with."""

    config: Config
    demo: bool = False
    last_visit: int | None = None
    """When this person was last here, in microseconds UTC; None the first time."""
    first: First | None = None
    """The feed's first page, where it was read before there was a screen."""
    hold: Hold = field(default_factory=Hold)
    """Holds back what is typed for a box that is on its way."""

    def clock(self) -> Clock:
        """The workspace's clock, now."""
        return self.config.clock()

    @cached_property
    def saved(self) -> Shelf:
        """The saved segments."""
        return Shelf(self.config.notebook)

    @property
    def name(self) -> str:
        """Whose data it is, as far as the settings tell."""
        stem = self.config.mirror.stem
        return "sample data" if self.demo else "" if stem == "mirror" else stem


class Question:
    """One question to the mirror, from the moment it is asked."""

    def __init__(
        self,
        work: Callable[[Connection], Any],
        then: Callable[[Any], None],
        failed: Callable[[str], None],
    ) -> None:
        self.work = work
        self.then = then
        self.failed = failed
        self.db: Connection | None = None

    def interrupt(self) -> None:
        """Stop it, because a newer one takes its place."""
        db = self.db
        if db is not None:
            # It may be closing at this very moment, its answer on the way to be dropped.
            with suppress(DatabaseError):
                db.interrupt()


class Answered(Message):
    """A question came back."""

    bubble = False

    def __init__(self, group: str, question: Question, value: Any, error: str | None) -> None:
        super().__init__()
        self.group = group
        self.question = question
        self.value = value
        self.error = error


class Asking(Widget):
    """A widget that asks the mirror."""

    def __init__(self, desk: Desk, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.desk = desk
        self._asked: dict[str, Question] = {}

    def ask(
        self,
        work: Callable[[Connection], T],
        then: Callable[[T], None],
        *,
        failed: Callable[[str], None],
        group: str = "main",
    ) -> None:
        """Ask the mirror in a thread; a newer question of the same group replaces this one.

        work: runs in the thread, on a read-only connection of its own; touches no widget.
        then: gets the answer, on the screen's own thread; never called with a stale one.
        failed: gets a sentence instead, when the mirror cannot answer.
        """
        if (old := self._asked.get(group)) is not None:
            old.interrupt()
        question = self._asked[group] = Question(work, then, failed)
        self.run_worker(
            partial(self._answer, group, question),
            group=group, thread=True, exclusive=True, exit_on_error=False,
        )  # fmt: skip

    def asking(self, group: str = "main") -> bool:
        """Whether a question of this group is still out."""
        return group in self._asked

    def drop_question(self, group: str = "main") -> None:
        """Want no answer any more."""
        if (old := self._asked.pop(group, None)) is not None:
            old.interrupt()
            self.workers.cancel_group(self, group)

    @contextmanager
    def lend(self) -> Iterator[Connection]:
        """A connection for one question, in its thread. Raises MirrorError."""
        db = open_reader(self.desk.config.mirror)
        try:
            yield db
        finally:
            db.close()

    def _answer(self, group: str, question: Question) -> None:
        value, error = None, None
        try:
            with self.lend() as db:
                worker = get_current_worker()
                if worker.is_cancelled:
                    return
                question.db = db
                # An interrupt between two statements would be lost on the second.
                db.set_progress_handler(lambda: worker.is_cancelled, _STEPS)
                try:
                    value = question.work(db)
                finally:
                    question.db = None
        except MirrorError as problem:
            error = str(problem)
        except DatabaseError as problem:
            said = advice(self.desk.config.mirror, problem)
            error = f"The mirror cannot answer: {problem}. {said}"
        except Exception as problem:
            # A fault of ours in one question must not take the whole screen away.
            error = f"The console made a mistake here ({type(problem).__name__}: {problem})."
        self.post_message(Answered(group, question, value, error))

    def on_answered(self, message: Answered) -> None:
        """Hand an answer on, unless a newer question was asked."""
        message.stop()
        if self._asked.get(message.group) is not message.question:
            return
        del self._asked[message.group]
        if message.error is not None:
            message.question.failed(message.error)
        else:
            message.question.then(message.value)
