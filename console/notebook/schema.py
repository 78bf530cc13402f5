"""The shape of notebook.db and the migrations that lead to it.

The notebook holds what people here wrote; it cannot be built again from the sources, so
migrations only ever add.

* ``subject`` is somebody of whom something is written, as sources know them: the mirror's
  own numbers do not outlive it. Two subjects may turn out to be one customer.
* ``change`` is what somebody did at once, with the rows it touched as they were before and
  after, so that it can be taken back. ``audit`` has a line for each subject of each change,
  chained by hashes; it names nobody and quotes nothing, so that erasing a person leaves it
  whole. ``audit_head`` is where the chain ends, so that cutting off its end shows.
* ``erased`` has keyed hashes of how those were known who were erased, each with its key, so
  that a mirror made anew knows them when they come again (see `console.mirror.tombs`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

VERSION = 4
"""``PRAGMA user_version``: a console that knows less refuses to write."""


TRIAGE = """
create table subject (id integer primary key, made_at integer not null);
create table subject_identity (
  subject integer not null references subject(id), rank integer not null,
  source text not null, kind text not null, value text not null,
  primary key (subject, rank)
) without rowid;
create index subject_identity_value on subject_identity(value, kind);
create table note (
  id integer primary key, subject integer not null references subject(id),
  text text not null, who text not null, at integer not null
);
create index note_subject on note(subject);
create table tag (
  subject integer not null references subject(id), folded text not null,
  tag text not null, who text not null, at integer not null,
  primary key (subject, folded)
) without rowid;
create table triage (
  subject integer primary key references subject(id),
  done_through integer, wait_until integer, waits_through integer,
  claimed_by text, claimed_at integer
);
create table merge (id integer primary key, who text not null, at integer not null);
create table merge_person (
  merge integer not null references merge(id), side integer not null, rank integer not null,
  source text not null, kind text not null, value text not null,
  primary key (merge, side, rank)
) without rowid;
create table view (
  id integer primary key, name text not null, folded text not null unique,
  pane text not null, state text not null, who text not null, at integer not null
);
create table draft (
  who text not null, place text not null, text text not null, at integer not null,
  primary key (who, place)
) without rowid;
create table change (
  id integer primary key, at integer not null, who text not null, action text not null,
  n integer not null, rows text, undone integer not null default 0
);
create index change_who on change(who);
create table audit (
  id integer primary key, at integer not null, who text not null, action text not null,
  change integer, subject integer, content blob not null, chain blob not null
);
create table audit_head (id integer primary key check (id = 1), n integer not null,
  chain blob not null)
"""

ERASED = "create table erased (hash blob primary key, secret blob not null) without rowid"


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

    @steps()
    def triage(db: Database) -> None:
        for statement in TRIAGE.split(";\n"):
            if statement.strip():
                db.execute(statement)

    @steps()
    def erased(db: Database) -> None:
        db.execute(ERASED)

    steps.apply(db)
    db.execute(f"pragma user_version = {VERSION}")
