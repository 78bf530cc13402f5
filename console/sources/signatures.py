"""What a file is when it is none of ours, told by its first bytes."""

from __future__ import annotations

_SPREADSHEET = "save it as CSV"
_PACKED = "unpack it first"

_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "a PDF document", "export the data as CSV"),
    (b"SQLite format 3\0", "an SQLite database", "export its tables as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook or Word document", _SPREADSHEET),
    (b"PAR1", "a Parquet file", "export the data as CSV or JSON lines"),
    (b"Obj\x01", "an Avro file", "export the data as CSV or JSON lines"),
    (b"BZh", "packed with bzip2", _PACKED),
    (b"\xfd7zXZ\0", "packed with xz", _PACKED),
    (b"\x28\xb5\x2f\xfd", "packed with zstd", _PACKED),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _PACKED),
    (b"Rar!", "a RAR archive", _PACKED),
    (b"PK\x03\x04", "an archive inside another", _PACKED),
    (b"\x1f\x8b", "packed more than twice", _PACKED),
    (b"\xff\xfe\0\0", "text in UTF-32", "save it as UTF-8"),
    (b"\0\0\xfe\xff", "text in UTF-32", "save it as UTF-8"),
    (b"\x89PNG", "a picture", "export the data as CSV"),
    (b"\xff\xd8\xff", "a picture", "export the data as CSV"),
    (b"GIF8", "a picture", "export the data as CSV"),
    (b"\x7fELF", "a program", "export the data as CSV"),
    (b"{\\rtf", "a rich text document", "export the data as CSV"),
)
_MARKUP: tuple[tuple[bytes, str, str], ...] = (
    (b"<!doctype html", "a web page", "the download may have wanted you to sign in"),
    (b"<html", "a web page", "the download may have wanted you to sign in"),
    (b"<?xml", "XML", "export the data as CSV or JSON lines"),
)
_OFFICE: tuple[tuple[str, str, str], ...] = (
    ("xl/workbook.xml", "an Excel workbook", _SPREADSHEET),
    ("xl/workbook.bin", "an Excel workbook", _SPREADSHEET),
    ("word/document.xml", "a Word document", "export the data as CSV"),
    ("ppt/presentation.xml", "a presentation", "export the data as CSV"),
    ("META-INF/manifest.xml", "an OpenDocument file or a Java archive", _SPREADSHEET),
)

_TEXT_CONTROLS = b"\t\n\v\f\r\x1b"
_MANY = 64
_CONTROLS = bytes(byte for byte in range(32) if byte not in _TEXT_CONTROLS)


def foreign(head: bytes) -> str | None:
    """What a file looks like that we cannot read, and what to do about it.

    head: the file's first bytes, unpacked. Returns None for what may be text.
    """
    for start, looks, advice in _SIGNATURES:
        if head.startswith(start):
            return f"this is {looks}; {advice}"
    if head[257:262] == b"ustar":
        return f"this is a tar archive; {_PACKED}"
    opening = head[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for start, looks, advice in _MARKUP:
        if opening.startswith(start):
            return f"this is {looks}; {advice}"
    return None


def binary(head: bytes) -> bool:
    """Whether what should be text is none: it abounds in control characters that no text has."""
    sample = head[:4096]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls >= _MANY and controls > len(sample) // 20


def office(names: list[str]) -> str | None:
    """What a zip archive is when its members make it a document; None for a plain archive."""
    for member, looks, advice in _OFFICE:
        if member in names:
            return f"this is {looks}; {advice}"
    return None
