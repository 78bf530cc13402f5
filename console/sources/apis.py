"""Every source that is read by its API: the one place that names them."""

from __future__ import annotations

from collections.abc import Mapping

from console.sources import (
    amplitude_api,
    gorgias_api,
    hubspot_api,
    intercom_api,
    klaviyo_api,
    mailchimp_api,
    mixpanel_api,
    posthog_api,
    recharge_api,
    shopify_api,
    stripe_api,
    zendesk_api,
)
from console.sources.api import Api

APIS: Mapping[str, Api] = {
    api.kind: api
    for api in (
        amplitude_api.API,
        gorgias_api.API,
        hubspot_api.API,
        intercom_api.API,
        klaviyo_api.API,
        mailchimp_api.API,
        mixpanel_api.API,
        posthog_api.API,
        recharge_api.API,
        shopify_api.API,
        stripe_api.API,
        zendesk_api.API,
    )
}
"""By kind."""

FILES_ONLY: Mapping[str, str] = {
    "segment": (
        "Segment has no API that gives events back: point its S3 destination at a bucket, fetch "
        "the files and `console import` them"
    ),
    "table": "a table of your own is a file: `console import` it",
    "yesware": "Yesware has no public API: export a CSV and `console import` it",
    "vero": "Vero's API only takes data in: export a CSV and `console import` it",
}
"""Kinds that exist as files alone, and what to do."""
