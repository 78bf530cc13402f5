"""Lines into batches, whatever the lines are."""

import gc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.model import Event
from console.sources import amplitude, jsonlines, mixpanel, posthog, segment
from console.sources.objects import LineIds, Unreadable, packed, parsed_without_halves
from console.sources.source import LinesKind
from tests.sources.streams import line, stream

KINDS = (*segment.KINDS, *posthog.KINDS, *mixpanel.KINDS, *amplitude.KINDS)
(SEGMENT,) = segment.KINDS
CALL = {"type": "track", "userId": "u", "event": "E", "timestamp": "2026-03-01T09:00:00Z"}

_MEMBERS = (
    "type", "event", "event_type", "timestamp", "event_time", "time", "userId", "anonymousId",
    "user_id", "device_id", "amplitude_id", "distinct_id", "person_id", "properties", "traits",
    "context", "messageId", "uuid", "$insert_id", "$user_id", "$device_id", "$set", "alias",
    "$distinct_ids", "previousId", "groupId", "person_properties", "user_properties", "set",
    "event_properties", "receivedAt", "created_at", "email", "phone", "name", "tags", "company",
    "address", "createdAt", "total", "currency", "feature", "step", "title", "plan",
)  # fmt: skip
_WORDS = (
    "track", "page", "identify", "group", "alias", "screen", "$identify", "$merge",
    "$create_alias", "Order Completed", "Feature Used", "Connected Store", "$pageview",
    "2026-03-01T09:00:00Z", "2026-03-01", "u1", "null", "ada@example.com", "+46701234567",
    "$device:d", "", "{}", "[1]", '{"email": "a@example.com"}',
)  # fmt: skip
_LEAVES = (
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-(2**70), 2**70) | st.sampled_from(_WORDS) | st.text(max_size=8)
)  # fmt: skip
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(_MEMBERS) | st.text(max_size=4), inner, max_size=6)
    ),
    max_leaves=20,
)
_OBJECTS = st.dictionaries(st.sampled_from(_MEMBERS), _VALUES, max_size=12)


@settings(max_examples=40, deadline=None)
@given(
    said=st.lists(_OBJECTS | st.binary(max_size=20).filter(lambda b: b"\n" not in b), max_size=8)
)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_any_object_is_read_or_refused(kind: LinesKind, said: list[Any]) -> None:
    for one in said:
        if isinstance(one, dict):
            assert kind.matches(one) in (True, False)
    got = stream(kind, said)
    for event in got.events:
        _is_sound(event)
    for record in got.records:
        assert record.id
        assert record.kind == "account" or record.who
        assert type(record.at) is int
    for reject in got.rejects:
        assert reject.reason
        assert reject.line
    again = stream(kind, said)
    assert [event.key for event in again.events] == [event.key for event in got.events]


def _is_sound(event: Event) -> None:
    assert event.who
    for key in event.who:
        assert type(key.value) is str
        assert key.value
    for text in (event.key, event.name):
        assert type(text) is str
        assert text
        text.encode()
    for maybe in (event.object, event.currency, event.feature):
        assert maybe is None or type(maybe) is str
    assert type(event.at) is int
    assert abs(event.at) < 2**58
    assert event.received_at is None or type(event.received_at) is int
    assert event.amount is None or type(event.amount) is int
    assert type(event.raw) is bytes


def test_batches_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonlines, "MOST_EVENTS", 2_000)
    got = stream(SEGMENT, [{**CALL, "messageId": f"m{n}"} for n in range(7_500)])
    assert (got.read, got.batches) == (7_500, 4)
    people = [{**CALL, "type": "identify", "messageId": f"m{n}"} for n in range(4_500)]
    assert stream(SEGMENT, people).batches == 3


def test_a_file_of_nothing_but_damage_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonlines, "MOST_EVENTS", 2_000)
    got = stream(SEGMENT, ["{"] * 7_500)
    assert (got.read, len(got.rejects)) == (7_500, 7_500)
    assert sorted(reject.line for reject in got.rejects) == list(range(1, 7_501))
    assert got.batches >= 3


def test_an_empty_file_has_no_batches() -> None:
    assert stream(SEGMENT, []).batches == 0


def test_lines_apart_are_not_joined() -> None:
    whole = line(CALL)
    got = stream(SEGMENT, [whole[:30], CALL, whole[30:]])
    assert len(got.events) == 1
    assert [reject.line for reject in got.rejects] == [1, 3]


def test_the_collector_is_left_as_it_was() -> None:
    assert gc.isenabled()
    stream(SEGMENT, [CALL])
    assert gc.isenabled()
    gc.disable()
    try:
        stream(SEGMENT, [CALL])
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (rb'{"a":"x\ud83e"}', {"a": "x\ufffd"}),
        (rb'{"a":"\ude00\ud83e\udd81"}', {"a": "\ufffd\U0001f981"}),
        (rb'{"a":"\\ud83e"}', {"a": "\\ud83e"}),
        (rb'{"\ud83e":"\""}', {"\ufffd": '"'}),
        (rb'{"a":"\ud83e', None),
        (rb'"\ud83e"', None),
    ],
)
def test_halves_of_characters(raw: bytes, said: Any) -> None:
    assert parsed_without_halves(raw) == said


def test_ids_of_lines_stay_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.sources.objects._MOST_ORDINALS", 5)
    ids = LineIds()
    assert len({ids.key({"n": n}) for n in range(50)}) == 50
    assert len(ids._seen) <= 5


def test_what_is_too_deep_to_write_is_refused() -> None:
    deep: dict[str, Any] = {}
    for _ in range(600):
        deep = {"a": deep}
    with pytest.raises(Unreadable, match="nested too deeply"):
        packed(deep)
    said = '{"type":"track","userId":"u","event":"E","timestamp":"2026-03-01T09:00:00Z","p":'
    got = stream(SEGMENT, [said + '{"a":' * 600 + "1" + "}" * 601])
    assert "nested too deeply" in got.reject.reason
