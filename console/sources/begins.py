"""Where history begins: the setting `since`, for whoever does not want all of it."""

from __future__ import annotations

from console.sources import values
from console.sources.answers import ApiError
from console.sources.api import Asking


def begin(asking: Asking) -> int | None:
    """The setting `since`, in microseconds UTC; None where it is not told.

    A time without an offset, or a day, is one of the source's zone. Raises ApiError where it
    is no time.
    """
    said = asking.settings.get("since")
    if said in (None, ""):
        return None
    try:
        return values.instant(str(said), asking.reading.zone)[0]
    except ValueError:
        raise ApiError(
            f"{asking.reading.source}: the setting since is {said!r}, and no date like 2026-01-31"
        ) from None
