"""Shopify: its exports of customers and of orders, one row per line item."""

from __future__ import annotations

from datetime import datetime

from maker.company import NAME, in_words, price
from maker.files import table
from maker.people import Person, World
from maker.shop import Order
from maker.when import HOME, zone

CUSTOMERS = (
    "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,"
    "Default Address Address1,Default Address Address2,Default Address City,"
    "Default Address Province Code,Default Address Country Code,Default Address Zip,"
    "Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt,"
    "Tags"
)
ORDERS = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,"
    "Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,"
    "Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,"
    "Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,"
    "Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,Billing City,"
    "Billing Zip,Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,"
    "Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,"
    "Shipping Province,Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,"
    "Payment Method,Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Employee,Location,"
    "Device ID,Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,Tax 1 Value,Tax 2 Name,"
    "Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value,Tax 5 Name,Tax 5 Value,Phone,"
    "Receipt Number,Duties,Billing Province Name,Shipping Province Name,Payment ID,"
    "Payment Terms Name,Next Payment Due At,Payment References"
)


def exports(world: World) -> dict[str, bytes]:
    """The files by path; orders stand newest first, as the shop lists them."""
    orders: dict[int, list[Order]] = {}
    for order in world.orders:
        orders.setdefault(order.person.shop_id or 0, []).append(order)
    buyers = sorted((p for p in world.people if p.shop_id), key=lambda p: p.shop_id or 0)
    customers = [customer(person, orders.get(person.shop_id or 0, [])) for person in buyers]
    newest_first = sorted(world.orders, key=lambda order: -order.number)
    return {
        "shopify/customers_export.csv": table(CUSTOMERS, customers),
        "shopify/orders_export.csv": table(
            ORDERS, (row for order in newest_first for row in rows(order))
        ),
    }


def customer(person: Person, orders: list[Order]) -> dict[str, object]:
    """One customer; the apostrophes keep spreadsheets from eating zeros and plus signs."""
    place = person.place
    telephone = f"'{person.phone}" if person.phone else ""
    return {
        "Customer ID": f"'{person.shop_id}",
        "First Name": person.first,
        "Last Name": person.last,
        "Email": person.shop_email or person.email,
        "Accepts Email Marketing": "yes" if person.consent == "SUBSCRIBED" else "no",
        "Default Address Company": person.company,
        "Default Address Address1": person.street,
        "Default Address City": place.city,
        "Default Address Province Code": place.region,
        "Default Address Country Code": place.country,
        "Default Address Zip": zip_code(person),
        "Default Address Phone": telephone,
        "Phone": telephone,
        "Accepts SMS Marketing": "no",
        "Total Spent": f"{sum(order.kept_in_euro for order in orders):.2f}",
        "Total Orders": len(orders),
        "Note": next((order.note for order in orders if order.note), ""),
        "Tax Exempt": "no",
        "Tags": person.tags,
    }


def zip_code(person: Person) -> str:
    """A postcode, with the apostrophe where it is all digits or begins with one."""
    code = person.place.postcode
    return f"'{code}" if code[:1].isdigit() else code


def rows(order: Order) -> list[dict[str, object]]:
    """An order: its own fields on the first row, a line item on every row."""
    placed = shop_time(order.placed)
    email = order.person.shop_email or order.person.email
    found: list[dict[str, object]] = []
    for product, quantity in order.lines:
        row: dict[str, object] = {
            "Name": f"#{order.number}",
            "Email": email,
            "Created at": placed,
            "Lineitem quantity": quantity,
            "Lineitem name": product.name,
            "Lineitem price": in_words(price(product.cents, order.currency), order.currency),
            "Lineitem sku": product.sku,
            "Lineitem requires shipping": "true",
            "Lineitem taxable": "true",
            "Lineitem fulfillment status": "fulfilled" if order.fulfilled else "pending",
            "Vendor": NAME,
            "Lineitem discount": in_words(0, order.currency),
        }
        found.append(row)
    found[0] |= head(order)
    return found


def head(order: Order) -> dict[str, object]:
    """What stands on an order's first row only."""
    person, currency = order.person, order.currency
    void = order.status == "voided"
    place = person.place
    tax = order.subtotal // 5 if person.place.country == "SE" else 0
    fields: dict[str, object] = {
        "Financial Status": order.status,
        "Paid at": "" if void else shop_time(order.placed),
        "Fulfillment Status": "fulfilled" if order.fulfilled else "unfulfilled",
        "Fulfilled at": shop_time(order.fulfilled) if order.fulfilled else "",
        "Accepts Marketing": "yes" if person.consent == "SUBSCRIBED" else "no",
        "Currency": currency,
        "Subtotal": in_words(order.subtotal, currency),
        "Shipping": in_words(order.shipping, currency),
        "Taxes": in_words(tax, currency),
        "Total": in_words(order.total, currency),
        "Discount Code": order.discount_code,
        "Discount Amount": in_words(order.discount, currency),
        "Shipping Method": "Standard" if order.shipping else "Free over 60 €",
        "Notes": order.note,
        "Cancelled at": shop_time(order.cancelled) if order.cancelled else "",
        "Payment Method": "Shopify Payments",
        "Payment Reference": f"c{order.id}.1",
        "Refunded Amount": in_words(order.refunded, currency),
        "Outstanding Balance": in_words(order.total if void else 0, currency),
        "Id": order.id,
        "Risk Level": "Low",
        "Source": "web",
        "Tax 1 Name": "MOMS 25%" if tax else "",
        "Tax 1 Value": in_words(tax, currency) if tax else "",
        "Phone": person.phone or "",
        "Payment ID": f"c{order.id}.1",
        "Payment References": f"c{order.id}.1",
    }
    for side in ("Billing", "Shipping"):
        fields |= {
            f"{side} Name": person.name,
            f"{side} Street": person.street,
            f"{side} Address1": person.street,
            f"{side} Company": person.company,
            f"{side} City": place.city,
            f"{side} Zip": zip_code(person),
            f"{side} Province": place.region,
            f"{side} Country": place.country,
            f"{side} Phone": person.phone or "",
        }
    return fields


def shop_time(moment: datetime) -> str:
    """A moment on the shop's clock, with its offset."""
    return moment.astimezone(zone(HOME)).strftime("%Y-%m-%d %H:%M:%S %z")


def lifetime_value(orders: list[Order]) -> float:
    """What someone's orders came to, in euro."""
    return round(sum(order.kept_in_euro for order in orders), 2)
