"""Small integers for words that come again and again: sources, words, kinds of event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from console.config import EventRule
from console.mirror.database import Connection
from console.model import LEVELS
from console.verbs import by_customer, level_of

VerbOf = Callable[[str, str], tuple[str | None, str | None]]
"""(kind of source, event name) to (verb, feature), either None."""
Reading = tuple[str | None, str | None, int, str | None, int]
"""Verb, feature, level, the user's phrase, whether the customer does it themselves."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of event: a source's name for it and how we read that name."""

    id: int
    verb: str | None
    feature: str | None
    level: int
    own: bool
    sets: tuple[tuple[int, int], ...]
    """(scope, item) of every day set its customers belong to."""


class Names:
    """Interns sources, words and event kinds, making what is missing.

    db: a writer. rules: the user's reading of their own event names. verb_of: the
    sources' reading of everybody's.
    """

    def __init__(self, db: Connection, rules: Mapping[str, EventRule], verb_of: VerbOf) -> None:
        self._db = db
        self._rules = rules
        self._verb_of = verb_of
        self._words: dict[str, int] = {}
        self._sources: dict[str, int] = {}
        self._kinds: dict[tuple[str, str, str | None, str | None], Kind] = {}

    def forget(self) -> None:
        """Drop what was remembered, after a rollback has undone its rows."""
        self._words.clear()
        self._sources.clear()
        self._kinds.clear()

    def source(self, name: str, kind: str) -> int:
        """The id of a source."""
        known = self._sources.get(name)
        if known is None:
            self._db.execute(
                "insert into source(name, kind) values (?, ?) on conflict do nothing", (name, kind)
            )
            row = self._db.execute("select id from source where name = ?", (name,)).fetchone()
            known = self._sources[name] = int(row[0])
        return known

    def word(self, text: str) -> int:
        """The id of a word."""
        known = self._words.get(text)
        if known is None:
            self._db.execute("insert into word(text) values (?) on conflict do nothing", (text,))
            row = self._db.execute("select id from word where text = ?", (text,)).fetchone()
            known = self._words[text] = int(row[0])
        return known

    def kind(
        self, source: str, source_kind: str, name: str, verb: str | None, feature: str | None
    ) -> Kind:
        """How events of a source that have a name, and perhaps a verb and feature, are read."""
        known = self._kinds.get((source, name, verb, feature))
        if known is None:
            known = self._intern(source, source_kind, name, verb, feature)
            self._kinds[source, name, verb, feature] = known
        return known

    def _intern(
        self, source: str, source_kind: str, name: str, verb: str | None, feature: str | None
    ) -> Kind:
        reading = self.read(source_kind, name, verb, feature)
        source_id = self.source(source, source_kind)
        given = f"{verb or ''}/{feature or ''}" if verb or feature else ""
        self._db.execute(
            "insert into event_kind(source, name, given, verb, feature, level, phrase, own)"
            " values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
            (source_id, name, given, *reading),
        )
        row = self._db.execute(
            "select id, verb, feature, level, own from event_kind"
            " where source = ? and name = ? and given = ?",
            (source_id, name, given),
        ).fetchone()
        return self.as_kind(*row)

    def changed(self) -> dict[int, Reading]:
        """The kinds that are read otherwise by now than when they were made, by id."""
        rows = self._db.execute(
            "select k.id, k.name, k.given, k.verb, k.feature, k.level, k.phrase, k.own, s.kind"
            " from event_kind k join source s on s.id = k.source"
        ).fetchall()
        found = {}
        for id, name, given, *reading, source_kind in rows:
            verb, _, feature = given.partition("/")
            now = self.read(source_kind, name, verb or None, feature or None)
            if now != tuple(reading):
                found[id] = now
        return found

    def update(self, readings: Mapping[int, Reading]) -> dict[int, Kind]:
        """Read some kinds otherwise from now on; answers all there are, by id."""
        self._db.executemany(
            "update event_kind set verb = ?, feature = ?, level = ?, phrase = ?, own = ?"
            " where id = ?",
            [(*reading, id) for id, reading in readings.items()],
        )
        rows = self._db.execute("select id, verb, feature, level, own from event_kind").fetchall()
        return {row[0]: self.as_kind(*row) for row in rows}

    def as_kind(self, id: int, verb: str | None, feature: str | None, level: int, own: int) -> Kind:
        """A row of event_kind with the day sets it feeds."""
        from console.mirror.schema import SET_ANY, SET_FEATURE, SET_KIND, SET_VERB

        sets = [(SET_KIND, id)]
        if own:
            sets.append((SET_ANY, 0))
        if verb:
            sets.append((SET_VERB, self.word(verb)))
        if feature:
            sets.append((SET_FEATURE, self.word(feature)))
        return Kind(id, verb, feature, level, bool(own), tuple(sets))

    def read(self, source_kind: str, name: str, verb: str | None, feature: str | None) -> Reading:
        """How a name is read: verb, feature, level, the user's phrase, whose act it is.

        The user's rule comes first, then what the source said of this event, then the map
        of names. What an app sends that has no verb is a feature under its own name.
        """
        rule = self._rules.get(name, EventRule())
        mapped, mapped_feature = self._verb_of(source_kind, name)
        chosen = rule.verb or verb or mapped
        used = rule.feature or feature or mapped_feature
        if used is None and chosen in (None, "feature_used"):
            used = name
        if chosen not in (None, "feature_used") and rule.feature is None:
            used = None
        level = LEVELS.index(rule.level or level_of(chosen))
        return chosen, used, level, rule.says, int(by_customer(chosen))
