"""Files that are the same bytes on every run."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Mapping


def table(
    header: str,
    rows: Iterable[Mapping[str, object]],
    *,
    bom: bool = False,
    line_end: str = "\n",
) -> bytes:
    """A CSV file: `header` names the columns with commas between; a row may lack some.

    Raises ValueError when a row has a column the header does not name.
    """
    text = io.StringIO()
    names = next(csv.reader([header]))
    writer = csv.DictWriter(text, names, restval="", lineterminator=line_end)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig" if bom else "utf-8")


def packed(text: str) -> bytes:
    """Text, gzipped without a time or a name in the file's head."""
    held = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=held, compresslevel=9, mtime=0) as file:
        file.write(text.encode("utf-8"))
    return held.getvalue()
