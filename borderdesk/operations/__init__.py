"""Time-boxed operations, statistics, reports, drills."""

from borderdesk.operations import drills, handover
from borderdesk.operations.running import (
    OPERATION_KIND,
    Operation,
    UnreadableOperation,
    operation_body,
    read_operation_body,
)
from borderdesk.operations.tally import Hour, Tally, tally

__all__ = [
    "OPERATION_KIND",
    "Hour",
    "Operation",
    "Tally",
    "UnreadableOperation",
    "drills",
    "handover",
    "operation_body",
    "read_operation_body",
    "tally",
]
