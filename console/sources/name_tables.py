"""What events are called, by the verb they mean. Data; `console.sources.names` reads it.

Names are compared folded, so one spelling of each will do.
"""

from __future__ import annotations

from collections.abc import Mapping

Names = Mapping[str, tuple[str, ...]]

GENERAL: Names = {
    "signed_up": (
        "signed up", "sign up", "signup", "sign up completed", "signup completed",
        "completed sign up", "completed signup", "account created", "created account",
        "user created", "customer created", "registered",
        "registration completed", "account registered",
    ),
    "logged_in": (
        "logged in", "log in", "login", "signed in", "sign in", "signin",
        "login succeeded", "login successful", "session started", "session start",
        "start session", "started session",
    ),
    "activated": (
        "onboarding completed", "onboarding complete", "onboarding finished",
        "completed onboarding", "finished onboarding", "setup completed", "set up completed",
        "setup complete", "setup finished", "completed setup", "finished setup",
        "account activated", "store set up",
    ),
    "setup_step_done": (
        "integration enabled", "integration connected", "store connected",
        "setup step completed", "setup step done",
    ),
    "feature_used": ("feature used", "used feature"),
    "page_viewed": (
        "page", "screen", "page view", "pageview", "page viewed", "viewed page",
        "screen view", "screen viewed", "viewed screen", "loaded a page", "loaded page",
        "loaded a screen", "mp web page view", "mp page view",
    ),
    "order_placed": ("order placed", "placed order", "placed an order"),
    "order_paid": (
        "order completed", "completed order", "order complete", "order paid", "purchase",
        "purchased", "purchase completed", "completed purchase", "made a purchase",
    ),
    "order_cancelled": ("order cancelled", "cancelled order"),
    "refunded": (
        "order refunded", "refunded order", "payment refunded", "charge refunded",
        "refund issued", "refund created",
    ),
    "charge_paid": (
        "payment succeeded", "payment successful", "payment completed", "payment received",
        "charge succeeded", "invoice paid",
    ),
    "charge_failed": (
        "payment failed", "failed payment", "payment failure", "payment error",
        "payment declined", "card declined", "charge failed", "invoice payment failed",
        "subscription payment failed",
    ),
    "charge_disputed": ("charge disputed", "payment disputed", "dispute created"),
    "checkout_abandoned": ("checkout abandoned", "abandoned checkout"),
    "trial_started": ("trial started", "started trial", "free trial started"),
    "subscription_started": (
        "subscription started", "started subscription", "subscription created",
        "subscription activated", "subscription purchased",
    ),
    "subscription_changed": (
        "subscription changed", "subscription updated", "subscription upgraded",
        "subscription downgraded", "plan changed", "changed plan", "plan upgraded",
        "upgraded plan", "plan downgraded", "downgraded plan",
    ),
    "subscription_cancelled": (
        "subscription cancelled", "cancelled subscription", "plan cancelled",
        "cancelled plan", "membership cancelled",
    ),
    "ticket_opened": (
        "support chat", "support chat started", "ticket created", "ticket opened",
        "support ticket created", "support ticket opened",
    ),
    "ticket_solved": ("ticket solved", "support ticket solved"),
    "mail_sent": ("email sent", "mail sent"),
    "mail_delivered": ("email delivered", "mail delivered"),
    "mail_opened": ("email opened", "opened email", "mail opened"),
    "mail_clicked": ("email link clicked", "email clicked", "clicked email"),
    "mail_bounced": ("email bounced", "bounced email"),
    "spam_reported": ("email marked as spam", "marked email as spam"),
    "unsubscribed": ("unsubscribed", "email unsubscribed"),
    "list_joined": ("subscribed to list",),
    # The joins themselves are in the line's keys; as a thing done, they are noise.
    "profile_updated": (
        "identify", "$create_alias", "$merge", "$merge_dangerously", "groupidentify",
    ),
}  # fmt: skip
"""What people call events in Segment, PostHog, Mixpanel, Amplitude and CSV files."""

NOT_DONE = frozenset(
    {
        "started", "start", "begun", "viewed", "view", "shown", "seen", "opened", "skipped",
        "dismissed", "closed", "abandoned", "exited", "failed", "error", "errored",
    }
)  # fmt: skip
"""How the name of an onboarding step ends that was merely shown or left, not done."""

_SHOPIFY = {
    "signed_up": ("customer created", "customers/create"),
    "order_placed": ("order created", "orders/create"),
    "order_paid": ("order paid", "orders/paid"),
    "order_cancelled": ("order cancelled", "orders/cancelled"),
    "refunded": ("refund created", "refunds/create"),
    "charge_failed": ("transaction failure",),
    "charge_disputed": ("dispute", "disputes/create"),
    "checkout_abandoned": ("abandoned checkout",),
}
_KLAVIYO = {
    "order_paid": ("Placed Order",),
    "order_cancelled": ("Cancelled Order",),
    "refunded": ("Refunded Order",),
    "page_viewed": ("Active on Site",),
    "mail_sent": ("Received Email", "Received SMS", "Received Push", "Sent SMS"),
    "mail_opened": ("Opened Email", "Opened Push"),
    "mail_clicked": ("Clicked Email", "Clicked SMS"),
    "mail_bounced": ("Bounced Email", "Dropped Email", "Failed to Deliver SMS"),
    "spam_reported": ("Marked Email as Spam",),
    "unsubscribed": (
        "Unsubscribed", "Unsubscribed from List", "Unsubscribed from Email Marketing",
        "Unsubscribed from SMS Marketing", "Unsubscribed from SMS",
    ),
    "list_joined": (
        "Subscribed to List", "Subscribed to Email Marketing", "Subscribed to SMS Marketing",
        "Subscribed to SMS",
    ),
}  # fmt: skip
_STRIPE = {
    "signed_up": ("customer.created",),
    "setup_step_done": ("setup_intent.succeeded",),
    "order_paid": ("checkout.session.completed", "invoice.paid"),
    "charge_paid": ("charge.succeeded",),
    "charge_failed": (
        "charge.failed", "invoice.payment_failed", "payment_intent.payment_failed",
    ),
    "charge_disputed": ("charge.dispute.created",),
    "checkout_abandoned": ("checkout.session.expired",),
    "refunded": ("charge.refunded", "refund.created"),
    "subscription_started": ("customer.subscription.created",),
    "subscription_cancelled": ("customer.subscription.deleted",),
}  # fmt: skip
_RECHARGE = {
    "signed_up": ("customer created",),
    "order_paid": ("charge success", "charge/paid"),
    "charge_failed": ("charge error", "charge failed"),
    "refunded": ("charge refunded", "charge partially_refunded"),
    "subscription_started": ("subscription created",),
    "subscription_cancelled": ("subscription cancelled",),
}
_HELPDESK = {
    "signed_up": ("contact created", "contact.user.created"),
    "ticket_opened": (
        "ticket created", "ticket-created", "conversation created", "conversation.user.created",
    ),
    "ticket_replied": (
        "comment", "ticket-message-created", "part_type comment", "conversation.user.replied",
    ),
    "ticket_solved": (
        "solved", "closed", "ticket-closed", "ticket solved", "ticket closed",
        "conversation.admin.closed", "conversation closed",
    ),
    "mail_bounced": ("has_hard_bounced",),
    "spam_reported": ("marked_email_as_spam",),
    "unsubscribed": ("unsubscribed_from_emails",),
    "rated": ("satisfaction rated", "survey score", "conversation_rating"),
}  # fmt: skip
_MAILING = {
    "signed_up": ("user created",),
    "list_joined": ("subscribed", "resubscribed"),
    "order_paid": ("ecommerce order",),
    "mail_sent": ("sent",),
    "mail_delivered": ("delivered",),
    "mail_opened": ("open", "opened"),
    "mail_clicked": ("click", "clicked"),
    "mail_bounced": ("bounce", "bounced", "hard bounce", "cleaned"),
    "spam_reported": ("complained", "abuse", "spam"),
    "unsubscribed": ("unsub", "unsubscribe", "unsubscribed"),
}
_POSTHOG = {"rated": ("survey sent",)}

OF_SOURCE: Mapping[str, Names] = {
    "shopify": _SHOPIFY,
    "klaviyo": _KLAVIYO,
    "stripe": _STRIPE,
    "recharge": _RECHARGE,
    **dict.fromkeys(("zendesk", "gorgias", "intercom"), _HELPDESK),
    **dict.fromkeys(("mailchimp", "vero"), _MAILING),
    "posthog": _POSTHOG,
}
"""What vendors call the events that they name themselves, by kind of source."""
