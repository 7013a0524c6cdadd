"""Published states of a list, and the ways from one to the next.

These are the shapes in which lists cross from `sync` (which fetched and verified them) to `replica` (which applies
them). They carry meaning, not bytes: how they are packed is the wire's business.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from borderdesk.ids import RecordKey
from borderdesk.watchlist.columns import DocumentColumns
from borderdesk.watchlist.records import Record, Watchlist

STATUS_OF_OTHERS: Final = "~"
"""Stands last among the states of `Edition.details` where of all other documents the status is known, but no days."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One published state of one list.

    `number` counts from 1 per list; `rows` is the number of records in force; `digest` the state digest over them
    (`borderdesk.watchlist.digest`); `published_at` the bureau's signed time in UTC.

    `details` are the issuing states (ICAO letters, sorted) of whose documents it says status and days; of the others it
    says only that they are listed, or with `STATUS_OF_OTHERS` among them how they are. None where it says everything of
    every record. So there are three tiers of what a copy knows: numbers, status, days.
    """

    watchlist: Watchlist
    number: int
    rows: int
    digest: bytes
    published_at: datetime
    details: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A record that is no longer in force. The desk keeps it, dated, to answer the traveller listed yesterday."""

    key: RecordKey
    withdrawn_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A whole list. `records` may be a stream that can be read once.

    Travel documents in bulk come as `columns` instead, also as a stream; a list may give some of both.
    """

    edition: Edition
    records: Iterable[Record] = ()
    columns: Iterable[DocumentColumns] = ()


@dataclass(frozen=True, slots=True)
class Delta:
    """What leads from edition `base` to `edition`: withdrawals first, then records with their absolute values."""

    base: int
    edition: Edition
    withdrawals: tuple[Withdrawal, ...]
    records: tuple[Record, ...]
