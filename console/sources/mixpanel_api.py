"""Mixpanel by its API: the raw export of events, for windows of whole days.

Days are those of the project's zone, which the config tells (`timezone`); a day later than
today there is refused. An export that broke off says ``terminated early`` in its last line:
half the window is asked for then.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import IO, Any

from console.clock import DAY, from_instant, to_instant
from console.model import Batch
from console.sources import bodies, mixpanel
from console.sources.answers import ApiError, Trouble
from console.sources.api import Api, Asking, Page, Setting, Stream
from console.sources.jsonfiles import json_lines
from console.sources.requests import Request
from console.sources.source import Lines
from console.sources.windows import Export, TooBig, chunks_of, export_pages

# Attribution, and phones that were offline, change what is days old.
_OVERLAP = 5 * DAY
_WIDTH = 28 * DAY
_BROKEN_OFF = b"terminated early"
# An answer that ends within a line is asked for so often; a line may be bad for good.
_TRIES = 3
_LINE = 1 << 20
_UNWHOLE = "Mixpanel broke off the export of one day; the rest of it comes with a later sync"


def events(asking: Asking) -> Iterator[Page]:
    """Events by their time, in windows of days, the newest first."""
    zone = asking.reading.zone

    def begins(at: int) -> int:
        day = from_instant(at).astimezone(zone).date()
        return to_instant(datetime.combine(day, time(), zone))

    def fetch(begin: int, end: int, file: IO[bytes], smallest: bool) -> Iterator[Batch]:
        today = from_instant(asking.now).astimezone(zone).date()
        first = min(from_instant(begin).astimezone(zone).date(), today)
        last = (from_instant(end) - timedelta(microseconds=1)).astimezone(zone).date()
        params = {"from_date": str(first), "to_date": str(min(last, today))}
        if project := asking.settings.get("project_id"):
            params["project_id"] = str(project)
        what = Request("/api/2.0/export", params, allow=(400,))
        for _ in range(_TRIES):
            _ask(asking, what, file)
            if _is_whole(_last_line(file)):
                break
        if not smallest and not _is_whole(_last_line(file)):
            raise TooBig
        path = f"{asking.reading.source}/events/{first}"
        return mixpanel.read(Lines(path, json_lines(chunks_of(file))), asking.reading)

    yield from export_pages(
        asking,
        Export(fetch, begins, lambda event: event.at, _OVERLAP, _WIDTH, DAY, _UNWHOLE),
    )


def _ask(asking: Asking, what: Request, file: IO[bytes]) -> None:
    """Ask for an export. Raises ApiError where what comes is none."""
    answer = asking.client.download(what, file)
    file.seek(0)
    begins = file.read(_LINE).lstrip()
    said = begins[:200].decode("utf-8", "replace")
    where = f"{asking.reading.source}: GET {what.path}"
    if answer.status == 400:
        raise ApiError(
            f"{where}: 400 ({said}); are project_id and timezone those of the project?", 400
        )
    if begins and not begins.startswith(_BROKEN_OFF) and b'"event"' not in begins:
        raise Trouble(f"{where}: the answer holds no events ({said[:80]!r})", answer.status)


def _last_line(file: IO[bytes]) -> bytes:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _LINE))
    return file.read().strip().rpartition(b"\n")[2]


def _is_whole(last: bytes) -> bool:
    """Whether an export whose last line this is came to its end, as far as that shows."""
    if last.startswith(_BROKEN_OFF):
        return False
    try:
        # Of a line that is longer only the end is here.
        return len(last) == _LINE or not last or bodies.parse(last) is not None
    except ValueError:
        return False


def _headers(key: str, settings: Mapping[str, Any]) -> Mapping[str, str]:
    return {
        "Authorization": f"Basic {base64.b64encode(key.encode()).decode()}",
        "Accept": "text/plain",
    }


def _check(settings: Mapping[str, Any]) -> Request:
    # A day long ago: whoever may ask for it may ask for all.
    params = {"from_date": "2020-01-01", "to_date": "2020-01-01", "limit": "1"}
    if project := settings.get("project_id"):
        params["project_id"] = str(project)
    return Request("/api/2.0/export", params)


API = Api(
    kind="mixpanel",
    title="Mixpanel",
    base_url="https://data.mixpanel.com",
    hosts=(".mixpanel.com",),
    headers=_headers,
    check=_check,
    streams=(Stream("events", events),),
    key_is="a service account as USER:SECRET (Organization Settings → Service Accounts); "
    "projects in Europe and India need base_url https://data-eu.mixpanel.com or "
    "https://data-in.mixpanel.com, and timezone is that of the project",
    settings=(Setting("project_id", "The project's number (Project Settings → Overview)"),),
    patience=60.0,
    every=60 * 60 * 1_000_000,
)
