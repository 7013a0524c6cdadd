"""What a benchmark of the link says: figures, each beside what was asked and beside a plain way."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure and its unit; what it should not exceed where a number was set; and what a plain way would take.

    `baseline` says that way in words, `plain` its figure in the same unit; None where it never ends.
    """

    name: str
    value: float
    unit: str
    goal: float | None = None
    plain: float | None = None
    baseline: str = ""

    @property
    def is_held(self) -> bool | None:
        """Whether the figure is within what was asked; None where nothing was."""
        return None if self.goal is None else self.value <= self.goal
