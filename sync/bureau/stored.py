"""Records as the bureau stores them: their canonical bytes, and back."""

from __future__ import annotations

import json
from datetime import date

from borderdesk.watchlist import RECORD_TYPES, DocumentStatus, Record, TravelDocument
from borderdesk.watchlist.digest import DOCUMENT_HEADER, STATUS_CODES, record_bytes
from borderdesk.watchlist.plain import from_plain

_STATUSES: dict[int, DocumentStatus] = {code: status for status, code in STATUS_CODES.items()}
_TYPES: dict[bytes, type[Record]] = {kind.__name__.encode(): kind for kind in RECORD_TYPES.values()}

to_body = record_bytes
"""The stored form is the canonical one, so that the state digest follows from the table without decoding."""


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
