"""What is done once when the console opens, in a thread; and what is worth saying of it."""

from __future__ import annotations

from console.clock import system_now
from console.config import Config
from console.mirror.database import SQLITE_VERSION, MirrorError, is_sound
from console.mirror.soundness import glance
from console.notebook import backup
from console.notebook.store import note_visit


def begin(config: Config) -> list[str]:
    """Note the visit, copy the notebook once a day, look whether both files are whole.

    Writes nothing when the settings say so or the clock was set by hand. Answers what is
    wrong in sentences, the worst first.
    """
    said = examine(config)
    if config.now is not None or config.readonly:
        return said
    try:
        backup.daily(config.notebook, config.backups, config.clock())
    except (MirrorError, OSError) as error:
        said.append(f"Today's copy of the notebook was not made: {error}")
    try:
        note_visit(config.notebook, config.person, system_now())
    except (MirrorError, OSError) as error:
        said.append(f"Your visit was not noted: {error}")
    return said


def examine(config: Config) -> list[str]:
    """What is wrong with the files and with SQLite, in sentences; none when nothing is."""
    mirror, notebook = (
        glance(path) if path.exists() else None for path in (config.mirror, config.notebook)
    )
    said = []
    if notebook:
        said.append(
            f"The notebook is damaged ({notebook}); nothing was changed. `console doctor` says "
            "where its newest copy is"
        )
    if mirror:
        whole = "" if notebook or not config.notebook.exists() else (
            f", {config.notebook.name} is whole"
        )  # fmt: skip
        said.append(
            f"The mirror is damaged ({mirror}); nothing was changed{whole}. `console doctor` says "
            "how to build it again"
        )
    if not is_sound():
        said.append(old_sqlite())
    return said


def old_sqlite() -> str:
    """What it means that SQLite is older than it should be."""
    return (
        f"SQLite {SQLITE_VERSION} may lose what two processes write at once; "
        "`console doctor` says what to install"
    )
