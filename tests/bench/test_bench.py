from __future__ import annotations

import json
from pathlib import Path

from tests.bench.__main__ import main


def test_the_short_form_runs_and_has_every_figure(tmp_path: Path) -> None:
    """Only that it runs: the figures of two thousand events say nothing."""
    written = tmp_path / "figures.json"
    main(["--short", "--json", str(written), "--folder", str(tmp_path / "data")])
    document = json.loads(written.read_text())
    names = [figure["what"] for figure in document["figures"]]
    for part in (
        "import, first time",
        "feed, newest",
        "customers, 1 letters",
        "from a key",
        "profile",
        "grid",
        "start",
        "step of the cursor, 256 colours",
        "page, 256 colours",
        "letter typed",
        "key to repaint",
        "idle for a minute",
        "memory after",
    ):
        assert any(part in name for name in names), part
    assert all(figure["aim"] for figure in document["figures"])
