"""``console source``: the systems that are asked by their API."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from console.commands.common import Given, Misused, Refused, answer, formats, refuse_readonly
from console.commands.said import tell

if TYPE_CHECKING:
    from console.config import Config, SourceConfig
    from console.sources.api import Api

_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")


@click.group()
def source() -> None:
    """Say which systems to sync from, and with which keys."""


@source.command("list")
@formats
@click.pass_obj
def list_sources(given: Given, as_json: bool, as_csv: bool) -> None:
    """List the kinds of source, and which are configured."""
    from console.show.tables import table

    rows = _rows(given.config)
    answer(
        as_json=as_json,
        as_csv=as_csv,
        document=lambda: {"sources": rows},
        rows=lambda: rows,
        text=lambda: table(
            ("kind", "source", "key", "asked at"),
            [(row["kind"], row["source"], row["key"], row["asked_at"]) for row in rows],
        ),
    )


def _rows(config: Config) -> list[dict[str, Any]]:
    from console.sources.apis import APIS, FILES_ONLY

    rows: list[dict[str, Any]] = []
    for kind, api in APIS.items():
        configured = [one for one in config.sources.values() if one.kind == kind]
        for one in configured:
            rows.append(
                {
                    "kind": kind,
                    "source": one.name,
                    "key": _key_place(one) or "none: export files only",
                    "asked_at": one.base_url or api.base_url,
                }
            )
        if not configured:
            rows.append({"kind": kind, "source": None, "key": None, "asked_at": None})
    rows += [
        {"kind": kind, "source": None, "key": "export files only", "asked_at": None}
        for kind in FILES_ONLY
    ]
    return rows


def _key_place(one: SourceConfig) -> str | None:
    if one.key_env:
        return f"from {one.key_env}"
    if one.key_file:
        return f"in {one.key_file}"
    return "in the keyring" if one.settings.get("keyring") else None


@source.command("add")
@click.argument("kind")
@click.option("--name", help="What to call it; its kind unless told.")
@click.option("--key-env", metavar="NAME", help="The key is in this environment variable.")
@click.option("--key-file", metavar="PATH", help="The key is, or is to be kept, in this file.")
@click.option("--keyring", is_flag=True, help="Keep the key in the system's keyring.")
@click.option("--base-url", metavar="URL", help="Ask there instead of at the vendor's address.")
@click.option("--set", "given_settings", metavar="NAME=VALUE", multiple=True, help="A setting.")
@click.option("--no-check", is_flag=True, help="Do not try the key.")
@click.pass_obj
def add(
    given: Given,
    kind: str,
    name: str | None,
    key_env: str | None,
    key_file: str | None,
    keyring: bool,
    base_url: str | None,
    given_settings: tuple[str, ...],
    no_check: bool,
) -> None:
    """Add a source: asks for what it needs, tries the key with one call, writes the config.

    The key itself is never in the config: it is in an environment variable, a file that only
    you can read (the default, beside the config), or the keyring.
    """
    from console.config import SourceConfig

    refuse_readonly(given, "no source may be added")
    api = _api(kind)
    name = name or kind
    if not _NAME.fullmatch(name):
        raise Misused(f"--name: {name!r} may have letters, digits, - and _ only")
    if name in given.config.sources:
        raise Refused(f"[sources.{name}] is in the config already; choose another --name")
    if sum(map(bool, (key_env, key_file, keyring))) > 1:
        raise Misused("--key-env, --key-file and --keyring: choose one")
    path = _config_path(given)
    settings: dict[str, Any] = _settings(api, given_settings, base_url)
    if keyring:
        settings["keyring"] = True
    elif not key_env:
        key_file = key_file or f"keys/{name}"
    made = SourceConfig(
        name, kind, base_url=base_url, key_env=key_env, key_file=key_file, settings=settings
    )
    _keep(api, made, path, check=not no_check)
    tell(f"{api.title} is configured in {path}; now `console sync {name}`.")


def _keep(api: Api, made: SourceConfig, path: Path, *, check: bool) -> None:
    from console.sources.answers import ApiError

    try:
        kept = _keep_key(api, made, path)
        if check:
            _check(api, made, path, kept)
    except ApiError as error:
        raise Refused(str(error)) from None
    _write(path, made)


def _api(kind: str) -> Api:
    from console.sources.apis import APIS, FILES_ONLY

    if kind in FILES_ONLY:
        raise Refused(FILES_ONLY[kind])
    if kind not in APIS:
        raise Misused(f"there is no kind {kind!r}; there are {', '.join(APIS)}")
    return APIS[kind]


def _config_path(given: Given) -> Path:
    from console.config_file import config_file

    named = given.flags.get("config") or os.environ.get("CONSOLE_CONFIG")
    return Path(named) if named else config_file()


def _settings(api: Api, given: tuple[str, ...], base_url: str | None) -> dict[str, str]:
    settings = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not (name and equals):
            raise Misused(f"--set: {text!r} is not like shop=acme")
        settings[name] = value
    for one in api.settings:
        part_of_address = f"{{{one.name}}}" in api.base_url
        if one.name not in settings and not (base_url and part_of_address):
            settings[one.name] = click.prompt(one.asks, default=one.default, err=True).strip()
    return {name: value for name, value in settings.items() if value}


def _keep_key(api: Api, made: SourceConfig, path: Path) -> Path | None:
    """Ask for the key and put it where it is to be, unless it is there already.

    Returns the file that was made for it.
    """
    from console.sources import secret

    if made.key_env:
        return None
    place = Path(made.key_file or "").expanduser()
    place = place if place.is_absolute() else path.parent / place
    if made.key_file and place.exists():
        return None
    key = _asked_key(api)
    if not made.key_file:
        secret.keep_in_keyring(made.name, key)
        return None
    try:
        secret.keep_in_file(place, key)
    except OSError as error:
        raise Refused(f"the key could not be kept in {place}: {error.strerror}") from None
    return place


def _asked_key(api: Api) -> str:
    if sys.stdin.isatty():
        text: str = click.prompt(f"{api.title}: {api.key_is}", hide_input=True, err=True)
    else:
        text = sys.stdin.readline()
    if not text.strip():
        raise Misused(f"there is no key; {api.title} wants {api.key_is}")
    return text.strip()


def _check(api: Api, made: SourceConfig, path: Path, kept: Path | None) -> None:
    from console.sources.answers import ApiError
    from console.sync.fetching import Manner, check

    try:
        check(api, made, Manner(path, os.environ))
    except ApiError:
        # The next try must ask for another.
        if kept:
            kept.unlink()
        raise


def _write(path: Path, made: SourceConfig) -> None:
    """Append the source to the config; what stands there stays as it is."""
    given = {
        "kind": made.kind,
        "key_env": made.key_env,
        "key_file": made.key_file,
        "base_url": made.base_url,
        **made.settings,
    }
    lines = [f"[sources.{made.name}]"]
    # JSON's strings and booleans are TOML's.
    lines += [f"{name} = {json.dumps(value)}" for name, value in given.items() if value is not None]
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        gap = "\n\n" if before.strip() else ""
        path.write_text(before.rstrip("\n") + gap + "\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise Refused(f"the config {path} could not be written: {error.strerror}") from None
