"""Records as the bureau stores them: their canonical bytes, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence, Set
from datetime import date
from typing import Final

import numpy as np

from borderdesk.watchlist import RECORD_TYPES, STATUS_OF_OTHERS, DocumentColumns, DocumentStatus, Record, TravelDocument
from borderdesk.watchlist.digest import DOCUMENT_HEADER, STATUS_CODES, record_bytes
from borderdesk.watchlist.plain import from_plain

_STATUSES: dict[int, DocumentStatus] = {code: status for status, code in STATUS_CODES.items()}
_STATUS_AT: Final = 6
_DAYS: Final = 8
_LISTED: Final = bytes([STATUS_CODES[DocumentStatus.LISTED]]) + bytes(_DAYS)
"""Status and days of a document of which nothing more is said than that it is listed."""

_TYPES: dict[bytes, type[Record]] = {kind.__name__.encode(): kind for kind in RECORD_TYPES.values()}

to_body = record_bytes
"""The stored form is the canonical one, so that the state digest follows from the table without decoding."""


def columns_of(bodies: Sequence[bytes]) -> DocumentColumns:
    """Stored documents as columns, without making an object of each."""
    whole = np.array(bodies, np.bytes_)
    width = max(whole.itemsize, DOCUMENT_HEADER.size + 1)
    rows = whole.astype(f"S{width}").view(
        np.dtype(
            [("t", "S1"), ("kind", "S5"), ("status", "u1"), ("lost", "<u4"), ("reported", "<u4"),
             ("number", f"S{width - DOCUMENT_HEADER.size}")]
        )
    )  # fmt: skip
    kinds, kind = np.unique(rows["kind"], return_inverse=True)
    names = np.array(kinds, "S5").view(np.dtype([("state", "S3"), ("type", "S2")]))
    return DocumentColumns(
        tuple((state.decode(), type_.decode()) for state, type_ in names.tolist()),
        kind.astype(np.uint16),
        np.ascontiguousarray(rows["number"]),
        np.ascontiguousarray(rows["status"]),
        np.ascontiguousarray(rows["lost"]),
        np.ascontiguousarray(rows["reported"]),
    )


def share_of_body(body: bytes, states: Set[str]) -> bytes:
    """A document as desks hold it that have the details of these states only: of others its status, or just that it is
    listed."""
    if body[:1] != b"T" or body[1:4].rstrip(b"\0").decode() in states:
        return body
    if STATUS_OF_OTHERS in states:
        return body[: _STATUS_AT + 1] + bytes(_DAYS) + body[DOCUMENT_HEADER.size :]
    return body[:_STATUS_AT] + _LISTED + body[DOCUMENT_HEADER.size :]


def from_body(body: bytes) -> Record:
    """The inverse of `to_body`. Raises ValueError for bytes it did not write."""
    name, brace, rest = body.partition(b"{")
    if brace and name in _TYPES:
        return from_plain(_TYPES[name], json.loads(brace + rest))
    if body[:1] == b"T":
        _, state, type_, status, lost, reported = DOCUMENT_HEADER.unpack_from(body)
        return TravelDocument(
            state=state.rstrip(b"\0").decode(),
            type=type_.rstrip(b"\0").decode(),
            number=body[DOCUMENT_HEADER.size :].decode(),
            status=_STATUSES[status],
            lost_on=date.fromordinal(lost) if lost else None,
            reported_on=date.fromordinal(reported) if reported else None,
        )
    raise ValueError("not a stored record")
