"""Ground of the cohorts pane: its parts, how it asks and how it shows an answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from textual.app import ComposeResult
from textual.content import Content
from textual.timer import Timer

from console.analytics.conditions import SegmentError
from console.analytics.question import CohortQuestion, QuestionError
from console.clock import Period
from console.mirror.database import Connection
from console.mirror.vocabulary import Vocabulary
from console.panes.asked import Asked
from console.panes.behind import Behind, View
from console.panes.cohort_state import CohortState, first_cell
from console.panes.completing import completed
from console.panes.grid_views import GridView, SplitView
from console.panes.pane import Desk, Pane
from console.panes.study import Study
from console.show import cohort_bars, states
from console.widgets.bar import Bar
from console.widgets.caption import Caption
from console.widgets.filter_line import FilterLine
from console.widgets.heat_grid import HeatGrid
from console.widgets.sentence import Sentence

CALM = 3.0
"""Seconds without a change of the mirror after which what is likely to be asked is read ahead:
while somebody writes all the time, it would be for nothing."""
_EXAMPLES = "country=SE plan!=free   did:logged_in<7d   tag:vip"
_ROOMY = (150, 40)
"""Columns and lines of a terminal in which 26 intervals stand beside and below each other."""
_SIGN = 3
"""How far the filter line's text stands from the left."""


class CohortGround(Pane):
    """Asks, and shows what comes back. The keys are in `cohorts`."""

    DEFAULT_CSS = """
    CohortGround > .slip { display: none; }
    CohortGround.-slip > .slip { display: block; }
    CohortGround > Sentence { margin-bottom: 1; }
    CohortGround > Caption { margin-top: 1; }
    CohortGround.-low > Sentence { margin-bottom: 0; }
    CohortGround.-low > Caption { margin-top: 0; }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, id="cohorts")
        self.state = CohortState()
        self.clock = desk.clock()
        self.typing_from: Asked | None = None
        """The question before a segment was typed."""
        self._study = Study(desk.config.mirror, desk.saved)
        self._fresh = True
        self._cold = True
        """Whether what the next questions need is still to be read ahead."""
        self._changing = False
        """Whether the mirror changed since it was last read ahead."""
        self._calm: Timer | None = None

    def compose(self) -> ComposeResult:
        """Views, question, segment, numbers, and the cell in words."""
        yield Bar(id="cohorts-views")
        yield Sentence(id="cohorts-question")
        yield FilterLine(_EXAMPLES, complete=self._completed, id="cohorts-among")
        yield Bar(id="cohorts-slip", classes="slip")
        yield HeatGrid(id="cohorts-grid")
        yield Caption(id="cohorts-cell")

    def on_mount(self) -> None:
        """Ask at once."""
        self.grid.say(*states.loading("the cohorts"))
        asked = self.state.asked
        many = self.usual_intervals(asked.question.period)
        self.state.asked = replace(asked, question=replace(asked.question, intervals=many))
        self.read()

    def on_unmount(self) -> None:
        """Let the mirror go."""
        self._study.close()

    def usual_intervals(self, period: Period) -> int:
        """How many intervals are asked for unless told: half a year of weeks where they fit."""
        width, height = self.app.size
        roomy = width >= _ROOMY[0] and height >= _ROOMY[1]
        return 26 if roomy and period != "month" else CohortQuestion().intervals

    @property
    def grid(self) -> HeatGrid:
        """The numbers."""
        return self.query_one(HeatGrid)

    @property
    def sentence(self) -> Sentence:
        """The question."""
        return self.query_one(Sentence)

    @property
    def among(self) -> FilterLine:
        """The line for the segment."""
        return self.query_one(FilterLine)

    def _completed(self, text: str) -> str | None:
        return completed(text, self.state.known)

    # -- asking -------------------------------------------------------------------------

    @contextmanager
    def lend(self) -> Iterator[Connection]:
        """Every question gets the same connection: what was read once is warm."""
        with self._study.connection() as db:
            yield db

    def change(self, asked: Asked, *, step: bool = True) -> bool:
        """Ask something else; answers whether it is something else."""
        kind = self.state.asked.kind
        if not self.state.ask(asked, step=step):
            return False
        self._fresh |= kind != asked.kind
        self.written = False
        self.read()
        return True

    def typed(self) -> None:
        """A segment has been typed: one step back leads to what was before all its letters."""
        began, self.typing_from = self.typing_from, None
        now = self.state.asked
        if began is not None and began != now:
            self.state.ask(began, step=False)
            self.state.ask(now)

    def read(self) -> None:
        """Ask the present question."""
        clock, asked, study = self.desk.clock(), self.state.asked, self._study

        def work(db: Connection) -> View | ValueError:
            try:
                return asked.answer(study.activity(clock), clock)
            except (QuestionError, SegmentError) as error:
                return error

        def take(answer: View | ValueError) -> None:
            self.clock = clock
            self._take(answer)
            if self._cold and self._changing:
                self._read_ahead_when_calm()
            elif self._cold:
                self.read_ahead()

        self.say_question()
        self.drop_question("ahead")
        self.ask(work, take, failed=self._failed)

    def read_ahead(self) -> None:
        """Read what the next questions are likely to need; any question stops it."""
        study, clock, self._changing = self._study, self.clock, False

        def take(known: Vocabulary) -> None:
            self.state.known, self._cold = known, False

        # Nobody asked for it: where it fails, the next question says why.
        self.ask(lambda db: study.ahead(clock), take, failed=lambda why: None, group="ahead")

    def _read_ahead_when_calm(self) -> None:
        if self._calm is not None:
            self._calm.stop()
        self._calm = self.set_timer(CALM, self.read_ahead)

    def _take(self, answer: View | ValueError) -> None:
        self._slip(answer if isinstance(answer, SegmentError) else None)
        if isinstance(answer, SegmentError):
            return
        if isinstance(answer, ValueError):
            self.state.view = None
            self.grid.say(*cohort_bars.trouble(str(answer)))
            self.say_cell()
            return
        self.state.view = answer
        self.show_answer(cursor=first_cell(answer) if self._fresh else None)
        self._fresh = False

    def _failed(self, sentence: str) -> None:
        self.state.view = None
        self.grid.say(*states.failed(sentence))
        self.say_cell()

    def mirror_changed(self) -> None:
        """Ask again; lines that did not change are not painted."""
        self._cold = self._changing = True
        if self.asking():
            self.set_timer(0.3, self.mirror_changed)
        else:
            self.read()

    # -- showing ------------------------------------------------------------------------

    def show_answer(self, cursor: tuple[int, int] | None = None) -> None:
        """Show the answer as it stands."""
        shown = self.state.shown
        if shown is None:
            return
        if shown.people_total:
            self.grid.show(shown.table(self.state.unit), cursor)
        else:
            customers = self.status.customers if self.status else None
            self.grid.say(*cohort_bars.nobody(self.state.asked.question, customers))
        self._fit()
        self._say_views()
        self.say_cell()

    def _fit(self) -> None:
        """The cell's words stand right under the last row while there is room."""
        grid = self.grid
        others = sum(
            child.outer_size.height + child.styles.margin.height
            for child in self.children
            if child is not grid and child.display
        )
        lines = len(grid.table.rows) + 1
        height = lines if grid.table.rows and lines <= self.size.height - others else None
        if grid.styles.height is None or grid.styles.height.value != (height or 1.0):
            grid.styles.height = height or "1fr"

    def say_question(self) -> None:
        """The question as a sentence; every part of it while the keys are there."""
        if not self.is_mounted:
            return
        every = self.sentence.has_focus
        self.sentence.show(self.state.pieces(self.clock, every=every))
        self._say_views()
        self.call_after_refresh(self._fit)

    def say_cell(self) -> None:
        """The cell under the cursor in words."""
        shown, grid = self.state.shown, self.grid
        caption = self.query_one(Caption)
        if shown is None or not grid.table.rows:
            caption.say()
            return
        caption.say(shown.says(grid.row, grid.column))

    def behind(self, *, missing: bool) -> Behind | str:
        """The people of the cell under the cursor; else why there are none."""
        shown, grid = self.state.shown, self.grid
        if shown is None or not grid.table.rows:
            return "There are no numbers here yet"
        return shown.behind(grid.row, grid.column, missing=missing)

    def _say_views(self) -> None:
        shown = self.state.shown
        facts = Content("")
        if isinstance(shown, GridView | SplitView):
            facts = cohort_bars.grid_facts(shown.grid, self.state.unit)
        self.query_one("#cohorts-views", Bar).say(cohort_bars.views(self.state.asked.kind), facts)

    def _slip(self, error: SegmentError | None) -> None:
        self.set_class(error is not None, "-slip")
        if error is not None:
            width = self.size.width
            words = cohort_bars.slip(error.text, error.position, error.reason, _SIGN, width)
            self.query_one("#cohorts-slip", Bar).say(words)
        self.call_after_refresh(self._fit)

    def on_resize(self) -> None:
        """A low screen has no lines to spare."""
        self.set_class(self.size.height < 20, "-low")
        self.call_after_refresh(self._fit)
