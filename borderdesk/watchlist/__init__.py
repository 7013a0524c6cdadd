"""Lists and what they hold: record types, editions, readers of real list formats, synthetic lists."""

from borderdesk.watchlist.columns import DocumentColumns
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
    "DocumentColumns",
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
