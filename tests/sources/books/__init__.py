"""Every vendor, made up, so that its reader is tested without anything recorded."""

from __future__ import annotations

from collections.abc import Mapping

from tests.sources.books.book import Book
from tests.sources.books.gorgias import Gorgias
from tests.sources.books.hubspot import HubSpot
from tests.sources.books.intercom import Intercom
from tests.sources.books.klaviyo import Klaviyo
from tests.sources.books.mailchimp import Mailchimp
from tests.sources.books.recharge import Recharge
from tests.sources.books.shopify import Shopify
from tests.sources.books.streams import Amplitude, Mixpanel, PostHog
from tests.sources.books.stripe import Stripe
from tests.sources.books.zendesk import Zendesk

BOOKS: Mapping[str, type[Book]] = {
    book.kind: book
    for book in (
        Amplitude, Gorgias, HubSpot, Intercom, Klaviyo, Mailchimp, Mixpanel, PostHog, Recharge,
        Shopify, Stripe, Zendesk,
    )
}  # fmt: skip
"""By kind."""
