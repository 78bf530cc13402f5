"""Opening the mirror for writing, such that who was erased stays erased.

Mirror and notebook both remember who was: the mirror knows them when they come, and the
notebook outlives it. Either may have been put back, or made anew, without the other; so each
is told what the other knows before anything is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from console.clock import Clock
from console.config import Config
from console.mirror.store import Writer
from console.model import Tomb
from console.notebook import erasing, merges, tombs
from console.notebook.changes import Signed
from console.sources import names

_SHORTEST = 6
"""Letters from which an id tells of somebody in a text."""


@contextmanager
def mirror_writer(config: Config, clock: Clock) -> Iterator[Writer]:
    """The mirror, open for writing; it and the notebook know whom either knows to be erased.

    Who is in one of them all the same, because it is of before, is erased there. The notebook
    is written only where it knows less than the mirror.
    Raises MirrorError when the mirror cannot be written or the notebook not read or written.
    """
    with closing(Writer(config.mirror, clock, config.events, names.verb_of)) as writer:
        here, there = writer.erased(), tombs.read(config.notebook)
        if here - there:
            _tell_notebook(config, clock, writer, here - there)
        if there - here:
            # Merges of before may name them.
            writer.keep_merged(merges.read(config.notebook))
            writer.remember(there - here)
        yield writer


def _tell_notebook(config: Config, clock: Clock, writer: Writer, missing: frozenset[Tomb]) -> None:
    person = tuple(one for one in erasing.known(config.notebook) if writer.was_erased(*one))
    if person:
        words = [value for _, _, value in person if len(value) >= _SHORTEST]
        erasing.erase(config.notebook, person, words, Signed(config.person, clock.now), missing)
    else:
        tombs.keep(config.notebook, missing)
