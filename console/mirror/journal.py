"""What the mirror notes of its own filling: runs, refusals, cursors, files read to their end."""

from __future__ import annotations

from collections.abc import Iterable

from console.clock import Clock
from console.mirror.database import Connection, transaction
from console.mirror.names import Names
from console.model import Counts, Reject

_MOST_READINGS = 20


class Journal:
    """The part of a writer that keeps the books."""

    db: Connection
    _clock: Clock
    _names: Names

    def save_cursor(self, source: str, kind: str, stream: str, cursor: str | None) -> None:
        """Remember how far a stream was read, in the same transaction as what was read."""
        self.db.execute(
            "insert into sync_state(source, stream, cursor, updated_at) values (?, ?, ?, ?)"
            " on conflict(source, stream) do update set cursor = excluded.cursor,"
            " updated_at = excluded.updated_at",
            (self._names.source(source, kind), stream, cursor, self._clock.now),
        )

    def start_run(self, action: str, target: str) -> int:
        """Note that an import or sync began; in a transaction of its own."""
        with transaction(self.db):
            made = self.db.execute(
                "insert into run(action, target, started_at) values (?, ?, ?)",
                (action, target, self._clock.now),
            ).lastrowid
        return made or 0

    def finish_run(
        self, run: int, counts: Counts, source: str | None = None, error: str | None = None
    ) -> None:
        """Note how a run ended; in a transaction of its own."""
        with transaction(self.db):
            self.db.execute(
                "update run set finished_at = ?, read = ?, new = ?, changed = ?, unchanged = ?,"
                " rejected = ?, error = ?, source = (select id from source where name = ?)"
                " where id = ?",
                (self._clock.now, counts.read, counts.new, counts.changed, counts.unchanged,
                 counts.rejected, error, source, run),
            )  # fmt: skip

    def refuse(self, reject: Reject, run: int, source: str | None) -> None:
        """Keep the refusal of a whole file; in a transaction of its own.

        source: the name its rows would have been kept under; None when it was not recognised.
        """
        found = self.db.execute("select id from source where name = ?", (source,)).fetchone()
        with transaction(self.db):
            self.save_rejects(found[0] if found else None, [reject], run)

    def read_before(self, head: bytes, size: int) -> list[tuple[bytes, int, int]]:
        """Files read to their end that begin with `head` and are no longer than `size` bytes.

        Digest, size and number of things of each, longest first.
        """
        return self.db.execute(
            "select digest, size, things from content where head = ? and size <= ?"
            " order by size desc limit ?",
            (head, size, _MOST_READINGS),
        ).fetchall()

    def note_read(self, digest: bytes, head: bytes, size: int, things: int) -> None:
        """Note that all of a file is in the mirror; in a transaction of its own.

        digest, head: of all its bytes and of its first, and of what decides how they are read.
        size: in bytes.
        """
        with transaction(self.db):
            self.db.execute(
                "insert into content(digest, head, size, things) values (?, ?, ?, ?)"
                " on conflict do nothing",
                (digest, head, size, things),
            )

    def save_rejects(self, source: int | None, rejects: Iterable[Reject], run: int | None) -> None:
        """Keep what was refused, once; inside the caller's transaction."""
        self.db.executemany(
            "insert into reject(run, source, path, line, column_name, reason, raw)"
            " values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
            [(run, source, one.path, one.line, one.column, one.reason, one.raw) for one in rejects],
        )
