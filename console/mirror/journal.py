"""What the mirror notes of its own filling: runs, refusals, cursors, files read to their end."""

from __future__ import annotations

from collections.abc import Iterable

from console.clock import Clock
from console.mirror.database import Connection, transaction
from console.mirror.names import Names
from console.model import Counts, Reject


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

    def sizes_read(self, size: int) -> bool:
        """Whether a file of `size` bytes was read to its end."""
        found = self.db.execute("select 1 from content where size = ? limit 1", (size,)).fetchone()
        return found is not None

    def things_read(self, digest: bytes) -> int | None:
        """How many things are in the file that has `digest`; None when it was not read."""
        found = self.db.execute("select things from content where digest = ?", (digest,)).fetchone()
        return None if found is None else int(found[0])

    def note_read(self, digest: bytes, size: int, things: int) -> None:
        """Note that all of a file is in the mirror; in a transaction of its own.

        digest: of its bytes and of all that decides how they are read.
        """
        with transaction(self.db):
            self.db.execute(
                "insert into content(digest, size, things) values (?, ?, ?) on conflict do nothing",
                (digest, size, things),
            )

    def save_rejects(self, source: int | None, rejects: Iterable[Reject], run: int | None) -> None:
        """Keep what was refused, once; inside the caller's transaction."""
        self.db.executemany(
            "insert into reject(run, source, path, line, column_name, reason, raw)"
            " values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
            [(run, source, one.path, one.line, one.column, one.reason, one.raw) for one in rejects],
        )
