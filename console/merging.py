"""People merged by hand: written in the notebook, and told to the mirror."""

from __future__ import annotations

from collections.abc import Sequence

from console.config import Config
from console.mirror.database import Connection
from console.mirror.persons import owners, persons
from console.model import Person
from console.notebook import changes, merges
from console.notebook.changes import Changed, Signed, Unchanged
from console.notebook.merges import Merge
from console.writing import mirror_writer

ACTIONS = frozenset({"merge", "unmerge"})
"""Changes of the notebook that the mirror has to be told of."""


def merge(db: Connection, config: Config, one: int, other: int, by: Signed) -> Changed:
    """Two customers are one, in notebook and mirror.

    db: the mirror, open for reading. Raises Unchanged when they are one already or one of
    them is not known, MirrorError when a file cannot be written.
    """
    known = persons(db, [one, other])
    if len(known) < 2 or len(set(owners(db, known))) < 2:
        raise Unchanged("they are one customer already")
    changed = merges.merge(config.notebook, known[0], known[1], by)
    tell(config)
    return changed


def merged(db: Connection, config: Config, customer: int) -> tuple[Merge, ...]:
    """The merges by hand that a customer is made of.

    Raises MirrorError when the notebook cannot be read.
    """
    every = merges.read(config.notebook)
    sides = owners(db, [one for one, _ in every])
    return tuple(pair for pair, owner in zip(every, sides, strict=True) if owner == customer)


def unmerge(config: Config, pair: Merge, by: Signed) -> Changed:
    """Take a merge back, in notebook and mirror. Raises Unchanged and MirrorError."""
    changed = merges.unmerge(config.notebook, pair, by)
    tell(config)
    return changed


def turn(config: Config, by: Signed, *, undone: bool) -> Changed:
    """Undo or redo a person's newest change; the mirror follows where it has to.

    Raises Unchanged when there is nothing to turn, MirrorError when a file cannot be written.
    """
    changed = (changes.undo if undone else changes.redo)(config.notebook, by)
    if changed.action in ACTIONS:
        tell(config)
    return changed


def tell(config: Config) -> bool:
    """Tell the mirror who is merged; answers whether that was news to it."""
    with mirror_writer(config, config.clock()) as writer:
        return writer.keep_merged(merges.read(config.notebook))


def names_of(pair: Merge) -> tuple[str, str]:
    """What the two of a merge can be called: the most telling way to know each."""
    one, other = (_name(person) for person in pair)
    return one, other


def meant_by(pairs: Sequence[Merge], who: str) -> list[Merge]:
    """The merges of which one side is known by some words, like an email or an id."""
    folded = who.casefold()
    return [
        pair
        for pair in pairs
        if any(value.casefold() == folded for person in pair for _, _, value in person)
    ]


def _name(person: Person) -> str:
    said = {kind: value for _, kind, value in reversed(person)}
    return next((said[kind] for kind in ("email", "phone", "external_id") if kind in said),
                person[0][2])  # fmt: skip
