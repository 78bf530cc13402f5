"""Amplitude by its API: the export of events, for windows of whole hours (UTC).

A window is a zip of gzipped files. It is asked for by the time at which events were taken in,
and an hour comes up to two hours late. 404 says that there is nothing; 400 and 504 that there
is too much, so that half of it is asked for, down to an hour.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from console.clock import DAY, HOUR, from_instant
from console.model import Batch
from console.sources import amplitude
from console.sources.answers import Trouble
from console.sources.api import Api, Asking, Page, Stream
from console.sources.jsonfiles import json_lines
from console.sources.requests import Request
from console.sources.source import Lines
from console.sources.streams import gunzip, unzip
from console.sources.windows import Export, TooBig, export_pages

# An hour, and the two that one may be late.
_OVERLAP = 3 * HOUR
_WIDTH = 7 * DAY
_TOO_BIG = (400, 413, 504)


def events(asking: Asking) -> Iterator[Page]:
    """Events by the time they were taken in, in windows of hours, the newest first."""
    export = Export(
        lambda begin, end, file, _: _fetch(asking, begin, end, file),
        lambda at: at // HOUR * HOUR,
        lambda event: event.received_at or event.at,
        _OVERLAP,
        _WIDTH,
        HOUR,
    )
    yield from export_pages(asking, export)


def _fetch(asking: Asking, begin: int, end: int, file: IO[bytes]) -> Iterator[Batch]:
    last = from_instant(end) - timedelta(microseconds=1)
    params = {
        "start": from_instant(begin).strftime("%Y%m%dT%H"),
        "end": last.strftime("%Y%m%dT%H"),
    }
    what = Request("/api/2/export", params, allow=(404, *_TOO_BIG))
    answer = asking.client.download(what, file)
    if answer.status in _TOO_BIG:
        raise TooBig
    if answer.status != 404:
        yield from _unpacked(asking, file)


def _unpacked(asking: Asking, file: IO[bytes]) -> Iterator[Batch]:
    source = asking.reading.source
    try:
        archive = ZipFile(file)
    except BadZipFile as error:
        raise Trouble(f"{source}: the export is damaged ({error})", 200) from None
    for member in sorted(archive.infolist(), key=lambda info: info.filename):
        if member.is_dir():
            continue
        path = f"{source}/events/{member.filename}"
        chunks = unzip(archive, member, path)
        if member.filename.endswith(".gz"):
            chunks = gunzip(chunks, path)
        yield from amplitude.read(Lines(path, json_lines(chunks)), asking.reading)


def _headers(key: str, settings: Mapping[str, Any]) -> Mapping[str, str]:
    return {
        "Authorization": f"Basic {base64.b64encode(key.encode()).decode()}",
        "Accept": "*/*",
    }


API = Api(
    kind="amplitude",
    title="Amplitude",
    base_url="https://amplitude.com",
    hosts=(".amplitude.com",),
    headers=_headers,
    check=lambda settings: Request("/api/2/events/list"),
    streams=(Stream("events", events),),
    key_is="API key and secret key of the project as KEY:SECRET (Settings → Projects); projects "
    "in Europe need base_url https://analytics.eu.amplitude.com",
    patience=60.0,
    every=HOUR,
)
