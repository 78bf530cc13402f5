"""Segment: the calls of site, app and servers, as its S3 destination stores them.

Gzipped JSON lines by month of receipt. One call in two hundred comes two days late from a
tablet that was offline; one in two hundred and fifty is delivered twice under one messageId;
some devices' clocks are wrong, which Segment corrects in `timestamp`.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any, NamedTuple

from maker.company import APP, NAME
from maker.files import packed
from maker.people import Call, Person, World
from maker.when import NOW, dice

AGENTS = (
    "Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/139.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.5 Safari/605",
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/139.0.0.0 Mobile Safari/537.36",
)
LOCALES = {"SE": "sv-SE", "GB": "en-GB", "IE": "en-IE", "DE": "de-DE", "FR": "fr-FR",
           "US": "en-US", "ES": "es-ES", "PT": "pt-PT", "JP": "ja-JP", "AE": "ar-AE"}  # fmt: skip


class Delivery(NamedTuple):
    """One line of a file."""

    received: datetime
    id: str
    line: dict[str, Any]


def exports(world: World) -> dict[str, bytes]:
    """The files by path."""
    deliveries: list[Delivery] = []
    seen: dict[tuple[object, ...], int] = {}
    for call in world.calls:
        place = (call.at, call.person.seed, call.type, call.name)
        seen[place] = seen.get(place, 0) + 1
        deliveries += deliver(call, seen[place])
    deliveries.sort(key=lambda delivery: (delivery.received, delivery.id))
    months: dict[str, list[str]] = {}
    for delivery in deliveries:
        line = json.dumps(delivery.line, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        months.setdefault(f"{delivery.received:%Y-%m}", []).append(line + "\n")
    # The upload of the last file broke off in the middle of a line.
    last = max(months)
    months[last].append(months[last][-1][:301])
    return {
        f"segment/received-{month}.json.gz": packed("".join(lines))
        for month, lines in months.items()
    }


def deliver(call: Call, nth: int) -> list[Delivery]:
    """A call as it arrives: once, or now and then twice."""
    digest = blake2b(
        f"{call.at}{call.person.seed}{call.type}{call.name}{nth}".encode(), digest_size=24
    ).digest()
    chance = int.from_bytes(digest[16:18], "big") / 65536
    at = call.at.replace(microsecond=1000 * (int.from_bytes(digest[18:20], "big") % 1000))
    at = min(at, NOW)
    received = at + timedelta(milliseconds=200 + digest[20] * 9)
    on_tablet = call.channel == "web" and call.type == "track" and call.known
    late = at + timedelta(days=2, seconds=digest[21] * 60)
    if on_tablet and chance < 0.006 and late < NOW:
        received = late
    id = digest[:16].hex()
    found = [Delivery(received, id, line(call, at, received, id))]
    if 0.5 < chance < 0.504:
        again = received + timedelta(seconds=1 + digest[22] % 40)
        found.append(Delivery(again, id, line(call, at, again, id)))
    return found


def line(call: Call, at: datetime, received: datetime, id: str) -> dict[str, Any]:
    """A call as Segment writes it down."""
    person = call.person
    sent = received - timedelta(milliseconds=140)
    wrong = clock_error(person) if call.channel == "web" else timedelta()
    user = person.user_id(call.at) if call.known else None
    body = {key: plain(value) for key, value in call.body.items()}
    wrapped: dict[str, Any] = {
        "channel": "client" if call.channel == "web" else "server",
        "context": context(call, user),
        "integrations": {},
        "messageId": f"{'ajs' if call.channel == 'web' else 'node'}-{id}",
        "originalTimestamp": stamp(at + wrong),
        "receivedAt": stamp(received),
        "sentAt": stamp(sent + wrong),
        "timestamp": stamp(at),
        "type": call.type,
        "userId": user,
        "version": 2,
    }
    if call.channel == "web" or user is None:
        wrapped["anonymousId"] = person.anonymous_id
    match call.type:
        case "track":
            wrapped |= {"event": call.name, "properties": body}
        case "page":
            wrapped |= {"name": call.name, "properties": body}
        case "identify":
            wrapped["traits"] = body
        case "group":
            wrapped |= {"groupId": body.pop("id"), "traits": body}
        case "alias":
            wrapped["previousId"] = body["previousId"]
    return wrapped


def context(call: Call, user: str | None) -> dict[str, Any]:
    """Where a call came from; addresses lie in the ranges kept for documentation."""
    if call.channel == "mail":
        told: dict[str, Any] = {"integration": {"name": "Klaviyo", "version": "1.0.0"}}
        if user is None:
            told["traits"] = {"email": call.person.news_email or call.person.email}
        return told
    if call.channel != "web":
        return {"library": {"name": "analytics-node", "version": "2.3.0"}}
    roll = dice("device", call.person.seed)
    told = {
        "ip": f"{roll.choice(('192.0.2', '198.51.100', '203.0.113'))}.{roll.randint(1, 254)}",
        "library": {"name": "analytics.js", "version": "next-1.81.0"},
        "locale": LOCALES[call.person.place.country],
        "timezone": call.person.place.zone,
        "userAgent": roll.choice(AGENTS),
    }
    if call.type == "track":
        told["page"] = {"path": "/today", "title": NAME, "url": f"{APP}/today"}
    return told


def clock_error(person: Person) -> timedelta:
    """How wrong the clock of someone's device is: nearly always not at all."""
    roll = dice("clock", person.seed)
    return timedelta(seconds=roll.randint(-900, 900) if roll.random() < 0.04 else 0)


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    return stamp(value) if isinstance(value, datetime) else value


def stamp(moment: datetime) -> str:
    """A moment as Segment writes it: UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
