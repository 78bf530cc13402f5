"""Where a source's requests go, and where they never go."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urljoin, urlsplit

from console.sources.answers import ApiError
from console.sources.vendor import Vendor

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS = {"https": 443, "http": 80}
_PLACE = re.compile(r"\{(\w+)\}")
_NAME = re.compile(r"[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Address:
    """The origin that a source is asked at.

    hosts: names or ends of names (``.myshopify.com``) under which the vendor's links may come.
    """

    origin: tuple[str, str, int]
    root: str
    """The origin as text."""
    prefix: str
    """A path that comes before every request's, "" for none."""
    hosts: tuple[str, ...]

    def url(self, path: str) -> str:
        """A request's whole URL; a path that has the prefix already is not given it twice."""
        if self.prefix and not f"{path}/".startswith(f"{self.prefix}/"):
            path = self.prefix + path
        return self.root + path

    def own(self, name: str, asked: str) -> Callable[[str], str]:
        """A function from a URL in an answer to its path and query.

        name: the source's. asked: the URL of the answer. The function raises ApiError for a
        URL of another host than ours or the vendor's own.
        """

        def own(url: str) -> str:
            split = _split(urljoin(asked, url), name)
            host = (split.hostname or "").lower()
            known = any(
                host == one or (one.startswith(".") and host.endswith(one)) for one in self.hosts
            )
            if _origin(split) != self.origin and not (known and split.scheme == "https"):
                raise ApiError(
                    f"{name}: was given a link to {host or 'nowhere'}, which is not where it is "
                    "asked; it was not followed, because the key would go there too"
                )
            return f"{split.path}?{split.query}" if split.query else split.path

        return own

    def guard(self, name: str, url: str) -> None:
        """Raise ApiError unless `url` is at this address: the last look before it is sent."""
        if _origin(_split(url, name)) != self.origin:
            raise ApiError(f"{name}: a request to another host was stopped")

    def params(self, query: str) -> dict[str, str]:
        """A query as parameters."""
        return dict(parse_qsl(query, keep_blank_values=True))


def address_of(
    vendor: Vendor, name: str, base_url: str | None, settings: Mapping[str, Any]
) -> Address:
    """Where a source is asked: its base_url, or the vendor's own address.

    Raises ApiError where a setting is missing that the vendor's address is made of, or the
    base_url would send the key in the clear.
    """
    text = base_url or _PLACE.sub(lambda m: _setting(name, settings, m[1]), vendor.base_url)
    split = _split(text, name)
    host = (split.hostname or "").lower()
    if split.scheme not in _PORTS or not host or split.username or split.query or split.fragment:
        raise ApiError(f"{name}: base_url {text!r} is not like https://api.example.com")
    if split.scheme == "http" and host not in _LOCAL:
        raise ApiError(f"{name}: base_url {text!r} would send the key in the clear; use https")
    prefix = split.path.rstrip("/")
    root = f"{split.scheme}://{split.netloc}"
    return Address(_origin(split), root, prefix, vendor.hosts)


def _setting(name: str, settings: Mapping[str, Any], wanted: str) -> str:
    value = str(settings.get(wanted) or "")
    if not value:
        raise ApiError(f"{name}: needs the setting {wanted!r}, or a base_url, in the config")
    if not _NAME.fullmatch(value):
        raise ApiError(f"{name}: the setting {wanted!r} is {value!r}, which is no part of a name")
    return value


def _split(url: str, name: str) -> SplitResult:
    try:
        split = urlsplit(url)
        _ = split.port
    except ValueError:
        raise ApiError(f"{name}: {url[:100]!r} is no URL") from None
    return split


def _origin(split: SplitResult) -> tuple[str, str, int]:
    scheme = split.scheme.lower()
    return scheme, (split.hostname or "").lower(), split.port or _PORTS.get(scheme, 0)
