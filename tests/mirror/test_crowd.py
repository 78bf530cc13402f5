from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from console.config import Config
from console.mirror import crowd
from console.mirror.crowd import Crowd, Numbers
from console.mirror.store import Writer
from console.settings import load
from console.sources import files, names, registry
from console.sync import ahead, importing
from tests.bench.data import calls
from tests.mirror.canonical import difference, told


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches and memories so small that there are many of them."""
    monkeypatch.setattr("console.sources.jsonlines.MOST_EVENTS", 300)
    monkeypatch.setattr("console.sources.jsonlines._STEP", 100)
    monkeypatch.setattr(crowd, "_REMEMBERED", 20)


def settings(tmp_path: Path, name: str) -> Config:
    return load(mirror=str(tmp_path / name), notebook=str(tmp_path / "n.db"), now="2026-10-01")


def parts(path: Path, config: Config) -> Iterator[ahead.Part]:
    clock = config.clock()
    (document,) = files.documents([str(path)], None)  # type: ignore[arg-type]
    kind = files.recognise(document, registry.KINDS)
    reading = importing.reading_for(config, clock, kind)
    return ahead.parts(document, ahead.Order(str(path), kind.name, reading, clock))


@pytest.mark.parametrize("undone", [False, True])
def test_numbers_mean_the_people_they_stand_for(tmp_path: Path, undone: bool) -> None:
    said = [call for call in calls(3_000) if call["type"] == "track" or call["userId"] < "u_5"]
    lines = [json.dumps(call) for call in said]
    # Half of the lines stand there twice: of some people all events of a batch are known.
    export = tmp_path / "calls.jsonl"
    export.write_text("\n".join(lines[:1_400] + lines))
    plain, numbered = settings(tmp_path, "plain.db"), settings(tmp_path, "numbered.db")
    importing.import_files([str(export)], plain)
    people, numbers, crossed = Crowd(), Numbers(), 0
    clock = numbered.clock()
    with closing(Writer(numbered.mirror, clock, numbered.events, names.verb_of)) as writer:
        for part in parts(export, numbered):
            people.meet(numbers.put(part.batch.events))
            crossed += len(part.batch.events.numbers)
            if undone:
                writer.begin()
                writer.store(part.batch, "segment", crowd=people)
                writer.rollback()
            writer.begin()
            writer.store(part.batch, "segment", crowd=people)
            writer.commit()
    assert crossed > 500
    assert not difference(told(plain.mirror), told(numbered.mirror))
