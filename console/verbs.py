"""Our verbs: what customers do, in the console's own words.

Each source maps its event names to these; the user's config extends and overrides the
map. A verb says how loud it is by default, whether the customer did it (a mail we sent
is not a thing the customer did, nor is a renewal that charges itself), and how it reads
after the customer's name. In `says`, ``$object``, ``$amount`` and ``$feature`` stand for the
event's own; a phrase whose values are missing falls back to `bare`.
"""

from __future__ import annotations

from typing import NamedTuple

from console.model import Level


class Verb(NamedTuple):
    """One verb: its loudness, whose act it is, and its words."""

    level: Level
    by_customer: bool
    says: str
    bare: str


VERBS: dict[str, Verb] = {
    "page_viewed": Verb("noise", True, "viewed $object", "viewed a page"),
    "list_joined": Verb("noise", True, "joined the list $object", "joined a list"),
    "profile_updated": Verb("noise", False, "profile updated", "profile updated"),
    "mail_sent": Verb("noise", False, "was sent “$object”", "was sent a mail"),
    "mail_delivered": Verb("noise", False, "received “$object”", "received a mail"),
    "mail_opened": Verb("routine", True, "opened “$object”", "opened a mail"),
    "mail_clicked": Verb("routine", True, "clicked in “$object”", "clicked in a mail"),
    "mail_bounced": Verb("urgent", False, "mail bounced: “$object”", "mail bounced"),
    "spam_reported": Verb("urgent", True, "marked “$object” as spam", "marked a mail as spam"),
    "unsubscribed": Verb("notable", True, "unsubscribed from $object", "unsubscribed from mails"),
    "signed_up": Verb("notable", True, "signed up for $object", "signed up"),
    "logged_in": Verb("routine", True, "logged in", "logged in"),
    "setup_step_done": Verb("notable", True, "set-up: $object", "did a set-up step"),
    "activated": Verb("notable", True, "set up $object", "finished setting up"),
    "feature_used": Verb("routine", True, "used $feature", "used a feature"),
    "checkout_abandoned": Verb("notable", True, "left a checkout of $amount", "left a checkout"),
    "order_placed": Verb("routine", True, "placed order $object for $amount", "placed an order"),
    "order_paid": Verb("routine", True, "bought for $amount", "bought something"),
    "order_cancelled": Verb("notable", True, "cancelled order $object", "cancelled an order"),
    "refunded": Verb("urgent", False, "was refunded $amount", "was refunded"),
    "charge_paid": Verb("routine", False, "paid $amount", "paid"),
    "charge_failed": Verb("urgent", False, "payment of $amount failed", "a payment failed"),
    "charge_disputed": Verb("urgent", True, "disputed $amount", "disputed a charge"),
    "trial_started": Verb("notable", True, "started a trial of $object", "started a trial"),
    "subscription_started": Verb(
        "notable", True, "subscribed to $object", "started a subscription"
    ),
    "subscription_changed": Verb(
        "notable", True, "changed plan to $object", "changed their subscription"
    ),
    "subscription_cancelled": Verb(
        "urgent", True, "cancelled $object", "cancelled their subscription"
    ),
    "ticket_opened": Verb("notable", True, "opened a ticket: $object", "opened a ticket"),
    "ticket_replied": Verb("routine", True, "replied: $object", "replied to a ticket"),
    "ticket_reopened": Verb("urgent", True, "reopened: $object", "reopened a ticket"),
    "ticket_solved": Verb("notable", False, "ticket solved: $object", "a ticket was solved"),
    "rated": Verb("notable", True, "rated us: $object", "rated us"),
}


def level_of(verb: str | None) -> Level:
    """The default level of `verb`; an event we have no verb for is routine."""
    return VERBS[verb].level if verb in VERBS else "routine"


def by_customer(verb: str | None) -> bool:
    """Whether `verb` is the customer's own act; an event we have no verb for is."""
    return VERBS[verb].by_customer if verb in VERBS else True
