"""``console --plain``: words are typed, tables are printed. No screen, no colours, no keys.

For screen readers, for terminals that can only print (``TERM=dumb``), and for a line so slow
that a screen is too much. Every word is the command of that name, and its answer the same.
"""

from __future__ import annotations

import io
import re
import select
import shlex
import shutil
import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

import click

from console.commands.common import Given, Misused, Refused
from console.commands.said import tell

if TYPE_CHECKING:
    from console.config import Config

WORDS = (
    "feed", "inbox", "customers", "customer", "cohorts", "lifecycle", "stickiness", "status",
    "note", "tag", "undo", "redo",
)  # fmt: skip
"""The commands that can be asked for; none of them writes a file or starts anything."""
_MORE = re.compile(r"\s*More: --before (\S+)\s*\Z")
_PROMPT = "console> "


def converse(config: Config) -> int:
    """Print the feed, then answer what is typed until it ends.

    config: the settings. Returns the exit status, 0.
    """
    context = click.get_current_context().find_root()
    root = context.command
    assert isinstance(root, click.Group)
    commands = {word: root.get_command(context, word) for word in WORDS}
    talk = Conversation(
        {word: command for word, command in commands.items() if command}, Given({}, config)
    )
    talk.answer("feed")
    tell("\nType a word and return: help says which; quit ends.")
    while (line := _typed(config.idle_minutes)) is not None:
        if line.strip() in ("quit", "q", "exit"):
            break
        talk.answer(line)
    return 0


class Conversation:
    """What was asked last, and what of its answer is still to be shown."""

    def __init__(self, commands: dict[str, click.Command], given: Given) -> None:
        self._commands = commands
        self._given = given
        self._left: list[str] = []
        self._older: list[str] | None = None

    def answer(self, line: str) -> None:
        """Print the answer to a typed line, as much as fits on a page."""
        words = _split(line)
        if not words or words == ["next"]:
            self._next()
        elif words == ["help"]:
            self._help()
        else:
            self._ask(words)

    def _help(self) -> None:
        for word, command in self._commands.items():
            tell(f"{word:12}{command.get_short_help_str(90)}")
        tell(f"{'next':12}More of the answer; return alone does the same.")
        tell(f"{'quit':12}Leave.")
        tell("\nLike: feed urgent, customer ada, cohorts month. WORD --help says what it takes.")

    def _ask(self, words: list[str]) -> None:
        command = self._commands.get(words[0])
        if command is None:
            tell(f"console: there is no word {words[0]!r}; help says which there are", err=True)
            return
        if "--follow" in words:
            tell("console: nothing is followed here; ask again instead", err=True)
            return
        text = self._said(command, _arguments(words))
        more = _MORE.search(text)
        self._older = [*_without_place(words), "--before", more[1]] if more else None
        self._left = (text[: more.start()] if more else text).splitlines()
        if self._left:
            self._show()

    def _said(self, command: click.Command, arguments: list[str]) -> str:
        """What a command prints; why it could not answer goes to standard error."""
        with redirect_stdout(io.StringIO()) as out:
            try:
                command.main(
                    arguments, prog_name=command.name, obj=self._given, standalone_mode=False
                )
            except Refused as refusal:
                refusal.show()
            except click.ClickException as error:
                Misused(error.format_message()).show()
            except (KeyboardInterrupt, click.Abort):
                tell("console: stopped", err=True)
        return out.getvalue()

    def _next(self) -> None:
        if self._left:
            self._show()
        elif self._older:
            self._ask(self._older)
        else:
            tell("That is all.")

    def _show(self) -> None:
        page = max(5, shutil.get_terminal_size().lines - 3)
        shown, self._left = self._left[:page], self._left[page:]
        tell("\n".join(shown))
        if self._left or self._older:
            left = f"{len(self._left)} more lines" if self._left else "older ones"
            tell(f"-- next: {left}")


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        # The one quote in O'Brien.
        return line.split()


def _arguments(words: list[str]) -> list[str]:
    """A typed line as a command's arguments: short forms, as after ``:`` on the screen."""
    from console.clock import PERIODS
    from console.model import LEVELS

    name, *rest = words
    if not rest or rest[0].startswith("-"):
        return rest
    if name == "feed":
        return ["--level", *rest] if rest[0] in LEVELS else ["--text", " ".join(rest)]
    if name in ("cohorts", "lifecycle", "stickiness") and rest[0] in PERIODS:
        return ["--period", *rest]
    if name == "customer" and not any(word.startswith("-") for word in rest):
        return [" ".join(rest)]
    return rest


def _without_place(words: list[str]) -> list[str]:
    return words[: words.index("--before")] if "--before" in words else words


def _typed(minutes: float) -> str | None:
    """The next line; None at the end, or when nobody typed for so many minutes (0: for ever)."""
    tell(_PROMPT, end="")
    try:
        if sys.stdin.isatty() and not select.select([sys.stdin], [], [], minutes * 60 or None)[0]:
            tell("\nconsole: closed, because nothing was typed (idle_minutes)", err=True)
            return None
        if line := sys.stdin.readline():
            return line
    except KeyboardInterrupt:
        pass
    tell("")
    return None
