"""Settings: what may be set, and one line for what may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.config import ConfigError
from console.settings import load


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "config.toml"
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("timezone = 5", "timezone must be a text"),
        ('timezone = "Mars"', "'Mars' is not a time zone"),
        ('week_start = "tuesday"', "neither monday nor sunday"),
        ("now = true", "now: 'True' is not a time"),
        ('readonly = "no"', "readonly must be true or false"),
        ("idle_minutes = -1", "idle_minutes: '-1' is no number of minutes"),
        ("idle_minutes = nan", "is no number of minutes"),
        ("kiosk = false", "there is no setting 'kiosk'"),
        ("person = 5", "person must be a text"),
        ("inbox_days = 0", "inbox_days: must be a number of days, from 1"),
        ("inbox_days = true", "inbox_days: must be a number of days"),
        ("inbox_days = 1.5", "inbox_days must be a whole number"),
        ('person = " "', "person: ' ' is no name"),
        ('mirror = "a\\u0000b"', "mirror: 'a\\x00b' cannot be a database"),
        ('notebook = "/"', "notebook: '/' cannot be a database"),
        pytest.param(f"a = {'[' * 5000}", "is not TOML", id="deep"),
        ('person = "a\\u001b[31m"', "is no name"),
        ("keymap = 5", "keymap must be a table"),
        ("sources = 3", "sources must be a table"),
        ("timezon = 'UTC'", "there is no setting 'timezon'"),
        ("[sources]\nshop = 3", "[sources.shop]: must be a table"),
        ("[sources.shop]\ntimezone = 5", "[sources.shop]: timezone must be a text"),
        ('[sources.shop]\ntimezone = "Mars"', "[sources.shop] timezone: 'Mars'"),
        ('[sources.shop]\nday_first = "yes"', "day_first must be true or false"),
        ('[sources.shop]\ncurrency = "EURO"', "currency must be like EUR"),
        ('[sources.shop]\nkey = "secret"', "a key does not belong in the config"),
        ('[events."A"]\nverb = "nope"', "'nope' is none of"),
        ('[events."A"]\nlevel = 3', "level must be a text"),
        ('[events."A"]\nverbs = "x"', "there is no setting 'verbs'"),
        ("[tables.t]\nmatch = 5", "match must be a text"),
        ("[tables.t]\ncolumns = 5", "columns must be a table"),
        ('[tables.t]\nheader = "a,b"', "header must be a list"),
        ("x = [", "is not TOML"),
    ],
)
def test_what_cannot_be_set_is_one_line_that_names_it(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load(config=written(tmp_path, text), environment={})
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_file_without_end_is_no_config() -> None:
    with pytest.raises(ConfigError, match="/dev/zero is larger than a config can be"):
        load(config="/dev/zero", environment={})


def test_a_path_that_sqlite_cannot_say_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"mirror: .*udcff.* cannot be a database"):
        load(mirror=str(tmp_path / "\udcff.db"), environment={})


def test_flags_before_environment_before_file_before_defaults(tmp_path: Path) -> None:
    path = written(tmp_path, 'timezone = "Europe/Paris"\nnow = 2026-03-01\nweek_start = "sunday"')
    found = load(config=path, timezone="Asia/Tokyo", environment={"CONSOLE_WEEK_START": "monday"})
    assert (found.timezone, found.week_start) == ("Asia/Tokyo", "monday")
    assert found.clock().day(found.now or 0) == found.clock().today
    assert load(environment={"XDG_CONFIG_HOME": str(tmp_path)}).timezone == "UTC"


def test_a_source_keeps_settings_of_its_own(tmp_path: Path) -> None:
    found = load(config=written(tmp_path, '[sources.shop]\nkind = "shopify"\nshop = "a"\n'))
    assert found.sources["shop"].kind == "shopify"
    assert found.sources["shop"].settings == {"shop": "a"}


def test_who_acts_is_a_name_that_can_be_told(tmp_path: Path) -> None:
    from_file = written(tmp_path, 'person = "Zoë"')
    assert load(config=from_file, environment={}).person == "Zoë"
    assert load(config=from_file, person="  Ada  B. ", environment={}).person == "Ada B."
    for name in ("", " ", "a\nb\x07", "\u202ex", "x" * 61):
        with pytest.raises(ConfigError):
            load(config=from_file, person=name, environment={})


def test_who_acts_is_the_systems_user_unless_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, "")
    monkeypatch.setenv("LOGNAME", "carol")
    assert load(config=path, environment={}).person == "carol"
    monkeypatch.setenv("LOGNAME", "\x1b[2J")
    assert load(config=path, environment={}).person == "somebody"
