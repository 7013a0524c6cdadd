"""The encrypted copy of the lists: schema, look-ups, applying editions, freshness."""

from borderdesk.replica import persons
from borderdesk.replica.errors import ApplyStopped, EditionRefused, StateDiffers
from borderdesk.replica.replica import Replica
from borderdesk.replica.schema import MIGRATIONS
from borderdesk.replica.types import (
    Applied,
    DocumentMatch,
    EditionListener,
    Freshness,
    HeldList,
    MatchClass,
    NoticeDocumentMatch,
    PersonsChanged,
    Removed,
    ThingMatch,
    Verified,
)

__all__ = [
    "MIGRATIONS",
    "Applied",
    "ApplyStopped",
    "DocumentMatch",
    "EditionListener",
    "EditionRefused",
    "Freshness",
    "HeldList",
    "MatchClass",
    "NoticeDocumentMatch",
    "PersonsChanged",
    "Removed",
    "Replica",
    "StateDiffers",
    "ThingMatch",
    "Verified",
    "persons",
]
