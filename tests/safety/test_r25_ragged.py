"""R25: what a source did not send is never taken away; what it sends as nothing is."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.mirror.database import open_reader
from console.mirror.profile import read as read_profile
from console.model import PERSON_FIELDS
from tests.mirror.worlds import World, person, who

TEXTS = ("name", "phone", "city", "region", "country", "timezone", "plan")
ragged = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.dictionaries(st.sampled_from(TEXTS), st.one_of(st.none(), st.sampled_from("abc"))),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(ragged)
def test_records_of_any_fields_in_any_batches(
    given_records: list[tuple[int, dict[str, Any], bool]],
) -> None:
    assert set(TEXTS) <= set(PERSON_FIELDS)
    expected: dict[int, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        batch = []
        for number, (id, fields, alone) in enumerate(given_records):
            expected.setdefault(id, {}).update(fields)
            changed = f"2026-05-01T00:{number:02}"
            batch.append(person(f"c{id}", who(source_id=f"c{id}"), changed, **fields))
            if alone:
                world.save(*batch, source="shopify")
                batch = []
        world.save(*batch, source="shopify")
        with closing(open_reader(world.path)) as db:
            ids = dict(db.execute("select value, customer from identity").fetchall())
            for id, fields in expected.items():
                found = read_profile(db, ids[f"c{id}"], world.clock)
                assert found is not None
                for name in TEXTS:
                    assert getattr(found.customer, name) == fields.get(name), name
