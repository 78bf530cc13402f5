"""What the cohorts pane asks, and how it is answered."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from console.analytics.question import CohortQuestion
from console.clock import Clock
from console.panes.activity_views import LifecycleView, StickinessView
from console.panes.behind import View
from console.panes.grid_views import CompareView, GridView, SplitView

if TYPE_CHECKING:
    from console.mirror.activity import Activity

Kind = Literal["grid", "lifecycle", "stickiness", "compare"]
KINDS: tuple[Kind, ...] = ("grid", "lifecycle", "stickiness", "compare")


@dataclass(frozen=True)
class Asked:
    """What the pane asks."""

    question: CohortQuestion = field(default_factory=CohortQuestion)
    kind: Kind = "grid"
    against: tuple[str, str] | None = None
    """The two segments to compare."""

    def answer(self, activity: Activity, clock: Clock) -> View:
        """Work it out; in a thread. Raises QuestionError and SegmentError."""
        if self.kind == "lifecycle":
            from console.analytics.lifecycle import intervals

            return LifecycleView(intervals(activity, self._whole, clock), clock)
        if self.kind == "stickiness":
            from console.analytics.stickiness import columns

            return StickinessView(columns(activity, self._whole, clock), clock)
        if self.kind == "compare" and self.against is not None:
            from console.analytics.compare import grids

            found = grids(activity, self._whole, clock, *self.against)
            return CompareView(found, self.names or self.against, clock)
        from console.analytics.cohorts import grid

        answer = grid(activity, self.question, clock)
        return SplitView(answer, clock) if self.question.breakdown else GridView(answer, clock)

    @property
    def names(self) -> tuple[str, str] | None:
        """What the two segments are called."""
        if self.against is None:
            return None
        first, second = self.against
        return first, "the rest" if second == f"not ({first})" else second

    @property
    def _whole(self) -> CohortQuestion:
        return replace(self.question, breakdown=None)
