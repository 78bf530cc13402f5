"""What a customer has with us, item by item: money, tickets and mails as lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.content import Content

from console.clock import Clock
from console.model import Message, Profile, Purchase, Subscription, Thread
from console.show.lines import Part, count, cut, fit, line, width_of
from console.show.money import amount, total
from console.show.times import ago, date, when

_BAD = {
    "failed", "past_due", "unpaid", "refunded", "partially_refunded", "disputed", "uncollectible",
    "chargeback", "voided", "incomplete",
}  # fmt: skip
_RUNNING = {"active", "trialing", "past_due", "unpaid"}
_DATE = 13


def status_style(status: str | None) -> str:
    """The style of a state's word: red where money or trust is at stake."""
    return "$bad" if (status or "").lower().replace(" ", "_") in _BAD else "$quiet"


def pays(profile: Profile) -> str:
    """What they pay: running subscriptions, and what they have bought so far."""
    said = []
    for one in profile.subscriptions:
        if (one.status or "").lower() in _RUNNING:
            every = f" a {one.interval}" if one.interval else ""
            said.append(f"{amount(one.amount, one.currency)}{every}")
    paid = profile.orders or profile.charges
    if paid:
        kept = total((net(one), one.currency) for one in paid if _kept(one))
        said.append(f"{kept} in {count(len(paid), 'order' if profile.orders else 'payment')}")
    return " · ".join(said) or "nothing so far"


def net(one: Purchase) -> int | None:
    """What is left of a purchase after refunds, in minor units."""
    return None if one.amount is None else one.amount - (one.refunded or 0)


def _kept(one: Purchase) -> bool:
    return (one.status or "").lower() not in ("failed", "voided", "cancelled", "canceled")


def purchases(found: Sequence[Purchase], width: int, clock: Clock) -> list[Content]:
    """Orders or charges, newest first, amounts right-aligned."""
    lines = []
    for one in found:
        refund = f" −{amount(one.refunded, one.currency)}" if one.refunded else ""
        items = ", ".join(_item(item) for item in one.items)
        lines.append(
            _row(
                date(one.at, clock), one.name or one.id, items, one.status,
                amount(one.amount, one.currency) + refund, width,
            )
        )  # fmt: skip
    return lines


def _item(item: object) -> str:
    if not hasattr(item, "get"):
        return str(item)
    quantity, name = item.get("quantity"), str(item.get("name") or "something")
    return name if quantity in (None, 1, "1") else f"{quantity} × {name}"


def subscriptions(found: Iterable[Subscription], width: int, clock: Clock) -> list[Content]:
    """Subscriptions with what comes next."""
    lines = []
    for one in found:
        if one.ends_at is not None:
            word = "ended" if one.ends_at <= clock.now else "ends"
            following = f"{word} {date(one.ends_at, clock)}"
        elif one.renews_at is not None:
            following = f"renews {date(one.renews_at, clock)}"
        else:
            following = ""
        price = amount(one.amount, one.currency) + (f" / {one.interval}" if one.interval else "")
        lines.append(
            _row(date(one.started_at, clock), one.plan or one.id, following, one.status, price,
                 width)
        )  # fmt: skip
    return lines


def threads(found: Iterable[Thread], width: int, clock: Clock) -> list[Content]:
    """Tickets and conversations."""
    lines = []
    for one in found:
        state = one.status or ""
        style = "bold $accent" if state.lower() in ("open", "new", "pending", "hold") else "$quiet"
        tail = " ".join(part for part in (one.priority, one.rating) if part)
        room = width - _DATE - 10 - 1 - 12
        lines.append(
            line(
                (" " + fit(date(one.created_at, clock), _DATE - 1), "$quiet"),
                (fit(state, 10), style),
                (fit(one.subject or f"{one.kind} {one.id}", max(8, room)) + " ", "$ink"),
                (cut(tail, 12), "$faint"),
            )
        )
    return lines


def messages(found: Iterable[Message], width: int, clock: Clock) -> list[Content]:
    """Mails and chat lines: ← from them, → to them; opened and clicked as words."""
    lines = []
    for one in found:
        arrow = {"in": "←", "out": "→", "note": "✎"}.get(one.direction or "", "·")
        read = (
            f"clicked {ago(one.clicked_at, clock)}" if one.clicked_at is not None
            else f"opened {ago(one.opened_at, clock)}" if one.opened_at is not None else ""
        )  # fmt: skip
        room = width - _DATE - 3 - (width_of(read) + 1 if read else 0)
        parts: list[Part] = [
            (" " + fit(date(one.sent_at, clock), _DATE - 1), "$quiet"),
            (f"{arrow} ", "$primary" if one.direction == "in" else "$faint"),
            (fit(one.subject or "(no subject)", max(8, room)), "$ink"),
        ]
        lines.append(line(*parts, (f" {read}", "$faint")))
    return lines


def logins(recent: Sequence[int], width: int, clock: Clock) -> list[Content]:
    """Every login known to the minute, newest first."""
    column = 20
    across = max(1, (width - 1) // column)
    cells = [fit(when(at, clock), column) for at in recent]
    return [
        line((" " + "".join(cells[at : at + across]), "$quiet"))
        for at in range(0, len(cells), across)
    ]


def _row(day: str, name: str, detail: str, status: str | None, price: str, width: int) -> Content:
    price_room = max(12, width_of(price))
    state = 10
    room = max(8, width - _DATE - state - price_room - 2)
    words = f"{name}  {detail}" if detail else name
    head = cut(name, room)
    tail = cut(words[len(name) :], room - width_of(head)) if head == name else ""
    gap = " " * max(0, room - width_of(head) - width_of(tail))
    return line(
        (" " + fit(day, _DATE - 1), "$quiet"),
        (head, "$ink"), (tail, "$faint"), gap + " ",
        (fit(status or "", state), status_style(status)),
        (fit(price, price_room, "right"), "$ink"),
    )  # fmt: skip
