"""The key that syncs, from wherever one is, and the places that tell of the sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.timer import Timer

from console.config import Config, ConfigError, SourceConfig
from console.model import StreamRun
from console.panes.asking import Desk
from console.panes.foot import SECONDS
from console.panes.head import Head
from console.panes.merge_keys import MergeKeys
from console.panes.pane import Say
from console.settings import reread
from console.show import sync_words

if TYPE_CHECKING:
    # Loaded when first needed: the first frame does not wait for them.
    from console.panes.sources import SourcesBox
    from console.sync.background import BackgroundSync, Ended, Moved

NONE_ASKED = "no source is asked by API yet: `console source add klaviyo`"


class SyncMoved(Message):
    """The sync has come on."""

    bubble = False

    def __init__(self, sync: BackgroundSync, moved: Moved) -> None:
        super().__init__()
        self.sync = sync
        self.moved = moved


class SyncOver(Message):
    """The sync is over."""

    bubble = False

    def __init__(self, sync: BackgroundSync, over: Ended) -> None:
        super().__init__()
        self.sync = sync
        self.over = over


class SyncKeys(MergeKeys):
    """A screen from which the sources are synced, one sync at a time."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("R", "sync", "Sync", show=False, id="sync",
                tooltip="Ask the systems' APIs what is new; esc, and again, stops it"),
    ]  # fmt: skip
    SYNC_PLACES: ClassVar[Mapping[str, str]] = {
        "sync [SOURCE…]": "ask the systems' APIs what is new",
        "sources": "how each source stands, and what to do",
        "status": "the same",
    }
    """What may be written after ``:``, its first word the name; and what each does."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._sync: BackgroundSync | None = None
        self._sources: Mapping[str, SourceConfig] = desk.config.sources
        self._moving: dict[tuple[str, str], tuple[StreamRun, int | None]] = {}
        self._syncing: tuple[str, ...] = ()
        self._doing = ""
        self._armed: Timer | None = None
        self._box: SourcesBox | None = None

    # -- beginning ----------------------------------------------------------------------

    def why_not(self, action: str) -> str | None:
        """Why a key cannot act now; None when it can."""
        return self._why_no_sync(self.desk.config) if action == "sync" else super().why_not(action)

    def _why_no_sync(self, config: Config) -> str | None:
        if config.readonly:
            return "--readonly: nothing may be synced"
        if self._sync is not None:
            return f"a sync is running ({self._doing}); esc stops it"
        if not any(one.is_asked for one in config.sources.values()):
            return NONE_ASKED
        return None

    def action_sync(self) -> None:
        """Sync all sources, or say why not."""
        self.sync(())

    def sync(self, wanted: Sequence[str]) -> None:
        """Sync the sources of these names or kinds, all when there is none; or say why not."""
        from console.sync.background import BackgroundSync

        try:
            config = reread(self.desk.config)
        except ConfigError as error:
            self._say(str(error), bad=True)
            return
        if why := self._why_no_sync(config):
            self._say(why[:1].upper() + why[1:], bad=True)
            if self._sync is not None:
                self._arm()
            return
        self._sync, self._sources = BackgroundSync(config, wanted), config.sources
        self._syncing = tuple(
            one.name for one in config.sources.values()
            if one.is_asked and (not wanted or one.name in wanted or one.kind in wanted)
        )  # fmt: skip
        self._doing = "starting"
        self.run_worker(
            partial(_listen, self._sync, self.post_message),
            group="sync", thread=True, exit_on_error=False,
        )  # fmt: skip
        self._show_sync()

    # -- going on -----------------------------------------------------------------------

    def on_sync_moved(self, event: SyncMoved) -> None:
        """Show how it comes on."""
        if event.sync is not self._sync:
            return
        runs = event.moved.runs
        self._moving |= {(run.source, run.stream): (run, total) for run, total in runs}
        self._doing = sync_words.progress(*runs[-1])
        self._show_sync()

    def on_sync_over(self, event: SyncOver) -> None:
        """Say how it went."""
        if event.sync is not self._sync:
            return
        self._sync, self._syncing, self._doing = None, (), ""
        self._moving.clear()
        self._disarm()
        over = event.over
        words, bad = sync_words.ended(over.runs, refusal=over.refusal, stopped=over.stopped)
        self._say(words, bad=bad)
        self._show_sync()
        self.query_one(Head).mirror_changed()

    def _show_sync(self) -> None:
        self.query_one(Head).show_sync(self._sources, self._syncing, self._doing)
        self.show_sources()

    def _say(self, words: str, *, bad: bool = False) -> None:
        self.post_message(Say(words, bad=bad))
        if self._box is not None:
            self._box.tell(words, bad=bad)

    # -- ending -------------------------------------------------------------------------

    def leave_sync(self, *, ask: bool = True) -> bool:
        """Esc: stop a sync once it was said that esc does; False when there is none to stop.

        ask: say it now, where it was not.
        """
        if self._sync is None or self._sync.stopping:
            return False
        if self._armed is not None:
            self._sync.stop()
            self._disarm()
            self._say("Stopping the sync; what has come is kept")
            return True
        if ask:
            self._arm()
            self._say(f"A sync is running ({self._doing}); esc again stops it")
        return ask

    def _arm(self) -> None:
        self._disarm()
        self._armed = self.set_timer(SECONDS, self._disarm)

    def _disarm(self) -> None:
        if self._armed is not None:
            self._armed.stop()
            self._armed = None

    def on_unmount(self) -> None:
        """Who leaves the console does not leave a sync behind."""
        if self._sync is not None:
            self._sync.stop(grace=1.0)

    # -- places -------------------------------------------------------------------------

    def go_sync(self, name: str, words: str) -> None:
        """Do what one of `SYNC_PLACES` stands for."""
        if name == "sync":
            self.sync(tuple(words.split()))
            return
        from console.panes.sources import SourcesBox

        self._box = SourcesBox(self.action_sync, lambda: self.leave_sync(ask=False))
        self.app.push_screen(self._box, self._box_closed)
        self.show_sources()

    def _box_closed(self, _: None) -> None:
        self._box = None

    def show_sources(self) -> None:
        """Tell the panel of sources, where it is open, how they stand."""
        if self._box is not None:
            moving = self._moving if self._sync is not None else None
            self._box.show(self.query_one(Head).standings(), self.desk.clock(), moving)


def _listen(sync: BackgroundSync, tell: Callable[[Message], bool]) -> None:
    from console.sync.background import Moved

    for said in sync.news():
        tell(SyncMoved(sync, said) if isinstance(said, Moved) else SyncOver(sync, said))
