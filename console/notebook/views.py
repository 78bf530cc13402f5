"""Saved views: a pane with its filters and sort, by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.mirror.database import MirrorError
from console.notebook.changes import Changed, Signed, Unchanged, changing
from console.notebook.segments import BadName, proper
from console.notebook.store import reading


@dataclass(frozen=True, slots=True)
class View:
    """One saved view."""

    name: str
    pane: str
    """The pane's one-word name."""
    state: Mapping[str, Any]
    """What the pane needs to show it again; JSON values."""
    who: str
    at: int
    """When it was saved, microseconds UTC."""


def read(path: Path) -> tuple[View, ...]:
    """All saved views by name; none where there is no notebook.

    Raises MirrorError when the notebook cannot be read.
    """
    with reading(path, since=3) as db:
        if db is None:
            return ()
        rows = db.execute("select name, pane, state, who, at from view order by folded").fetchall()
    return tuple(View(row[0], row[1], _state(row[2]), row[3], row[4]) for row in rows)


def _state(text: str) -> dict[str, Any]:
    """What a pane has saved; nothing where that is not what `save` writes."""
    try:
        found = json.loads(text)
    except (ValueError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}


def find(path: Path, name: str) -> View:
    """A saved view by name, whatever its capitals.

    Raises MirrorError when there is none, or the notebook cannot be read.
    """
    saved, wanted = read(path), " ".join(name.split()).casefold()
    for view in saved:
        if view.name.casefold() == wanted:
            return view
    known = ", ".join(view.name for view in saved)
    raise MirrorError(
        f"there is no saved view {name!r}; {f'there are {known}' if known else 'none is saved'}"
    )


def save(path: Path, name: str, pane: str, state: Mapping[str, Any], by: Signed) -> str:
    """Save a view by name, in place of one of that name; answers the name as it is kept.

    Raises BadName, Unchanged when it is saved just so, MirrorError.
    """
    name = proper(name, what="view")
    with changing(path, "view", by) as change:
        found = change.db.execute(
            "select id from view where folded = ?", (name.casefold(),)
        ).fetchone()
        id = found[0] if found else change.next_id("view")
        row = {
            "name": name, "folded": name.casefold(), "pane": pane,
            "state": json.dumps(state, sort_keys=True), "who": by.who, "at": by.at,
        }  # fmt: skip
        change.put("view", {"id": id}, row)
        change.close()
    return name


def remove(path: Path, name: str, by: Signed) -> Changed:
    """Remove a saved view, whatever its capitals. Raises Unchanged when there is none."""
    with changing(path, "view removed", by) as change:
        found = change.db.execute(
            "select id from view where folded = ?", (" ".join(name.split()).casefold(),)
        ).fetchone()
        if found is None:
            raise Unchanged(f"there is no saved view {name!r}")
        change.put("view", {"id": found[0]}, None)
        return change.close()


__all__ = ["BadName", "View", "find", "proper", "read", "remove", "save"]
