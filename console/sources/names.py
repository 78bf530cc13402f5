"""Which of our verbs an event's name means.

Three looks, the surest first: a name that is one of our verbs; the vendor's own table, for
systems that name their events themselves; the names people give events in Segment, PostHog,
Mixpanel, Amplitude and CSV files. Names are compared without case, blanks and punctuation.
What is in none of them keeps its own name; the user's config extends and overrides all this
(in the mirror, not here).
"""

from __future__ import annotations

import re

from console.sources.name_tables import GENERAL, NOT_DONE, OF_SOURCE, Names
from console.verbs import VERBS

_LONGEST = 120
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_GAPS = re.compile(r"[\W_]+")
_MAIL = re.compile(r"\be mail\b")
_SUBJECTS = ("user ", "customer ", "member ")


def verb_of(source_kind: str, name: str) -> tuple[str | None, str | None]:
    """The verb an event name means by default, and its feature where the name says it.

    source_kind: the kind of source ("segment", "klaviyo", …); an unknown one has no table of
    its own. name: as the source says it.

    Returns (None, None) for a name we have no verb for. The feature of a `feature_used`
    event is among its properties, so it is None here unless the name alone tells it.
    """
    if len(name) > _LONGEST:
        return None, None
    folded = fold(name)
    own = folded.replace(" ", "_")
    if own in VERBS:
        return own, None
    verb = _OF_SOURCE.get(source_kind, {}).get(folded)
    if verb is None and source_kind != "stripe":
        # Stripe's names are its own and mean less than the same words elsewhere:
        # customer.subscription.updated comes with every renewal.
        verb = _general(folded)
    return verb, None


def fold(name: str) -> str:
    """A name for comparing: lower case, words apart, without punctuation.

    ``userSignedUp``, ``User Signed-Up`` and ``user_signed_up`` are ``user signed up``.
    """
    name = _CAMEL.sub(" ", name.removeprefix("[Amplitude] "))
    words = _GAPS.sub(" ", name).strip().lower()
    return _MAIL.sub("email", words).replace("canceled", "cancelled")


def _general(folded: str) -> str | None:
    for subject in ("", *_SUBJECTS):
        if folded.startswith(subject) and (verb := _GENERAL.get(folded[len(subject) :])):
            return verb
    first, _, rest = folded.partition(" ")
    if first == "onboarding" and rest:
        return None if rest.split()[-1] in NOT_DONE else "setup_step_done"
    if first == "connected" and rest:
        return "setup_step_done"
    if first == "viewed" and rest.endswith((" page", " screen")):
        return "page_viewed"
    return None


def _by_name(names: Names) -> dict[str, str]:
    return {fold(name): verb for verb, all_names in names.items() for name in all_names}


_GENERAL = _by_name(GENERAL)
_OF_SOURCE = {kind: _by_name(names) for kind, names in OF_SOURCE.items()}
