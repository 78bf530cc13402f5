"""The shape of notebook.db and the migrations that lead to it.

The notebook holds what people here wrote; it cannot be built again from the sources, so
migrations only ever add.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

VERSION = 2
"""``PRAGMA user_version``: a console that knows less refuses to write."""


def migrate(db: Database) -> None:
    """Bring a notebook to `VERSION`, each step in a transaction of its own.

    Raises sqlite3.OperationalError when another process holds the file for longer than the
    busy timeout.
    """
    from sqlite_utils.migrations import Migrations

    steps = Migrations("notebook")

    @steps()
    def first(db: Database) -> None:
        # When each person was last at the console: microseconds UTC.
        db.table("visit").create({"person": str, "at": int}, pk="person", not_null={"person", "at"})

    @steps()
    def segments(db: Database) -> None:
        # A segment is a condition (text) or, where that is null, a list of people. Names are
        # unique whatever their capitals; SQLite folds those of ASCII only, so we do.
        db.table("segment").create(
            {"id": int, "name": str, "folded": str, "text": str, "made_at": int},
            pk="id", not_null={"name", "folded", "made_at"},
        )  # fmt: skip
        db.table("segment").create_index(["folded"], unique=True)
        # How sources know a person of a list, strongest first: the mirror's own numbers do
        # not outlive it.
        db.table("segment_person").create(
            {"segment": int, "person": int, "rank": int, "source": str, "kind": str,
             "value": str},
            pk=("segment", "person", "rank"),
            not_null={"source", "kind", "value"},
            foreign_keys=[("segment", "segment", "id")],
        )  # fmt: skip

    steps.apply(db)
    db.execute(f"pragma user_version = {VERSION}")
