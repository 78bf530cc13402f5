"""Mirror and notebook tell each other who was erased: whichever of them is lost or put back."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from console.mirror.database import open_plain, open_reader
from console.mirror.soundness import whole
from console.notebook import audit, tombs
from console.notebook import schema as notebook_schema
from tests.cli import Console
from tests.commands.conftest import call, lines
from tests.safety.test_r28_erase import CALLS, MAIL, OF_THEMSELVES, ORDERS, WORDS, fill, standing

BO = "bo@example.com"
NEWCOMER = [call("identify", 90, "u9", "2026-03-20T09:00:00Z", traits={"email": "new@example.com"})]
IDS = tuple(word for word in WORDS if "uillfeather" not in word or "@" in word)
"""What sources know her by. Her name in a text is nothing that can be told from others' words."""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything of her that a console can hold, before anybody is erased."""
    folder = tmp_path_factory.mktemp("filled")
    fill(folder, OF_THEMSELVES)
    return folder


@pytest.fixture
def console(filled: Path, tmp_path: Path) -> Console:
    return copied(filled, tmp_path / "one")


def copied(filled: Path, folder: Path) -> Console:
    shutil.copytree(filled, folder)
    folder.chmod(0o700)
    return Console(folder, "--now", "2026-04-01T12:00:00+02:00", "--as", "ada")


def lose(path: Path) -> None:
    for one in path.parent.glob(f"{path.name}*"):
        one.unlink()


def notebook_of(console: Console) -> Path:
    return console.mirror.with_name("notebook.db")


def erase(console: Console, who: str = MAIL) -> None:
    answer = console("erase", who, "--yes", "--backups")
    assert answer.status == 0, answer.err


def told_again(console: Console) -> None:
    """All exports are imported once more."""
    assert console("import", "-", stdin=lines(OF_THEMSELVES)).status == 0
    console("import", "-", "--as", "orders", stdin=ORDERS.encode())


def assert_gone(console: Console, words: tuple[str, ...] = WORDS) -> None:
    """None of the words stands anywhere, and both files are whole."""
    assert standing(console.mirror.parent, words) == {}
    assert whole(console.mirror) == whole(notebook_of(console)) == []
    assert audit.check(notebook_of(console)) is None


def mirrors_tombs(console: Console) -> frozenset[tuple[bytes, bytes]]:
    with closing(open_reader(console.mirror)) as db:
        return frozenset(db.execute("select secret, hash from erased").fetchall())


def test_a_mirror_made_anew_knows_who_was_erased(console: Console) -> None:
    erase(console)
    lose(console.mirror)
    for _ in range(2):
        told_again(console)
        assert_gone(console)
    assert console("customer", MAIL).status == 1
    assert console("customers", "--json").json["total"] == 1
    assert console("customer", BO, "--json").json["events"]["total"] == 4


def test_what_others_say_of_them_goes_by_erasing_once_more(console: Console) -> None:
    erase(console)
    lose(console.mirror)
    assert console("import", "-", stdin=lines(CALLS)).status == 0
    assert console("customer", MAIL).status == 1
    assert standing(console.mirror.parent, [MAIL])
    erase(console)
    assert standing(console.mirror.parent, [MAIL]) == {}


@pytest.mark.parametrize("who", ["u2", "shop-7731"])
def test_a_word_that_may_be_anothers_is_not_looked_for_again(console: Console, who: str) -> None:
    """Short, or part of another's: others' notes and raw data would go with it."""
    calls = [
        call("identify", 91, "shop-7731", "2026-03-20T09:00:00Z"),
        call("identify", 92, "shop-77312", "2026-03-20T09:00:00Z"),
    ]
    assert console("import", "-", stdin=lines(calls)).status == 0
    erase(console, who)
    before = standing(console.mirror.parent, ["tea", "u9"])
    again = console("erase", who, "--yes", "--backups")
    assert again.status == 1
    assert "was erased, and is too short or too like another's" in again.err
    assert standing(console.mirror.parent, ["tea", "u9"]) == before


@pytest.mark.parametrize("first", ["notebook", "mirror"])
def test_one_file_is_enough_to_know_them_again(console: Console, first: str) -> None:
    """Each is lost in turn, with an import between."""
    erase(console)
    before = tombs.read(notebook_of(console))
    assert before == mirrors_tombs(console) != frozenset()
    order = [notebook_of(console), console.mirror]
    for path in order if first == "notebook" else order[::-1]:
        lose(path)
        told_again(console)
        assert_gone(console)
        assert before == tombs.read(notebook_of(console)) == mirrors_tombs(console)


def test_a_copy_of_the_notebook_knows_them_too(console: Console) -> None:
    erase(console)
    assert console("backup").status == 0
    lose(console.mirror)
    lose(notebook_of(console))
    (copy,) = (console.mirror.parent / "backups").glob("*.db")
    shutil.copy(copy, notebook_of(console))
    told_again(console)
    assert_gone(console)


def test_hashes_under_two_keys_are_all_known(
    console: Console, filled: Path, tmp_path: Path
) -> None:
    """A notebook is put beside the mirror of another; each remembers somebody else."""
    other = copied(filled, tmp_path / "other")
    erase(console)
    erase(other, BO)
    shutil.rmtree(console.mirror.parent / "exports")
    lose(notebook_of(console))
    notebook_of(other).rename(notebook_of(console))
    told_again(console)
    assert_gone(console, (*IDS, BO))
    both = mirrors_tombs(console)
    assert tombs.read(notebook_of(console)) == both
    assert len({secret for secret, _ in both}) == 2
    for path in (console.mirror, notebook_of(console)):
        lose(path)
        told_again(console)
        assert_gone(console, (*IDS, BO))
        assert console("customers", "--json").json["total"] == 0
    # Whoever is erased next needs no third key.
    assert console("import", "-", stdin=lines(NEWCOMER)).status == 0
    erase(console, "new@example.com")
    assert {secret for secret, _ in mirrors_tombs(console)} == {secret for secret, _ in both}
    assert tombs.read(notebook_of(console)) == mirrors_tombs(console) > both


@pytest.mark.parametrize("which", ["mirror.db", "notebook.db"])
def test_a_file_of_before_that_is_put_back_is_emptied_of_them(
    console: Console, filled: Path, which: str
) -> None:
    """Also how an erasing that was killed between the two files is brought to its end."""
    erase(console)
    folder = console.mirror.parent
    lose(folder / which)
    shutil.copy(filled / which, folder / which)
    assert standing(folder, WORDS)
    assert console("import", "-", stdin=lines(NEWCOMER)).status == 0
    assert_gone(console, WORDS if which == "mirror.db" else IDS)
    assert console("customer", BO, "--json").json["events"]["total"] == 4
    with closing(open_reader(folder / "notebook.db", 99)) as db:
        assert ("likes tea",) in db.execute("select text from note").fetchall()


def test_nothing_is_written_into_the_notebook_while_nobody_was_erased(console: Console) -> None:
    before = notebook_of(console).read_bytes()
    told_again(console)
    assert notebook_of(console).read_bytes() == before
    lose(notebook_of(console))
    told_again(console)
    assert not notebook_of(console).exists()


def as_before(path: Path, version: int, undo: Callable[..., None]) -> None:
    """Make a file one of an older format, with what the newest step brought taken away."""
    db = open_plain(path, 5)
    undo(db)
    db.execute("delete from _sqlite_migrations where name in ('keying', 'erased')")
    db.execute(f"pragma user_version = {version}")
    db.execute("pragma wal_checkpoint(truncate)").fetchall()
    db.close()


def test_who_was_erased_by_an_older_console_stays_so(console: Console) -> None:
    """Its mirror has one key, in `meta`; its notebook knows of nobody."""
    key = bytes(range(32))
    made = [
        hashlib.blake2b("\0".join(one).encode(), key=key, digest_size=16).digest()
        for one in (("", "email", MAIL), ("", "external_id", "shop-7731-quill"))
    ]

    def older_mirror(db: object) -> None:
        run = db.execute  # type: ignore[attr-defined]
        run("drop table erased")
        run("create table erased (hash blob primary key) without rowid")
        db.executemany("insert into erased values (?)", [(one,) for one in made])  # type: ignore[attr-defined]
        run("insert into meta values ('erasing', ?)", (key.hex(),))

    erase(console)
    as_before(console.mirror, 5, older_mirror)
    as_before(notebook_of(console), 3, lambda db: db.execute("drop table erased"))
    told_again(console)
    assert_gone(console)
    assert mirrors_tombs(console) == {(key, one) for one in made}
    assert tombs.read(notebook_of(console)) == mirrors_tombs(console)
    with closing(open_reader(notebook_of(console), 99)) as db:
        assert db.execute("pragma user_version").fetchone() == (notebook_schema.VERSION,)
    lose(console.mirror)
    told_again(console)
    assert_gone(console)
