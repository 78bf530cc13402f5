"""Erasing people for good: the part of a writer that makes them nobody, and keeps them so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

from console.mirror.database import transaction
from console.mirror.forgetting import clear, finish, forget, known_as
from console.mirror.session import Session
from console.mirror.traces import traces
from console.model import Person, Tomb


class Eraser(Session):
    """Knows who was erased, and erases."""

    def erased(self) -> frozenset[Tomb]:
        """What this mirror remembers of everybody who was erased."""
        return self._tombs.read()

    def tombs_of(self, person: Person) -> frozenset[Tomb]:
        """What is to be remembered of somebody; nothing is kept yet."""
        return self._tombs.made(person)

    def was_erased(self, source: str, kind: str, value: str) -> bool:
        """Whether somebody whom a source knows so was erased."""
        return self._tombs.knows(source, kind, value)

    def erase(self, person: Person, tombs: Iterable[Tomb], words: Collection[str]) -> int:
        """Make a person nobody, for good, in a transaction of its own; then rewrite the file.

        person: all the ways in which sources know them. tombs: what is remembered of them, of
        `tombs_of`. words: what would tell of them in a refused row. What they did still
        counts, as nobody's; who comes again by any of these ways is left out. Answers how many
        customers they were. Raises DatabaseError when it cannot be written.
        """
        with self._at_once():
            self._tombs.keep(tombs)
            found = {self._identities.customer(id) for id in known_as(self.db, person)}
            for customer in found:
                self._forget(customer)
        self._finish(words)
        return len(found)

    def remember(self, tombs: Iterable[Tomb]) -> int:
        """Know those again who were erased elsewhere, and erase who of them is here.

        tombs: what another file remembers. In a transaction of its own; where they are known
        already nothing is written. Answers how many customers were erased. Raises
        DatabaseError when it cannot be written.
        """
        fresh = set(tombs) - self.erased()
        if not fresh:
            return 0
        words: set[str] = set()
        with self._at_once():
            self._tombs.keep(fresh)
            found = {self._identities.customer(id) for id in self._tombs.back(0)}
            for customer in found:
                words.update(traces(self.db, customer).certain)
                self._forget(customer)
        if found:
            self._finish(words)
        return len(found)

    def _forget(self, customer: int) -> None:
        self._people.unlist([customer])
        forget(self.db, customer)
        self._identities.unlearn()
        self._people.gained([customer])
        self._dirty.add(customer)

    def _forget_returned(self, newest: int) -> None:
        """Erase once more who came in a way that is only seen once they are there.

        newest: the last identity that was there before.
        """
        for customer in self._tombs.back(newest):
            self._forget(self._identities.customer(customer))

    def _finish(self, words: Collection[str]) -> None:
        with transaction(self.db):
            clear(self.db, words)
        # Companies of which they were the last are gone.
        self._people.forget()
        finish(self.db)

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        self.begin()
        try:
            yield
            self.commit()
        except BaseException:
            self.rollback()
            self._tombs.read()
            raise
