"""Everything written of one person leaves the notebook, and nothing of the others."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from console.mirror.database import open_reader
from console.model.tombs import tomb
from console.notebook import audit, drafts, erasing, merges, notes, segments, tombs, triage, views
from console.notebook.changes import Signed, Unchanged, undo

HER = (("shop", "source_id", "c1"), ("shop", "email", "her@example.com"))
HER_ELSEWHERE = (("crm", "email", "her@example.com"), ("crm", "source_id", "x9"))
# The same number in another source is another person.
OTHER = (("crm", "source_id", "c1"), ("crm", "email", "another@example.net"))
BY = Signed("ada", 5)
TOMBS = frozenset({(b"key", b"hash"), (b"key", b"another")})
WORDS = ("her@example.com", "Wilhelmina")
TABLES = ("note", "tag", "triage", "subject", "subject_identity", "merge", "merge_person",
          "segment", "segment_person", "view", "draft")  # fmt: skip


def rows(path: Path) -> dict[str, int]:
    with closing(open_reader(path, 99)) as db:
        return {name: db.execute(f"select count(*) from {name}").fetchone()[0] for name in TABLES}


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    path = tmp_path / "notebook.db"
    notes.add(path, [OTHER], "likes tea", BY)
    notes.add(path, [OTHER], "is other@her@example.com.example, no part of which is hers", BY)
    notes.tag(path, [OTHER], "vip", BY)
    segments.save(path, "Swedes", "country=SE", BY)
    return path


def test_only_what_is_of_them_goes(notebook: Path) -> None:
    before = rows(notebook)
    notes.add(notebook, [HER], "called", BY)
    notes.tag(notebook, [HER_ELSEWHERE], "slow", BY)
    triage.done(notebook, [(HER, 7)], BY)
    merges.merge(notebook, HER, OTHER, BY)
    segments.save(notebook, "list", [HER, OTHER], BY)
    drafts.keep(notebook, "note c9", "tell wilhelmina", BY)
    views.save(notebook, "view", "feed", {"filter": "Wilhelmina"}, BY)
    notes.add(notebook, [OTHER], "knows her@example.com", BY)
    assert erasing.erase(notebook, (*HER, *HER_ELSEWHERE), WORDS, BY, TOMBS) > 6
    assert rows(notebook) == {**before, "segment": 2, "segment_person": len(OTHER)}
    data = b"".join(path.read_bytes() for path in notebook.parent.iterdir())
    assert not any(word.encode() in data for word in (" her@", *WORDS[1:], "wilhelmina", "called"))
    assert b"likes tea" in data
    assert audit.check(notebook) is None
    assert {one.action for one in audit.read(notebook)[:2]} == {"erase"}
    # A change that would write it again cannot be taken back.
    with pytest.raises(Unchanged):
        undo(notebook, BY)


def test_of_nobody_nothing_goes(notebook: Path) -> None:
    before = rows(notebook)
    assert erasing.erase(notebook, HER, WORDS, BY, TOMBS) == 0
    assert rows(notebook) == before


def test_who_was_erased_is_remembered_also_where_nothing_is_written_of_anybody(
    tmp_path: Path,
) -> None:
    path = tmp_path / "notebook.db"
    assert tombs.read(path) == frozenset()
    assert erasing.erase(path, HER, WORDS, BY, TOMBS) == 0
    assert tombs.read(path) == TOMBS
    more = frozenset({(b"another key", b"third")})
    for _ in range(2):
        tombs.keep(path, more | TOMBS)
        assert tombs.read(path) == TOMBS | more
    assert [line.action for line in audit.read(path)] == ["erase"]


def test_what_was_begun_on_them_before_is_not_kept(notebook: Path) -> None:
    kept = [tomb(b"key" * 9, *known) for known in HER]
    erasing.erase(notebook, HER, WORDS, BY, kept)
    before = rows(notebook)
    with pytest.raises(Unchanged, match="erased meanwhile"):
        drafts.keep(notebook, "note", "Wilhelmina says", BY, of=[OTHER, HER])
    with pytest.raises(Unchanged, match="erased meanwhile"):
        # The mirror knows them by nothing of before.
        notes.add(notebook, [OTHER], "Wilhelmina says", BY, begun_on=[HER])
    assert rows(notebook) == before
    drafts.keep(notebook, "note", "likes milk", BY, of=[OTHER])
    notes.add(notebook, [OTHER], "likes milk", BY, draft="note", begun_on=[OTHER])
