"""What can be set, as dataclasses; `console.settings` reads them."""

from __future__ import annotations

import getpass
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from console.clock import Clock, WeekStart, system_now
from console.model import Level

LONGEST_PERSON = 60
"""Characters the name of who acts may have."""
IDLE = 30.0
"""Minutes without a key after which the screen is left, unless told."""


class ConfigError(ValueError):
    """A setting that cannot be used: says which, where it stands, and what would do."""


def person_name(name: str, where: str) -> str:
    """Somebody's name as it is kept.

    where: which setting it is, for the message.
    Raises ConfigError for one that cannot be told on a line.
    """
    kept = unicodedata.normalize("NFC", " ".join(name.split()))
    if not kept or not kept.isprintable() or len(kept) > LONGEST_PERSON:
        raise ConfigError(
            f"{where}: {name!r} is no name; write who acts in up to {LONGEST_PERSON} letters, "
            "digits and signs, like alice"
        )
    return kept


def os_user() -> str:
    """Who acts unless told: the user of the operating system."""
    try:
        return person_name(getpass.getuser(), "the system's user name")
    except (KeyError, OSError, ConfigError):
        return "somebody"


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """One configured source."""

    name: str
    kind: str
    timezone: str | None = None
    """The zone in which this source writes times without an offset."""
    day_first: bool | None = None
    """Whether 03/04/2026 is the third of April; None refuses such dates."""
    currency: str | None = None
    """For amounts that come without one."""
    base_url: str | None = None
    key_env: str | None = None
    key_file: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_asked(self) -> bool:
        """Whether it was configured for its API, and not for its files alone."""
        keyring = self.settings.get("keyring")
        return bool(self.key_env or self.key_file or keyring or self.base_url)


@dataclass(frozen=True, slots=True)
class EventRule:
    """How the user reads one of their own event names."""

    verb: str | None = None
    feature: str | None = None
    level: Level | None = None
    says: str | None = None


@dataclass(frozen=True, slots=True)
class TableRule:
    """How the general CSV reader reads one kind of table."""

    kind: str = "events"
    """events, customers, orders, subscriptions or tickets."""
    match: str | None = None
    """A file name pattern; tables that match need no ``--as``."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Our field to their column."""
    constants: Mapping[str, str] = field(default_factory=dict)
    """Our field to a value that holds for every row."""
    header: tuple[str, ...] | None = None
    """Column names for a file that has none."""
    delimiter: str | None = None
    """One character, or ``whitespace`` for columns padded with blanks."""
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that can be set."""

    mirror: Path
    notebook: Path
    path: Path | None = None
    now: int | None = None
    timezone: str = "UTC"
    week_start: WeekStart = "monday"
    readonly: bool = False
    person: str = field(default_factory=os_user)
    """Who acts: whose visits, notes and changes these are."""
    kiosk: bool = False
    """Whether nothing may be written but the notebook; only the command line says so."""
    idle_minutes: float = IDLE
    """Minutes without a key after which the screen is left; 0 for never."""
    mouse: bool = True
    """Whether the terminal reports the mouse; without, it selects text as it always does."""
    plain: bool = False
    """Whether tables are printed instead of a screen."""
    theme: str | None = None
    sources: Mapping[str, SourceConfig] = field(default_factory=dict)
    events: Mapping[str, EventRule] = field(default_factory=dict)
    tables: Mapping[str, TableRule] = field(default_factory=dict)
    keymap: Mapping[str, str] = field(default_factory=dict)
    inbox_days: int = 7
    """How far back the inbox looks."""

    @property
    def exports(self) -> Path:
        """Where the screen writes files: beside the notebook, in a folder of their own."""
        return self.notebook.parent / "exports"

    @property
    def backups(self) -> Path:
        """Where the notebook's copies are: beside it, in a folder of their own."""
        return self.notebook.parent / "backups"

    def clock(self) -> Clock:
        """The workspace's clock, set by ``--now`` or running with the machine's."""
        return Clock(
            self.now if self.now is not None else system_now(),
            ZoneInfo(self.timezone),
            self.week_start,
        )
