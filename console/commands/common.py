"""What every command shares: settings, the mirror, and three ways to say an answer."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import click

from console.commands.said import tell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from console.clock import Clock
    from console.config import Config
    from console.mirror.activity import Activity
    from console.mirror.database import Connection
    from console.model import Saved
    from console.notebook.changes import Signed

Command = TypeVar("Command", bound=Callable[..., Any])

ANSWERED, NO, USAGE = 0, 1, 2
# What SQLite can count in.
_EARLIEST = -(1 << 62)


class Refused(click.ClickException):
    """The answer is no: one line, exit status 1."""

    exit_code = NO

    def __init__(self, message: str) -> None:
        from console.show.clean import clean

        super().__init__(clean(message))

    def show(self, file: Any = None) -> None:
        """Print the line on standard error, where there is anybody to read it."""
        with suppress(OSError):
            tell(f"console: {self.message}", err=True)


class Misused(Refused):
    """The question cannot be asked so: one line, exit status 2."""

    exit_code = USAGE


@dataclass(slots=True)
class Given:
    """The global flags, and the settings they lead to once something needs them."""

    flags: dict[str, Any]
    _config: Config | None = field(default=None, repr=False)

    @property
    def config(self) -> Config:
        """The settings. Raises Misused when one cannot be used."""
        if self._config is None:
            from console.config import ConfigError
            from console.settings import load

            try:
                self._config = load(**self.flags)
            except ConfigError as error:
                raise Misused(str(error)) from None
        return self._config

    @property
    def clock(self) -> Clock:
        """The workspace's clock."""
        return self.config.clock()


@contextmanager
def reading(given: Given) -> Iterator[Connection]:
    """The mirror, open for reading.

    Raises Refused with a sentence when there is none or it cannot be read.
    """
    from console.mirror.database import DatabaseError, MirrorError, advice, open_reader

    try:
        db = open_reader(given.config.mirror)
    except MirrorError as error:
        raise Refused(str(error)) from None
    try:
        yield db
    except DatabaseError as error:
        path = given.config.mirror
        raise Refused(f"{path} cannot be read: {error}. {advice(path, error)}") from None
    finally:
        db.close()


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what mirror or notebook refuse into a line: the answer is no."""
    from console.mirror.database import MirrorError
    from console.notebook.changes import Unchanged
    from console.notebook.notes import BadText
    from console.notebook.segments import BadName

    try:
        yield
    except (MirrorError, Unchanged, BadText, BadName) as error:
        raise Refused(str(error)) from None


def refuse_readonly(given: Given, what: str) -> None:
    """Raise Refused where nothing may be written. what: what will not be, as a sentence."""
    if given.config.readonly:
        raise Refused(f"--readonly: {what}")


def is_the_list(context: click.Context, *, as_json: bool, as_csv: bool) -> bool:
    """Whether a group was asked for its list, and not for one of its commands.

    Raises Misused for a form of the list before a command.
    """
    if context.invoked_subcommand is None:
        return True
    if as_json or as_csv:
        raise Misused("--json and --csv are for the list")
    return False


def reader(given: Given, db: Connection) -> Activity:
    """What answers questions of activity from the mirror, with the saved segments at hand."""
    from console.mirror.activity import Activity

    return Activity(db, given.clock, saved=lambda: saved_segments(given))


def saved_segments(given: Given) -> Saved:
    """The saved segments by name. Raises Refused when the notebook cannot be read."""
    from console.notebook.segments import Shelf

    with refusals():
        return Shelf(given.config.notebook)()


def signed(given: Given) -> Signed:
    """Who changes something, and when."""
    from console.notebook.changes import Signed

    return Signed(given.config.person, given.clock.now)


def formats(command: Command) -> Command:
    """Give a command ``--json`` and ``--csv``."""
    command = click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")(command)
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(command)


def answer(
    *,
    as_json: bool,
    as_csv: bool,
    document: Callable[[], Any],
    rows: Callable[[], Sequence[dict[str, Any]]],
    text: Callable[[], str],
) -> None:
    """Print an answer in the form that was asked for.

    document: for ``--json``; rows: for ``--csv``; text: for people.
    """
    if as_json and as_csv:
        raise Misused("--json and --csv: choose one")
    if as_json:
        # ASCII with escapes: nothing a stranger wrote reaches the terminal as it is.
        tell(json.dumps(document(), indent=1))
    elif as_csv:
        from console.show.documents import flat
        from console.show.tables import csv_text

        tell(csv_text(flat(rows())), end="")
    else:
        tell(text())


def warn_of_sqlite() -> None:
    """Say on standard error when SQLite is one that may lose what two processes write."""
    from console.mirror.database import is_sound
    from console.opening import old_sqlite

    if not is_sound():
        tell(f"console: {old_sqlite()}", err=True)


def since_of(text: str, clock: Clock) -> int:
    """A point in the past: a date or time, or how long ago like ``3h``, ``2d``, ``1w``.

    Returns microseconds UTC. Raises Misused when it is neither.
    """
    from console.clock import DAY, HOUR, MINUTE
    from console.config import ConfigError
    from console.settings import parse_now

    units = {"m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
    number, unit = text.strip()[:-1], text.strip()[-1:]
    if unit in units and number.isdecimal() and len(number) < 10:
        return max(clock.now - int(number) * units[unit], _EARLIEST)
    try:
        return parse_now(text, clock.zone)
    except ConfigError:
        raise Misused(f"{text!r} is not a time; write it like 2026-03-01, 3h or 2d") from None


def typed(text: str) -> str:
    """What was typed, fit to be looked up: bytes that are no UTF-8 stand for nothing we know."""
    return text.encode("utf-8", "replace").decode()


def is_terminal() -> bool:
    """Whether a person is looking: standard output and error are both a terminal."""
    return sys.stdout.isatty() and sys.stderr.isatty()
