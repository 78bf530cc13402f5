"""Shopify: its exports of customers and of orders.

The orders export has one row per line item; the order's own fields stand on the first of
its rows only. It names no customer id, so orders find their customer by email or phone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from console.model import Batch, Record, decimal_string
from console.sources.cells import BadCell, Cells, Columns, read_each, rows
from console.sources.commerce import Times, order_record
from console.sources.parts import (
    Harvest,
    country_field,
    email_field,
    full_name,
    keys,
    phone_field,
    present,
    to_json,
)
from console.sources.source import Bad, Reading, Table, TableKind

# Rows of one order follow each other unless someone sorted the file; they may be this
# many orders apart.
_OPEN_ORDERS = 1000
# Shopify allows 500 line items; a file that gives an order more is no orders export.
_MOST_ROWS = 5000
_PAID = frozenset({"paid", "refunded", "partially_refunded"})
NAMES = {
    "order_placed": "orders/create",
    "order_paid": "orders/paid",
    "order_cancelled": "orders/cancelled",
    "refunded": "refunds/create",
}
# What only an order's first row says.
_ORDER_COLUMNS = ("Id", "Financial Status", "Total", "Subtotal", "Currency")
_LONE_ITEM = "a line item without its order: no row near it has the order's own fields"


def order_times(status: str | None, times: Times) -> Times:
    """`times` without a payment that was none, and with one that has no time of its own.

    status: Shopify's financial status in lower case; None when it is not known.
    """
    if status is None:
        return times
    if status not in _PAID:
        return {name: when for name, when in times.items() if name != "paid"}
    if "paid" not in times and "created" in times:
        # Marked as paid by hand.
        return {**times, "paid": times["created"]}
    return times


def read_orders(table: Table, reading: Reading) -> Iterator[Batch]:
    """Orders, each with all its line items, from Shopify's orders export.

    A line item that cannot be read is rejected alone; an order whose own fields cannot be
    read is rejected once. The export does not say when a refund was made: it is dated to
    the day of the cancellation, else of the payment, with quality "day".
    Raises UnrecognisedFile when the table has no column Name or Id.
    """
    columns = Columns(table.header)
    columns.require(table.path, "shopify-orders", "Name", "Id")
    harvest = Harvest(table.path, reading.source)
    for group in _orders(rows(table, columns, reading)):
        if isinstance(group, Bad):
            harvest.reject(group.line, None, group.reason, group.raw)
        else:
            _take(group, harvest)
        if harvest.full:
            yield harvest.take()
    if not harvest.empty:
        yield harvest.take()


def _take(group: list[Cells], harvest: Harvest) -> None:
    head = next((cells for cells in group if _is_head(cells)), None)
    if head is None:
        for cells in group:
            harvest.reject(cells.line, None, _LONE_ITEM, cells.as_line())
        return
    try:
        harvest.add([_order(head, group, harvest)])
    except BadCell as bad:
        raw = "\n".join(cells.as_line() for cells in group)
        harvest.reject(head.line, bad.column, bad.reason, raw)


def _is_head(cells: Cells) -> bool:
    return cells.text(*_ORDER_COLUMNS) is not None


def _orders(table_rows: Iterable[Cells | Bad]) -> Iterator[list[Cells] | Bad]:
    """The rows of each order together, in the order their first rows come."""
    opened: dict[str, list[Cells]] = {}
    last = ""
    for cells in table_rows:
        if isinstance(cells, Bad):
            yield cells
            continue
        name = cells.text("Name") or cells.text("Id") or last
        group = opened.get(name)
        if group and (len(group) >= _MOST_ROWS or _is_other_order(group, cells)):
            yield opened.pop(name)
            group = None
        if group is None:
            opened[name] = [cells]
        else:
            group.append(cells)
        last = name
        if len(opened) > _OPEN_ORDERS:
            yield opened.pop(next(iter(opened)))
    yield from opened.values()


def _is_other_order(group: list[Cells], cells: Cells) -> bool:
    """Whether a row opens another order than that of the rows of its name seen so far.

    Names repeat between shops; and the same first row again is the same order once more.
    """
    head = next((known for known in group if _is_head(known)), None)
    if head is None or not _is_head(cells):
        return False
    other = any(head.text(name) != cells.text(name) for name in ("Id", "Created at"))
    return other or head.values == cells.values


def _order(head: Cells, group: list[Cells], harvest: Harvest) -> Record:
    currency = head.currency()
    times = present(
        created=head.when("Created at"),
        paid=head.when("Paid at"),
        cancelled=head.when("Cancelled at"),
    )
    status = head.word("Financial Status")
    amount = head.money(currency, "Total")
    refunded = head.money(currency, "Refunded Amount")
    if refunded is None and status == "refunded":
        refunded = amount
    fields = present(
        name=head.text("Name"),
        status=status,
        amount=amount,
        refunded=refunded,
        currency=currency,
        at=times["created"][0] if "created" in times else None,
    )
    id = head.id("Id") or head.need("Name")
    if items := _items(group, currency, harvest):
        fields["items"] = items
    who = keys(
        email=next((text for cells in group if (text := cells.text("Email"))), None),
        phone=head.text("Phone"),
    )
    raw = to_json([cells.as_dict(full=cells is head) for cells in group])
    return order_record(id, who, fields, order_times(status, times), raw, NAMES)


def _items(group: list[Cells], currency: str | None, harvest: Harvest) -> list[dict[str, Any]]:
    items = []
    for cells in group:
        try:
            item = _item(cells, currency)
        except BadCell as bad:
            harvest.reject(cells.line, bad.column, bad.reason, cells.as_line())
        else:
            if item:
                items.append(item)
    return items


def _item(cells: Cells, currency: str | None) -> dict[str, Any] | None:
    name, quantity = cells.text("Lineitem name"), cells.text("Lineitem quantity")
    price = cells.money(currency, "Lineitem price")
    if name is None and quantity is None and price is None:
        return None
    if quantity is not None:
        quantity = quantity.removesuffix(".0")
        if len(quantity) > 9 or not quantity.isdecimal():
            raise BadCell("Lineitem quantity", f"{quantity[:60]!r} is not a whole number")
    return {
        "name": name,
        "quantity": int(quantity) if quantity else None,
        "price": decimal_string(price, currency),
    }


def read_customers(table: Table, reading: Reading) -> Iterator[Batch]:
    """Customers from Shopify's export, of today's columns or the older ones without an id.

    The export has no time of sign-up. Raises UnrecognisedFile when the table has none of
    the columns that say who someone is.
    """
    columns = Columns(table.header)
    columns.require(table.path, "shopify-customers", "Customer ID", "Email", "Phone")
    yield from read_each(table, reading, columns, _customer)


def _customer(cells: Cells) -> tuple[Record]:
    id, email, phone = cells.id("Customer ID"), cells.text("Email"), cells.text("Phone")
    who = keys(id, id, email, phone)
    if not who:
        raise BadCell("Customer ID", "neither an id nor an email nor a phone number")
    tags = cells.text("Tags") or ""
    fields = present(
        name=full_name(cells.text("First Name"), cells.text("Last Name")),
        email=email_field(email),
        # The number of an address may be anyone's: it is shown, but joins nobody.
        phone=phone_field(phone or cells.text("Default Address Phone")),
        city=cells.text("Default Address City", "City"),
        region=cells.text("Default Address Province Code", "Province Code", "Province"),
        country=country_field(
            cells.text("Default Address Country Code", "Country Code", "Country")
        ),
        account=cells.text("Default Address Company", "Company"),
        tags=[tag for part in tags.split(",") if (tag := part.strip())],
    )
    return (Record("customer", id or who[0].value, who, fields, cells.raw()),)


def _has_orders(names: frozenset[str]) -> bool:
    return {"name", "lineitem name"} <= names and bool({"total", "created at"} & names)


def _has_customers(names: frozenset[str]) -> bool:
    return (
        {"first name", "last name"} <= names
        and bool({"total spent", "total orders"} & names)
        and bool({"accepts email marketing", "accepts marketing", "tax exempt"} & names)
    )


KINDS = (
    TableKind("shopify-customers", "shopify", _has_customers, read_customers),
    TableKind("shopify-orders", "shopify", _has_orders, read_orders),
)
