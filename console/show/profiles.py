"""A profile as plain text, for the command line."""

from __future__ import annotations

from collections.abc import Sequence

from console.clock import Clock
from console.model import Profile
from console.show.clean import clean
from console.show.money import amount, total
from console.show.sentences import says
from console.show.tables import label, table
from console.show.times import ago, date, days_span, when


def text(one: Profile, clock: Clock) -> str:
    """Everything known of one customer, section by section; empty sections are left out."""
    parts = [_who(one, clock), _identities(one), _usage(one, clock), _money(one, clock)]
    parts.append(
        _section(
            "Tickets and conversations",
            ("opened", "subject", "status", "priority", "rating", "source"),
            [
                (
                    date(each.created_at, clock),
                    each.subject,
                    each.status,
                    each.priority,
                    each.rating,
                    each.source,
                )
                for each in one.threads
            ],
        )
    )
    parts.append(
        _section(
            "Mails",
            ("sent", "subject", "opened", "clicked", "source"),
            [
                (
                    date(each.sent_at, clock),
                    each.subject,
                    date(each.opened_at, clock),
                    date(each.clicked_at, clock),
                    each.source,
                )
                for each in one.messages
            ],
        )
    )
    parts.append(
        _section(
            f"Events ({one.events_total:,})",
            ("when", "what", "source"),
            [(when(each.at, clock), says(each), each.source) for each in one.recent],
        )
    )
    return "\n\n".join(part for part in parts if part)


def _who(one: Profile, clock: Clock) -> str:
    known = one.customer
    lines = [clean(label(known) or f"Customer {known.id}") + f"  #{known.id}"]
    facts = [
        ("email", known.email),
        ("phone", known.phone),
        ("company", known.account),
        ("place", ", ".join(part for part in (known.city, known.region, known.country) if part)),
        ("time zone", known.timezone),
        ("plan", known.plan),
        ("tags", ", ".join(known.tags)),
        ("signed up", date(known.signed_up_at, clock)),
        ("set up", _set_up(one, clock)),
        ("first seen", date(known.first_seen_at, clock)),
        ("last seen", ago(known.last_seen_at, clock)),
    ]
    lines += [f"  {label:<11}{clean(value)}" for label, value in facts if value and value != "—"]
    return "\n".join(lines)


def _set_up(one: Profile, clock: Clock) -> str:
    known = one.customer
    if known.activated_at is None:
        return "not yet" if known.signed_up_at is not None else ""
    took = ""
    if known.signed_up_at is not None:
        days = clock.day(known.activated_at) - clock.day(known.signed_up_at)
        took = f", {days_span(days)} after signing up" if days else ", the day they signed up"
    return f"{date(known.activated_at, clock)}{took}"


def _identities(one: Profile) -> str:
    return _section(
        "Known as",
        ("source", "kind", "value"),
        [
            (identity.source, identity.kind.replace("_", " "), identity.value)
            for identity in one.customer.identities
        ],
    )


def _usage(one: Profile, clock: Clock) -> str:
    logins = one.logins
    parts = []
    if logins.total:
        days = "1 day" if len(logins.days) == 1 else f"{len(logins.days):,} days"
        latest = ", ".join(when(at, clock) for at in logins.recent[:5])
        more = f" and {logins.total - 5:,} before" if logins.total > 5 else ""
        parts.append(f"Logins: {logins.total:,} on {days}: {latest}{more}")
    parts.append(
        _section(
            "Features",
            ("feature", "times", "first", "last"),
            [
                (use.feature, f"{use.n:,}", date(use.first_at, clock), ago(use.last_at, clock))
                for use in one.features
            ],
            right=("times",),
        )
    )
    if one.untouched:
        parts.append("Never used: " + clean(", ".join(one.untouched)))
    return "\n\n".join(part for part in parts if part)


def _money(one: Profile, clock: Clock) -> str:
    parts = (_orders(one, clock), _subscriptions(one, clock), _payments(one, clock))
    return "\n\n".join(part for part in parts if part)


def _orders(one: Profile, clock: Clock) -> str:
    spent = total((each.amount, each.currency) for each in one.orders if each.status == "paid")
    return _section(
        f"Orders ({len(one.orders):,}; paid {spent})",
        ("date", "order", "amount", "refunded", "status", "source"),
        [
            (
                date(each.at, clock),
                each.name,
                amount(each.amount, each.currency),
                amount(each.refunded, each.currency) if each.refunded else "",
                each.status,
                each.source,
            )
            for each in one.orders
        ],
        right=("amount", "refunded"),
    )


def _subscriptions(one: Profile, clock: Clock) -> str:
    return _section(
        "Subscriptions",
        ("plan", "amount", "status", "since", "renews", "source"),
        [
            (
                each.plan,
                _rate(each.amount, each.currency, each.interval),
                each.status,
                date(each.started_at, clock),
                date(each.renews_at, clock),
                each.source,
            )
            for each in one.subscriptions
        ],
        right=("amount",),
    )


def _payments(one: Profile, clock: Clock) -> str:
    return _section(
        "Payments",
        ("date", "what", "amount", "status", "source"),
        [
            (
                date(each.at, clock),
                each.name,
                amount(each.amount, each.currency),
                each.status,
                each.source,
            )
            for each in one.charges
        ],
        right=("amount",),
    )


def _rate(minor: int | None, currency: str | None, interval: str | None) -> str:
    said = amount(minor, currency)
    return f"{said} a {interval}" if interval and minor is not None else said


def _section(
    title: str, head: Sequence[str], rows: Sequence[Sequence[object]], right: Sequence[str] = ()
) -> str:
    return f"{title}\n{table(head, rows, right=right)}" if rows else ""
