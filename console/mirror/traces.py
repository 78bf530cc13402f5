"""How somebody would be known again in files: for erasing, and for proving that it was done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from console.mirror.customers import get
from console.mirror.database import Connection, open_as_it_is
from console.mirror.tombs import was_erased
from console.model import Person

_SHORTEST = 6
"""Letters from which a word tells of one person; shorter ones stand in everything."""
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Traces:
    """One customer, as files may name them."""

    customer: int
    person: Person
    """Every way sources know them, those of all they were merged with."""
    words: tuple[str, ...]
    """Name, emails, telephone numbers, long ids."""
    shared: tuple[str, ...]
    """Those of the words that are also part of another's: where they stand proves nothing."""

    @property
    def certain(self) -> tuple[str, ...]:
        """The words that are theirs alone."""
        return tuple(word for word in self.words if word not in self.shared)


def traces(db: Connection, customer: int) -> Traces:
    """What to look for of a customer. Raises DatabaseError when the mirror cannot be read."""
    rows = db.execute(
        "select distinct s.name, i.kind, i.value from identity i join source s on s.id = i.source"
        " where i.customer in (select id from customer where id = ?1 or merged_into = ?1)",
        (customer,),
    ).fetchall()
    person = tuple((source, kind, value) for source, kind, value in rows)
    one = get(db, customer)
    said = [one.name, one.email, one.phone] if one else []
    values = [value for _, _, value in person]
    words = dict.fromkeys(word for word in [*said, *values] if word and len(word) >= _SHORTEST)
    shared = tuple(word for word in words if _is_anothers(db, customer, word))
    return Traces(customer, person, tuple(words), shared)


def traces_left(db: Connection, who: str) -> Traces | None:
    """What to look for of somebody erased whom systems knew by `who`; None when nobody was.

    An email, telephone number or id that is short, or part of another's, is no word to look
    for: where it stands proves nothing. Raises DatabaseError when the mirror cannot be read.
    """
    if not was_erased(db, who):
        return None
    tells = len(who) >= _SHORTEST and not _is_anothers(db, 0, who)
    return Traces(0, (), (who,) if tells else (), ())


def _is_anothers(db: Connection, customer: int, word: str) -> bool:
    own = "(select id from customer where id = ?1 or merged_into = ?1)"
    return bool(
        db.execute(
            f"select exists(select 1 from identity where customer not in {own}"
            " and instr(lower(value), lower(?2)))"
            f" or exists(select 1 from customer where id not in {own}"
            " and instr(lower(name), lower(?2)))",
            (customer, word),
        ).fetchone()[0]
    )


def raw_data(mirror: Path) -> Iterator[bytes]:
    """Everything that is kept compressed, unpacked: no search of the file's bytes sees it.

    Raises DatabaseError when it cannot be read.
    """
    from console.mirror.packing import unpack

    with closing(open_as_it_is(mirror)) as db:
        for table, column in (("raw_block", "data"), ("record", "raw")):
            last = 0
            while rows := db.execute(
                f"select id, {column} from {table} where id > ? order by id limit ?",
                (last, _CHUNK),
            ).fetchall():
                last = rows[-1][0]
                yield from (unpack(data) for _, data in rows if data)
