"""A cohort question as JSON values and back: only what differs from the defaults is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from console.analytics.question import CohortQuestion, Where
from console.panes.asked import KINDS, Asked


def as_state(asked: Asked) -> dict[str, Any]:
    """What `from_state` makes the same question of."""
    question = asked.question
    differs = {
        field.name: getattr(question, field.name)
        for field in fields(question)
        if getattr(question, field.name) != field.default
    }
    for name in ("start_where", "return_where"):
        if name in differs:
            differs[name] = [str(where) for where in differs[name]]
    return {"kind": asked.kind, "against": asked.against, "question": differs}


def from_state(state: Mapping[str, Any]) -> Asked:
    """The question again. Raises ValueError for one that no console has written."""
    given = dict(state.get("question") or {})
    unknown = given.keys() - {field.name for field in fields(CohortQuestion)}
    kind = next((one for one in KINDS if one == state.get("kind", "grid")), None)
    if unknown or kind is None:
        raise ValueError("it was saved by a newer console")
    for name in ("start_where", "return_where"):
        if name in given:
            given[name] = tuple(Where.parse(text) for text in given[name])
    if "brackets" in given:
        given["brackets"] = tuple((first, last) for first, last in given["brackets"])
    against = state.get("against")
    return Asked(CohortQuestion(**given), kind, tuple(against) if against else None)
