"""The one way to standard output and error: nothing passes that would act on a terminal."""

from __future__ import annotations

import click

from console.show.clean import clean

_ANEW = "\r\x1b[2K"
"""To the beginning of the line, and the line erased: the only sequence we write here."""


def tell(text: str, *, err: bool = False, end: str = "\n") -> None:
    """Print text, every line of it cleaned.

    err: on standard error. end: what follows it.
    """
    click.echo(_cleaned(text) + end, nl=False, err=err)


def pass_by(text: str = "") -> None:
    """Show a line of progress on standard error in place of the one before; empty takes it away."""
    click.echo(_ANEW + clean(text), nl=False, err=True)


def _cleaned(text: str) -> str:
    lines = text.split("\n")
    return text if all(map(str.isprintable, lines)) and text.isascii() else (
        "\n".join(map(clean, lines))
    )  # fmt: skip
