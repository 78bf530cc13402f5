"""Which verb a name means."""

import pytest

from console.sources.names import fold, verb_of
from console.verbs import VERBS

STREAMS = ("segment", "posthog", "mixpanel", "amplitude", "csv", "anything")


@pytest.mark.parametrize("kind", STREAMS)
@pytest.mark.parametrize(
    ("name", "verb"),
    [
        ("Signed Up", "signed_up"),
        ("user_signed_up", "signed_up"),
        ("userSignedUp", "signed_up"),
        ("Account Created", "signed_up"),
        ("Logged In", "logged_in"),
        ("login", "logged_in"),
        ("user logged in", "logged_in"),
        ("Session Started", "logged_in"),
        ("session_start", "logged_in"),
        ("Order Completed", "order_paid"),
        ("purchase", "order_paid"),
        ("Subscription Cancelled", "subscription_cancelled"),
        ("subscription.canceled", "subscription_cancelled"),
        ("Payment Failed", "charge_failed"),
        ("payment_error", "charge_failed"),
        ("Order Refunded", "refunded"),
        ("Onboarding Step 2", "setup_step_done"),
        ("Connected Store", "setup_step_done"),
        ("connected_store", "setup_step_done"),
        ("Integration Enabled", "setup_step_done"),
        ("Setup Completed", "activated"),
        ("Onboarding Completed", "activated"),
        ("onboarding-completed", "activated"),
        ("Page Viewed", "page_viewed"),
        ("$pageview", "page_viewed"),
        ("[Amplitude] Page Viewed", "page_viewed"),
        ("$mp_web_page_view", "page_viewed"),
        ("Viewed Home Page", "page_viewed"),
        ("Feature Used", "feature_used"),
        ("E-mail Opened", "mail_opened"),
        ("support_chat", "ticket_opened"),
        ("$identify", "profile_updated"),
        ("$merge", "profile_updated"),
    ],
)
def test_the_names_streams_use(kind: str, name: str, verb: str) -> None:
    assert verb_of(kind, name) == (verb, None)


@pytest.mark.parametrize(
    "name",
    [
        "Viewed Report", "Created Flow", "Checkout Started", "Onboarding Started",
        "Onboarding Skipped", "Onboarding", "Connected", "Sign Up Clicked", "Login Failed",
        "disconnected store", "", "$", "🦁", "x" * 130, "created", "Report Built",
    ],
)  # fmt: skip
def test_names_we_have_no_verb_for(name: str) -> None:
    for kind in STREAMS:
        assert verb_of(kind, name) == (None, None)


@pytest.mark.parametrize("verb", VERBS)
def test_our_own_verbs_mean_themselves(verb: str) -> None:
    assert verb_of("segment", verb) == (verb, None)
    assert verb_of("klaviyo", verb.replace("_", " ").title()) == (verb, None)


@pytest.mark.parametrize(
    ("kind", "name", "verb"),
    [
        ("klaviyo", "Placed Order", "order_paid"),
        ("klaviyo", "Refunded Order", "refunded"),
        ("klaviyo", "Cancelled Order", "order_cancelled"),
        ("klaviyo", "Received Email", "mail_sent"),
        ("klaviyo", "Opened Email", "mail_opened"),
        ("klaviyo", "Clicked SMS", "mail_clicked"),
        ("klaviyo", "Bounced Email", "mail_bounced"),
        ("klaviyo", "Dropped Email", "mail_bounced"),
        ("klaviyo", "Marked Email as Spam", "spam_reported"),
        ("klaviyo", "Unsubscribed from List", "unsubscribed"),
        ("klaviyo", "Subscribed to List", "list_joined"),
        ("klaviyo", "Active on Site", "page_viewed"),
        ("klaviyo", "Ordered Product", None),
        ("klaviyo", "Signed Up", "signed_up"),
        ("stripe", "customer.created", "signed_up"),
        ("stripe", "setup_intent.succeeded", "setup_step_done"),
        ("stripe", "invoice.payment_failed", "charge_failed"),
        ("stripe", "customer.subscription.deleted", "subscription_cancelled"),
        ("stripe", "customer.subscription.updated", None),
        ("stripe", "charge.dispute.created", "charge_disputed"),
        ("shopify", "refund created", "refunded"),
        ("recharge", "charge error", "charge_failed"),
        ("gorgias", "ticket-message-created", "ticket_replied"),
        ("zendesk", "solved", "ticket_solved"),
        ("mailchimp", "click", "mail_clicked"),
        ("mailchimp", "subscribed", "list_joined"),
        ("vero", "complained", "spam_reported"),
        ("segment", "click", None),
        ("segment", "Placed Order", "order_placed"),
    ],
)
def test_the_vendors_own_names(kind: str, name: str, verb: str | None) -> None:
    assert verb_of(kind, name) == (verb, None)


def test_folding() -> None:
    assert fold("  user__SignedUp! ") == "user signed up"
    assert fold("order.canceled") == "order cancelled"
    assert fold("Café-Order") == "café order"
