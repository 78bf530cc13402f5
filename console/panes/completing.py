"""How a condition that is being typed goes on."""

from __future__ import annotations

from itertools import chain

from console.mirror.vocabulary import Vocabulary
from console.show.clean import clean

_LEAST = 2
"""Letters of a word before it is completed."""


def completed(text: str, known: Vocabulary) -> str | None:
    """The text with its last condition written to its end; None where none begins so.

    Nothing is offered that could not be shown as it is.
    """
    start = max(text.rfind(" "), text.rfind("(")) + 1
    begun = text[start:].casefold()
    if len(begun) < _LEAST:
        return None
    events = (f"did:{name}" for name in known.events if " " not in name)
    for one in chain(known.segments, events):
        if len(one) > len(begun) and one.casefold().startswith(begun) and clean(one) == one:
            return text + one[len(begun) :]
    return None
