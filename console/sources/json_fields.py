"""From the members of a vendor's object to our fields.

A member that is absent leaves what is known; one that is null, or empty, clears it. Vendors
that leave out what they do not know and those that say null are both told truly so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from console.sources.objects import Said, Unreadable, When
from console.sources.people import plain_text

Convert = Callable[[str], Any]
Paths = Mapping[str, tuple[str | tuple[str, ...], Convert | None]]
"""Our field to the member that holds it (a path where it is deeper) and what reads its text."""


def said_fields(said: Said, paths: Paths) -> dict[str, Any]:
    """Our fields, as far as `said` has their members."""
    fields: dict[str, Any] = {}
    for field, (path, convert) in paths.items():
        members = (path,) if isinstance(path, str) else path
        held: Any = said
        for name in members:
            if not isinstance(held, dict) or name not in held:
                break
            held = held[name]
        else:
            text = plain_text(held)
            fields[field] = None if text is None else convert(text) if convert else text
    return fields


def as_said(
    said: Said, fields: Mapping[str, Any], needs: Mapping[str, tuple[str, ...]]
) -> dict[str, Any]:
    """Fields without those that rest on a member which is not there.

    needs: for such fields the members of `said`, of which one has to be there.
    """
    return {
        name: value
        for name, value in fields.items()
        if name not in needs or any(member in said for member in needs[name])
    }


def said_name(said: Said, *names: str) -> dict[str, Any]:
    """The name of a person, where any of the members it is made of is there."""
    if not any(name in said for name in names):
        return {}
    parts = (plain_text(said.get(name)) for name in names)
    return {"name": " ".join(part.strip() for part in parts if part) or None}


def text_id(said: Said, member: str = "id") -> str:
    """The id of an object as text. Raises Unreadable where it has none."""
    value = said.get(member)
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise Unreadable(member, f"there is no {member}")
    return str(value)


def time_or_none(said: Said, member: str, when: When) -> tuple[int, Any] | None:
    """When something happened; None where it did not or is not said.

    Raises Unreadable for a time that cannot be read.
    """
    value = said.get(member)
    if value in (None, ""):
        return None
    try:
        return when(value)
    except ValueError as error:
        raise Unreadable(member, str(error)) from None


def needed_time(said: Said, member: str, when: When) -> tuple[int, Any]:
    """The same for a time that a thing cannot do without."""
    found = time_or_none(said, member, when)
    if found is None:
        raise Unreadable(member, f"there is no {member}")
    return found
