"""Stripe by its API: customers, subscriptions and charges as lists, then what changed.

Lists cannot be asked for what changed: they are read once, newest first. From then on
/v1/events tells which objects did change, and each is read anew, since an event carries it in
the shape of whatever version the account had then. Stripe forgets events after 30 days: a
source that was not synced for so long is listed anew, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from console.clock import DAY, HOUR, MINUTE
from console.model import Event, Record, Sweep
from console.sources.answers import find
from console.sources.api import Api, Asking, Page, Setting, State, Stream
from console.sources.json_fields import needed_time, text_id
from console.sources.objects import Said, Unreadable, members, reader_of_times
from console.sources.parts import to_json
from console.sources.requests import LastId, Request, smaller
from console.sources.stripe_objects import Objects, amount_of, id_in, payer
from console.sources.walks import Found, asked, gather, newest, page, seconds, walk

VERSION = "2025-03-31.basil"
_NEXT = LastId()
_SHRINK = smaller("limit")
_ITEMS = ("data",)
_OVERLAP = HOUR
_KEPT = 30 * DAY
_LISTS: Mapping[str, Mapping[str, str]] = {
    "customers": {},
    "subscriptions": {"status": "all"},
    "charges": {"expand[]": "data.refunds"},
}
_PATHS = {"customer": "customers", "subscription": "subscriptions", "charge": "charges"}
_NOT_ALL = (
    "Stripe tells of the last 30 days alone: deletions, disputes and failed first payments of "
    "the time before are not in the mirror"
)
_GAP = (
    "was not synced for more than 30 days, which is all that Stripe tells of: everything was "
    "read anew, and customers who are no longer there are hidden"
)


def _listed(asking: Asking, name: str) -> Iterator[Page]:
    """All objects of a kind, once."""
    state = asking.state
    if not state.get("done"):
        state = {"begun": asking.now, **state}
        for made in _list(asking, name, state, None):
            yield made
            state = made.state
        if not state.get("done"):
            return
    asking.shared.setdefault("listed", {})[name] = state["begun"]


def _list(asking: Asking, name: str, state: State, at: int | None) -> Iterator[Page]:
    """The pages of a list. at: what all of it is as of; None for when each thing was made."""
    objects = Objects(asking)

    def read(said: Said) -> Iterator[Found]:
        yield from objects.read(said, objects.created(said)[0] if at is None else at)

    first = Request(f"/v1/{name}", {"limit": "100", **_LISTS[name]})
    for answer, follow in walk(
        asking.client, _NEXT, first, state.get("page"), items=_ITEMS, shrink=_SHRINK
    ):
        objects.learn(answer.list("data"))
        made = gather(asking, name, answer.list("data"), read)
        came = page(made, {**state, "page": follow, "done": follow is None})
        # Listed anew, customers who are not there are gone. Of other things none ever is.
        ids = answer.list("data") if at is not None and name == "customers" else ()
        yield replace(came, present=tuple(text_id(one) for one in ids))


def events(asking: Asking) -> Iterator[Page]:
    """What changed since the newest event seen: newest first, each object read anew."""
    seen, walked = asking.state.get("seen"), asking.state.get("walk")
    if walked is None:
        walked = {"since": None if seen is None else seen - _OVERLAP, "newest": seen}
        if seen is not None and asking.now - seen > _KEPT:
            walked |= {"relist": list(_LISTS), "since": None, "begun": asking.now}
    for again in _relist(asking, seen, walked):
        yield again
        walked = again.state["walk"]
    since, top = walked["since"], walked["newest"]
    params = {"limit": "100"}
    if since is not None:
        params["created[gte]"] = seconds(since)
    read = Changes(asking, walked.get("begun"))
    first = Request("/v1/events", params)
    for answer, follow in walk(
        asking.client, _NEXT, first, walked.get("page"), items=_ITEMS, shrink=_SHRINK
    ):
        made = gather(asking, "events", answer.list("data"), read)
        top = newest(top, read.times, asking.now)
        state: State = {"seen": seen, "walk": {**walked, "newest": top, "page": follow}}
        if follow is None:
            # Until the oldest is reached, the newest is no place to go on from.
            state = {"seen": top}
        came = page(made, state, span=asked(since, None, asking.now))
        warning = _NOT_ALL if seen is None and follow is None else None
        yield Page(came.batch, came.state, came.removals, span=came.span, warning=warning)


def _relist(asking: Asking, seen: int | None, walked: State) -> Iterator[Page]:
    """The lists anew, after a time without Stripe's memory."""
    while left := walked.get("relist"):
        for made in _list(asking, left[0], {"page": walked.get("page")}, walked["begun"]):
            walked = {**walked, "page": made.state["page"]}
            if made.state["done"]:
                walked["relist"] = left[1:]
            state = {"seen": seen, "walk": walked}
            through = left[0] == "customers" and made.state["done"]
            sweep = Sweep(("customer",), walked["begun"]) if through else None
            yield replace(made, state=state, sweep=sweep, warning=_GAP)


class Changes:
    """Reads events: the objects they are about, as they are now."""

    def __init__(self, asking: Asking, relisted: int | None) -> None:
        """relisted: when all was read anew, in microseconds UTC."""
        self._asking = asking
        self._relisted = relisted
        self._objects = Objects(asking)
        self._when = reader_of_times(asking.reading.zone, asking.now)
        self._told: dict[str, int] = {}
        self.times: list[int] = []
        self._own: dict[str, Callable[[Said, Said], Iterator[Found]]] = {
            "charge.dispute.created": self._dispute,
            "payment_intent.payment_failed": self._unpaid,
            "checkout.session.expired": self._left,
            "customer.subscription.updated": self._new_plan,
        }

    def __call__(self, said: Said) -> Iterator[Found]:
        """One event. Raises Unreadable without an id, a time or an object."""
        text_id(said)
        created = needed_time(said, "created", self._when)
        self.times.append(created[0])
        name, about = str(said.get("type")), members(find(said, "data", "object"))
        if own := self._own.get(name):
            yield from own(said, about)
        kind = about.get("object")
        if kind in ("refund", "dispute") and (charge := id_in(about.get("charge"))):
            yield from self._changed("charge", charge, {}, name, created[0])
        elif kind in _PATHS:
            yield from self._changed(str(kind), text_id(about), about, name, created[0])

    def _changed(
        self, kind: str, id: str, payload: Said, name: str, created: int
    ) -> Iterator[Found]:
        # Of the same second, what was updated is newer than what was created.
        at = created + (2 if name.endswith(".deleted") else 0 if name.endswith(".created") else 1)
        gone = payload.get("deleted") is True
        if at <= self._told.get(id, -1) or (not gone and self._is_listed(kind, created)):
            return
        self._told[id] = at
        if kind == "customer" and name == "customer.deleted":
            payload, gone = {**payload, "deleted": True}, True
        now = payload if gone else self._again(kind, id) or payload
        # Without the refunds themselves, the event is what says when it was.
        told = (created, "exact") if name == "charge.refunded" and now is payload else None
        yield from self._objects.read(now, at, told)  # type: ignore[arg-type]

    def _is_listed(self, kind: str, created: int) -> bool:
        """Whether the list, which was read later, has it already."""
        begun = self._relisted
        if self._asking.state.get("seen") is None:
            begun = self._asking.shared.get("listed", {}).get(_PATHS[kind])
        return begun is not None and created < begun - MINUTE

    def _again(self, kind: str, id: str) -> Said:
        params = {"expand[]": "refunds"} if kind == "charge" else {}
        request = Request(f"/v1/{_PATHS[kind]}/{id}", params, allow=(404,))
        answer = self._asking.client.ask(request)
        if answer.status == 404:
            return {}
        now = answer.one(id)
        self._objects.learn((now,))
        return now

    def _event(
        self, said: Said, about: Said, key: str, verb: str, member: str | None, **more: Any
    ) -> Event:
        at, quality = needed_time(said, "created", self._when)
        currency = str(about.get("currency") or "").upper() or None
        amount = amount_of(about, member, currency) if member else None
        who = more.pop("who", None) or payer(about)
        return Event(
            key, who, str(said["type"]), at, verb=verb, amount=amount, quality=quality,
            currency=currency if amount is not None else None, raw=to_json(said), **more,
        )  # fmt: skip

    def _dispute(self, said: Said, about: Said) -> Iterator[Found]:
        charge = id_in(about.get("charge"))
        who = payer(self._again("charge", charge)) if charge else ()
        if not who:
            raise Unreadable("data.object.charge", "nobody is known to have paid what is disputed")
        yield self._event(
            said, about, f"charge:{charge}:charge_disputed", "charge_disputed", "amount", who=who
        )

    def _unpaid(self, said: Said, about: Said) -> Iterator[Found]:
        """A payment that failed before there was a charge, which else tells of it."""
        if not about.get("latest_charge") and payer(about):
            key = f"payment_intent:{text_id(about)}:charge_failed"
            yield self._event(said, about, key, "charge_failed", "amount")

    def _left(self, said: Said, about: Said) -> Iterator[Found]:
        if payer(about):
            key = f"checkout:{text_id(about)}:checkout_abandoned"
            yield self._event(said, about, key, "checkout_abandoned", "amount_total")

    def _new_plan(self, said: Said, about: Said) -> Iterator[Found]:
        before = members(find(said, "data", "previous_attributes"))
        if "plan" in before or "items" in before:
            for now in self._objects.read(about, 0):
                plan = now.fields.get("plan") if isinstance(now, Record) else None
                yield self._event(
                    said, about, text_id(said), "subscription_changed", None, object=plan
                )


def _headers(key: str, settings: Mapping[str, Any]) -> Mapping[str, str]:
    headers = {
        "Authorization": f"Bearer {key}",
        "Stripe-Version": str(settings.get("version", VERSION)),
    }
    if account := settings.get("account"):
        headers["Stripe-Account"] = str(account)
    return headers


API = Api(
    kind="stripe",
    title="Stripe",
    base_url="https://api.stripe.com",
    hosts=("api.stripe.com",),
    headers=_headers,
    check=lambda settings: Request("/v1/customers", {"limit": "1"}),
    streams=(
        *(
            Stream(name, partial(_listed, name=name), echoes=False, after=after)
            for name, after in zip(_LISTS, (None, "customers", "subscriptions"), strict=True)
        ),
        Stream("events", events, after="charges"),
    ),
    key_is="a restricted key (rk_live_…, Developers → API keys) that may read customers, "
    "charges, subscriptions, products and events",
    settings=(
        Setting("metadata_id", "The metadata of customers that holds your own id, if any", ""),
    ),
    patience=2.0,
)
