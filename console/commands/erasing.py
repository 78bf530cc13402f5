"""``console erase``: a person is taken out of everything that is kept here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.commands.common import Given, Refused, refuse_readonly, signed, typed
from console.commands.said import tell
from console.commands.sure import sure

if TYPE_CHECKING:
    from console.config import Config
    from console.mirror.traces import Traces


@click.command()
@click.argument("who")
@click.option("--yes", is_flag=True, help="Do not ask, and remove exports that name them.")
@click.option("--backups", is_flag=True, help="Remove copies of the notebook that name them too.")
@click.pass_obj
def erase(given: Given, who: str, yes: bool, backups: bool) -> None:
    """Erase the customer WHO: mirror, notebook, exports; then search every file for them.

    Amounts and counts stay, as nobody's. A file imported again or a sync does not bring them
    back, not even into a mirror made anew. Said again of somebody erased, by an email, telephone
    number or id of theirs, it takes away and looks for what still holds that. This cannot be
    undone; it asks for a number unless told --yes.
    """
    from console.mirror.database import DatabaseError, MirrorError

    refuse_readonly(given, "nobody may be erased")
    try:
        found, name = _whom(given, typed(who))
        if not yes:
            sure(f"{name} is erased")
        _erase(given, found)
        left = _files(given.config, found, backups)
        _prove(given.config, found, left)
    except (MirrorError, DatabaseError) as error:
        raise Refused(str(error)) from None
    except OSError as error:
        raise Refused(f"{error.filename}: {error.strerror}. Say it again when it can be") from None


def _whom(given: Given, who: str) -> tuple[Traces, str]:
    from contextlib import closing

    from console.mirror.customers import find
    from console.mirror.database import open_reader
    from console.mirror.traces import traces, traces_left
    from console.show.tables import label

    with closing(open_reader(given.config.mirror)) as db:
        found = find(db, who)
        if not found:
            return _left_of(traces_left(db, who), who), who
        if len(found) > 1:
            raise Refused(f"{who!r} may be {len(found)} people; say an email or an id")
        return traces(db, found[0].id), label(found[0]) or who


def _left_of(left: Traces | None, who: str) -> Traces:
    """Of somebody erased before: it is said again where something still named them."""
    if left is None:
        raise Refused(f"nobody is known as {who!r}")
    if not left.words:
        raise Refused(
            f"{who!r} was erased, and is too short or too like another's to look for; "
            "say an email or a longer id of theirs"
        )
    return left


def _erase(given: Given, found: Traces) -> None:
    from console.notebook import erasing as notebook
    from console.notebook import merges
    from console.writing import mirror_writer

    config = given.config
    with mirror_writer(config, given.clock) as writer:
        kept = writer.tombs_of(found.person)
        gone = notebook.erase(config.notebook, found.person, found.words, signed(given), kept)
        # Without the merges by hand that name them, the mirror has nothing to keep to.
        writer.keep_merged(merges.read(config.notebook))
        writer.erase(found.person, kept, found.certain)
    tell(f"Erased from the mirror, and {gone} {'row' if gone == 1 else 'rows'} of the notebook.")


def _files(config: Config, found: Traces, backups: bool) -> Sequence[Path]:
    """Remove exports that hold them, and copies where that is wanted; the copies that are left."""
    from console import erasing

    holding = erasing.holding(erasing.beside(config), found.certain)
    exports = [path for path in holding if path.parent == config.exports]
    copies = erasing.copies_of(holding, config)
    gone = [*exports, *(copies if backups else ())]
    erasing.remove(gone)
    for path in gone:
        tell(f"Removed {path}")
    return () if backups else copies


def _prove(config: Config, found: Traces, left: Sequence[Path]) -> None:
    from console import erasing

    remains = erasing.remains(config, found.certain)
    for path in left:
        if remains.pop(str(path), None):
            tell(
                f"Still names them: {path}; remove it, else it goes by itself when fourteen "
                "newer copies are there (--backups, said with the erasing, removes all)"
            )
    if remains:
        places = "; ".join(f"{place}: {n} times" for place, n in remains.items())
        raise Refused(
            f"they are still named in {places}. Somebody may be reading: close other consoles "
            "and say it again"
        )
    tell(
        f"Searched every byte of the mirror, the notebook and what lies beside them for "
        f"{len(found.certain)} words: {'only there' if left else 'not there'}."
    )
    if found.shared:
        tell(f"{len(found.shared)} could not be searched for: others are called so too.")
