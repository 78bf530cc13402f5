"""Addresses of a customer's records, where a source's are known, and what was copied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from textual.content import Content
from textual.style import Style

from console.config import SourceConfig
from console.model import Customer
from console.show.lines import cut, fit, line

_PATHS = {
    "stripe": "customers/{}",
    "shopify": "admin/customers/{}",
    "zendesk": "agent/users/{}",
    "klaviyo": "profile/{}",
    "hubspot": "record/0-1/{}",
    "intercom": "users/{}",
    "gorgias": "app/customer/{}",
    "recharge": "merchant/customers/{}",
}
_HOMES = {"stripe": "https://dashboard.stripe.com", "klaviyo": "https://www.klaviyo.com"}


class Link(NamedTuple):
    """The address of a customer's record in one source."""

    source: str
    url: str


def links_of(customer: Customer, sources: Mapping[str, SourceConfig]) -> tuple[Link, ...]:
    """The addresses of the customer's records, in every source whose own is known.

    Some are the same for everybody; that of a shop or a help desk is taken from ``web_url``
    in the source's settings. Only http and https addresses are answered, hosts in ASCII.
    """
    found: dict[Link, None] = {}
    for identity in customer.identities:
        settings = sources.get(identity.source)
        kind = settings.kind if settings else identity.source
        given = settings.settings.get("web_url") if settings else None
        home = _home(str(given or _HOMES.get(kind, "")))
        if identity.kind == "source_id" and kind in _PATHS and home is not None:
            path = _PATHS[kind].format(quote(identity.value, safe=""))
            found[Link(identity.source, f"{home}/{path}")] = None
    return tuple(found)


def _home(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    place = f"{host}:{port}" if port else host
    return f"{parts.scheme}://{place}{quote(parts.path.rstrip('/'), safe='/%')}"


def takes_links(environ: Mapping[str, str]) -> bool:
    """Whether a terminal may be sent links (OSC 8): most that do not know them drop them."""
    term = environ.get("TERM", "")
    screen = term.startswith("screen") and "TMUX" not in environ
    return not screen and not term.startswith(("linux", "vt", "dumb"))


def link_line(link: Link, *, linked: bool = False) -> Callable[[int], Content]:
    """One address in the box that lists them. linked: a click opens it, at the user's end."""

    def paint(width: int) -> Content:
        head = line((" " + fit(link.source, 10) + " ", "bold $primary"))
        address = line((cut(link.url, width - 13), "$ink"))
        return head + (address.stylize(Style(link=link.url)) if linked else address)

    return paint


def links_foot(*, linked: bool = False) -> Content:
    """Below them."""
    said = "a click opens it" if linked else "your terminal may open it with a click"
    return line((f" ⏎ copies the address; {said}   esc", "$faint"))


def no_links() -> str:
    """Why there is nothing to open."""
    return "No address of this customer's records is known; web_url in a source's settings tells it"


def copied(text: str) -> str:
    """What was copied and how; the text itself stands there to be selected."""
    return f"Copied {cut(text, 200)} (OSC 52); else select it here"
