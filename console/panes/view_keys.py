"""Saved views: a pane with its filters and sort, by name, on ``:`` and in the palette."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from console.notebook import views as notebook
from console.notebook.changes import Signed
from console.notebook.views import View
from console.panes.asking import Desk
from console.panes.pane import Pane
from console.panes.seats import Seats
from console.panes.sync_keys import SyncKeys
from console.show.lines import cut


class ViewKeys(SyncKeys):
    """A screen whose panes can be saved as they are."""

    VIEW_PLACES: ClassVar[Mapping[str, str]] = {
        "view NAME": "a saved view",
        "save-view NAME": "save what is shown, with its filters and order",
        "forget-view NAME": "remove a saved view",
    }
    seats: Seats

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.views: tuple[View, ...] = ()
        """The saved views, as far as read."""

    async def move(self, seat: int) -> Pane:
        """Bring a seat to the front."""
        raise NotImplementedError

    def read_views(self) -> None:
        """Find out which views there are."""
        book = self.desk.config.notebook

        def take(found: tuple[View, ...]) -> None:
            self.views = found

        self.writing.do(lambda db: notebook.read(book), take, failed=lambda _: None)

    def view_places(self) -> dict[str, str]:
        """How to write each saved view after ``:``, and what it shows."""
        return {f"view {view.name}": f"saved view of {view.pane}" for view in self.views}

    async def go_view(self, place: str, words: str) -> str | None:
        """``:view mine``, ``:save-view mine``, ``:forget-view mine``; answers why not."""
        name = " ".join(words.split())
        if place == "save-view":
            return self._save_view(name)
        if place == "forget-view":
            return self._forget_view(name)
        found = self._called(name)
        if found is None:
            known = ", ".join(one.name for one in self.views) or "none is saved yet"
            return f"Which view? There are: {cut(known, 60)}"
        return await self.show_view(found)

    def _called(self, name: str) -> View | None:
        """The view of that name, else the only one whose name begins so."""
        folded = {view.name.casefold(): view for view in self.views}
        begin = [view for key, view in folded.items() if name and key.startswith(name.casefold())]
        return folded.get(name.casefold()) or (begin[0] if len(begin) == 1 else None)

    async def show_view(self, view: View) -> str | None:
        """Bring a saved view to the front; answers why not, or None."""
        for place in range(len(self.seats)):
            if view.pane == self.seats[place].NAME:
                return (await self.move(place)).show_view(view.state)
        return f"This console has no pane {cut(view.pane, 20)}"

    async def open_view(self, view: View) -> None:
        """Bring a saved view to the front, or say why not."""
        if why := await self.show_view(view):
            self._say_why(why)

    def _save_view(self, name: str) -> str | None:
        if self.desk.config.readonly:
            return "The console was opened with --readonly; the notebook stays as it is"
        state = self.pane.view_state()
        try:
            name = notebook.proper(name, what="view")
        except notebook.BadName as error:
            said = str(error)
            return said[:1].upper() + said[1:]
        config, pane = self.desk.config, self.pane.NAME
        by = Signed(config.person, self.desk.clock().now)

        def then(kept: str) -> None:
            self._say(f"Saved; :view {kept} shows this again, and so does console --view")
            self.wrote()
            self.read_views()

        self.writing.do(
            lambda db: notebook.save(config.notebook, name, pane, state, by), then,
            failed=self._say_why,
        )  # fmt: skip
        return None

    def _forget_view(self, name: str) -> str | None:
        if self.desk.config.readonly:
            return "The console was opened with --readonly; the notebook stays as it is"
        config = self.desk.config
        by = Signed(config.person, self.desk.clock().now)

        def then(_: object) -> None:
            self._say("View removed · z takes it back")
            self.wrote()
            self.read_views()

        self.writing.do(
            lambda db: notebook.remove(config.notebook, name, by), then, failed=self._say_why
        )
        return None
