"""The shape of notebook.db and the migrations that lead to it.

The notebook holds what people here wrote; it cannot be built again from the sources, so
migrations only ever add.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

VERSION = 1
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

    steps.apply(db)
    db.execute(f"pragma user_version = {VERSION}")
