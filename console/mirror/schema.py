"""The shape of mirror.db, as data, and the migrations that lead to it.

Reasons for the shape (figures from ten million events of 500,000 customers):

* ``event`` is a plain rowid table. Its id is the order of arrival, which is what a live
  feed needs as a bookmark, and rows are only ever appended. ``key`` is 64 bits: the UTC
  day in the high 17, a hash of (source's name, the source's id) in the low 47. So duplicates meet
  in one b-tree page that is still in memory, where a bare hash would touch a random page of
  a 170 MB index for every row. An event sent again under the same id with a time on
  another day is therefore a second event; records (orders, tickets), whose events do
  move, replace theirs as a whole instead.
* Names, sources and customers are small integers. ``event_kind`` is one row per
  (source, name, feature); a change of the user's verb map touches those rows only. Its ``n``
  is how many events there are, because counting ten million rows takes a second.
* Raw lines are kept in blocks of a few hundred, compressed together (five times smaller
  than alone); ``event.raw`` is block * 4096 + line. Negative values name the ``record``
  an event was derived from.
* ``event.identity`` is who the source said it was; ``event.customer`` is who that is once
  identities are joined. Merging and unmerging rewrite ``customer`` from ``identity``.
* ``day_set`` holds who did what on each local day, as compressed bitmaps of customers: for
  every event of a customer's own doing, every kind, verb and feature. ``activity_day`` counts
  per local day, kind and customer, only where that is more than one: the sets tell the rest.
  In a million events of 50,000 customers that is one in 150, and a row for each of the others
  took an eighth of the writer's time and 17 bytes an event. Both belong to the zone in
  ``meta.timezone`` and change in the same transaction as the rows.
* Merging by hand lies over that. ``customer`` is who it is in the end, in every table;
  ``part``, in identities and records, is who it is without by-hand merges where that differs.
  In ``customer`` it is set for all who are merged, and for those who had become part of them
  by what sources say: what unmerging makes of ``merged_into``. ``demoted`` has the levels of
  events that would be somebody's first of their kind, but for a merge by hand.
* ``customer_search`` is a full-text index over folded name, email, company, city and tags;
  its rowid is the customer's id. Beginnings of words that many have would take it long, so
  who has them is kept as bitmaps in ``search_set``, in parts of 65,536 customers: one and two
  letters always, one letter more than any beginning in ``search_crowd`` as well. The words
  are folded before they come here: the tokenizer has nothing to decide.
* ``object`` has what events were done to, each once, and ``object_search`` the threes of
  letters in it: a filter of the feed by words reads no event that it does not show.

* ``content`` has the digest of every big file of events that was read to its end without
  a refusal: all of it is here, so it need not be parsed again, nor as the start of a longer
  file (``head`` is of its first bytes and tells which may be that). Whoever takes events out of
  the mirror that may come back must empty it.

* ``present`` has the ids a source has given in a look at all it has, while that look lasts.
* ``erased`` has keyed hashes of how those were known who were erased, so that they are known
  when they come again; each with its key, because notebooks bring hashes with keys of their own.
* ``removal`` names what a source no longer has, so that an old file does not bring it back.
  A record that was removed has no ``fields``. ``customer.merged_into`` of someone whom every
  source that knew them has deleted is their own id: part of nobody else, and in no list.

Migrations only ever add (an older console may be reading), each in a transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.model import TimeQuality

if TYPE_CHECKING:
    from sqlite_utils import Database

VERSION = 6
"""``PRAGMA user_version``: a console that knows less refuses to write."""

RAW_LINES = 4096
"""Room for line numbers within a raw block."""

SET_ANY, SET_KIND, SET_VERB, SET_FEATURE = range(4)
"""What ``day_set.scope`` says: all the customers' own acts, or those of one kind, verb or
feature, whose id is in ``day_set.item`` (verbs and features through ``word``)."""

QUALITIES: tuple[TimeQuality, ...] = ("exact", "naive", "day", "future")
"""What ``event.quality`` counts."""

TABLES = """
create table meta (key text primary key, value text not null) without rowid;

create table source (id integer primary key, name text not null unique, kind text not null);

create table word (id integer primary key, text text not null unique);

create table account (
  id integer primary key, name text not null, folded text not null unique, domain text
);

create table customer (
  id integer primary key,
  name text, email text, phone text, account integer references account(id),
  city text, region text, country text, timezone text, plan text,
  signed_up_at integer, activated_at integer, first_seen_at integer, last_seen_at integer,
  tags text,
  merged_into integer references customer(id)
);
create index customer_last_seen on customer(last_seen_at) where merged_into is null;
create index customer_signed_up on customer(signed_up_at) where merged_into is null;
create index customer_account on customer(account) where account is not null;

create table identity (
  id integer primary key,
  customer integer not null references customer(id),
  source integer not null references source(id),
  kind text not null, value text not null
);
create unique index identity_value on identity(value, kind, source);
create index identity_customer on identity(customer);

create table event_kind (
  id integer primary key,
  source integer not null references source(id),
  name text not null, given text not null default '',
  verb text, feature text, level integer not null, phrase text,
  own integer not null, n integer not null default 0
);
create unique index event_kind_name on event_kind(source, name, given);

create table raw_block (
  id integer primary key, source integer not null, properties text, lines integer not null,
  data blob not null
);

create table event (
  id integer primary key,
  at integer not null, customer integer not null, kind integer not null,
  level integer not null, identity integer not null, key integer not null,
  raw integer not null, lag integer, amount integer, currency integer, object text,
  quality integer not null default 0
);

create table record (
  id integer primary key,
  source integer not null references source(id),
  kind text not null, ext_id text not null,
  customer integer, at integer not null, hash blob not null, fields text, raw blob not null
);
create unique index record_key on record(source, kind, ext_id);
create index record_customer on record(customer);

create table commerce (
  record integer primary key references record(id),
  kind text not null, customer integer,
  name text, status text, amount integer, refunded integer, currency text, at integer,
  items text, plan text, interval text,
  started_at integer, ends_at integer, renews_at integer
);
create index commerce_customer on commerce(customer, kind);

create table thread (
  record integer primary key references record(id),
  customer integer, kind text not null, subject text, status text, priority text,
  channel text, created_at integer, closed_at integer, rating text
);
create index thread_customer on thread(customer);

create table message (
  record integer primary key references record(id),
  customer integer, thread text, campaign text, direction text, channel text,
  subject text, text text, sent_at integer, opened_at integer, clicked_at integer
);
create index message_customer on message(customer);

create table campaign (
  record integer primary key references record(id),
  name text, subject text, channel text, sent_at integer
);

create table activity_day (
  day integer not null, kind integer not null, customer integer not null, n integer not null,
  primary key (day, kind, customer)
) without rowid;

create table day_set (
  scope integer not null, item integer not null, day integer not null, customers blob not null,
  primary key (scope, item, day)
) without rowid;

create table run (
  id integer primary key, source integer, action text not null, target text not null,
  started_at integer not null, finished_at integer,
  read integer not null default 0, new integer not null default 0,
  changed integer not null default 0, unchanged integer not null default 0,
  rejected integer not null default 0, error text
);

create table reject (
  id integer primary key, run integer, source integer,
  path text not null, line integer not null, column_name text, reason text not null, raw text
);
create unique index reject_place on reject(path, line, reason);

create table content (
  digest blob primary key, size integer not null, things integer not null
) without rowid;

create table sync_state (
  source integer not null, stream text not null, cursor text, updated_at integer not null,
  primary key (source, stream)
) without rowid;

create virtual table customer_search using fts5(
  words, content='', contentless_delete=1, detail=none, tokenize=ascii
);

create table search_set (
  start text not null, part integer not null, customers blob not null,
  primary key (start, part)
) without rowid;

create table search_crowd (start text primary key) without rowid;

create table object (id integer primary key, text text not null unique);
create virtual table object_search using fts5(
  text, content='', contentless_delete=1, detail=none, tokenize=trigram
);
create trigger object_new after insert on object begin
  insert into object_search(rowid, text) values (new.id, new.text); end;
create trigger object_gone after delete on object begin
  delete from object_search where rowid = old.id; end;
"""

SYNCING = """
create table removal (
  source integer not null references source(id), kind text not null, ext_id text not null,
  what text not null, at integer not null, into_id text,
  primary key (source, kind, ext_id)
) without rowid;
create index removal_customer on removal(source) where kind = 'customer';
create table present (
  source integer not null references source(id), stream text not null, ext_id text not null,
  primary key (source, stream, ext_id)
) without rowid;
alter table run add column stream text;
alter table run add column deleted integer not null default 0;
alter table run add column since integer;
alter table run add column until integer;
alter table run add column warning text;
alter table sync_state add column next_at integer;
"""

APPENDING = """
alter table content add column head blob;
create index content_head on content(head, size);
"""

ERASED = "create table erased (hash blob primary key) without rowid"
"""Keyed hashes of how those were known who were erased; see `console.mirror.tombs`."""

KEYED = "alter table erased add column secret blob not null default x''"

MERGING = """
alter table customer add column part integer;
alter table identity add column part integer;
alter table record add column part integer;
create index customer_merged on customer(merged_into) where merged_into is not null;
create index customer_part on customer(part) where part is not null;
create table demoted (event integer primary key, level integer not null);
"""

EVENT_INDEXES = """
create unique index if not exists event_key on event(key);
create index if not exists event_at on event(at);
create index if not exists event_level on event(at, customer, kind) where level >= 2;
create index if not exists event_urgent on event(at, customer, kind) where level >= 3;
create index if not exists event_loud_kind on event(kind, at) where level >= 2;
create index if not exists event_object on event(at) where object is not null;
create index if not exists event_object_name
  on event(object, at, level, kind) where object is not null;
create index if not exists event_customer on event(customer, at);
create index if not exists event_kind_at on event(kind, at);
"""
"""Each answers a question of the feed: by time, by loudness (with what filters need, so that
rows that do not fit are never read), by customer, by kind, by kind where loud, by the words
of what something was done to."""


def migrate(db: Database) -> None:
    """Bring a mirror to `VERSION`, each step in a transaction of its own.

    Raises sqlite3.OperationalError when another process holds the file for longer than the
    busy timeout.
    """
    from sqlite_utils.migrations import Migrations

    steps = Migrations("mirror")

    @steps()
    def first(db: Database) -> None:
        for statement in _statements(TABLES) + _statements(EVENT_INDEXES):
            db.execute(statement)

    @steps()
    def syncing(db: Database) -> None:
        for statement in _statements(SYNCING):
            db.execute(statement)

    @steps()
    def appending(db: Database) -> None:
        for statement in _statements(APPENDING):
            db.execute(statement)

    @steps()
    def merging(db: Database) -> None:
        for statement in _statements(MERGING):
            db.execute(statement)

    @steps()
    def erasing(db: Database) -> None:
        db.execute(ERASED)

    @steps()
    def keying(db: Database) -> None:
        db.execute(KEYED)
        # The key stays in `meta` as well: a sync of an older console may be running.
        held = db.execute("select value from meta where key = 'erasing'").fetchone()
        if held:
            db.execute("update erased set secret = ?", (bytes.fromhex(held[0]),))

    steps.apply(db)
    db.execute(f"pragma user_version = {VERSION}")


def _statements(script: str) -> list[str]:
    return [part for part in script.split(";\n") if part.strip()]
