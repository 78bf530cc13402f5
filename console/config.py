"""Settings: flags over environment over the config file over defaults, in one dataclass.

The file is TOML, at ``$XDG_CONFIG_HOME/customer-console/config.toml`` unless told; data
lives in ``$XDG_DATA_HOME/customer-console``. Secrets are never in it: a source names the
environment variable or the private file that holds its key.
"""

from __future__ import annotations

import getpass
import os
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from console.clock import Clock, WeekStart, system_now, to_instant
from console.model import LEVELS, Level
from console.verbs import VERBS

FOLDER = "customer-console"
LONGEST_PERSON = 60
"""Characters the name of who acts may have."""
IDLE = 30.0
"""Minutes without a key after which the screen is left, unless told."""


class ConfigError(ValueError):
    """A setting that cannot be used: says which, where it stands, and what would do."""


def os_user() -> str:
    """Who acts unless told: the user of the operating system."""
    try:
        return _person(getpass.getuser(), "the system's user name")
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


def data_folder() -> Path:
    """Where mirror and notebook live unless told otherwise."""
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / FOLDER


def config_file() -> Path:
    """Where the config is looked for unless told otherwise."""
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / FOLDER / "config.toml"


def load(
    *,
    mirror: str | None = None,
    notebook: str | None = None,
    config: str | None = None,
    now: str | None = None,
    timezone: str | None = None,
    week_start: str | None = None,
    readonly: bool = False,
    kiosk: bool = False,
    person: str | None = None,
    no_mouse: bool = False,
    plain: bool = False,
    environment: Mapping[str, str] = os.environ,
) -> Config:
    """Gather the settings; arguments are the command line's flags, None where not given.

    now: ISO 8601; without an offset it is read in the workspace zone.
    Raises ConfigError with a sentence that names the setting at fault.
    """
    named = config or environment.get("CONSOLE_CONFIG")
    path = Path(named) if named else config_file()
    document = _read(path, required=named is not None)
    _check(document, "config", _SETTINGS)

    def setting(name: str, flag: str | None) -> str | None:
        value = flag or environment.get(f"CONSOLE_{name.upper()}") or document.get(name)
        return None if value is None else str(value)

    zone = _zone(setting("timezone", timezone) or "UTC", "timezone")
    moment = setting("now", now)
    named_person = setting("person", None) if person is None else person
    mirror_path = _place(setting("mirror", mirror) or data_folder() / "mirror.db", "mirror")
    beside = mirror_path.with_name("notebook.db")
    return Config(
        mirror=mirror_path,
        notebook=_place(setting("notebook", notebook) or beside, "notebook"),
        path=path if document else None,
        now=parse_now(moment, zone) if moment else None,
        timezone=zone.key,
        week_start=_week_start(setting("week_start", week_start) or "monday"),
        readonly=readonly or document.get("readonly", False),
        person=os_user() if named_person is None else _person(named_person, "person"),
        kiosk=kiosk,
        idle_minutes=_minutes(setting("idle_minutes", None)),
        mouse=document.get("mouse", True) and not no_mouse,
        plain=plain or document.get("plain", False),
        theme=setting("theme", None),
        sources=_section(document, "sources", _source),
        events=_section(document, "events", _event_rule),
        tables=_section(document, "tables", _table_rule),
        inbox_days=_days(document.get("inbox_days", 7), "inbox_days"),
        keymap={key: str(value) for key, value in document.get("keymap", {}).items()},
    )


def reread(config: Config) -> Config:
    """The same settings with the sources that the config's file names now.

    Raises ConfigError as `load` does.
    """
    if config.path is None:
        return config
    document = _read(config.path, required=True)
    return replace(config, sources=_section(document, "sources", _source))


def parse_now(text: str, zone: ZoneInfo) -> int:
    """An ISO 8601 date or time as microseconds UTC; naive ones are in `zone`.

    Raises ConfigError when it is neither.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ConfigError(
            f"now: {text!r} is not a time; write it like 2026-03-01T09:00:00+01:00"
        ) from None
    return to_instant(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def _read(path: Path, *, required: bool) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if required:
            raise ConfigError(f"config: there is no file {path}") from None
        return {}
    except OSError as error:
        raise ConfigError(f"config: cannot read {path}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"config: {path} is not TOML: {error}") from None


def _place(given: str | Path, where: str) -> Path:
    """The path of a database. Raises ConfigError for one that SQLite has no way to say."""
    path = Path(given)
    try:
        fits = bool(path.name) and "\0" not in str(path.absolute()).encode().decode()
    except UnicodeEncodeError:
        fits = False
    if not fits:
        raise ConfigError(f"{where}: {str(given)!r} cannot be a database; name a file, in UTF-8")
    return path


def _zone(name: str, where: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigError(
            f"{where}: {name!r} is not a time zone; write it like Europe/Stockholm or UTC"
        ) from None


def _person(name: str, where: str) -> str:
    """A person's name as it is kept. Raises ConfigError for one that cannot be told on a line."""
    kept = unicodedata.normalize("NFC", " ".join(name.split()))
    if not kept or not kept.isprintable() or len(kept) > LONGEST_PERSON:
        raise ConfigError(
            f"{where}: {name!r} is no name; write who acts in up to {LONGEST_PERSON} letters, "
            "digits and signs, like alice"
        )
    return kept


def _minutes(given: str | None) -> float:
    try:
        minutes = IDLE if given is None else float(given)
    except ValueError:
        minutes = -1
    if not 0 <= minutes <= 1_000_000:
        raise ConfigError(f"idle_minutes: {given!r} is no number of minutes; 0 is for never")
    return minutes


def _week_start(value: str) -> WeekStart:
    folded = value.strip().lower()
    if folded == "monday":
        return "monday"
    if folded == "sunday":
        return "sunday"
    raise ConfigError(f"week_start: {value!r} is neither monday nor sunday")


def _days(value: Any, where: str) -> int:
    if isinstance(value, bool) or not 1 <= value <= 3650:
        raise ConfigError(f"{where}: must be a number of days, from 1 to 3650, not {value!r}")
    return int(value)


def _section(document: dict[str, Any], name: str, build: Any) -> dict[str, Any]:
    made = {}
    for key, value in document.get(name, {}).items():
        where = f"[{name}.{key}]"
        if not isinstance(value, dict):
            raise ConfigError(f"{where}: must be a table of settings")
        made[key] = build(key, dict(value), where)
    return made


_ANY = object
_CALLED = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    dict: "a table",
    list: "a list",
}
_SETTINGS: Mapping[str, type] = {
    "mirror": str, "notebook": str, "now": _ANY, "timezone": str, "week_start": str,
    "readonly": bool, "person": str, "idle_minutes": _ANY, "mouse": bool, "plain": bool,
    "theme": str, "sources": dict, "events": dict, "tables": dict, "keymap": dict,
    "inbox_days": int,
}  # fmt: skip
_SOURCE_SETTINGS: Mapping[str, type] = {
    "timezone": str, "day_first": bool, "currency": str, "base_url": str, "key_env": str,
    "key_file": str,
}  # fmt: skip
_EVENT_SETTINGS = dict.fromkeys(("verb", "feature", "level", "says"), str)
_TABLE_SETTINGS: Mapping[str, type] = {
    "kind": str, "match": str, "columns": dict, "constants": dict, "header": list,
    "delimiter": str, "source": str,
}  # fmt: skip


def _check(
    given: Mapping[str, Any], where: str, known: Mapping[str, type], more: bool = False
) -> None:
    """Refuse settings that there are not (unless `more` are allowed) or of another type."""
    for name, value in given.items():
        wanted = known.get(name, _ANY if more else None)
        if wanted is None:
            raise ConfigError(
                f"{where}: there is no setting {name!r}; there are {', '.join(known)}"
            )
        if not isinstance(value, wanted):
            raise ConfigError(f"{where}: {name} must be {_CALLED[wanted]}, not {value!r}")


def _source(name: str, given: dict[str, Any], where: str) -> SourceConfig:
    if "key" in given or "token" in given:
        raise ConfigError(f"{where}: a key does not belong in the config; use key_env or key_file")
    _check(given, where, {**_SOURCE_SETTINGS, "kind": str}, more=True)
    currency = given.get("currency")
    if currency is not None and not (
        currency.isascii() and currency.isalpha() and len(currency) == 3
    ):
        raise ConfigError(f"{where}: currency must be like EUR, not {currency!r}")
    if zone := given.get("timezone"):
        _zone(zone, f"{where} timezone")
    known = {key: given.pop(key) for key in _SOURCE_SETTINGS if key in given}
    return SourceConfig(name=name, kind=given.pop("kind", name), **known, settings=given)


def _event_rule(name: str, given: dict[str, Any], where: str) -> EventRule:
    _check(given, where, _EVENT_SETTINGS)
    rule = EventRule(**given)
    if rule.verb is not None and rule.verb not in VERBS:
        raise ConfigError(f"{where} verb: {rule.verb!r} is none of {', '.join(VERBS)}")
    if rule.level is not None and rule.level not in LEVELS:
        raise ConfigError(f"{where} level: {rule.level!r} is none of {', '.join(LEVELS)}")
    return rule


def _table_rule(name: str, given: dict[str, Any], where: str) -> TableRule:
    _check(given, where, _TABLE_SETTINGS)
    for section in ("columns", "constants"):
        given[section] = {key: str(value) for key, value in given.get(section, {}).items()}
    if "header" in given:
        given["header"] = tuple(map(str, given["header"])) or None
    return TableRule(**given)
