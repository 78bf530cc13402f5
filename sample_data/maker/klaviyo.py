"""Klaviyo: its export of the newsletter's list, with a few people in it twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from maker.files import table
from maker.people import Call, Person, World
from maker.shop import Order
from maker.shopify import lifetime_value
from maker.when import NOW, dice

HEADER = (
    "Email,Klaviyo ID,First Name,Last Name,Organization,Title,Phone Number,Address,Address 2,City,"
    "State / Region,Country,Zip Code,Latitude,Longitude,Source,IP Address,Email Marketing Consent,"
    "Email Marketing Consent Timestamp,Historic Customer Lifetime Value,"
    "Total Customer Lifetime Value,Predicted Customer Lifetime Value,Average Order Value,"
    "Historic Number Of Orders,First Active,Last Active,Profile Created On,Date Added,Last Open,"
    "Last Click,Average Days Between Orders,Email Suppressions,Plan,Bakes at home"
)


def exports(world: World) -> dict[str, bytes]:
    """The file by path."""
    calls: dict[str, list[Call]] = {}
    for call in world.calls:
        calls.setdefault(call.person.seed, []).append(call)
    orders: dict[str, list[Order]] = {}
    for order in world.orders:
        orders.setdefault(order.person.seed, []).append(order)
    rows = []
    for person in (person for person in world.people if person.consent):
        row = profile(person, calls.get(person.seed, []), orders.get(person.seed, []))
        rows.append(row)
        roll = dice("twice", person.seed)
        if not person.by_hand and roll.random() < 0.018:
            # The same person again, from a form at a fair, typed in a hurry.
            rows.append(
                row
                | {
                    "Klaviyo ID": klaviyo_id(person.seed + " again"),
                    "Email": f" {person.email}",
                    "Last Name": "",
                    "Source": "-3",
                    "Organization": "",
                }
            )
    rows.sort(key=lambda row: str(row["Date Added"]), reverse=True)
    name = "klaviyo/crumbs_list_export.csv"
    return {name: table(HEADER, rows, bom=True, line_end="\r\n")}


def profile(person: Person, calls: list[Call], orders: list[Order]) -> dict[str, object]:
    """One profile."""
    place = person.place
    met = min(moment for moment in (person.joined, person.shop_since, person.first_mail) if moment)
    roll = dice("profile", person.seed)
    value = lifetime_value(orders)
    average = value / len(orders) if orders else 0.0
    email = person.news_email or person.email
    consent_at = person.left_list or met + timedelta(minutes=2)
    is_out = person.consent == "UNSUBSCRIBED"
    return {
        "Email": email.upper() if roll.random() < 0.03 and not person.by_hand else email,
        "Klaviyo ID": klaviyo_id(person.seed),
        "First Name": person.first,
        "Last Name": person.last,
        "Organization": person.company,
        "Phone Number": person.phone or "",
        "Address": person.street,
        "City": place.city,
        "State / Region": place.region,
        "Country": place.country,
        "Zip Code": place.postcode,
        "Source": "Shopify" if person.shop_since else "-3",
        "Email Marketing Consent": person.consent,
        "Email Marketing Consent Timestamp": ""
        if person.consent == "NEVER_SUBSCRIBED"
        else clock(consent_at),
        "Historic Customer Lifetime Value": f"{value:.2f}",
        "Total Customer Lifetime Value": f"{value * 1.3:.2f}",
        "Predicted Customer Lifetime Value": f"{value * 0.3:.2f}",
        "Average Order Value": f"{average:.2f}",
        "Historic Number Of Orders": f"{len(orders)}.0",
        "First Active": clock(min((call.at for call in calls), default=met)),
        "Last Active": clock(max((call.at for call in calls), default=met)),
        "Profile Created On": clock(met),
        "Date Added": clock(met + timedelta(minutes=1)),
        "Last Open": latest(calls, "Email Opened"),
        "Last Click": latest(calls, "Email Link Clicked"),
        "Email Suppressions": '["USER_SUPPRESSED"]' if is_out else "",
        "Plan": person.workspace.plan(NOW) if person.workspace else "",
        "Bakes at home": "" if person.company else roll.choice(("", "yes", "")),
    }


def latest(calls: list[Call], name: str) -> str:
    """When something was last done, or nothing."""
    found = [call.at for call in calls if call.name == name]
    return clock(max(found)) if found else ""


def clock(moment: datetime) -> str:
    """A moment as Klaviyo writes it: UTC, without saying so."""
    return min(moment, NOW).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def klaviyo_id(seed: str) -> str:
    """A profile's id."""
    return "01" + "".join(dice("klaviyo", seed).choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=24))
