"""The shop: who orders what and when, what comes back, and what is left in the basket."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from maker.company import EUR_PER_UNIT, PRODUCTS, SITE, SITE_PAGES, Product, price
from maker.life import page, traits
from maker.people import Call, Person, World
from maker.places import CURRENCIES
from maker.when import NOW, at, dice, local_day

USED_UP = PRODUCTS[:4]


@dataclass
class Order:
    """One order; money in minor units of its currency."""

    person: Person
    placed: datetime
    lines: list[tuple[Product, int]]
    currency: str
    discount_code: str = ""
    discount: int = 0
    shipping: int = 0
    status: str = "paid"
    refunded: int = 0
    cancelled: datetime | None = None
    fulfilled: datetime | None = None
    note: str = ""
    number: int = 0
    id: int = 0

    @property
    def subtotal(self) -> int:
        """The lines less the discount."""
        return self.before_discount - self.discount

    @property
    def before_discount(self) -> int:
        """The lines at the shelf's price."""
        return sum(price(product.cents, self.currency) * n for product, n in self.lines)

    @property
    def total(self) -> int:
        """What was paid; taxes are in the prices."""
        return self.subtotal + self.shipping

    @property
    def kept_in_euro(self) -> float:
        """What is left after refunds, in the shop's own currency."""
        units = (self.total - self.refunded) / (1 if self.currency == "JPY" else 100)
        return units * EUR_PER_UNIT[self.currency]


def trade(world: World) -> None:
    """Draw the orders of everyone in the shop, and what Segment hears of them."""
    for person in world.people:
        if not person.shop_since:
            continue
        roll = dice("shop", person.seed)
        if not person.by_hand:
            world.orders += orders_of(roll, person)
        world.calls += introduce(person)
        if not person.joined:
            world.calls += window_shopping(roll, person)


def introduce(person: Person) -> list[Call]:
    """How the shop tells Segment who someone is; an id of the app's becomes an alias."""
    moment = person.shop_since
    assert moment is not None
    told = traits(person, moment)
    if person.shop_email:
        told["email"] = person.shop_email
    calls = [Call(moment + timedelta(seconds=2), "identify", person, body=told, channel="server")]
    if person.app_id:
        body = {"previousId": person.app_id}
        calls.insert(0, Call(moment, "alias", person, body=body, channel="server"))
    return calls


def window_shopping(roll: random.Random, person: Person) -> list[Call]:
    """Pages of the site seen by someone who only shops."""
    assert person.shop_since is not None
    calls = []
    for _ in range(roll.randint(1, 9)):
        moment = person.shop_since + timedelta(days=roll.random() ** 2 * 120)
        if moment <= NOW:
            calls.append(page(roll, person, moment, SITE, SITE_PAGES))
    return calls


def orders_of(roll: random.Random, person: Person) -> list[Order]:
    """The first order, and what is bought again as it is used up."""
    moment = person.shop_since
    assert moment is not None
    orders: list[Order] = []
    gap = roll.choice((21, 30, 45, 80))
    while moment <= NOW:
        orders.append(an_order(roll, person, moment, again=bool(orders)))
        if roll.random() < 0.24:
            break
        day = local_day(moment, person.place.zone) + timedelta(1 + int(roll.gauss(gap, gap / 4)))
        moment = max(
            at(day, roll.uniform(7, 20), person.place.zone, roll.randrange(60)),
            moment + timedelta(days=1),
        )
    return orders


def an_order(roll: random.Random, person: Person, moment: datetime, *, again: bool) -> Order:
    """One to four things, paid, sent, and now and then returned."""
    shelf = USED_UP if again and roll.random() < 0.7 else PRODUCTS
    chosen: dict[str, tuple[Product, int]] = {}
    for _ in range(roll.choice((1, 1, 2, 2, 3, 4))):
        product = roll.choices(shelf, [product.weight for product in shelf])[0]
        many = roll.choice((1, 1, 1, 2, 3, 5)) if product in USED_UP else 1
        chosen[product.sku] = (product, many)
    order = Order(person, moment, list(chosen.values()), currency_of(person))
    if roll.random() < 0.09:
        order.discount_code = roll.choice(("CRUMBS10", "FIRSTBAKE"))
        order.discount = order.before_discount // 10
    if order.subtotal < price(6000, order.currency):
        order.shipping = price(590, order.currency)
    if NOW - moment > timedelta(days=2) or roll.random() < 0.4:
        order.fulfilled = moment + timedelta(hours=roll.uniform(3, 44))
        if order.fulfilled > NOW:
            order.fulfilled = None
    _sometimes_undo(roll, order)
    if roll.random() < 0.03:
        order.note = roll.choice(
            (
                "Please leave with the café next door,\nwe open at 11.",
                "Ring twice.\nThe oven is loud.",
            )
        )
    return order


def _sometimes_undo(roll: random.Random, order: Order) -> None:
    drawn = roll.random()
    later = order.placed + timedelta(days=roll.uniform(1, 9), hours=1)
    if later > NOW:
        return
    if drawn < 0.012:
        order.status, order.refunded, order.cancelled = "refunded", order.total, later
    elif drawn < 0.032 and len(order.lines) > 1:
        product, many = order.lines[-1]
        order.status = "partially_refunded"
        order.refunded = min(price(product.cents, order.currency) * many, order.subtotal)
    elif drawn < 0.04:
        order.status, order.cancelled, order.fulfilled = "voided", later, None


def currency_of(person: Person) -> str:
    """What someone pays in."""
    return CURRENCIES.get(person.place.country, "EUR")


def abandoned(world: World) -> None:
    """Baskets left standing: the shop says so four hours later."""
    for person in world.people:
        roll = dice("basket", person.seed)
        if person.by_hand or not person.shop_since or roll.random() > 0.2:
            continue
        moment = person.shop_since + timedelta(days=roll.uniform(3, 90), hours=4)
        if moment > NOW:
            continue
        world.calls.append(left_basket(roll, person, moment))


def left_basket(roll: random.Random, person: Person, moment: datetime) -> Call:
    """One basket left standing."""
    product = roll.choices(PRODUCTS, [product.weight for product in PRODUCTS])[0]
    currency = currency_of(person)
    minor = price(product.cents, currency)
    body = {
        "value": minor if currency == "JPY" else minor / 100,
        "currency": currency,
        "products": [{"sku": product.sku, "name": product.name, "quantity": 1}],
    }
    return Call(moment, "track", person, "Checkout Abandoned", body, channel="server")


def number_orders(world: World) -> None:
    """Give orders their numbers, in the order they were placed."""
    world.orders.sort(key=lambda order: (order.placed, order.person.seed))
    for number, order in enumerate(world.orders, 1001):
        order.number = number
        order.id = 6100000000000 + number * 7919
