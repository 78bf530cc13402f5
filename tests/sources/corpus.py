"""Malformed and odd files: what each must give, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

H = b"id,name,at\n"


class Odd(NamedTuple):
    """A table and what comes of it."""

    name: str
    data: bytes
    rows: list[tuple[int, list[str]]]
    """(line, cells) of every row that is good."""
    bad: Sequence[tuple[int, str]] = ()
    """(line, words of the reason) of every row that is not."""


def _rows(*rows: tuple[int, str]) -> list[tuple[int, list[str]]]:
    return [(line, cells.split("/")) for line, cells in rows]


CORPUS = [
    Odd("lf", H + b"1,a,b\n2,c,d\n", _rows((2, "1/a/b"), (3, "2/c/d"))),
    Odd("crlf", b"id,name,at\r\n1,a,b\r\n2,c,d\r\n", _rows((2, "1/a/b"), (3, "2/c/d"))),
    Odd("cr only", b"id,name,at\r1,a,b\r2,c,d\r", _rows((2, "1/a/b"), (3, "2/c/d"))),
    Odd("cr with lf in a cell", b'id,name,at\r1,"a\nx",b\r2,c,d\r',
        _rows((2, "1/a\nx/b"), (3, "2/c/d"))),
    Odd("no last line end", H + b"1,a,b", _rows((2, "1/a/b"))),
    Odd("no last line end, crlf", b"id,name,at\r\n1,a,b", _rows((2, "1/a/b"))),
    Odd("byte order mark", b"\xef\xbb\xbf" + H + b"1,a,b\n", _rows((2, "1/a/b"))),
    Odd("byte order mark, quoted", b'\xef\xbb\xbf"id","name","at"\n1,a,b\n', _rows((2, "1/a/b"))),
    Odd("two byte order marks", b"\xef\xbb\xbf" * 2 + H + b"1,a,b\n", _rows((2, "1/a/b"))),
    Odd("utf-16 le", (H + b"1,\xc3\xa9,b\n").decode().encode("utf-16"), _rows((2, "1/é/b"))),
    Odd("utf-16 be", b"\xfe\xff" + (H + b"1,a,b\n").decode().encode("utf-16-be"),
        _rows((2, "1/a/b"))),
    Odd("utf-16 without mark", (H + b"1,a,b\n").decode().encode("utf-16-le"), _rows((2, "1/a/b"))),
    Odd("utf-16 be without mark", (H + b"1,a,b\n").decode().encode("utf-16-be"),
        _rows((2, "1/a/b"))),
    Odd("utf-16, half a character", (H + b"1,a,b\n2,c,d").decode().encode("utf-16")[:-1],
        _rows((2, "1/a/b")), [(3, "bytes that are not UTF-16")]),
    Odd("utf-16, lone surrogate", (H + b"1,").decode().encode("utf-16") + b"\x00\xd8" +
        ",b\n2,c,d\n".encode("utf-16-le"), _rows((3, "2/c/d")), [(2, "bytes that are not UTF-16")]),
    Odd("semicolons", b"id;name;at\n1;a,x;b\n", _rows((2, "1/a,x/b"))),
    Odd("tabs", b"id\tname\tat\n1\ta\tb\n", _rows((2, "1/a/b"))),
    Odd("bars", b"id|name|at\n1|a|b\n", _rows((2, "1/a/b"))),
    Odd("delimiter announced", b"sep=;\r\nid;name;at\r\n1;a;b\r\n", _rows((3, "1/a/b"))),
    Odd("commas in a quoted name of a semicolon file", b'"a,b,c,d";name;at\n1;a;b\n',
        _rows((2, "1/a/b"))),
    Odd("padded header", b" id , name ,at \n1,a,b\n", _rows((2, "1/a/b"))),
    Odd("header after blank lines", b"\n\r\n  \n" + H + b"1,a,b\n", _rows((5, "1/a/b"))),
    Odd("quoted line end in the header", b'id,"na\nme",at\n1,a,b\n', _rows((3, "1/a/b"))),
    Odd("quoted line end", H + b'1,"a\n\nx",b\n2,c,d\n', _rows((2, "1/a\n\nx/b"), (5, "2/c/d"))),
    Odd("quoted crlf", b'id,name,at\r\n1,"a\r\nx",b\r\n', _rows((2, "1/a\r\nx/b"))),
    Odd("doubled quotes", H + b'1,"a ""x""",b\n', _rows((2, '1/a "x"/b'))),
    Odd("quote inside a plain cell", H + b'1,5" pipe,b\n', _rows((2, '1/5" pipe/b'))),
    Odd("separators that are no line ends", H + "1,a\u2028x\u0085y\x0bz\x0c,b\n".encode(),
        _rows((2, "1/a\u2028x\u0085y\x0bz\x0c/b"))),
    Odd("blank lines", H + b"\n1,a,b\n\n  \n2,c,d\n\n\n", _rows((3, "1/a/b"), (6, "2/c/d"))),
    Odd("lines of empty cells", H + b"1,a,b\n,,\n,,\n", _rows((2, "1/a/b"))),
    Odd("short row", H + b"1,a\n2,c,d\n", _rows((3, "2/c/d")),
        [(2, "2 cells where the header has 3")]),
    Odd("long row", H + b"1,a,b,x\n2,c,d\n", _rows((3, "2/c/d")),
        [(2, "4 cells where the header has 3")]),
    Odd("long row of nothing", H + b"1,a,b,\n", [], [(2, "4 cells where the header has 3")]),
    Odd("total row", H + b"1,a,b\nTotal: 1\n", _rows((2, "1/a/b")), [(3, "1 cells")]),
    Odd("cut in the last row", H + b"1,a,b\n2,c", _rows((2, "1/a/b")), [(3, "2 cells")]),
    Odd("header only", H, []),
    Odd("unclosed quote, to the end", H + b'1,a,b\n2,"c,d\n3,e,f\n4,g,h\n',
        _rows((2, "1/a/b"), (4, "3/e/f"), (5, "4/g/h")), [(3, "quote opened on line 3")]),
    Odd("unclosed quote, to the next quote", H + b'1,"a,b\n2,c,d\n3,"e",f\n',
        _rows((3, "2/c/d"), (4, "3/e/f")), [(2, "quote opened on line 2")]),
    Odd("unclosed quote, closed by an inch mark", H + b'1,a,"b\n2,c,d\n3,12",f\n4,g,h\n',
        _rows((3, "2/c/d"), (4, '3/12"/f'), (5, "4/g/h")), [(2, "quote opened on line 2")]),
    Odd("rows inside a quoted cell are text", H + b'1,"a\n2,c,d\n3,e,f\n",b\n',
        _rows((2, "1/a\n2,c,d\n3,e,f\n/b"))),
    Odd("unclosed quote in the last row", H + b'1,a,b\n2,"c', _rows((2, "1/a/b")),
        [(3, "quote opened on line 3")]),
    Odd("unclosed quote in every row", H + b'1,"a,b\n2,"c,d\n3,"e,f\n', [],
        [(n, f"quote opened on line {n}") for n in (2, 3, 4)]),
    Odd("unclosed quote after one that closed", H + b'1,"a\nx","b\n2,"c",d\n',
        _rows((4, "2/c/d")), [(2, "quote opened on line 3")]),
    Odd("text after a quote", H + b'1,"Eve "E" Lo",b\n2,c,d\n', _rows((3, "2/c/d")),
        [(2, "text after a closing quote")]),
    Odd("text after a quote of two lines", H + b'1,"a\nx",b"\n2,"c\ny"z,d\n3,e,f\n',
        _rows((2, '1/a\nx/b"'), (6, "3/e/f")), [(4, "quote opened on line 4"), (5, "2 cells")]),
    Odd("backslash before a quote", H + rb'1,"a \"x\" y",b' + b"\n2,c,d\n", _rows((3, "2/c/d")),
        [(2, "text after a closing quote")]),
    Odd("carriage return in a plain cell", H + b"1,a\rx,b\n2,c,d\n", _rows((3, "2/c/d")),
        [(2, "carriage return")]),
    Odd("latin-1 in one row", H + b"1,a,b\n2,caf\xe9,d\n3,e,f\n",
        _rows((2, "1/a/b"), (4, "3/e/f")),
        [(3, "byte 0xE9 at offset 22, character 6 of its line, is not UTF-8")]),
    Odd("latin-1 after a byte order mark and an e", b"\xef\xbb\xbf" + H + b"1,\xc3\xa9\xe9,b\n",
        [], [(2, "byte 0xE9 at offset 18, character 4 of its line")]),
    Odd("bad byte in a quoted cell of two lines", H + b'1,"a\n\xff",b\n2,c,d\n',
        _rows((4, "2/c/d")), [(2, "byte 0xFF at offset 16, character 1 of its line")]),
    Odd("cut in the middle of a character", H + "1,a,é".encode()[:-1], [], [(2, "byte 0xC3")]),
    Odd("surrogate in utf-8", H + b"1,\xed\xa0\x80,b\n", [], [(2, "byte 0xED")]),
    Odd("nul in a row", H + b"1,a\0,b\n2,c,d\n", _rows((3, "2/c/d")), [(2, "NUL")]),
    Odd("nuls to the end", H + b"1,a,b\n" + b"\0" * 5, _rows((2, "1/a/b")), [(3, "NUL")]),
    Odd("cell beyond the cap", H + b"1," + b"x" * (1 << 20) + b"y,b\n2,c,d\n",
        _rows((3, "2/c/d")), [(2, "cell is longer than 1,048,576 characters")]),
    Odd("line beyond the cap", H + b"1," + b"x," * (5 << 20) + b"b\n2,c,d\n",
        _rows((3, "2/c/d")), [(2, "line is longer than 8 MB")]),
    Odd("quoted cell beyond the cap", H + b'1,"a,b\n' + b"2,c,d\n" * 200_000,
        [(line, ["2", "c", "d"]) for line in range(3, 200_003)], [(2, "quote opened on line 2")]),
    Odd("formula cells", H + b"1,=1+1,@x\n2,+3,-4\n", _rows((2, "1/=1+1/@x"), (3, "2/+3/-4"))),
    Odd("header again in the middle", H + b"1,a,b\n" + H, _rows((2, "1/a/b"), (3, "id/name/at"))),
    Odd("one column", b"id\n1\n\n2\n", _rows((2, "1"), (4, "2"))),
    Odd("repeated and empty names", b"id,name,name,\n1,a,b,c\n", _rows((2, "1/a/b/c"))),
]  # fmt: skip

REFUSED = [
    ("empty", b"", "the file is empty"),
    ("blank", b" \n\r\n ", "there is nothing in the file"),
    ("only a byte order mark", b"\xef\xbb\xbf", "there is nothing in the file"),
    ("html", b"\n<!DOCTYPE html><html><body>Sign in</body></html>", "this is a web page"),
    ("html with mark", b"\xef\xbb\xbf<html>", "may have wanted you to sign in"),
    ("xml", b'<?xml version="1.0"?><a/>', "this is XML"),
    ("pdf", b"%PDF-1.7\n%\xe2\xe3", "this is a PDF document"),
    ("sqlite", b"SQLite format 3\0" + b"\0" * 80, "this is an SQLite database"),
    ("old excel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel workbook"),
    ("parquet", b"PAR1\x15\x04", "this is a Parquet file"),
    ("bzip2", b"BZh91AY&SY", "packed with bzip2; unpack it first"),
    ("zstd", b"\x28\xb5\x2f\xfd\x04", "packed with zstd; unpack it first"),
    ("tar", b"a.csv".ljust(257, b"\0") + b"ustar\x0000", "this is a tar archive"),
    ("utf-32", "id,name".encode("utf-32"), "text in UTF-32; save it as UTF-8"),
    ("noise", bytes(range(1, 32)) * 20, "this is not text"),
    ("any bytes", bytes((n * n * 7919 >> 3) % 256 for n in range(3000)), "this is not text"),
    ("zeros", b"\0" * 5000, "this is not text"),
    ("unclosed quote in the header", b'id,"name,at\n1,a,b\n', "line 1: the header cannot be read"),
    ("bad byte in the header", b"id,caf\xe9,at\n1,a,b\n", "byte 0xE9 at offset 6"),
    ("far too many columns", b"," * 6000, "more than 5,000 columns"),
]
