"""The one way to standard output and error: nothing passes that would act on a terminal."""

from __future__ import annotations

import os
import select
import sys
import time

import click

from console.show.clean import clean

_ANEW = "\r\x1b[2K"
"""To the beginning of the line, and the line erased: the only sequence we write here."""


def settle() -> None:
    """Put something behind each standard stream, and let none end us for a letter.

    One that was closed leads to nowhere; a byte that is no text is read as U+FFFD, a letter
    that the terminal's encoding does not have is written as its number.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            # Else the next file that is opened would get its number.
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace" if mode == "r" else "backslashreplace")


def tell(text: str, *, err: bool = False, end: str = "\n") -> None:
    """Print text, every line of it cleaned.

    err: on standard error. end: what follows it.
    """
    click.echo(_cleaned(text) + end, nl=False, err=err)


def pass_by(text: str = "") -> None:
    """Show a line of progress on standard error in place of the one before; empty takes it away."""
    click.echo(_ANEW + clean(text), nl=False, err=True)


def heard(seconds: float) -> bool:
    """Wait so long; whether standard output, where it is a pipe, still has a reader then."""
    try:
        poll = select.poll()
        # What nobody reads any more is told without being asked for.
        poll.register(sys.stdout, 0)
    except (AttributeError, OSError, TypeError, ValueError):
        time.sleep(seconds)
        return True
    return not poll.poll(seconds * 1000)


def _cleaned(text: str) -> str:
    lines = text.split("\n")
    return text if all(map(str.isprintable, lines)) and text.isascii() else (
        "\n".join(map(clean, lines))
    )  # fmt: skip
