"""What there is to ask about: the names of events, and values customers share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from console.verbs import VERBS

if TYPE_CHECKING:
    from console.mirror.activity import Activity

_TRAITS = ("country", "plan", "tag", "source", "account", "city")
_MORE = ("domain", "source_kind", "region", "timezone")
"""What conditions ask for besides."""
_EACH = 12


class Vocabulary(NamedTuple):
    """Names a question may use."""

    events: tuple[str, ...] = ()
    """Our verbs in their own order, then what sources call their events, then features."""
    segments: tuple[str, ...] = ()
    """Conditions on customers such as ``country=SE``, of each property the commonest first."""


def read(activity: Activity) -> Vocabulary:
    """The names of a mirror, kept until it changes; inside a snapshot or not."""
    with activity.snapshot():
        events = activity.remember("event names", lambda: _events(activity))
    segments: list[str] = []
    for trait in _TRAITS:
        with activity.snapshot():
            segments += _commonest(activity, trait)
    return Vocabulary(events, tuple(segments))


def warm(activity: Activity) -> Vocabulary:
    """Read ahead what conditions and splits are made of; answers the names.

    Each part is read by itself: no state of the mirror is held while all are.
    Raises `Interrupted` when somebody wants something else; what was read by then is kept.
    """
    with activity.snapshot():
        activity.traits.everyone()
    for trait in (*_TRAITS, *_MORE):
        activity.check()
        with activity.snapshot():
            activity.traits.trait(trait)
    activity.check()
    return read(activity)


def _events(activity: Activity) -> tuple[str, ...]:
    kinds = activity.db.execute("select distinct verb, name, feature from event_kind").fetchall()
    verbs = {verb for verb, _, _ in kinds if verb}
    named = sorted({name for _, name, _ in kinds if name} - verbs, key=str.casefold)
    features = sorted({feature for _, _, feature in kinds if feature} - {*named, *verbs})
    return (*(verb for verb in VERBS if verb in verbs), *named, *features)


def _commonest(activity: Activity, trait: str) -> list[str]:
    """Conditions on the values of a property that most customers share."""

    def read() -> list[str]:
        values = activity.traits.trait(trait).items()
        common = sorted(values, key=lambda pair: (-len(pair[1]), pair[0]))[:_EACH]
        return [f"{trait}={_quoted(value)}" for value, _ in common if value.strip()]

    return activity.remember(("commonest", trait), read)


def _quoted(value: str) -> str:
    plain = value.replace("-", "").replace("_", "").replace(".", "")
    return value if plain.isalnum() else '"' + value.replace('"', "") + '"'
