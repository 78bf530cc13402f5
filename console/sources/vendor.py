"""How a vendor is asked, whatever for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from console.sources.answers import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """What the client must know of it.

    kind: as `SourceConfig.kind` names it. base_url: the vendor's own address; ``{shop}``
    stands for a setting. hosts: names (``a.klaviyo.com``) or ends of names
    (``.myshopify.com``) under which the vendor's own links may come; requests go to the
    base_url alone, whatever a link says. headers: of every request, from the key and the
    settings. pace: after an answer, how many seconds to wait before the next request.
    patience: seconds to wait after a 429 that does not say how long.
    """

    kind: str
    title: str
    base_url: str
    hosts: tuple[str, ...]
    headers: Callable[[str, Mapping[str, Any]], Mapping[str, str]]
    pace: Callable[[Answer], float] | None = None
    patience: float = 10.0
    throttled: Callable[[Answer], float | None] | None = None
    """For a vendor that says "too fast" within an answer of 200: seconds to wait, or None."""
    busy: Callable[[Answer], bool] | None = None
    """For a vendor that refuses (403) when it only has too much to do: whether it is that."""
