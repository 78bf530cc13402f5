"""Every kind of file the console reads: the one place that names the sources."""

from __future__ import annotations

from console.sources import (
    amplitude,
    klaviyo,
    mailchimp,
    mixpanel,
    posthog,
    segment,
    shopify,
    stripe,
    table,
    zendesk,
)
from console.sources.source import FileKind

_MODULES = (
    shopify, stripe, klaviyo, mailchimp, zendesk, segment, posthog, mixpanel, amplitude, table,
)  # fmt: skip

KINDS: tuple[FileKind, ...] = tuple(kind for module in _MODULES for kind in module.KINDS)
"""In the order in which they are tried on an unknown file; the general tables last."""
