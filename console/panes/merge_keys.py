"""The key that makes two customers one, and one two again."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from console.mirror.customers import by_ids, get
from console.mirror.database import Connection
from console.model import Customer
from console.notebook.changes import Changed, Unchanged
from console.notebook.merges import Merge
from console.panes.merge_box import MergeBox, Wish
from console.panes.triage_keys import TriageKeys
from console.show import triage as words

_Known = tuple[Customer | None, list[tuple[Merge, tuple[str, str]]]]


class MergeKeys(TriageKeys):
    """A screen whose customers can be merged."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "merge", "Merge", show=False, id="triage.merge",
                tooltip="Merge with another customer, or take a merge back; two marked are merged"),
    ]  # fmt: skip
    ON_CUSTOMERS = TriageKeys.ON_CUSTOMERS | {"merge"}

    def action_merge(self) -> None:
        """Two that are marked; else ask whom with."""
        meant = None if self.refuse("merge") else self.meant
        if meant is None:
            return
        if len(meant.ids) == 2:
            self._merge_both(meant.ids[0][0], meant.ids[1][0])
        elif len(meant.ids) > 2:
            self._say_why("Two customers are merged at a time; mark two, or one and search")
        else:
            self._ask_with(meant.ids[0][0])

    def _ask_with(self, id: int) -> None:
        from console import merging

        config = self.desk.config

        def find(db: Connection) -> _Known:
            pairs = merging.merged(db, config, id)
            return get(db, id), [(pair, merging.names_of(pair)) for pair in pairs]

        def ask(known: _Known) -> None:
            who, pairs = known
            if who is None:
                self._say_why("the customer is no longer in the mirror")
            else:
                self.app.push_screen(MergeBox(self.desk, who, pairs), take)

        def take(answer: tuple[Wish | None, str] | None) -> None:
            wish = answer[0] if answer else None
            if wish is None:
                return
            if wish.pair is not None:
                self._unmerge(wish.pair)
            elif wish.other is not None:
                self._merge_both(id, wish.other.id)

        self.ask_first(find, ask)

    def _merge_both(self, one: int, other: int) -> None:
        from console import merging

        config, by = self.desk.config, self._signed()

        def work(db: Connection) -> tuple[Changed, list[str]]:
            known = by_ids(db, [one, other])
            if len(known) < 2:
                raise Unchanged("they are one customer already")
            called = [words.called(customer) for customer in known]
            return merging.merge(db, config, one, other, by), called

        def then(done: tuple[Changed, list[str]]) -> None:
            self._say(words.done(done[0].action, " and ".join(done[1])))
            self.wrote()
            self.merged()

        self._say("Merging …")
        self.writing.do(work, then, failed=self._say_why)

    def _unmerge(self, pair: Merge) -> None:
        from console import merging

        config, by = self.desk.config, self._signed()

        def then(done: Changed) -> None:
            self._say(words.done(done.action, " and ".join(merging.names_of(pair))))
            self.wrote()
            self.merged()

        self.writing.do(lambda db: merging.unmerge(config, pair, by), then, failed=self._say_why)

    def merged(self) -> None:
        """People changed: marks of them are of no use any more."""
        if self.opened is None and (meant := self.pane.meant) is not None:
            self.pane.acted("merge", meant)
        self.notebook_changed()
