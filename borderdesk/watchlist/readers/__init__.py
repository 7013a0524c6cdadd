"""Readers of real list formats. A reader yields records and refusals in the order of the file; nothing is dropped."""

from borderdesk.watchlist.readers.report import (
    ImportReport,
    Loss,
    Read,
    Refusal,
    SourceStamp,
    Tally,
    UnreadableList,
)
from borderdesk.watchlist.readers.un import UN_LIST, open_shipped_un, read_un

__all__ = [
    "UN_LIST",
    "ImportReport",
    "Loss",
    "Read",
    "Refusal",
    "SourceStamp",
    "Tally",
    "UnreadableList",
    "open_shipped_un",
    "read_un",
]
