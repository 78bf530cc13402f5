"""Widgets that are gone are let go of: Textual 8.2 keeps some, with every line they showed."""

from __future__ import annotations

from functools import lru_cache, partial

from textual._styles_cache import StylesCache
from textual.widget import Widget


def unpin_styles() -> None:
    """Have the cache of backgrounds remember colours and not whom they were asked for.

    Its keys hold the lines of up to 1,024 widgets that are gone, some 60 KB each (Textual's
    issue 6665). Done again it changes nothing.
    """
    cached = StylesCache.__dict__["get_inner_outer"]
    if isinstance(cached, staticmethod):
        return
    # The class is asked instead of each of its instances: whose lines they are is not needed.
    of_all = lru_cache(1024)(partial(cached.__wrapped__, StylesCache))
    StylesCache.get_inner_outer = staticmethod(of_all)  # type: ignore[method-assign, assignment]


def unwatch(widget: Widget) -> None:
    """Take a widget that goes off the lists of who watches the app.

    A `TextArea` watches the theme; Textual looks for those that are gone when it changes.
    """
    for watching in getattr(widget.app, "__watchers", {}).values():
        watching[:] = [one for one in watching if one[0] is not widget]
