"""``console import``: what is taken in, left out, refused, and how that is said."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli import Console
from tests.commands.conftest import CALLS, lines

CSV = b"customer,event,at\nada@example.com,Signed Up,2026-03-01T10:00:00Z\n"
PRETTY = b'{\n  "people": [\n    1\n  ]\n}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "exports"
    made.mkdir()
    (made / "events.csv").write_bytes(CSV)
    return made


def test_a_document_has_the_fixed_shape(console: Console) -> None:
    answer = console("import", "--json", "-", stdin=CSV + b"bo@example.com,,2026-03-01\n")
    assert answer.status == 1
    assert answer.json["files"] == [
        {"path": "standard input", "kind": "events", "read": 2, "new": 1, "changed": 0,
         "unchanged": 0, "rejected": 1}
    ]  # fmt: skip
    (refused,) = answer.json["rejects"]
    assert set(refused) == {"path", "line", "column", "reason"}
    assert (refused["line"], refused["column"]) == (3, "event")


def test_what_is_no_export_in_a_folder_is_left_out(console: Console, folder: Path) -> None:
    (folder / "about.json").write_bytes(PRETTY)
    (folder / "notes.txt").write_bytes(b"call Ada, then Bo\n")
    (folder / "empty").write_bytes(b"")
    answer = console("import", "--json", str(folder))
    assert answer.status == 0
    assert [file["kind"] for file in answer.json["files"]] == [None, None, "events", None]
    assert answer.json["rejects"] == []
    left_out = {Path(one["path"]).name: one["reason"] for one in answer.json["left_out"]}
    assert set(left_out) == {"about.json", "notes.txt", "empty"}
    assert left_out["empty"] == "the file is empty"
    assert all(
        sum(v for v in file.values() if isinstance(v, int)) == 0
        for file in answer.json["files"]
        if file["kind"] is None
    )
    assert "Left out:" in console("import", str(folder)).out
    assert console("rejects", "--json").json["rejects"] == []


def test_a_refused_row_says_to_its_end_what_to_do(console: Console) -> None:
    console("import", "-", stdin=CSV + b"bo@example.com,Signed Up,03/04/2026\n")
    assert "comes first; `day_first`, in the source's settings, does" in console("rejects").out


def test_the_same_file_named_is_refused(console: Console, folder: Path) -> None:
    (folder / "about.json").write_bytes(PRETTY)
    answer = console("import", "--json", str(folder / "about.json"))
    assert answer.status == 1
    assert answer.json["left_out"] == []
    assert answer.json["files"][0]["rejected"] == 1
    assert answer.json["rejects"][0]["line"] is None


def test_a_table_nobody_knows_is_refused_wherever_it_is_found(
    console: Console, folder: Path
) -> None:
    (folder / "export.csv").write_bytes(b"colour,shape\nred,round\n")
    answer = console("import", "--json", str(folder))
    assert answer.status == 1
    assert "has the columns colour, shape" in answer.json["rejects"][0]["reason"]


def test_refusing_a_file_makes_no_source(console: Console, folder: Path) -> None:
    (folder / "broken.json").write_bytes(PRETTY)
    assert console("import", str(folder), str(folder / "broken.json")).status == 1
    status = console("status", "--json").json
    assert [one["source"] for one in status["sources"]] == ["csv"]
    assert len(console("rejects", "--json").json["rejects"]) == 1


def test_a_mirror_in_the_folder_is_not_opened_as_an_export(console: Console, folder: Path) -> None:
    console.flags = ("--mirror", str(folder / "mirror.db"))
    for _ in range(2):
        (file,) = console("import", "--json", str(folder)).json["files"]
        assert file["kind"] == "events"
    assert console("status", "--json").json["events"] == 1


def test_a_folder_that_may_not_be_read_is_said(console: Console, folder: Path) -> None:
    shut = folder / "shut"
    shut.mkdir()
    shut.chmod(0)
    try:
        os.listdir(shut)
    except PermissionError:
        answer = console("import", "--json", str(folder))
        assert answer.status == 1
        assert answer.json["rejects"][0]["reason"] == "cannot be read: Permission denied"
    finally:
        shut.chmod(0o700)


def test_a_path_that_is_no_text_is_spelled_out(console: Console, folder: Path) -> None:
    name = os.path.join(os.fsencode(folder), b"caf\xe9.csv")
    with open(name, "wb") as file:
        file.write(CSV)
    answer = console("import", "--json", str(folder))
    assert answer.status == 0
    assert answer.json["files"][0]["path"].endswith("caf\\udce9.csv")
    assert console("import", os.fsdecode(name) + "x").status == 1


def test_the_end_of_a_long_path_is_shown(console: Console, folder: Path) -> None:
    deep = folder / ("d" * 80)
    deep.mkdir()
    (deep / "members.csv").write_bytes(CSV)
    assert f"…{'d' * 47}/members.csv" in console("import", str(folder)).out


def test_a_kind_that_there_is_not_is_wrong_usage(console: Console, folder: Path) -> None:
    answer = console("import", "--as", "shopfiy", str(folder))
    assert answer.status == 2
    assert "no kind of file called 'shopfiy'" in answer.err
    assert not console.mirror.exists()


def test_what_a_file_is_not_is_refused(console: Console, folder: Path) -> None:
    answer = console("import", "--json", "--as", "segment", str(folder / "events.csv"))
    assert answer.status == 1
    assert "JSON lines" in answer.json["rejects"][0]["reason"]


def test_again_and_in_parts_and_in_another_order_changes_nothing(console: Console) -> None:
    assert console("import", "-", stdin=lines(CALLS)).status == 0
    before = console("customers", "--json").out
    for part in (CALLS, CALLS[::-1], CALLS[:4], CALLS[3:]):
        (file,) = console("import", "--json", "-", stdin=lines(part)).json["files"]
        assert (file["new"], file["changed"], file["unchanged"]) == (0, 0, len(part))
    assert console("customers", "--json").out == before


def test_readonly_imports_nothing(console: Console, folder: Path) -> None:
    console.flags = (*console.flags, "--readonly")
    assert console("import", str(folder)).status == 1
    assert not console.mirror.exists()
