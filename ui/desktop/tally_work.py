"""What the window does for the numbers of the shift and of operations."""

from __future__ import annotations

from borderdesk.operations import Counted
from borderdesk.people import Right
from ui.desktop.closer_work import CloserWork
from ui.desktop.page import Page


class TallyWork(CloserWork):
    """Numbers are counted in the store while somebody looks at them, and after each entry by hand."""

    def count_by_hand(self, operation: str, counted: Counted, number: int, note: str) -> None:
        """Enter what no act tells."""
        self._show(error=None)
        self._desk(
            lambda: self._engine.count_by_hand(operation, counted, number, note=note), lambda _: self._load_numbers()
        )

    def _load_numbers(self) -> None:
        if self.state.may(Right.READ_RECORDS):
            self._desk(self._engine.numbers, lambda found: self._show(numbers=found))

    def refresh(self) -> None:
        """The status; and the numbers, while somebody looks at them."""
        free = self._desk_lane.idle and not self.state.exchanging
        super().refresh()
        if free and self.state.page is Page.NUMBERS:
            self._load_numbers()
