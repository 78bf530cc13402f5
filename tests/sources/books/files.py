"""The exports that the made-up vendors would give of the same world, as files."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.sources.books.book import iso, zulu
from tests.sources.books.streams import Amplitude, Mixpanel
from tests.sources.books.world import World

Exported = list[Path]


def _csv(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def _lines(path: Path, lines: list[Any]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    return path


def _space(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")


def klaviyo(world: World, folder: Path) -> Exported:
    rows = [
        {"Email": p.email, "Klaviyo ID": f"P{p.n:03}", "First Name": p.first, "Last Name": p.last,
         "City": p.city, "Country": "Sweden", "Email Marketing Consent": "NEVER_SUBSCRIBED"}
        for p in world.people.values()
    ]  # fmt: skip
    return [_csv(folder / "list.csv", rows)]


def shopify(world: World, folder: Path) -> Exported:
    people = [
        {"Customer ID": f"'{7000 + p.n}", "First Name": p.first, "Last Name": p.last,
         "Email": p.email, "Default Address City": p.city, "Default Address Country Code": "SE",
         "Phone": "", "Tags": "vip" if p.n % 5 == 0 else "", "Accepts Email Marketing": "no",
         "Total Spent": "0.00",
         "Total Orders": "0"}
        for p in world.people.values()
    ]  # fmt: skip
    orders = []
    for o in world.orders.values():
        total = f"{o.cents / 100:.2f}"
        back = total if o.status == "refunded" else "0.00"
        orders.append({
            "Name": f"#{1000 + o.n}", "Email": world.people[o.person].email,
            "Financial Status": {"failed": "pending"}.get(o.status, o.status),
            "Paid at": "" if o.status == "failed" else f"{_space(o.created)} +0000",
            "Currency": "EUR", "Total": total, "Created at": f"{_space(o.created)} +0000",
            "Lineitem quantity": "1", "Lineitem name": "Tee", "Lineitem price": total,
            "Refunded Amount": back, "Id": str(6_100_000_000_000 + o.n),
        })  # fmt: skip
    return [_csv(folder / "customers.csv", people), _csv(folder / "orders.csv", orders)]


def stripe(world: World, folder: Path) -> Exported:
    people = [
        {"id": f"cus_{p.n}", "Description": "", "Email": p.email, "Name": f"{p.first} {p.last}",
         "Created (UTC)": _space(p.created), "Delinquent": "false"}
        for p in world.people.values()
    ]  # fmt: skip
    paid = []
    for o in world.orders.values():
        total = f"{o.cents / 100:.2f}"
        paid.append({
            "id": f"ch_{o.n}", "Created date (UTC)": _space(o.created), "Amount": total,
            "Amount Refunded": total if o.status == "refunded" else "0.00", "Currency": "eur",
            "Captured": "true", "Status": o.status.capitalize(), "Description": "",
            "Customer ID": f"cus_{o.person}", "Customer Email": world.people[o.person].email,
        })  # fmt: skip
    return [_csv(folder / "customers.csv", people), _csv(folder / "payments.csv", paid)]


def zendesk(world: World, folder: Path) -> Exported:
    rows = [
        {"Id": t.n, "Requester": world.people[t.person].first, "Requester id": 100 + t.person,
         "Requester external id": world.people[t.person].own,
         "Requester email": world.people[t.person].email, "Subject": t.subject,
         "Status": "Open" if t.is_open else "Solved", "Priority": "Normal", "Via": "Email",
         "Created at": zulu(t.created), "Updated at": zulu(t.updated),
         "Solved at": "" if t.is_open else zulu(t.messages[-1][0]),
         "Satisfaction Score": "Unoffered"}
        for t in world.tickets.values()
    ]  # fmt: skip
    return [_csv(folder / "tickets.csv", rows)]


def mailchimp(world: World, folder: Path) -> Exported:
    rows = [
        {"Email Address": p.email, "First Name": p.first, "Last Name": p.last, "MEMBER_RATING": 2,
         "OPTIN_TIME": _space(p.created), "LAST_CHANGED": _space(p.updated), "LEID": p.n,
         "EUID": f"ue{p.n}", "TAGS": ""}
        for p in world.people.values()
    ]  # fmt: skip
    return [_csv(folder / "subscribed_members_export_1.csv", rows)]


def posthog(world: World, folder: Path) -> Exported:
    lines = []
    for one in world.deeds:
        person = world.people[one.person]
        lines.append({
            "uuid": f"0190-{one.n:06}", "event": one.name, "distinct_id": person.own,
            "person_id": f"person-{one.person}", "properties": {"n": one.n},
            "person_properties": {"email": person.email}, "timestamp": iso(one.at),
            "created_at": iso(one.at),
        })  # fmt: skip
    return [_lines(folder / "posthog.jsonl", lines)]


def mixpanel(world: World, folder: Path) -> Exported:
    book = Mixpanel(world)
    return [_lines(folder / "mixpanel.jsonl", [book.event(one) for one in world.deeds])]


def amplitude(world: World, folder: Path) -> Exported:
    book = Amplitude(world)
    path = folder / "1_2026.json.gz"
    lines = "".join(json.dumps(book.event(one)) + "\n" for one in world.deeds)
    path.write_bytes(gzip.compress(lines.encode()))
    return [path]


FILES: Mapping[str, Callable[[World, Path], Exported]] = {
    "amplitude": amplitude, "klaviyo": klaviyo, "mailchimp": mailchimp, "mixpanel": mixpanel,
    "posthog": posthog, "shopify": shopify, "stripe": stripe, "zendesk": zendesk,
}  # fmt: skip
"""By kind: what a world's export comes to, in a folder."""
