"""Time-boxed operations, statistics, reports, drills."""

from borderdesk.operations import beside, counts, drills, handover, running
from borderdesk.operations.counts import COUNTED, Counted, Outcome, outcomes
from borderdesk.operations.running import (
    OPERATION_KIND,
    Operation,
    UnreadableOperation,
    operation_body,
    read_operation_body,
)
from borderdesk.operations.tally import Hour, Tally, count_verdicts, tally

__all__ = [
    "COUNTED",
    "OPERATION_KIND",
    "Counted",
    "Hour",
    "Operation",
    "Outcome",
    "Tally",
    "UnreadableOperation",
    "beside",
    "count_verdicts",
    "counts",
    "drills",
    "handover",
    "operation_body",
    "outcomes",
    "read_operation_body",
    "running",
    "tally",
]
