"""The shared folder with oracles, beside the repository; tests that need it say so."""

from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[1] / ".." / "shared"
SHARED: Path | None = _BESIDE.resolve() if _BESIDE.is_dir() else None
needs_shared = pytest.mark.skipif(
    SHARED is None, reason="the shared folder with oracles is not here"
)
