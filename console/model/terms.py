"""The terms that events and customers are told in."""

from __future__ import annotations

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
