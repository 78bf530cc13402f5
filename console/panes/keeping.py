"""Saving what a pane shows as a segment, by name: with a key, or ``:segment save NAME``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from console.mirror.database import Connection, MirrorError
from console.model import Person
from console.notebook import segments as notebook
from console.notebook.changes import Signed
from console.panes.pane import Pane, Say
from console.show import choices as words
from console.widgets.chooser import Choice, Chooser

_COMPARES = re.compile(r"[:=<>]")


@dataclass(frozen=True)
class Keepsake:
    """What is to be saved: in words, and how it is found; the latter runs in a thread."""

    says: str
    find: Callable[[Connection], str | Sequence[Person]]


class Keeping(Pane):
    """A pane that shows customers of a condition, or people."""

    ALSO: ClassVar[Mapping[str, str]] = {
        "segment NAME | save NAME": "customers of a segment; or save this one"
    }

    def keepsake(self) -> Keepsake:
        """What would be saved now; `why_not` has been asked before."""
        raise NotImplementedError

    def narrow(self, condition: str) -> str | None:
        """Show only customers of a condition; answers why not, or None."""
        return f"{self.TITLE} cannot show {condition}"

    def checked(self, condition: str) -> Callable[[Connection], str]:
        """How a condition is found: as it stands, once it can be read. Raises SegmentError."""

        def find(db: Connection) -> str:
            from console.analytics.segments import parse

            parse(condition, self.desk.saved())
            return condition

        return find

    def why_not(self, action: str) -> str | None:
        """Why nothing can be saved now."""
        if action == "keep" and self.desk.config.readonly:
            return "the console was opened with --readonly; nothing is saved"
        return super().why_not(action)

    def action_keep(self) -> None:
        """Ask for a name, and save."""
        if self.why_not("keep"):
            self.refuse("keep")
            return
        keepsake = self.keepsake()

        def take(chosen: tuple[str | None, str] | None) -> None:
            if chosen is not None and chosen[0]:
                self._keep(chosen[0], keepsake)

        self.app.push_screen(name_box(keepsake.says), take)

    def go_also(self, name: str, said: str) -> str | None:
        """``:segment NAME``, ``:segment country=SE``, ``:segment save NAME``."""
        from console.analytics.segments import mention

        if name != "segment":
            return super().go_also(name, said)
        if not said:
            return "Which segment? Its name, or a condition like country=SE"
        if said == "save" or said.startswith("save "):
            return self._save(said.removeprefix("save").strip())
        return self.narrow(said if _COMPARES.search(said) else mention(said.strip('"')))

    def _save(self, name: str) -> str | None:
        if why := self.why_not("keep"):
            return why[:1].upper() + why[1:]
        if not name:
            self.action_keep()
        else:
            self._keep(name, self.keepsake())
        return None

    def _keep(self, name: str, keepsake: Keepsake) -> None:
        config = self.desk.config
        by = Signed(config.person, self.desk.clock().now)

        def work(db: Connection) -> str:
            try:
                return notebook.save(config.notebook, name, keepsake.find(db), by)
            except ValueError as error:
                raise MirrorError(str(error)) from None

        def failed(why: str) -> None:
            self.post_message(Say(f"Not saved: {why}", bad=True))

        self.ask(work, lambda kept: self.kept(kept, keepsake.says), failed=failed, group="keep")

    def kept(self, name: str, what: str) -> None:
        """Say that it is saved, and what stands for it."""
        from console.analytics.segments import mention

        self.post_message(Say(f"Saved {what}; {mention(name)} stands for it"))


def name_box(what: str) -> Chooser[str]:
    """A box that asks for a name to save something by."""

    def offer(text: str) -> Sequence[Choice[str]]:
        if not text.strip():
            return [Choice("", words.wrong(f"Save {what} by what name?", bad=False), able=False)]
        try:
            name = notebook.proper(text)
        except notebook.BadName as error:
            return [Choice("", words.wrong(str(error)), able=False)]
        return [Choice(name, words.choice(f"Save {what} as {name}", own=True))]

    return Chooser(offer, "a name", foot=words.saving())
