"""What the cohorts pane exports: the answer in sight, as the command line prints it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from console.clock import Clock
from console.mirror.database import Connection
from console.panes.activity_views import LifecycleView, StickinessView
from console.panes.behind import View
from console.panes.exporting import Export, Form
from console.panes.exports_of import Rows, text_of
from console.panes.grid_views import CompareView, GridView, SplitView


def of_answer(view: View, clock: Clock) -> Export:
    """The numbers that are shown: every cell of them, also those out of sight."""

    def parts(db: Connection, form: Form) -> Iterator[tuple[str, int]]:
        document, rows, said = _answer(view, clock)
        yield text_of(form, rows, [document], said), len(rows)

    return Export("cohorts", "row", parts)


def _answer(view: View, clock: Clock) -> tuple[dict[str, Any], Rows, Callable[[], str]]:
    from console.show import activity_documents as documents
    from console.show import activity_tables as tables

    if isinstance(view, LifecycleView):
        life = view.answer
        document = documents.lifecycle(life, clock)
        return document, document["intervals"], lambda: tables.lifecycle_text(life, clock)
    if isinstance(view, StickinessView):
        sticky = view.answer
        document = documents.stickiness(sticky, clock)
        return document, document["columns"], lambda: tables.stickiness_text(sticky)
    if isinstance(view, CompareView):
        both = view.answer
        document = documents.comparison(both, clock)
        rows = documents.difference_rows(document)
        return document, rows, lambda: tables.comparison_text(both, clock)
    if isinstance(view, GridView | SplitView):
        grid = view.grid
        rows = tables.grid_rows(grid, clock)
        return documents.cohorts(grid, clock), rows, lambda: tables.grid_text(grid, clock)
    raise TypeError(f"{type(view).__name__} has no export")
