"""What an event was about: its object, its amount and its feature, from its properties.

Streams name these as they please; each verb has the few names that are in use. Only events
whose name we have a verb for are looked into, so the common line costs one dictionary look.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from console.model import exponent
from console.sources import values
from console.sources.names import verb_of
from console.sources.objects import Said
from console.sources.people import plain_text

_LONGEST_OBJECT = 200
_MOST_NAMES = 10_000
_LARGEST = 2**63 - 1
# Below this, a float's own error stays far under _NOISE when it is scaled.
_EXACT = 1_000_000_000
_NOISE = 0.0001

_ORDER = ("order_name", "order_number", "order_id", "orderId", "checkout_id")
_PLAN = ("plan", "plan_name", "planName", "plan_id", "product", "product_name", "subscription")
_TICKET = ("subject", "ticket_subject", "title")
_MAIL = (
    "email_subject", "subject", "Subject", "campaign_name", "Campaign Name", "campaign",
)  # fmt: skip
_LIST = ("list_name", "list", "List", "list_id", "campaign_name")
_OBJECTS: Mapping[str, tuple[str, ...]] = {
    "page_viewed": (
        "title", "name", "$pathname", "$screen_name", "path", "url", "$current_url",
        "current_url", "page", "screen_name",
        "[Amplitude] Page Title", "[Amplitude] Page Path", "[Amplitude] Screen Name",
        "current_page_title", "current_url_path",
    ),
    **dict.fromkeys(("order_placed", "order_paid", "order_cancelled", "refunded"), _ORDER),
    **dict.fromkeys(
        (
            "subscription_started", "subscription_changed", "subscription_cancelled",
            "trial_started",
        ),
        _PLAN,
    ),
    **dict.fromkeys(
        ("ticket_opened", "ticket_replied", "ticket_reopened", "ticket_solved"), _TICKET
    ),
    **dict.fromkeys(
        (
            "mail_sent", "mail_delivered", "mail_opened", "mail_clicked", "mail_bounced",
            "spam_reported",
        ),
        _MAIL,
    ),
    "unsubscribed": _LIST,
    "list_joined": _LIST,
    "setup_step_done": ("step_name", "step", "integration"),
    "rated": ("rating", "score"),
}  # fmt: skip
_AMOUNT = ("total", "revenue", "amount", "value", "$revenue", "$amount", "$value", "price")
_REFUND = ("refund_amount", *_AMOUNT)
_AMOUNTS: Mapping[str, tuple[str, ...]] = {
    "refunded": _REFUND,
    **dict.fromkeys(
        (
            "order_placed", "order_paid", "charge_paid", "charge_failed", "charge_disputed",
            "checkout_abandoned",
        ),
        _AMOUNT,
    ),
}  # fmt: skip
_CURRENCY = ("currency", "$currency", "currency_code", "currencyCode")
_FEATURE = ("feature", "feature_name", "featureName")


Details = tuple[str | None, int | None, str | None, str | None]
"""Object, amount in the currency's minor unit, currency and feature; None for what a line
does not say."""
# Events of the vendors' own making, and those among them that say how a customer fares.
_LIBRARY = ("$", "[Amplitude] ")
_TELLING = frozenset({"$exception", "$rageclick"})
NONE: Details = (None, None, None, None)


class _Rule(NamedTuple):
    """Where the details of one event name are found."""

    objects: tuple[str, ...]
    amounts: tuple[str, ...]
    features: tuple[str, ...]
    otherwise: str | None
    """The object of a line that names none."""


class Reader:
    """Finds the details of the events of one stream."""

    def __init__(
        self, source_kind: str, currency: str | None, verbs: Mapping[str, str] | None = None
    ) -> None:
        """source_kind: as `verb_of` takes it. currency: of amounts that come without one.

        verbs: the user's own reading of event names, before the general one.
        """
        self._kind = source_kind
        self._verbs = verbs or {}
        self._currency = currency
        self._rules: dict[str, _Rule | None] = {}
        self._chatter: set[str] = set()

    def read(self, name: str, properties: object) -> Details:
        """The details of an event. name, properties: as its line has them."""
        try:
            rule = self._rules[name]
        except KeyError:
            rule = self._learn(name)
        if rule is None or properties.__class__ is not dict:
            return NONE if rule is None else (rule.otherwise, None, None, None)
        return self._found(rule, properties)

    def _learn(self, name: str) -> _Rule | None:
        if len(self._rules) >= _MOST_NAMES:
            self._rules.clear()
            self._chatter.clear()
        verb = self._verbs.get(name) or verb_of(self._kind, name)[0] or ""
        if not verb and name.startswith(_LIBRARY) and name not in _TELLING:
            self._chatter.add(name)
        rule = _Rule(
            _OBJECTS.get(verb, ()),
            _AMOUNTS.get(verb, ()),
            _FEATURE if verb == "feature_used" else (),
            # Which step it was is often said by the event's name alone: "Connected Store".
            short_text(name) if verb == "setup_step_done" else None,
        )
        known = self._rules[name] = rule if any(rule) else None
        return known

    def is_chatter(self, name: str) -> bool:
        """Whether a library sends this event by itself and it tells nothing of the customer.

        Known once `read` was asked about the name.
        """
        return name in self._chatter

    def _found(self, rule: _Rule, said: Said) -> Details:
        objects, amounts, features, otherwise = rule
        amount = currency = None
        if amounts and (value := _first(said, amounts)) is not None:
            currency = _code(_first(said, _CURRENCY)) or self._currency
            amount = minor(value, currency)
        return (
            short_text(_first(said, objects)) or otherwise,
            amount,
            currency if amount is not None else None,
            short_text(_first(said, features)) if features else None,
        )


def _first(said: Said, names: tuple[str, ...]) -> object:
    for name in names:
        value = said.get(name)
        if value is not None and value != "":
            return value
    return None


def short_text(value: object) -> str | None:
    """A name as text of bounded length; None when `value` is no name."""
    if value is None:
        return None
    text = plain_text(value)
    return text[:_LONGEST_OBJECT] if text else None


def _code(value: object) -> str | None:
    code = value.strip() if isinstance(value, str) else ""
    return code.upper() if len(code) == 3 and code.isascii() and code.isalpha() else None


def minor(value: object, currency: str | None) -> int | None:
    """An amount in major units as minor units of `currency`; None when it is no amount.

    A JSON number has one meaning and is rounded half up; text is read as `values.money` does.
    """
    if isinstance(value, str):
        try:
            return values.money(value, currency)
        except ValueError:
            return None
    if value.__class__ is not float and value.__class__ is not int:
        return None
    digits = exponent(currency)
    if -_EXACT < value < _EXACT:
        # 0.2 us instead of 0.9 where nothing has to be rounded, which is nearly always.
        scaled: float = value * 10**digits
        whole = round(scaled)
        if -_NOISE < scaled - whole < _NOISE:
            return whole
    exact = Decimal(str(value)).scaleb(digits)
    amount = int(exact.to_integral_value(rounding=ROUND_HALF_UP))
    return amount if abs(amount) <= _LARGEST else None
