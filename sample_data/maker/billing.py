"""What the app's customers pay, month by month or once a year, and what goes wrong."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from maker.company import MONTHLY
from maker.people import Workspace, World
from maker.when import NOW, dice, months_later

RETRIES = (timedelta(days=3), timedelta(days=8))
"""After a failure the card is tried again so much later; then the subscription ends."""


@dataclass
class Payment:
    """One try to charge a card; amounts in minor units of the workspace's currency."""

    workspace: Workspace
    at: datetime
    amount: int
    status: str = "Paid"
    refunded: int = 0
    first: bool = False
    disputed: bool = False

    @property
    def id(self) -> str:
        """Stripe's id of it."""
        return "ch_" + token(24, "payment", self.workspace.id, self.at)


@dataclass
class Subscription:
    """The one subscription of a workspace, as it stands now."""

    workspace: Workspace
    created: datetime
    plan: str
    status: str
    period_start: datetime
    period_end: datetime
    cancelled: datetime | None = None
    ended: datetime | None = None
    reason: str = ""

    @property
    def amount(self) -> int:
        """The price of a period, in minor units."""
        return price_of(self.workspace, self.plan)

    @property
    def id(self) -> str:
        """Stripe's id of it."""
        return "sub_" + token(24, "subscription", self.workspace.id)


def bill(world: World) -> None:
    """Draw the subscription and the payments of every workspace that is not free."""
    for workspace in world.workspaces:
        paid = [since for since, plan in workspace.plans if plan != "Free"]
        if not paid:
            continue
        roll = dice("billing", workspace.id)
        start = paid[0] + timedelta(minutes=roll.randint(1, 4), seconds=roll.randrange(60))
        subscription, payments = _run(roll, workspace, start)
        world.subscriptions.append(subscription)
        world.payments += payments
    for payment in world.payments:
        _sometimes_refund(payment)


def price_of(workspace: Workspace, plan: str) -> int:
    """What a period of `plan` costs there, in minor units."""
    return MONTHLY[workspace.currency][plan] * (10 if workspace.yearly else 1)


def _run(
    roll: random.Random, workspace: Workspace, start: datetime
) -> tuple[Subscription, list[Payment]]:
    trial_end = workspace.trial_end
    first = trial_end or start
    subscription = Subscription(workspace, start, workspace.plan(start), "trialing", start, first)
    cancelled = workspace.cancelled if (workspace.cancelled or NOW) < NOW else None
    if trial_end and (first > NOW or not workspace.converted):
        if cancelled:
            _end(subscription, cancelled, first, workspace.reason)
        return subscription, []
    subscription.status = "active"
    payments: list[Payment] = []
    step = 12 if workspace.yearly else 1
    period, due = 0, first
    while due <= NOW and not (cancelled and due > cancelled):
        subscription.plan = workspace.plan(due)
        subscription.period_start = due
        subscription.period_end = months_later(first, step * (period + 1))
        tries = _charge(roll, workspace, due, subscription)
        payments += tries
        if tries[-1].status == "Failed":
            subscription.status = "past_due"
            if len(tries) > len(RETRIES):
                _end(subscription, tries[-1].at, tries[-1].at, "payment_failed")
                return subscription, payments
        period += 1
        due = subscription.period_end
    payments[0].first = True
    if cancelled:
        _end(subscription, cancelled, subscription.period_end, workspace.reason)
    return subscription, payments


def _charge(
    roll: random.Random, workspace: Workspace, due: datetime, subscription: Subscription
) -> list[Payment]:
    tries = []
    fails = bool(workspace.failing_since and due >= workspace.failing_since)
    lucky = 0.035 if not workspace.owner.by_hand else 0.0
    for wait in (timedelta(), *RETRIES):
        if due + wait > NOW:
            break
        failed = fails or roll.random() < lucky
        status = "Failed" if failed else "Paid"
        tries.append(Payment(workspace, due + wait, subscription.amount, status))
        if not failed:
            break
        lucky = 0.3
    return tries


def _end(subscription: Subscription, cancelled: datetime, ended: datetime, reason: str) -> None:
    subscription.cancelled = cancelled
    subscription.reason = reason
    if ended <= NOW:
        subscription.ended, subscription.status = ended, "canceled"


def _sometimes_refund(payment: Payment) -> None:
    if payment.workspace.owner.by_hand or payment.status != "Paid":
        return
    drawn = dice("refund", payment.id).random()
    if drawn < 0.008:
        payment.status, payment.refunded = "Refunded", payment.amount
    elif drawn < 0.014:
        payment.refunded = payment.amount // 2
    elif drawn < 0.016:
        payment.disputed = True


def token(length: int, *names: object) -> str:
    """An id of letters and digits that looks like a vendor's."""
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    return "".join(dice("token", *names).choices(letters, k=length))
