"""Stripe: its exports of customers, payments and subscriptions."""

from __future__ import annotations

from datetime import UTC, datetime

from maker.billing import Payment, Subscription, token
from maker.company import EUR_PER_UNIT, NAME, in_words
from maker.files import table
from maker.people import Workspace, World

CUSTOMERS = (
    "id,Description,Email,Name,Created (UTC),Delinquent,Plan,Status,Total Spend,Payment Count,"
    "Refunded Volume,Dispute Losses,workspace (metadata)"
)
PAYMENTS = (
    "id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Converted Amount,"
    "Converted Amount Refunded,Converted Currency,Description,Fee,Mode,Status,Statement Descriptor,"
    "Customer ID,Customer Description,Customer Email,Card Last4,Card Brand,Disputed Amount,"
    "Dispute Status,Dispute Date (UTC),Invoice ID"
)
SUBSCRIPTIONS = (
    "id,Customer ID,Customer Name,Customer Email,Plan,Product,Quantity,Currency,Interval,Amount,"
    "Status,Cancellation Reason,Created (UTC),Start (UTC),Current Period Start (UTC),"
    "Current Period End (UTC),Trial Start (UTC),Trial End (UTC),Canceled At (UTC),Ended At (UTC)"
)
STATUS = {
    "active": "Active", "trialing": "Trialing", "past_due": "Past due", "canceled": "Canceled",
}  # fmt: skip


def exports(world: World) -> dict[str, bytes]:
    """The files by path, each newest first."""
    paid: dict[str, list[Payment]] = {}
    for payment in world.payments:
        paid.setdefault(payment.workspace.id, []).append(payment)
    subscriptions = sorted(world.subscriptions, key=lambda one: one.created, reverse=True)
    payments = sorted(world.payments, key=lambda one: (one.at, one.id), reverse=True)
    return {
        "stripe/customers.csv": table(
            CUSTOMERS, (customer(one, paid.get(one.workspace.id, [])) for one in subscriptions)
        ),
        "stripe/payments.csv": table(PAYMENTS, map(payment_row, payments)),
        "stripe/subscriptions.csv": table(SUBSCRIPTIONS, map(subscription_row, subscriptions)),
    }


def customer_id(workspace: Workspace) -> str:
    """Stripe's id of whoever pays for a workspace."""
    return "cus_" + token(14, "customer", workspace.id)


def customer(subscription: Subscription, payments: list[Payment]) -> dict[str, object]:
    """One customer."""
    workspace = subscription.workspace
    good = [payment for payment in payments if payment.status != "Failed"]
    back = sum(payment.refunded for payment in good)
    alive = subscription.status != "canceled"
    return {
        "id": customer_id(workspace),
        "Description": workspace.name,
        "Email": workspace.owner.email,
        "Name": workspace.owner.name,
        "Created (UTC)": f"{subscription.created.astimezone(UTC):%Y-%m-%d %H:%M}",
        "Delinquent": "true" if subscription.status == "past_due" else "false",
        "Plan": subscription.plan if alive else "",
        "Status": STATUS[subscription.status] if alive else "",
        "Total Spend": money(sum(payment.amount for payment in good) - back, workspace),
        "Payment Count": len(good),
        "Refunded Volume": money(back, workspace),
        "Dispute Losses": money(0, workspace),
        "workspace (metadata)": workspace.id,
    }


def payment_row(payment: Payment) -> dict[str, object]:
    """One payment; amounts are in major units, with commas from a thousand on."""
    workspace, at = payment.workspace, clock(payment.at)
    card = token(4, "card", workspace.id)
    return {
        "id": payment.id,
        "Created date (UTC)": at,
        "Amount": money(payment.amount, workspace),
        "Amount Refunded": money(payment.refunded, workspace),
        "Currency": workspace.currency.lower(),
        "Captured": "false" if payment.status == "Failed" else "true",
        "Converted Amount": in_euro(payment.amount, workspace),
        "Converted Amount Refunded": in_euro(payment.refunded, workspace),
        "Converted Currency": "eur",
        "Description": "Subscription creation" if payment.first else "Subscription update",
        "Fee": "0.00" if payment.status == "Failed" else in_euro(payment.amount // 50, workspace),
        "Mode": "Live",
        "Status": payment.status,
        "Statement Descriptor": NAME.upper(),
        "Customer ID": customer_id(workspace),
        "Customer Description": workspace.name,
        "Customer Email": workspace.owner.email,
        "Card Last4": f"{sum(map(ord, card)) * 7919 % 10000:04d}",
        "Card Brand": "Visa" if ord(card[0]) % 3 else "MasterCard",
        "Disputed Amount": money(payment.amount, workspace) if payment.disputed else "",
        "Dispute Status": "won" if payment.disputed else "",
        "Dispute Date (UTC)": at if payment.disputed else "",
        "Invoice ID": "in_" + token(24, "invoice", payment.id),
    }


def subscription_row(subscription: Subscription) -> dict[str, object]:
    """One subscription as it stands."""
    workspace = subscription.workspace
    trial = workspace.trial_end
    interval = "year" if workspace.yearly else "month"
    return {
        "id": subscription.id,
        "Customer ID": customer_id(workspace),
        "Customer Name": workspace.owner.name,
        "Customer Email": workspace.owner.email,
        "Plan": f"price_{subscription.plan.lower()}_{interval}",
        "Product": subscription.plan,
        "Quantity": 1,
        "Currency": workspace.currency.lower(),
        "Interval": interval,
        "Amount": money(subscription.amount, workspace),
        "Status": subscription.status,
        "Cancellation Reason": subscription.reason,
        "Created (UTC)": clock(subscription.created),
        "Start (UTC)": clock(subscription.created),
        "Current Period Start (UTC)": clock(subscription.period_start),
        "Current Period End (UTC)": clock(subscription.period_end),
        "Trial Start (UTC)": clock(subscription.created) if trial else "",
        "Trial End (UTC)": clock(trial) if trial else "",
        "Canceled At (UTC)": clock(subscription.cancelled) if subscription.cancelled else "",
        "Ended At (UTC)": clock(subscription.ended) if subscription.ended else "",
    }


def money(minor: int, workspace: Workspace) -> str:
    """An amount as the dashboard writes it."""
    return in_words(minor, workspace.currency, thousands=True)


def in_euro(minor: int, workspace: Workspace) -> str:
    """An amount in the currency of the company's bank."""
    units = minor / (1 if workspace.currency == "JPY" else 100)
    return f"{units * EUR_PER_UNIT[workspace.currency]:,.2f}"


def clock(moment: datetime) -> str:
    """A moment in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
