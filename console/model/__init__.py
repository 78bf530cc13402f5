"""The words of the console, as plain data. Imports nothing of ours.

Three groups, in the order data travels:

* what a source hands over: `Event`, `Record`, `Reject`, `Batch`;
* what the mirror answers: `Customer`, `Profile`, `FeedEvent`, `Status`, …;
* what an analysis answers lives beside the analysis.

Every instant is an integer: microseconds since 1970-01-01T00:00:00Z. Every amount of
money is an integer in the currency's minor unit (cents; yen have none).
"""

from __future__ import annotations

from console.model.answers import (
    Customer,
    CustomerPage,
    DayCount,
    FeatureUse,
    FeedEvent,
    FeedPage,
    FeedQuestion,
    Identity,
    Logins,
    Message,
    Newcomer,
    Profile,
    Purchase,
    SourceStatus,
    Status,
    Subscription,
    Thread,
)
from console.model.findings import Finding
from console.model.given import (
    FIELDS,
    PERSON_FIELDS,
    Batch,
    Counts,
    Event,
    Key,
    Record,
    Reject,
    Removal,
    Removed,
    Sweep,
    Who,
)
from console.model.inbox import Inbox, InboxItem, Note, Remarks, Tally
from console.model.money import (
    decimal_string,
    exponent,
)
from console.model.runs import STOPPED, UNASKED, StreamRun
from console.model.terms import (
    LEVELS,
    IdentityKind,
    Level,
    Person,
    RecordKind,
    Saved,
    TimeQuality,
    Tomb,
)

__all__ = [
    "FIELDS",
    "LEVELS",
    "PERSON_FIELDS",
    "STOPPED",
    "UNASKED",
    "Batch",
    "Counts",
    "Customer",
    "CustomerPage",
    "DayCount",
    "Event",
    "FeatureUse",
    "FeedEvent",
    "FeedPage",
    "FeedQuestion",
    "Finding",
    "Identity",
    "IdentityKind",
    "Inbox",
    "InboxItem",
    "Key",
    "Level",
    "Logins",
    "Message",
    "Newcomer",
    "Note",
    "Person",
    "Profile",
    "Purchase",
    "Record",
    "RecordKind",
    "Reject",
    "Remarks",
    "Removal",
    "Removed",
    "Saved",
    "SourceStatus",
    "Status",
    "StreamRun",
    "Subscription",
    "Sweep",
    "Tally",
    "Thread",
    "TimeQuality",
    "Tomb",
    "Who",
    "decimal_string",
    "exponent",
]
