"""What is said when the screen ends by a fault, and never of whom."""

from __future__ import annotations

import time
from pathlib import Path

from console.show.clean import clean

_STARTED = time.time()


def told(error: BaseException | None) -> str:
    """Where it happened and of what kind; never the message, which may hold customers' data."""
    kind = type(error).__name__ if error else "unknown"
    place = "?"
    trace = error.__traceback__ if error else None
    while trace is not None:
        place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    if _updated():
        return clean(
            f"this program was updated while the screen was open ({kind} at {place}). "
            "Mirror and notebook are unharmed; please start it again."
        )
    return clean(
        f"stopped by a mistake of its own ({kind} at {place}). Mirror and notebook are unharmed; "
        "please report this line."
    )


def _updated() -> bool:
    """Whether files of ours are not those that were there at the start.

    Parts are imported when they are first wanted: of another release they may not fit.
    """
    try:
        return any(path.stat().st_mtime > _STARTED for path in Path(__file__).parent.rglob("*.py"))
    except OSError:
        return True
