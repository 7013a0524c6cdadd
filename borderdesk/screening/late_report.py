"""The upload that tells the bureau of a late match: a CBOR map with short text keys, like a hit's report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import cbor2

from borderdesk.errors import KnownError
from borderdesk.ids import DeskId, ListName, PostId, RecordKey, RecordRef, ScreeningId
from borderdesk.screening.late import LateMatch
from borderdesk.words import Sentence, say

LATE_KIND: Final = "late-match"
"""What such an upload is called on the wire."""

MAX_BYTES: Final = 16 * 1024
_VERSION: Final = 1


class UnreadableLateMatch(KnownError):
    """A late match that does not decode. It is kept as it came."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            say("A late match could not be read ({reason}).", reason=reason),
            safe=say("It is kept as it came."),
            todo=say("Call the post that sent it, and update the bureau if the desk is newer."),
        )


def late_body(match: LateMatch) -> bytes:
    """The body of the upload: a CBOR map with short text keys, like a hit's report."""
    return cbor2.dumps(
        {
            "v": _VERSION,
            "screening": match.screening,
            "post": match.post,
            "desk": match.desk,
            "list": match.record.list,
            "key": match.record.key,
            "edition": match.record.edition,
            "summary": match.summary.as_plain(),
            "asked": match.asked_at.isoformat(),
            "found": match.found_at.isoformat(),
            "doc_state": match.document_state,
            "doc_number": match.document_number,
            "traveller": match.traveller,
        },
        canonical=True,
    )


def read_late_body(body: bytes) -> LateMatch:
    """The inverse of `late_body`, at the bureau. Raises UnreadableLateMatch."""
    if len(body) > MAX_BYTES:
        raise UnreadableLateMatch(f"{len(body)} bytes")
    try:
        plain = cbor2.loads(body)
    except (cbor2.CBORDecodeError, ValueError) as error:
        raise UnreadableLateMatch("not CBOR") from error
    if not isinstance(plain, Mapping) or plain.get("v") != _VERSION:
        raise UnreadableLateMatch("version")
    summary, edition = plain.get("summary"), plain.get("edition")
    if not isinstance(summary, Mapping) or not isinstance(edition, int):
        raise UnreadableLateMatch("summary or edition")
    try:
        return LateMatch(
            screening=ScreeningId(_text(plain, "screening")),
            post=PostId(_text(plain, "post")),
            desk=DeskId(_text(plain, "desk")),
            record=RecordRef(ListName(_text(plain, "list")), RecordKey(_text(plain, "key")), edition),
            summary=Sentence.from_plain(summary),
            asked_at=datetime.fromisoformat(_text(plain, "asked")),
            found_at=datetime.fromisoformat(_text(plain, "found")),
            document_state=_text(plain, "doc_state"),
            document_number=_text(plain, "doc_number"),
            traveller=_text(plain, "traveller"),
        )
    except (KeyError, ValueError) as error:
        raise UnreadableLateMatch(str(error)) from error


def _text(plain: Mapping[object, object], name: str) -> str:
    value = plain[name]
    if not isinstance(value, str):
        raise UnreadableLateMatch(name)
    return value
