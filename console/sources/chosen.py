"""Which of the configured sources are asked by their API."""

from __future__ import annotations

from collections.abc import Sequence

from console.config import Config, SourceConfig
from console.sources.apis import APIS, FILES_ONLY
from console.sources.source import SourceError


def chosen(config: Config, wanted: Sequence[str]) -> list[SourceConfig]:
    """The configured sources to ask: those named, by their name or kind; all when none is.

    Raises SourceError for a name that is no source with an API, and when there is none.
    """
    able = [one for one in config.sources.values() if one.kind in APIS and one.is_asked]
    if not wanted:
        if not able:
            raise SourceError(
                "no source has an API configured; begin with `console source add KIND`, where "
                f"KIND is one of {', '.join(APIS)}"
            )
        return able
    found: dict[str, SourceConfig] = {}
    for name in wanted:
        exact = config.sources.get(name)
        named = [exact] if exact else [s for s in config.sources.values() if s.kind == name]
        if not named:
            raise SourceError(_unknown(name))
        for one in named:
            if one.kind not in APIS:
                raise SourceError(_unknown(one.kind))
            found[one.name] = one
    return list(found.values())


def _unknown(name: str) -> str:
    if name in FILES_ONLY:
        return f"{name}: {FILES_ONLY[name]}"
    if name in APIS:
        return f"{name}: is not configured yet; do it with `console source add {name}`"
    return f"there is no source {name!r}; sources with an API are {', '.join(APIS)}"
