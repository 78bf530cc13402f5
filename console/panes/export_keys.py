"""`e`: what a pane shows, as filtered, to a file or to the clipboard."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from console.mirror.database import Connection
from console.panes.exporting import CLIPBOARD, Copy, Export, Form, copied, write
from console.panes.pane import Pane, Say
from console.show import choices, exports
from console.widgets.chooser import Choice, Chooser

_COPY = CLIPBOARD // 4 * 3
"""Bytes of a copy before they are encoded."""


class Exporting(Pane):
    """A pane whose view can be exported."""

    def to_export(self, db: Connection) -> Export:
        """What would be written now; runs in a thread. `why_not` has been asked before."""
        raise NotImplementedError

    def export_says(self) -> str:
        """What would be written, in words, like "12 customers"."""
        raise NotImplementedError

    def why_no_file(self) -> str | None:
        """Why nothing can be written to a file; None when it can."""
        if self.desk.config.kiosk:
            return "the console was opened with --kiosk; no files are written"
        if self.desk.config.readonly:
            return "the console was opened with --readonly; nothing is written"
        return None

    def why_not(self, action: str) -> str | None:
        """Why a key cannot act now."""
        if action == "export" and self.asking("export"):
            return "an export is being written; its end will be said here"
        return super().why_not(action)

    def action_export(self) -> None:
        """Choose a form and where it goes, and write."""
        if self.why_not("export"):
            self.refuse("export")
            return
        ways = exports.ways(self.export_says(), self.why_no_file())

        def offer(text: str) -> Sequence[Choice[exports.Way | None]]:
            return [
                Choice(way, choices.choice(said) if able else choices.wrong(said, bad=False), able)
                for way, said, able in ways
                if choices.matches(text, said)
            ]

        def take(chosen: tuple[exports.Way | None, str] | None) -> None:
            if chosen is not None and chosen[0] is not None:
                self.export(*chosen[0])

        box: Chooser[exports.Way | None] = Chooser(
            offer, "csv, json, text, copy", foot=exports.foot()
        )
        self.app.push_screen(box, take)

    def export(self, form: Form, to: Literal["file", "clipboard"] = "file") -> None:
        """Write what is shown, in a thread; the foot says how many went where."""
        why = self.why_not("export") or (self.why_no_file() if to == "file" else None)
        if why:
            self.post_message(Say(why[:1].upper() + why[1:], bad=True))
            return
        self.post_message(Say(exports.writing(self.export_says())))
        if to == "file":
            self._to_file(form)
        else:
            self._to_clipboard(form)

    def _to_file(self, form: Form) -> None:
        folder, clock = self.desk.config.exports, self.desk.clock()

        def work(db: Connection) -> tuple[Path, int, str]:
            export = self.to_export(db)
            return *write(db, folder, export, form, clock), export.unit

        def done(answer: tuple[Path, int, str]) -> None:
            path, n, unit = answer
            self.post_message(Say(exports.written(str(path), n, self.app.size.width, unit)))

        self.ask(work, done, failed=self._export_failed, group="export")

    def _to_clipboard(self, form: Form) -> None:
        def work(db: Connection) -> tuple[Copy, str]:
            export = self.to_export(db)
            return copied(db, export, form, _COPY), export.unit

        def done(answer: tuple[Copy, str]) -> None:
            copy, unit = answer
            self.app.copy_to_clipboard(copy.text)
            self.post_message(Say(exports.copied(copy.n, unit, whole=copy.whole)))

        self.ask(work, done, failed=self._export_failed, group="export")

    def _export_failed(self, sentence: str) -> None:
        self.post_message(Say(sentence, bad=True))
