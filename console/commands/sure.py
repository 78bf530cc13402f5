"""A question before what cannot be taken back. No paste answers it: it asks for a chance number."""

from __future__ import annotations

import secrets
import sys

from console.commands.common import Misused, Refused
from console.commands.said import tell


def sure(what: str) -> None:
    """Ask a person at a terminal whether they mean it.

    what: what would happen, like "Ada is erased".
    Raises Refused when the answer is any other than the number that was asked for, Misused
    where nobody can be asked.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Misused("that cannot be undone; say --yes where nobody can be asked")
    number = str(1000 + secrets.randbelow(9000))
    _forget_typed()
    tell(f"{what}; this cannot be undone. To go on, type {number}: ", err=True, end="")
    if sys.stdin.readline().strip() != number:
        raise Refused("that is another number; nothing was changed")


def _forget_typed() -> None:
    """Keys that were pressed, or pasted, before the question are no answer to it."""
    try:
        import termios
    except ImportError:
        return
    termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
