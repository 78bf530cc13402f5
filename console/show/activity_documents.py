"""Answers about activity as JSON documents: grids, lifecycle, stickiness, comparisons."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from console.clock import Clock
from console.show.documents import Document
from console.show.instants import iso

if TYPE_CHECKING:
    from console.analytics.compare import Comparison, Difference
    from console.analytics.grid import Grid
    from console.analytics.lifecycle import Lifecycle
    from console.analytics.question import CohortQuestion
    from console.analytics.stickiness import Stickiness


def cohorts(grid: Grid, clock: Clock) -> Document:
    """The answer to ``console cohorts``."""
    made: Document = {
        "question": question(grid.question, grid.now, clock),
        "rows": [
            {
                "start": iso(row.start, clock),
                "size": row.size,
                "state": row.state,
                "cells": [
                    {
                        "interval": grid.columns[cell.column].first,
                        "label": grid.columns[cell.column].label,
                        "customers": cell.customers,
                        "state": cell.state,
                        "rate": cell.rate,
                        "value": cell.value,
                    }
                    for cell in row.cells
                ],
            }
            for row in grid.rows
        ],
        "mean": {
            "kind": grid.mean.kind,
            "cells": [
                {
                    "interval": grid.columns[cell.column].first,
                    "rate": cell.rate,
                    "rows": cell.rows,
                    "value": cell.value,
                }
                for cell in grid.mean.cells
            ],
        },
        "customers": grid.customers,
        "currency": grid.currency,
        "answered_from": grid.answered_from,
    }
    if grid.question.by == "account":
        made["without_account"] = grid.without_account
    if grid.question.breakdown is not None:
        made["breakdown"] = [
            {"value": group.value, **cohorts(part, clock)} for group, part in grid.groups
        ]
        made["groups_left_out"] = grid.groups_left_out
    return made


def question(asked: CohortQuestion, now: int, clock: Clock) -> Document:
    """A question about activity as it was understood."""
    return {
        **asdict(asked),
        "since": iso(asked.since, clock),
        "until": iso(asked.until, clock),
        "start_where": [str(where) for where in asked.start_where],
        "return_where": [str(where) for where in asked.return_where],
        "brackets": [list(bracket) for bracket in asked.brackets],
        "timezone": clock.zone.key,
        "week_start": clock.week_start,
        "now": iso(now, clock),
    }


def lifecycle(found: Lifecycle, clock: Clock) -> Document:
    """The answer to ``console lifecycle``."""
    return {
        "question": question(found.question, found.now, clock),
        "intervals": [
            {**asdict(each), "start": iso(each.start, clock), "end": iso(each.end, clock)}
            for each in found.intervals
        ],
    }


def stickiness(found: Stickiness, clock: Clock) -> Document:
    """The answer to ``console stickiness``."""
    return {
        "question": question(found.question, found.now, clock),
        "start": iso(found.start, clock),
        "end": iso(found.end, clock),
        "state": found.state,
        "total": found.total,
        "columns": [asdict(column) for column in found.columns],
    }


def comparison(found: Comparison, clock: Clock) -> Document:
    """The answer to ``console cohorts --compare``."""
    return {
        "first": cohorts(found.first, clock),
        "second": cohorts(found.second, clock),
        "overlap": found.overlap,
        "differences": [
            {"start": iso(row.start, clock), "cells": [_difference(cell) for cell in row.cells]}
            for row in found.rows
        ],
        "pooled": [_difference(cell) for cell in found.pooled],
    }


def difference_rows(told: Document) -> list[Document]:
    """The cells of a comparison's document as rows, for CSV."""
    return [{"start": row["start"], **cell} for row in told["differences"] for cell in row["cells"]]


def _difference(cell: Difference) -> Document:
    return {**asdict(cell), "enough": cell.enough, "says": cell.says}
