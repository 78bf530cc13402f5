"""The feed: what customers do, newest first, and live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from textual.binding import Binding, BindingType

from console.mirror.database import Connection
from console.model import LEVELS
from console.panes.export_keys import Exporting
from console.panes.exporting import Export
from console.panes.exports_of import of_feed
from console.panes.feed_live import LiveFeed
from console.show import feed as feed_words
from console.show import levels
from console.widgets.filter_line import FilterLine


class FeedPane(LiveFeed, Exporting):
    """The feed and its keys."""

    NAME = "feed"
    TITLE = "Feed"
    USAGE = "feed urgent | SOURCE | WORDS"
    TELLS = "what customers do, newest first"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", key_display="/", id="feed.filter",
                tooltip="Show only events with these words; esc clears"),
        Binding("plus", "level(1)", "Louder", key_display="+", id="feed.level_up",
                tooltip="Show less: only louder events"),
        Binding("underscore", "level(-1)", "Quieter", key_display="_", id="feed.level_down",
                tooltip="Show more: quieter events too"),
        Binding("f", "source", "Source", id="feed.source",
                tooltip="Show one source after the other, then all again"),
        Binding("p", "pause", "Pause", id="feed.pause",
                tooltip="Hold the feed still; again lets it go on"),
        Binding("e", "export", "Export", show=False, id="feed.export",
                tooltip="Write or copy all events that match: CSV, JSON lines or text"),
        Binding("r", "reload", "Reload", id="feed.reload", show=False,
                tooltip="Read the mirror again"),
    ]  # fmt: skip

    def on_filter_line_changed(self, event: FilterLine.Changed) -> None:
        """Each letter asks again."""
        event.stop()
        self.ask_for(replace(self.question, text=event.text.strip() or None))

    def on_filter_line_closed(self, event: FilterLine.Closed) -> None:
        """Back to the rows."""
        event.stop()
        self.list_.focus()

    def action_filter(self) -> None:
        """Open the filter."""
        self.query_one(FilterLine).open()

    def why_not(self, action: str) -> str | None:
        """Why a key cannot act now."""
        level = self.question.level
        if action == "level(1)" and levels.louder(level) is None:
            return "only urgent events are shown already"
        if action == "level(-1)" and levels.quieter(level) is None:
            return "everything is shown already"
        if action == "source" and len(self.source_names) < 2:
            return "there is only one source"
        if action == "export" and not self.held.events:
            return "there are no events in this feed"
        return super().why_not(action)

    def export_says(self) -> str:
        """Which events."""
        return feed_words.meant(self.question)

    def to_export(self, db: Connection) -> Export:
        """All events that match, also those not read yet."""
        return of_feed(self.question, self.desk.clock())

    def action_level(self, by: int) -> None:
        """Show louder events only, or quieter ones too."""
        level = (levels.louder if by > 0 else levels.quieter)(self.question.level)
        if level is None:
            self.refuse(f"level({by})")
        else:
            self.ask_for(replace(self.question, level=level))

    def action_source(self) -> None:
        """The next source, then all of them again."""
        names = self.source_names
        if len(names) < 2:
            self.refuse("source")
            return
        ring = [None, *names]
        at = ring.index(self.question.source) if self.question.source in ring else 0
        self.ask_for(replace(self.question, source=ring[(at + 1) % len(ring)]))

    def action_pause(self) -> None:
        """Hold the feed, or let it go on with what has come in meanwhile."""
        self.pause(not self.paused)

    def action_reload(self) -> None:
        """Read the mirror again, from the newest event."""
        self.read()

    def action_clear(self) -> bool:
        """Esc: take the filter away; answers whether there was one."""
        if self.question.text is None:
            return False
        self.query_one(FilterLine).put("")
        return True

    def view_state(self) -> dict[str, Any]:
        """Its level, source and words."""
        question = self.question
        return {"level": question.level, "source": question.source, "text": question.text}

    def show_view(self, state: Mapping[str, Any]) -> str | None:
        """Show them again."""
        level = next((one for one in LEVELS if one == state.get("level")), self.question.level)
        source, text = state.get("source"), state.get("text")
        self.query_one(FilterLine).put(text or "")
        self.ask_for(replace(self.question, level=level, source=source, text=text))
        return None

    def go(self, said: str) -> str | None:
        """``:feed urgent``, ``:feed stripe``, or words to look for."""
        said = said.strip()
        if said in LEVELS:
            self.ask_for(replace(self.question, level=LEVELS[LEVELS.index(said)]))
        elif said in self.source_names:
            self.ask_for(replace(self.question, source=said))
        elif said:
            self.query_one(FilterLine).put(said)
        return None
