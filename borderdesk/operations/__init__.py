"""Time-boxed operations, statistics, reports, drills."""

from borderdesk.operations.tally import Hour, Tally, tally

__all__ = ["Hour", "Tally", "tally"]
