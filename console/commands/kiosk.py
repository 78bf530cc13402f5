"""``--kiosk``: the screen for people who reach it by a forced command and should reach no more.

Files they may name, programs they may start and settings they may bring along are what is
taken away. The server's side of it is in the README.
"""

from __future__ import annotations

from collections.abc import MutableMapping

KEPT = frozenset(
    "COLORTERM HOME LANG LOGNAME NO_COLOR PATH SSH_CONNECTION TERM TMUX TZ USER".split()
)
"""What of the environment is believed. Everything else may lead to code or to a file: a
config of one's own, Textual's driver, log and screenshots, a browser, Python's switches."""


def lock(environment: MutableMapping[str, str]) -> None:
    """Forget what the environment says, but for `KEPT` and the locale.

    environment: changed in place; to be called before Textual reads it.
    """
    for name in list(environment):
        if name not in KEPT and not name.startswith("LC_"):
            del environment[name]
