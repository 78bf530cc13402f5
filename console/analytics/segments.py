"""Segments: conditions on customers, as people write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from console.analytics.conditions import Segment, hours_matter
from console.analytics.grammar import Parser
from console.clock import Clock
from console.model import Saved

if TYPE_CHECKING:
    from pyroaring import BitMap

    from console.mirror.activity import Activity

EXAMPLES = (
    ("country=SE plan=pro", "in Sweden and on the plan pro: side by side means “and”"),
    ("plan!=free or tag:vip", "not on free, or tagged vip"),
    ("not (city=Oslo or city=Bergen)", "brackets group; “not” turns round"),
    ("account:acme source:shopify", "of the account Acme, and known from Shopify"),
    ("email=*@acme.com plan=none", "* stands for anything, none for “not known”"),
    ("signed_up<30d last_seen>2w", "signed up less than 30 days ago, quiet for over two weeks"),
    ("signed_up>=2026-01-31", "since a date; so also activated and first_seen"),
    ("did:logged_in", "ever did it; one of our verbs or an event's own name"),
    ("did:logged_in<7d", "did it less than 7 days ago; > for those who last did longer ago"),
    ('did:"Report Built">=3 in 30d', "at least three times in the last 30 days"),
    ("not did:activated first 7d", "not in their first 7 days, and these are over"),
    ("spent>500 in 12m", "paid over 500 in twelve months, less refunds; or spent>500 EUR"),
    ("segment:big", "in the saved segment “big”, a condition or a list of people"),
)
"""Segments and what they mean."""
_NAMES_ONE = re.compile(r"segment\s*:", re.IGNORECASE)
_BARE = re.compile(r"[^\s()\"“”=!<>]+")
HELP = "\n".join(f"{example:<32}{meaning}" for example, meaning in EXAMPLES) + (
    "\n\nLengths: h hours, d days, w weeks, m months, y years; days are the calendar's, today"
    "\nincluded. Names with blanks stand in quotes. Capitals do not matter."
)
"""How to write one, for help texts."""


def parse(text: str, saved: Saved | None = None) -> Segment:
    """Read a segment.

    saved: saved segments by name, for ``segment:NAME``.
    Raises SegmentError with the position of the character that is wrong.
    """
    return Parser(text, saved or {}, ()).segment()


def read(activity: Activity, text: str) -> Segment:
    """Read a segment that may name saved ones. Raises SegmentError as `parse` does.

    The saved ones are only looked up for a text that could name one.
    """
    return parse(text, activity.saved() if names_one(text) else None)


def names_one(text: str) -> bool:
    """Whether a text could name a saved segment."""
    return _NAMES_ONE.search(text) is not None


def mention(name: str) -> str:
    """How a condition names a saved segment: ``segment:big``, ``segment:"two words"``."""
    return f"segment:{name}" if _BARE.fullmatch(name) else f'segment:"{name}"'


def members(activity: Activity, segment: Segment, clock: Clock) -> BitMap:
    """The customers a segment holds for as of ``clock.now``. Do not change the answer.

    Raises SegmentError for events nobody has heard of and for mixed currencies, `Interrupted`
    when cancelled.
    """
    from console.analytics.membership import Membership

    with activity.snapshot(clock):
        now = clock.now if hours_matter(segment.condition) else clock.today
        key = ("segment", segment, clock.today, now, activity.horizon)
        return activity.remember(key, lambda: Membership(activity, segment).customers())


def chosen(activity: Activity, text: str | None, clock: Clock) -> BitMap | None:
    """The customers of a segment's text; None, for everybody, where there is none.

    Raises SegmentError as `parse` and `members` do.
    """
    return members(activity, read(activity, text), clock) if text and text.strip() else None
