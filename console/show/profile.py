"""One customer on one page, the most useful first."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from console.clock import Clock
from console.model import FeedEvent, Identity, Profile, Remarks
from console.show import ledger, levels, people
from console.show.day_strip import strip
from console.show.lines import BLANK, Part, count, cut, fit, flow, line, width_of, wrap
from console.show.sentences import says
from console.show.times import ago, date, heading, span, time_of_day, when
from console.show.triage import remark_lines

_LABEL = 11
NOTHING_WRITTEN = Remarks()
_KINDS = {
    "source_id": "id", "external_id": "user id", "email": "email", "phone": "phone",
    "anonymous_id": "device",
}  # fmt: skip


def lines(
    profile: Profile,
    history: Sequence[FeedEvent],
    clock: Clock,
    width: int,
    written: Remarks = NOTHING_WRITTEN,
    who: str = "",
) -> list[Content]:
    """The whole profile in `width` cells.

    history: the events read so far, newest first. written: what people here wrote of them.
    who: the person who looks.
    """
    made = [BLANK, *_head(profile, width), BLANK, *_facts(profile, clock, width)]
    made += remark_lines(written, clock, width, who)
    made += _logins(profile, clock, width)
    made += _features(profile, clock, width)
    made += _section(
        "Subscriptions", len(profile.subscriptions),
        ledger.subscriptions(profile.subscriptions, width, clock),
    )  # fmt: skip
    made += _section("Orders", len(profile.orders), ledger.purchases(profile.orders, width, clock))
    made += _section(
        "Payments", len(profile.charges), ledger.purchases(profile.charges, width, clock)
    )
    made += _section("Tickets", len(profile.threads), ledger.threads(profile.threads, width, clock))
    made += _section(
        "Mails", len(profile.messages), ledger.messages(profile.messages, width, clock)
    )
    made += _identities(profile.customer.identities, width)
    made += _every_login(profile, clock, width)
    made += _history(history, profile.events_total, clock, width)
    return made


def _title(text: str, note: str = "") -> Content:
    return line((f" {text}", "bold $primary"), (f"  {note}" if note else "", "$quiet"))


def _section(title: str, n: int, body: list[Content]) -> list[Content]:
    return [BLANK, _title(title, f"{n:,}"), *body] if body else []


def _head(profile: Profile, width: int) -> list[Content]:
    who = profile.customer
    flag = people.flag(who.country)
    name = cut(people.name(who), width - 9)
    first: list[Part] = [(" ", ""), people.tile(who), (f"  {name}", "bold $ink")]
    if flag:
        first.append((f"  {flag}", ""))
    made = [line(*first)]
    said = [part for part in (who.account, who.plan, people.place(who)) if part]
    contact = [part for part in (who.email, who.phone) if part]
    for words, style in ((said, "$ink"), (contact, "$quiet")):
        parts = [(part, style) for part in words]
        made += [line("     ", *row) for row in flow(parts, width - 6, " · ")]
    return made


def _facts(profile: Profile, clock: Clock, width: int) -> list[Content]:
    who = profile.customer
    since = who.signed_up_at if who.signed_up_at is not None else who.first_seen_at
    word = "Signed up" if who.signed_up_at is not None else "First seen"
    told = [
        (word, f"{date(since, clock)}, {ago(since, clock)}" if since is not None else "unknown"),
        ("Set up", _set_up(profile, clock)),
        ("Last seen", when(who.last_seen_at, clock) if who.last_seen_at else "never"),
        ("Pays", ledger.pays(profile)),
    ]
    if who.tags:
        told.append(("Tags", ", ".join(who.tags)))
    made = []
    for label, words in told:
        style = "bold $accent" if words.startswith("not yet") else "$ink"
        for place, part in enumerate(wrap(words, width - _LABEL - 2)):
            made.append(line((fit(f" {label}" if not place else "", _LABEL + 1), "$quiet"),
                             (part, style)))  # fmt: skip
    return made


def _set_up(profile: Profile, clock: Clock) -> str:
    who = profile.customer
    if who.activated_at is None:
        if who.signed_up_at is None:
            return "unknown"
        return f"not yet, {span(clock.now - who.signed_up_at)} after signing up"
    if who.signed_up_at is None:
        return date(who.activated_at, clock)
    took = who.activated_at - who.signed_up_at
    return f"{span(took)} after signing up" if took >= 0 else "before signing up"


def _logins(profile: Profile, clock: Clock, width: int) -> list[Content]:
    found = profile.logins
    if not found.total:
        return [BLANK, _title("Logins", "none yet")]
    last = f", last {ago(found.recent[0], clock)}" if found.recent else ""
    note = f"{count(found.total, 'time')} on {count(len(found.days), 'day')}{last}"
    who = profile.customer
    start = who.signed_up_at if who.signed_up_at is not None else who.first_seen_at
    first = clock.day(start) if start is not None else found.days[0].day
    return [BLANK, _title("Logins", note), *strip(found.days, clock, width, first)]


def _every_login(profile: Profile, clock: Clock, width: int) -> list[Content]:
    found = profile.logins
    if not found.recent:
        return []
    note = f"{found.total:,}"
    if found.total > len(found.recent):
        note = f"the latest {len(found.recent)} of {found.total:,}"
    return [BLANK, _title("Every login", note), *ledger.logins(found.recent, width, clock)]


def _features(profile: Profile, clock: Clock, width: int) -> list[Content]:
    used, untouched = profile.features, profile.untouched
    if not used and not untouched:
        return []
    made = [BLANK, _title("Features", f"{len(used)} of {len(used) + len(untouched)} used")]
    most = max((one.n for one in used), default=1)
    name = min(22, max(12, width // 4))
    bar = max(4, min(16, width - name - 40))
    for one in used:
        length = max(1, round(one.n * bar / most))
        made.append(
            line(
                (" " + fit(one.feature.replace("_", " "), name), "$ink"),
                (fit(f"{one.n:,}", 6, "right") + " ", "$ink"),
                ("▆" * length, "$primary"), " " * (bar - length + 1),
                (f"last {ago(one.last_at, clock)}", "$quiet"),
                (f", first {date(one.first_at, clock)}" if width >= 72 else "", "$faint"),
            )
        )  # fmt: skip
    if untouched:
        words = "never: " + ", ".join(name.replace("_", " ") for name in untouched)
        made += [line((f" {part}", "$quiet")) for part in wrap(words, width - 2)]
    return made


def _identities(found: Sequence[Identity], width: int) -> list[Content]:
    if not found:
        return []
    made = [BLANK, _title("Known as")]
    sources: dict[tuple[str, str], list[str]] = {}
    for one in found:
        sources.setdefault((one.kind, one.value), []).append(one.source)
    for (kind, value), names in sources.items():
        said = ", ".join(dict.fromkeys(names))
        room = max(8, width - 12 - min(width_of(said), 24))
        made.append(
            line(
                (" " + fit(_KINDS.get(kind, kind), 9), "$faint"),
                (fit(value, room) + " ", "$ink"),
                (cut(said, 24), "$faint"),
            )
        )
    return made


def _history(history: Sequence[FeedEvent], total: int, clock: Clock, width: int) -> list[Content]:
    made = [BLANK, _title("History", count(total, "event"))]
    day = None
    for event in history:
        today = clock.day(event.at)
        if today != day:
            made.append(line((f" {heading(today, clock)}", "$quiet")))
            day = today
        made.append(
            line(
                ("  ", ""), levels.sign(event.level),
                (f" {time_of_day(event.at, clock)}  ", "$faint"),
                (fit(says(event), max(8, width - 22)) + " ", "$ink"),
                (fit(event.source, 10), "$faint"),
            )
        )  # fmt: skip
    if len(history) < total:
        made.append(line(("  … older ones come as you scroll", "$faint")))
    return made
