"""What the readers of analytics systems' exports work with; all of them write times in UTC."""

from __future__ import annotations

from datetime import UTC

from console.model import Record
from console.sources import details
from console.sources.objects import LineIds, reader_of_times
from console.sources.people import People
from console.sources.source import Reading
from console.sources.who import Known


class ExportReader:
    """The tools of one file: times, details, people, ids of lines, and who was met before."""

    def __init__(self, system: str, reading: Reading) -> None:
        """Prepare to read. system: whose names of details are known."""
        self.records: list[Record] = []
        self._when = reader_of_times(UTC, reading.now, sure=True)
        self._details = details.Reader(system, reading.currency, reading.verbs)
        self._people = People(self._when)
        self._ids = LineIds()
        self._known = Known()
