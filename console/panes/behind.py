"""What an answer about coming back can be shown as: a table, sentences, people.

No answer knows a widget. The engine is imported where it is asked, never before the first
frame.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from textual.content import Content

from console.show.cohorts import Unit
from console.widgets.heat_table import HeatTable

if TYPE_CHECKING:
    from console.mirror.activity import Activity


@dataclass(frozen=True)
class Behind:
    """The people behind a cell: what they have in common, and how to find them."""

    title: str
    find: Callable[[Activity], tuple[int, ...]]
    by_account: bool = False

    def customers(self, activity: Activity) -> list[int]:
        """Their ids; of accounts, the customers who belong to them. In a thread."""
        found = self.find(activity)
        if not self.by_account:
            return list(found)
        wanted = set(found)
        owned = activity.traits.accounts()
        return [customer for customer, account in owned.items() if account in wanted]


class View(Protocol):
    """One answer, ready to be shown."""

    @property
    def people_total(self) -> int:
        """How many the whole answer is about; 0 where there is nobody."""

    def table(self, unit: Unit) -> HeatTable:
        """The answer as numbers."""

    def says(self, row: int, column: int) -> Content:
        """What the cell under the cursor says."""

    def behind(self, row: int, column: int, *, missing: bool) -> Behind | str:
        """The people of a cell or, missing from it, of its row; else why there are none."""
