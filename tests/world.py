"""A small invented world in a mirror, the same every time, for tests of the screen."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

from console.clock import DAY, HOUR, MINUTE
from console.config import Config
from console.mirror.store import Writer
from console.model import Batch, Event, Key, Record

NOW = 1_775_033_400_000_000  # 2026-04-01T08:50:00Z
PEOPLE = (
    ("Ada Byström", "Malmö", "SE", "Byström Keramik", "Pro"),
    ("Jürgen Weiß", "Köln", "DE", "Weiß & Söhne", "Basic"),
    ("佐藤 花子", "大阪市", "JP", "花屋さとう", "Pro"),
    ("ليلى حداد", "عمّان", "JO", "Haddad Soap", "Basic"),
    ("Siobhán O'Brien", "Galway", "IE", "O'Brien Knits", "Scale"),
    ("[Acme] Ltd", "Austin", "US", "[Acme] Ltd", "Scale"),
    ("Zoë 🌻 Visser", "Utrecht", "NL", "Zonnebloem", "Basic"),
    ("Wolfeschlegelsteinhausenbergerdorff " + "Hubert " * 9, "Philadelphia", "US", None, "Pro"),
    ("Nils Ek", "Umeå", "SE", "Ek Snickeri", None),
    ("Maria-José Fernández", "Sevilla", "ES", "Cerámica Triana", "Pro"),
    ("Tom", "Leeds", "GB", None, "Basic"),
    ("Amara Okafor", "Lagos", "NG", "Okafor Fabrics", "Pro"),
)  # fmt: skip
FEATURES = ("reports", "imports", "discounts", "exports", "api", "automations")


def config(folder: Path, **changes: object) -> Config:
    """Settings for a mirror and notebook in `folder`, as of NOW."""
    given: dict[str, object] = {"now": NOW, "timezone": "Europe/Stockholm", **changes}
    return Config(mirror=folder / "mirror.db", notebook=folder / "notebook.db", **given)  # type: ignore[arg-type]


def build(folder: Path) -> Config:
    """Make the mirror of the small world and answer its settings."""
    made = config(folder)
    save(made, batches())
    return made


def save(settings: Config, given: Iterable[tuple[Batch, str]]) -> None:
    """Save batches as an import would."""
    writer = Writer(settings.mirror, settings.clock(), {}, lambda kind, name: (None, None))
    writer.begin()
    for batch, kind in given:
        writer.save(batch, kind)
    writer.commit()
    writer.close()


def batches() -> list[tuple[Batch, str]]:
    """The world: a shop, its billing, its support and its tracking."""
    dice = random.Random(7)
    shop, billing, desk, track = (
        Batch("shopify"), Batch("stripe"), Batch("zendesk"), Batch("segment", properties=""),
    )  # fmt: skip
    for number, person in enumerate(PEOPLE):
        _person(number, person, dice, shop, billing, desk, track)
    return [(shop, "shopify"), (billing, "stripe"), (desk, "zendesk"), (track, "segment")]


def event(number: int, name: str, at: int, **more: object) -> Event:
    """An event of person `number`."""
    given: dict[str, object] = {"key": f"{name}-{number}-{at}", "raw": b"{}", **more}
    return Event(who=_who(number), name=name, at=at, **given)  # type: ignore[arg-type]


def _who(number: int) -> tuple[Key, ...]:
    return (Key("external_id", f"u{number}"), Key("email", f"person{number}@example.com"))


def _person(
    number: int, person: tuple[str | None, ...], dice: random.Random,
    shop: Batch, billing: Batch, desk: Batch, track: Batch,
) -> None:  # fmt: skip
    name, city, country, account, plan = person
    joined = NOW - (3 + number * 21) * DAY - 5 * HOUR
    fields = {
        "name": name, "email": f"person{number}@example.com", "city": city, "country": country,
        "account": account, "plan": plan, "signed_up_at": joined,
        "phone": f"+46700000{number:02}" if number % 2 else None,
        "tags": ["vip", "beta"] if number % 4 == 0 else [],
    }  # fmt: skip
    shop.records.append(Record("customer", f"c{number}", _who(number), fields, b"{}"))
    track.events.append(event(number, "Signed Up", joined, verb="signed_up"))
    if number != 1:
        track.events.append(
            event(number, "Store Set Up", joined + (number + 1) * 9 * HOUR, verb="activated",
                  object="their store")
        )  # fmt: skip
    _logins(number, joined, dice, track)
    _commerce(number, plan, joined, dice, shop, billing)
    if number % 3 == 0:
        at = NOW - number * 2 * DAY - 3 * HOUR
        subject = "Where is my payout? [urgent]" if number == 0 else f"Question {number} about tax"
        opened = event(number, "ticket", at, verb="ticket_opened", object=subject)
        state = {"kind": "ticket", "subject": subject, "status": "open", "priority": "high",
                 "created_at": at}  # fmt: skip
        desk.records.append(
            Record("thread", f"t{number}", _who(number), state, b"{}", events=(opened,))
        )
        mail = {"direction": "out", "subject": f"Re: {subject}", "sent_at": at + HOUR}
        desk.records.append(Record("message", f"m{number}", _who(number), mail, b"{}"))


def _logins(number: int, joined: int, dice: random.Random, track: Batch) -> None:
    at = joined + HOUR
    while at < NOW:
        track.events.append(event(number, "Logged In", at, verb="logged_in"))
        for feature in dice.sample(FEATURES[: 2 + number % 5], k=1):
            track.events.append(
                event(number, f"{feature} opened", at + 5 * MINUTE, verb="feature_used",
                      feature=feature)
            )  # fmt: skip
        at += int(DAY * dice.uniform(0.3, 2 + number % 5))


def _commerce(
    number: int, plan: str | None, joined: int, dice: random.Random, shop: Batch, billing: Batch
) -> None:
    for order in range(number % 4):
        at = min(joined + (order + 1) * 6 * DAY, NOW - (order + 1) * 2 * HOUR)
        cents = dice.randrange(900, 25_000)
        state = {
            "name": f"#{1000 + number * 10 + order}", "status": "paid", "amount": cents,
            "refunded": 0, "currency": "USD" if number % 2 else "EUR", "at": at,
            "items": [{"name": "Clay, 10 kg", "quantity": 2, "price": "12.50"}],
        }  # fmt: skip
        paid = event(number, "order", at, verb="order_paid", amount=cents,
                     currency=state["currency"], level="notable")  # fmt: skip
        shop.records.append(
            Record("order", f"o{number}-{order}", _who(number), state, b"{}", events=(paid,))
        )
    if plan:
        state = {
            "plan": plan, "status": "active", "amount": 2900, "currency": "USD",
            "interval": "month", "started_at": joined + DAY, "renews_at": NOW + 12 * DAY,
        }  # fmt: skip
        began = event(number, "sub", joined + DAY, verb="subscription_started", object=plan)
        billing.records.append(
            Record("subscription", f"s{number}", _who(number), state, b"{}", events=(began,))
        )
    if number == 4:
        billing.events.append(
            event(4, "charge", NOW - 2 * HOUR, verb="charge_failed", amount=2900, currency="USD")
        )
