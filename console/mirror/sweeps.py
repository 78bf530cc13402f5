"""A look at all that a source has: what the mirror has beside that is gone there.

For vendors that do not tell of deletions and merges. The ids are noted as they come, in the
same transaction as the place to go on from, so that a look may take days; at its end those
that were not seen are removed. What changed since the look began is left alone, and so is
what no API gave (it has no time of a last change).
"""

from __future__ import annotations

from collections.abc import Iterable

from console.mirror.database import Connection
from console.model import RecordKind, Removal, Sweep

_MOST_GONE = 0.05
_FEW = 20


def note(db: Connection, source: str, stream: str, ids: Iterable[str]) -> None:
    """These are there; inside the writer's transaction."""
    db.executemany(
        "insert into present(source, stream, ext_id)"
        " select id, ?2, ?3 from source where name = ?1 on conflict do nothing",
        [(source, stream, id) for id in ids],
    )


def end(db: Connection, source: str, stream: str, sweep: Sweep) -> tuple[list[Removal], str | None]:
    """What is gone after a whole look, and forget the look; inside the writer's transaction.

    Returns removals and what the user should know. Where more than a twentieth would be gone
    (and more than a few) nothing is: a vendor that shows less than it has is likelier.
    """
    removals: list[Removal] = []
    doubts: list[str] = []
    for kind in sweep.kinds:
        gone, total = _missing(db, source, stream, sweep, kind)
        removals += [Removal(kind, id) for id in gone]
        if len(gone) > max(_FEW, _MOST_GONE * total):
            doubts.append(
                f"{len(gone):,} of {total:,} were not there any more; that is too many at once to "
                "believe, so nothing was removed"
            )
    db.execute(
        "delete from present where stream = ? and source = (select id from source where name = ?)",
        (stream, source),
    )
    return ([], doubts[0]) if doubts else (removals, None)


def _missing(
    db: Connection, source: str, stream: str, sweep: Sweep, kind: RecordKind
) -> tuple[list[str], int]:
    """The ids of a kind that a whole look did not meet, and how many were looked for."""
    known = (
        "from record r join source s on s.id = r.source where s.name = ? and r.kind = ?"
        " and r.ext_id >= ? and r.ext_id < ? and r.fields is not null and r.at between 1 and ?"
    )
    bounds = (source, kind, sweep.prefix, sweep.prefix + "\U0010ffff", sweep.begun)
    (total,) = db.execute(f"select count(*) {known}", bounds).fetchone()
    rows = db.execute(
        f"select r.ext_id {known} and not exists (select 1 from present p"
        " where p.source = r.source and p.stream = ? and p.ext_id = r.ext_id)",
        (*bounds, stream),
    ).fetchall()
    return [id for (id,) in rows], total
