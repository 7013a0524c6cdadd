"""Lists and what they hold: record types, editions, readers of real list formats, synthetic lists."""

from borderdesk.watchlist.editions import Delta, Edition, Snapshot, Withdrawal
from borderdesk.watchlist.records import (
    Action,
    DocumentMention,
    DocumentStatus,
    ListKind,
    NameQuality,
    Person,
    PersonName,
    Record,
    TravelDocument,
    Watchlist,
    document_key,
)

__all__ = [
    "Action",
    "Delta",
    "DocumentMention",
    "DocumentStatus",
    "Edition",
    "ListKind",
    "NameQuality",
    "Person",
    "PersonName",
    "Record",
    "Snapshot",
    "TravelDocument",
    "Watchlist",
    "Withdrawal",
    "document_key",
]
