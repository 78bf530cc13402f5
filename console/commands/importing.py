"""``console import``: export files into the mirror."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from console.commands.common import (
    NO,
    Given,
    Misused,
    Refused,
    answer,
    is_terminal,
    refuse_readonly,
    typed,
    warn_of_sqlite,
)
from console.commands.said import pass_by, tell

if TYPE_CHECKING:
    from console.config import TableRule
    from console.model import Counts
    from console.sync.importing import ImportReport, Progress


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option("--as", "wanted", metavar="KIND", help="What the files are; see --kinds.")
@click.option("--source", metavar="NAME", help="The name to keep them under.")
@click.option(
    "--column",
    "columns",
    metavar="FIELD=COLUMN",
    multiple=True,
    help="General tables: which column is our field, e.g. --column customer=user_id.",
)
@click.option(
    "--set",
    "constants",
    metavar="FIELD=VALUE",
    multiple=True,
    help="General tables: a field that is the same in every row.",
)
@click.option("--header", metavar="A,B,C", help="General tables: column names for a file without.")
@click.option("--delimiter", metavar="CHAR", help="General tables: a character, or whitespace.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option(
    "--kinds",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda ctx, _, asked: _kinds(ctx, asked),
    help="List the kinds of file that are known.",
)
@click.pass_obj
def import_files(
    given: Given,
    paths: tuple[str, ...],
    wanted: str | None,
    source: str | None,
    columns: tuple[str, ...],
    constants: tuple[str, ...],
    header: str | None,
    delimiter: str | None,
    as_json: bool,
) -> None:
    """Read export files into the mirror.

    From Shopify, Klaviyo, Stripe, Mailchimp, Zendesk, Segment, PostHog, Mixpanel, Amplitude,
    or any CSV of customer, event, at; see --kinds.

    Each PATH is a file, a folder, an archive, or - for standard input. Files are recognised
    by their content. Importing the same thing again changes nothing.
    """
    from console.mirror.database import DatabaseError, MirrorError, advice
    from console.sources.source import SourceError
    from console.sync import importing

    refuse_readonly(given, "nothing may be imported")
    warn_of_sqlite()
    _check_kind(wanted)
    source = None if source is None else typed(source)
    rule = _rule(wanted, columns, constants, header, delimiter, source)
    try:
        report = importing.import_files(
            paths,
            given.config,
            wanted=wanted,
            rule=rule,
            source=source,
            progress=None if as_json or not is_terminal() else _progress(),
        )
    except (MirrorError, SourceError) as error:
        raise Refused(str(error)) from None
    except DatabaseError as error:
        raise Refused(
            f"{given.config.mirror} could not be written: {error}. "
            f"{advice(given.config.mirror, error)} What was read before is kept; then import "
            "the same files again."
        ) from None
    _print(report, as_json)
    if not report.clean:
        sys.exit(NO)


def _rule(
    wanted: str | None,
    columns: tuple[str, ...],
    constants: tuple[str, ...],
    header: str | None,
    delimiter: str | None,
    source: str | None,
) -> TableRule | None:
    from console.config import TableRule

    if not (columns or constants or header or delimiter):
        return None
    return TableRule(
        kind=wanted or "events",
        columns=_pairs(columns, "--column"),
        constants=_pairs(constants, "--set"),
        header=tuple(name.strip() for name in typed(header).split(",")) if header else None,
        delimiter=None if delimiter is None else typed(delimiter),
        source=source,
    )


def _check_kind(wanted: str | None) -> None:
    from console.sources import registry

    kinds = [kind.name for kind in registry.KINDS]
    if wanted is not None and wanted not in {*kinds, *(kind.source for kind in registry.KINDS)}:
        raise Misused(f"--as: there is no kind of file called {wanted!r}; known: "
                      f"{', '.join(kinds)}")  # fmt: skip


def _pairs(given: tuple[str, ...], flag: str) -> dict[str, str]:
    pairs = {}
    for text in map(typed, given):
        name, equals, value = text.partition("=")
        if not (name.strip() and equals):
            raise Misused(f"{flag}: {text!r} is not like customer=user_id")
        pairs[name.strip()] = value
    return pairs


def _kinds(ctx: click.Context, asked: bool) -> None:
    if not asked or ctx.resilient_parsing:
        return
    from console.show.tables import table
    from console.sources import registry

    tell(table(("kind", "source"), [(kind.name, kind.source) for kind in registry.KINDS]))
    ctx.exit()


def _progress() -> Progress:
    """A line on standard error, rewritten in place and gone at the end of each file."""
    import time

    import humanize

    from console.show.clean import clean

    last = 0.0

    def show(path: str, position: int, size: int | None, counts: Counts) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < 0.2:
            return
        last = now
        share = f"{position / size:4.0%}" if size else humanize.naturalsize(position)
        said = f"{clean(path)[-40:]}  {share}  {counts.read:,} read, {counts.new:,} new"
        pass_by(said)

    return show


def _print(report: ImportReport, as_json: bool) -> None:
    from console.show import documents

    if is_terminal() and not as_json:
        pass_by()
    answer(
        as_json=as_json,
        as_csv=False,
        document=lambda: documents.imported(
            [(file.path, file.kind, file.counts) for file in report.files],
            report.rejects,
            [(file.path, file.error or "") for file in report.files if file.left_out],
        ),
        rows=list,
        text=lambda: _text(report),
    )


def _text(report: ImportReport) -> str:
    from console.show.clean import clean
    from console.show.tables import table, tail

    if not report.files:
        return "There was no file to read."
    rows = [
        (
            tail(file.path),
            file.kind or ("left out" if file.left_out else "not recognised"),
            *(
                f"{n:,}"
                for n in (
                    file.counts.read,
                    file.counts.new,
                    file.counts.changed,
                    file.counts.unchanged,
                    file.counts.rejected,
                )
            ),
        )
        for file in report.files
    ]
    numbers = ("read", "new", "changed", "unchanged", "rejected")
    text = table(("file", "kind", *numbers), rows, right=numbers)
    left_out = [
        f"{tail(file.path)}: {(file.error or '').partition('; known: ')[0]}"
        for file in report.files
        if file.left_out
    ]
    if left_out:
        text += "\n\nLeft out:\n  " + "\n  ".join(clean(line) for line in left_out)
    refused = sum(file.counts.rejected for file in report.files)
    if refused:
        first = report.rejects[:5]
        lines = [_reject_line(one.path, one.line, one.column, one.reason) for one in first]
        more = f"\n  … and {refused - len(first):,} more" if refused > len(first) else ""
        text += "\n\nRefused (see `console rejects`):\n  " + "\n  ".join(lines) + more
    return text


def _reject_line(path: str, line: int, column: str | None, reason: str) -> str:
    from console.show.clean import clean

    place = f"{path}:{line}" if line else path
    return clean(f"{place}: {f'{column}: ' if column else ''}{reason}")
