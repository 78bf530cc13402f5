"""R28: who is erased stands in no byte of any file, and no file or sync brings them back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import zstandard

from console.config import Config
from console.mirror import customers
from console.mirror.database import open_as_it_is, open_reader, open_writer
from console.mirror.persons import persons
from console.mirror.soundness import whole
from console.notebook import audit, drafts, merges, notes, segments, triage, views
from console.notebook.changes import Signed, undo
from console.panes import exporting
from console.panes.exports_of import of_customers
from tests.cli import Console
from tests.commands.conftest import NOW, call, lines
from tests.sources.faulty import Faulty
from tests.sources.histories import run as sync
from tests.sources.histories import settings as vendor_settings

NAME, MAIL, PHONE = "Siobhán Quillfeather", "siobhan.quillfeather@example.org", "+46701234999"
WORDS = (NAME, "Quillfeather", MAIL, PHONE, "shop-7731-quill")
AT = 1_775_000_000_000_000
OF_THEMSELVES = [
    call("identify", 1, "shop-7731-quill", "2026-03-02T09:00:00Z",
         traits={"email": MAIL, "name": NAME, "phone": PHONE, "city": "Malmö"}),
    call("track", 2, "shop-7731-quill", "2026-03-02T09:00:00Z", event="Signed Up"),
    call("track", 3, "shop-7731-quill", "2026-03-05T09:00:00Z", event="Report Built",
         properties={"for": NAME, "to": MAIL}),
    call("identify", 4, "u2", "2026-03-03T09:00:00Z",
         traits={"email": "bo@example.com", "name": "Bo Fagerström"}),
    call("track", 5, "u2", "2026-03-03T09:00:00Z", event="Signed Up"),
    call("track", 6, "u2", "2026-03-04T09:00:00Z", event="Logged In"),
]  # fmt: skip
CALLS = [
    *OF_THEMSELVES,
    # What others did, and a company's words, name her too.
    call("track", 7, "u2", "2026-03-04T10:00:00Z", event="Invited", properties={"whom": MAIL}),
    call("group", 8, "shop-7731-quill", "2026-03-04T11:00:00Z", groupId="acme",
         traits={"name": "Acme", "contact": NAME.upper()}),
]  # fmt: skip
ORDERS = (
    "customer,id,at,amount,currency,status\n"
    f"{MAIL},1001,2026-03-05T10:00:00Z,120.00,EUR,paid\n"
    "bo@example.com,1002,2026-03-06T10:00:00Z,80.00,EUR,paid\n"
    f"{MAIL},1003,not a time,1.00,EUR,paid\n"
)


def standing(folder: Path, words: Iterable[str]) -> dict[str, list[str]]:
    """Which words stand where: in bytes of files, in what is compressed, in search's tokens."""
    found: dict[str, list[str]] = {}
    forms = {word: {word, word.lower(), json.dumps(word)[1:-1]} for word in words}
    texts = [(str(path), path.read_bytes()) for path in folder.rglob("*") if path.is_file()]
    with closing(open_as_it_is(folder / "mirror.db")) as db:
        unpack = zstandard.ZstdDecompressor().decompress
        for table, column in (("raw_block", "data"), ("record", "raw")):
            for id, data in db.execute(f"select id, {column} from {table}").fetchall():
                texts.append((f"{table} {id}", unpack(data)))
    for place, text in texts:
        for word, spelled in forms.items():
            if any(form.encode() in text for form in spelled):
                found.setdefault(place, []).append(word)
    return found


def fill(folder: Path, calls: list[dict[str, Any]] = CALLS) -> Console:
    """Everything of her that a console can hold, and somebody else beside."""
    console = Console(folder, "--now", NOW, "--as", "ada")
    assert console("import", "-", stdin=lines(calls)).status == 0
    assert console("import", "-", "--as", "orders", stdin=ORDERS.encode()).status == 1
    notebook, by = folder / "notebook.db", Signed("ada", AT)
    with closing(open_reader(console.mirror)) as db:
        her, other = (
            persons(db, [customers.find(db, mail)[0].id])[0] for mail in (MAIL, "bo@example.com")
        )
        clock = Config(console.mirror, notebook, now=AT).clock()
        ids = customers.every(db)
        for form in ("csv", "jsonl"):
            exporting.write(db, folder / "exports", of_customers(ids, clock), form, clock)  # type: ignore[arg-type]
        bo = [id for id in ids if id != customers.find(db, MAIL)[0].id]
        exporting.write(db, folder / "exports", of_customers(bo, clock), "jsonl", clock)
    notes.add(notebook, [her, other], f"{NAME} called", by)
    notes.add(notebook, [other], f"is the boss of {MAIL}", by)
    notes.add(notebook, [other], "likes tea", by)
    notes.add(notebook, [her], "undone", by)
    undo(notebook, by)
    notes.tag(notebook, [her], "vip", by)
    triage.done(notebook, [(her, AT)], by)
    merges.merge(notebook, her, other, by)
    segments.save(notebook, "some", [her, other], by)
    segments.save(notebook, "hers", f"email={MAIL}", by)
    views.save(notebook, "her", "feed", {"filter": NAME}, by)
    drafts.keep(notebook, f"note {MAIL}", "unfinished", by)
    assert console("backup").status == 0
    return console


def happened(console: Console) -> list[tuple[str, str]]:
    """What the feed tells, apart from whom."""
    found = console("feed", "--level", "noise", "--json").json["events"]
    return [(one["at"], one["name"]) for one in found]


@pytest.fixture
def console(tmp_path: Path) -> Console:
    return fill(tmp_path)


def test_nothing_is_left_of_who_is_erased(console: Console) -> None:
    folder = console.mirror.parent
    before, events = standing(folder, WORDS), happened(console)
    assert {Path(place).name.partition("-")[0].partition(".")[0] for place in before} >= {
        "mirror", "notebook", "customers", "raw_block 1",
    }  # fmt: skip
    answer = console("erase", MAIL, "--yes", "--backups")
    assert answer.status == 0, answer.err
    assert standing(folder, WORDS) == {}
    assert "not there" in answer.out
    assert all(word not in answer.out + answer.err for word in WORDS)
    assert whole(console.mirror) == whole(folder / "notebook.db") == []
    assert audit.check(folder / "notebook.db") is None
    assert audit.read(folder / "notebook.db")[0].action == "erase"
    # The others are as they were, and what she did still counts.
    assert console("customers", "Fagerström", "--json").json["total"] == 1
    with closing(open_reader(folder / "notebook.db", 99)) as db:
        assert db.execute("select text from note").fetchall() == [("likes tea",)]
    assert len(list((folder / "exports").iterdir())) == 1
    assert happened(console) == events


def test_no_file_brings_them_back(console: Console) -> None:
    folder = console.mirror.parent
    assert console("erase", MAIL, "--yes", "--backups").status == 0
    for _ in range(2):
        console("import", "-", stdin=lines(CALLS))
        console("import", "-", "--as", "orders", stdin=ORDERS.encode())
        assert standing(folder, WORDS) == {}
        assert console("customers", "Quillfeather", "--json").json["total"] == 0
        assert console("customer", MAIL).status == 1
    assert whole(console.mirror) == []


def test_it_asks_and_is_not_done_by_mistake(console: Console) -> None:
    before = console.mirror.read_bytes()
    answer = console("erase", MAIL)
    assert answer.status == 2
    assert "--yes" in answer.err
    assert console("erase", "nobody@example.com", "--yes").status == 1
    readonly = Console(console.mirror.parent, "--now", NOW, "--readonly")
    assert readonly("erase", MAIL, "--yes").status == 1
    assert console.mirror.read_bytes() == before


def test_copies_that_name_them_are_told_and_stay_unless_they_shall_go(console: Console) -> None:
    answer = console("erase", MAIL, "--yes")
    assert answer.status == 0
    left = list((console.mirror.parent / "backups").iterdir())
    assert len(left) == 2
    assert all(str(path) in answer.out for path in left)
    assert "--backups" in answer.out


def test_no_sync_brings_them_back(tmp_path: Path) -> None:
    """The vendor tells of everybody again, from the beginning."""
    vendor = Faulty("klaviyo", 3, 0)
    config = vendor_settings(tmp_path, "klaviyo", vendor.url)
    try:
        vendor.calm()
        for _ in range(2):
            assert sync(config).clean
        console = Console(tmp_path, "--now", "2026-03-02")
        people = console("customers", "--json").json["customers"]
        mail = next(one["email"] for one in people if one["email"])
        assert standing(tmp_path, [mail])
        assert console("erase", mail, "--yes", "--backups").status == 0
        assert standing(tmp_path, [mail]) == {}
        total = console("customers", "--json").json["total"]
        for _ in range(2):
            db = open_writer(config.mirror)
            db.execute("delete from sync_state")
            db.close()
            assert sync(config).clean
            assert standing(tmp_path, [mail]) == {}
            assert console("customers", "--json").json["total"] == total
        for path in tmp_path.glob("mirror.db*"):
            path.unlink()
        for _ in range(2):
            assert sync(config).clean
            assert standing(tmp_path, [mail]) == {}
            assert console("customer", mail).status == 1
            assert console("customers", "--json").json["total"] == len(people) - 1
    finally:
        vendor.stop()
    assert whole(config.mirror) == []


def test_who_still_stands_somewhere_is_erased_by_saying_it_again(console: Console) -> None:
    """A console that reads keeps the old WAL; a copy of the notebook was kept at first."""
    with closing(open_reader(console.mirror)) as reader:
        reader.execute("begin")
        reader.execute("select count(*) from event").fetchall()
        refused = console("erase", MAIL, "--yes")
        assert refused.status == 1
        assert "close other consoles and say it again" in refused.err
    assert f"{console.mirror}-wal" in standing(console.mirror.parent, WORDS)
    again = console("erase", MAIL, "--yes", "--backups")
    assert again.status == 0
    assert "not there" in again.out
    assert standing(console.mirror.parent, WORDS) == {}
    assert console("erase", "nobody@example.com", "--yes").status == 1
