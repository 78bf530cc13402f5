"""Addresses of a customer's records, where a source's are known, and what was copied."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from console.config import SourceConfig
from console.model import Customer
from console.show.lines import cut

_PATHS = {
    "stripe": "customers/{}",
    "shopify": "admin/customers/{}",
    "zendesk": "agent/users/{}",
}
_HOMES = {"stripe": "https://dashboard.stripe.com"}


def link_of(customer: Customer, sources: Mapping[str, SourceConfig]) -> str | None:
    """The address of the customer's record in the first source whose address is known.

    Stripe's is the same for everybody; a shop's or a help desk's own address is taken from
    ``web_url`` in the source's settings. Only http and https addresses are answered.
    """
    for identity in customer.identities:
        settings = sources.get(identity.source)
        kind = settings.kind if settings else identity.source
        given = settings.settings.get("web_url") if settings else None
        home = str(given or _HOMES.get(kind, "")).rstrip("/")
        if identity.kind != "source_id" or kind not in _PATHS or not home:
            continue
        if urlsplit(home).scheme in ("http", "https"):
            return f"{home}/{_PATHS[kind].format(quote(identity.value, safe=''))}"
    return None


def copied(text: str) -> str:
    """What was copied and how; the text itself stands there to be selected."""
    return f"Copied {cut(text, 200)} by your terminal (OSC 52); else select it here"
