"""The terms that events and customers are told in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

IdentityKind = Literal["source_id", "external_id", "email", "phone", "anonymous_id"]
Level = Literal["noise", "routine", "notable", "urgent"]
LEVELS: tuple[Level, ...] = ("noise", "routine", "notable", "urgent")
TimeQuality = Literal["exact", "naive", "day", "future"]
RecordKind = Literal[
    "customer",
    "identify",
    "account",
    "order",
    "charge",
    "refund",
    "subscription",
    "thread",
    "message",
    "campaign",
]
Person = tuple[tuple[str, str, str], ...]
"""How sources know somebody: (source, kind, value), strongest first. Outlives a mirror."""
Tomb = tuple[bytes, bytes]
"""One way in which somebody was known who was erased, as (key, hash under that key)."""
Saved = Mapping[str, str | frozenset[Person]]
"""Saved segments by name: a condition, or a list of people."""
