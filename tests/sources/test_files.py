import csv
import gzip
import io
import json
import os
import zipfile
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.config import TableRule
from console.model import Batch
from console.sources import registry, streams
from console.sources.delimited import LONGEST_ROW
from console.sources.files import Document, documents, recognise, rule_for
from console.sources.source import (
    Bad,
    Lines,
    LinesKind,
    Reading,
    SourceError,
    Table,
    TableKind,
    UnrecognisedFile,
)
from tests.shared import SHARED, needs_shared
from tests.sources.corpus import CORPUS, REFUSED


def document(data: bytes, size: int = 1 << 16) -> Document:
    return Document("x.csv", (data[at : at + size] for at in range(0, len(data), size)), len(data))


def table(data: bytes, rule: TableRule | None = None, size: int = 1 << 16) -> Table:
    content = document(data, size).content(rule)
    assert isinstance(content, Table)
    return content


def split(found: Table) -> tuple[list[tuple[int, list[str]]], list[Bad]]:
    rows, bad = [], []
    for row in found.rows:
        if isinstance(row, Bad):
            bad.append(row)
        else:
            rows.append((row.line, row.values))
    return rows, bad


def lines(data: bytes, size: int = 1 << 16) -> list[tuple[int, bytes]]:
    content = document(data, size).content()
    assert isinstance(content, Lines)
    return list(content.lines)


def opened(*paths: object, stdin: bytes = b"") -> list[Document]:
    return list(documents([str(path) for path in paths], io.BytesIO(stdin)))


def texts(found: list[Document]) -> dict[str, list[list[str]]]:
    contents = {one.path: one.content() for one in found}
    return {
        path: [row.values for row in content.rows if not isinstance(row, Bad)]
        for path, content in contents.items()
        if isinstance(content, Table)
    }


# What is in a table


@pytest.mark.parametrize("odd", CORPUS, ids=lambda odd: odd.name)
def test_each_row_is_read_or_named(odd):
    rows, bad = split(table(odd.data))
    assert rows == odd.rows
    assert [line for line, _ in odd.bad] == [one.line for one in bad]
    for one, (_, reason) in zip(bad, odd.bad, strict=True):
        assert reason in one.reason
        assert one.raw
        assert len(one.raw) <= 4000
        one.raw.encode()


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_rows_do_not_depend_on_how_the_bytes_come(size):
    for odd in CORPUS:
        if len(odd.data) < 1000:
            rows, bad = split(table(odd.data, size=size))
            assert (rows, [one.line for one in bad]) == (odd.rows, [line for line, _ in odd.bad])


@pytest.mark.parametrize(("data", "reason"), [case[1:] for case in REFUSED],
                         ids=[case[0] for case in REFUSED])  # fmt: skip
def test_what_is_no_table_is_refused_with_what_it_looks_like(data, reason):
    with pytest.raises(UnrecognisedFile) as refused:
        document(data).content()
    assert str(refused.value).startswith("x.csv: ")
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_header_keeps_repeated_and_empty_names_trimmed():
    assert table(b"\xef\xbb\xbf id ,name,,name\n").header == ("id", "name", "", "name")


def test_quotes_that_never_match_do_not_take_for_ever():
    # Read from outside a quote each line opens one, from inside it closes one and opens another.
    many = b'x","\n' * 300_000
    rows, bad = split(table(b"id,name\n" + many))
    assert len(rows) + len(bad) == 300_000
    assert {one.line for one in bad} | {line for line, _ in rows} == set(range(2, 300_002))


def test_a_row_beyond_the_cap_costs_that_row():
    data = b"id,name\n" + b'"a\n' + (b'","' + b"x" * 1000 + b"\n") * (LONGEST_ROW // 1000)
    data += b"1,x\n"
    rows, bad = split(table(data))
    assert bad[0].line == 2
    assert rows[-1][1] == ["1", "x"]


letters = st.characters(exclude_categories=["Cs", "Cc"])
cells = st.text(letters | st.sampled_from("\t\r\n\v\f\x1b\x85,;|\"' "), max_size=12)


@st.composite
def written(draw):
    """A table of any text as `csv` writes it, with its header."""
    width = draw(st.integers(2, 5))
    row = st.lists(cells, min_size=width, max_size=width).filter(any)
    rows = draw(st.lists(row, max_size=8))
    header = [f"column {n}" for n in range(width)]
    # Python 3.11 leaves a lone \r without quotes where lines end in \n, and \n in old Mac files.
    breaks = any("\r" in cell or "\n" in cell for row in rows for cell in row)
    quoting = csv.QUOTE_ALL if breaks else draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    out = io.StringIO(newline="")
    writer = csv.writer(
        out,
        delimiter=draw(st.sampled_from(",;\t|")),
        lineterminator=draw(st.sampled_from(["\n", "\r\n", "\r"])),
        quoting=quoting,
    )
    writer.writerows([header, *rows])
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]))
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    return rows, (mark + out.getvalue()).encode(encoding)


@given(written(), st.integers(1, 40))
def test_any_table_that_csv_writes_is_read_back_exactly(case, size):
    rows, data = case
    good, bad = split(table(data, size=size))
    assert not bad
    assert [values for _, values in good] == rows


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_words(data):
    for prefix in (b"", b"id,name\n", b'{"a":1}\n', b"[", b"\x1f\x8b", b"\xff\xfe"):
        try:
            content = document(prefix + data).content()
            for _ in content.rows if isinstance(content, Table) else content.lines:
                pass
        except SourceError as error:
            assert str(error).startswith("x.csv: ")  # noqa: PT017


# JSON


def test_json_lines_end_only_at_line_feeds():
    text = '{"a":"x\u2028y\u0085z"}\r\n\n  \n{"a":2}\n{"a":3}'
    assert lines(text.encode()) == [
        (1, '{"a":"x\u2028y\u0085z"}'.encode()),
        (4, b'{"a":2}'),
        (5, b'{"a":3}'),
    ]


def test_json_lines_in_utf_16_and_with_a_mark():
    text = '{"a":"é"}\n{"a":2}\n'
    for encoding in ("utf-8-sig", "utf-16"):
        assert lines(text.encode(encoding), size=3) == [(1, '{"a":"é"}'.encode()), (2, b'{"a":2}')]


def test_of_a_line_beyond_the_cap_only_the_beginning_is_given():
    longest = streams.LONGEST_LINE
    data = b'{"a":"' + b"x" * (2 * longest) + b'"}\n{"b":1}\n'
    first, second = lines(data)
    assert first[0] == 1
    assert len(first[1]) == longest + 1
    assert second == (2, b'{"b":1}')


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
def test_an_array_is_given_element_by_element(size):
    data = b' [ {"a":1,\r\n "b":"x]\\"}{,"} ,\n\n {"c":[1,{"d":[]}]}, 5, "s,", [2] ]\n tail'
    assert lines(data, size) == [
        (1, b'{"a":1,   "b":"x]\\"}{,"}'),
        (4, b'{"c":[1,{"d":[]}]}'),
        (4, b"5"),
        (4, b'"s,"'),
        (4, b"[2]"),
        (5, b"tail"),
    ]


@given(
    st.lists(
        st.dictionaries(
            st.text(max_size=5), st.recursive(st.text(max_size=5), st.lists, max_leaves=5)
        ),
        max_size=6,
    ),
    st.sampled_from([None, 1, "\t"]),
    st.integers(1, 50),
)
def test_any_array_of_objects_is_read_back_exactly(objects, indent, size):
    data = json.dumps(objects, indent=indent, ensure_ascii=False)
    if '"' in data and "\\ud" not in data.encode("utf-8", "backslashreplace").decode():
        found = lines(data.encode(), size)
        assert [json.loads(line) for _, line in found] == objects


@pytest.mark.parametrize("data", [b'[{"a":1},', b'[{"a":1}', b'[{"a":"}]', b'[{"a":1},{"b"'])
def test_an_array_that_does_not_end_is_told(data):
    with pytest.raises(SourceError, match="the array does not end"):
        lines(data)


def test_an_element_that_does_not_end_is_not_held_in_memory():
    with pytest.raises(SourceError, match="line 2: an element of the array is longer than 8 MB"):
        lines(b'[{"a":1},\n{"b":"' + b"x" * 2 * streams.LONGEST_LINE)


# Packed and in folders


CSV = b"id,name,at\n1,a,b\n"
ROWS = [["1", "a", "b"]]


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_gzip_is_unpacked_whatever_the_name(tmp_path):
    (tmp_path / "a.csv").write_bytes(gzip.compress(CSV))
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(gzip.compress(CSV)))
    (tmp_path / "c.gz").write_bytes(gzip.compress(CSV[:7]) + gzip.compress(CSV[7:]) + b"\0\0")
    assert list(texts(opened(tmp_path)).values()) == [ROWS] * 3


def test_gzip_that_stops_in_the_middle_gives_what_it_has_and_then_says_so(tmp_path):
    data = b"id,name,at\n" + b"".join(b"%d,%d,c\n" % (n, n * 7919) for n in range(100_000))
    path = tmp_path / "cut.csv.gz"
    path.write_bytes(gzip.compress(data)[:-2000])
    content = opened(path)[0].content()
    assert isinstance(content, Table)
    assert next(content.rows) == (2, ["0", "0", "c"])
    with pytest.raises(SourceError, match=r"cut\.csv\.gz: the gzip data stops in the middle"):
        list(content.rows)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (gzip.compress(CSV)[:12] + b"\xff\xff\xff" + gzip.compress(CSV)[15:], "is damaged"),
        (gzip.compress(CSV) + b"rubbish", "is damaged"),
        (gzip.compress(gzip.compress(gzip.compress(CSV))), "packed more than twice"),
        (gzip.compress(zipped(a=CSV)), "an archive inside another"),
        (gzip.compress(b""), "the file is empty"),
    ],
    ids=["cut", "tail", "thrice", "archive", "empty"],
)
def test_damaged_or_nested_gzip_is_refused(tmp_path, data, reason):
    path = tmp_path / "x.gz"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=reason):
        split(opened(path)[0].content())


def test_a_bomb_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(streams, "_HONEST_SIZE", 1 << 20)
    bomb = b"id,name,at\n" + b"1,a,b\n" * 300_000
    (tmp_path / "a.gz").write_bytes(gzip.compress(bomb))
    (tmp_path / "b.zip").write_bytes(zipped(**{"x.csv": bomb}))
    for one in opened(tmp_path):
        with pytest.raises(SourceError, match="unpacks to more than 300 times its size"):
            split(one.content())


def test_the_members_of_an_archive_are_documents_in_order(tmp_path):
    path = tmp_path / "audience.zip"
    path.write_bytes(
        zipped(
            **{
                "b/unsubscribed.csv": CSV,
                "a/hour.csv.gz": gzip.compress(CSV),
                "__MACOSX/._b.csv": b"\0\5\26",
                "b/.DS_Store": b"\0",
            }
        )
    )
    assert texts(opened(path)) == {
        f"{path}/a/hour.csv.gz": ROWS,
        f"{path}/b/unsubscribed.csv": ROWS,
    }
    assert texts(opened("-", stdin=path.read_bytes())) == {
        "standard input/a/hour.csv.gz": ROWS,
        "standard input/b/unsubscribed.csv": ROWS,
    }


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped(**{"xl/workbook.xml": b"<a/>"}), "an Excel workbook; save it as CSV"),
        (zipped(**{"word/document.xml": b"<a/>"}), "a Word document"),
        (zipped(), "there is nothing in the archive"),
        (zipped(a=CSV)[:-30], "the archive is damaged"),
        (zipped(a=zipped(b=CSV)), "an archive inside another"),
    ],
    ids=["excel", "word", "empty", "cut", "nested"],
)
def test_archives_that_hold_no_tables_are_refused(tmp_path, data, reason):
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    for found in (opened(path), opened("-", stdin=data)):
        with pytest.raises(SourceError, match=reason):
            found[0].content()


def test_a_damaged_or_locked_member_does_not_cost_the_others(tmp_path):
    data = bytearray(zipped(a=b"id,name\n" + os.urandom(300).hex().encode(), b=CSV, c=CSV))
    data[60] ^= 0xFF
    # The flag that a member wants a password, before its name in the list at the end.
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"PK\x01\x02"))
    data[at + 8] |= 1
    path = tmp_path / "x.zip"
    path.write_bytes(bytes(data))
    first, second, third = opened(path)
    with pytest.raises(SourceError, match=r"x\.zip/a: the archive is damaged"):
        split(first.content())
    with pytest.raises(SourceError, match=r"x\.zip/b: is locked"):
        second.content()
    assert texts([third]) == {f"{path}/c": ROWS}


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_member_is_told_however_it_is_packed(tmp_path, packing):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", packing) as archive:
        archive.writestr("a", CSV * 500)
    data = bytearray(path.read_bytes())
    data[50:54] = bytes(255 - byte for byte in data[50:54])
    path.write_bytes(bytes(data))
    with pytest.raises(SourceError, match=r"x\.zip/a: the archive is damaged"):
        split(opened(path)[0].content())


def test_a_folder_is_walked_without_what_is_hidden_or_no_data(tmp_path):
    for name in ("b/z.csv", "b/a.csv", "a.csv", ".hidden.csv", ".git/x.csv", "NOTICE.md", "p.pdf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(CSV)
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nowhere")
    found = [os.path.relpath(one.path, tmp_path) for one in opened(tmp_path)]
    assert found == ["a.csv", "b/a.csv", "b/z.csv"]


def test_what_cannot_be_opened_is_told_when_its_turn_comes(tmp_path):
    (tmp_path / "a.csv").write_bytes(CSV)
    (tmp_path / "none").mkdir()
    missing, empty, good = opened(tmp_path / "missing.csv", tmp_path / "none", tmp_path / "a.csv")
    with pytest.raises(SourceError, match=r"missing\.csv: cannot be read: No such file"):
        missing.content()
    with pytest.raises(SourceError, match="there is no file to read in this folder"):
        empty.content()
    assert texts([good])


def test_standard_input_and_pipes_are_read_once(tmp_path):
    assert texts(opened("-", stdin=CSV)) == {"standard input": ROWS}
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(gzip.compress(CSV))
    path = f"/dev/fd/{reading}"
    if os.path.exists(path):
        assert texts(opened(path)) == {path: ROWS}
    os.close(reading)


def test_the_position_ends_at_the_size(tmp_path):
    data = b"id,name,at\n" + b"1,a,b\n" * 200_000
    (tmp_path / "a.csv").write_bytes(data)
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(data))
    (tmp_path / "c.zip").write_bytes(zipped(**{"c.csv": data}))
    for one in opened(tmp_path):
        content = one.content()
        assert one.size
        assert isinstance(content, Table)
        assert 0 < one.position <= one.size
        assert sum(1 for _ in content.rows) == 200_000
        assert one.position == one.size


# Which kind


def no_batches(content, reading):
    yield Batch(reading.source)


ORDERS = TableKind("shop-orders", "shop", lambda names: {"order", "total"} <= names, no_batches)
PEOPLE = TableKind("shop-people", "shop", lambda names: {"id", "name"} <= names, no_batches)
STREAM = LinesKind("stream", "stream", lambda said: "type" in said, no_batches)
EVENTS = TableKind("events", "csv", lambda names: {"customer", "at"} <= names, no_batches)
KINDS = (ORDERS, PEOPLE, STREAM, EVENTS)


def kind_of(data: bytes, **more) -> str:
    return recognise(document(data), KINDS, **more).name


def test_kinds_are_told_by_header_or_by_the_first_objects():
    assert kind_of(b" ID ;NAME\n") == "shop-people"
    assert kind_of(b'{"half\n[1]\n7\n{"type":"track"}\n') == "stream"
    assert kind_of(b'[{"type":"track"}]') == "stream"


def test_what_the_user_says_wins():
    assert kind_of(b"a,b\n", wanted="shop-people") == "shop-people"
    assert kind_of(b"order,total,id,name\n", wanted="shop") == "shop-orders"
    assert kind_of(b'{"x":1}', wanted="stream") == "stream"
    assert kind_of(b"id,name\n", rule=TableRule(kind="events")) == "events"
    assert kind_of(b"id,name\n", wanted="shop-orders", rule=TableRule()) == "shop-orders"


def test_a_table_that_a_pipeline_copied_is_not_taken_for_an_export():
    with pytest.raises(UnrecognisedFile, match="--as events"):
        kind_of(b"id,name,_fivetran_synced\n")
    assert kind_of(b"id,name,_fivetran_synced\n", wanted="shop") == "shop-people"


@pytest.mark.parametrize(
    ("data", "wanted", "reason"),
    [
        (b"a,,b\n", None, r"no export we know has the columns a, \(no name\), b; known: shop-ord"),
        (b"a,b\n", None, r"--as events --column customer=… --column event=… --column at=…"),
        (b"a,b\n", "shop", "no shop export has the columns a, b; known: shop-orders, shop-people;"),
        (b"a,b\n", "stream", "stream is JSON lines; this file is a table"),
        (b'{"a":1}', "events", r"events is a table \(CSV\); this file is JSON"),
        (b'{"a":1,"b":2}', None, "no export we know has JSON objects of a, b; known: shop-orders"),
        (b'{\n "a": 1\n}\n', None, "none of the first lines is a whole JSON object"),
        (b"a,b\n", "shopp", "there is no kind of file called 'shopp'; known: shop-orders, shop-p"),
        (b",".join(b"c%d" % n for n in range(20)), None, "c0, .*, c11 and 8 more"),
    ],
)
def test_what_is_not_recognised_says_what_was_found_and_what_to_do(data, wanted, reason):
    with pytest.raises(SourceError, match=reason):
        kind_of(data, wanted=wanted)


def test_rules_of_the_config_are_found_by_file_name():
    rule, other = TableRule(match="CDNOW*.txt"), TableRule(match="*/ecom/*.csv.gz")
    tables = {"unmatched": TableRule(), "cdnow": rule, "shop": other}
    assert rule_for("/data/CDNOW_sample.txt", tables) is rule
    assert rule_for("/data/ecom/a.csv.gz", tables) is other
    assert rule_for("/data/other.csv", tables) is None


# Real exports


@needs_shared
def test_every_shared_export_is_recognised_as_what_its_name_says():
    assert SHARED
    for path in sorted((SHARED / "data" / "synthetic_exports").iterdir()):
        if path.name == "expected.json":
            continue
        one = opened(path)[0]
        kind = recognise(one, registry.KINDS)
        assert path.name.startswith(kind.source), (path.name, kind.name)
        reading = Reading(kind.source, ZoneInfo("UTC"))
        assert sum(batch.read for batch in kind.read(one.content(), reading)) > 0


@needs_shared
def test_archives_of_exports_are_recognised_member_by_member(tmp_path):
    assert SHARED
    path = tmp_path / "exports.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("mailchimp_subscribed", "mailchimp_unsubscribed"):
            name += "_members_export.csv"
            archive.write(SHARED / "data" / "synthetic_exports" / name, f"123/{name}")
        hour = "amplitude_export_hour.json.gz"
        archive.write(SHARED / "data" / "synthetic_exports" / hour, f"456/{hour}")
    found = [recognise(one, registry.KINDS).source for one in opened(path)]
    assert found == ["mailchimp", "mailchimp", "amplitude"]


@needs_shared
def test_no_fivetran_table_is_taken_for_an_export():
    assert SHARED
    for folder in sorted((SHARED / "data").glob("fivetran_*")):
        for one in opened(folder):
            content = one.content()
            assert isinstance(content, Table)
            assert all(name == name.strip("\ufeff ") for name in content.header)
            if any(name.startswith("_fivetran") for name in content.header):
                with pytest.raises(UnrecognisedFile):
                    recognise(one, registry.KINDS)
            assert not split(content)[1], one.path


def test_paths_are_only_read(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_bytes(CSV)
    path.chmod(0o400)
    assert texts(opened(path))
    assert os.listdir(tmp_path) == ["a.csv"]
