"""The body of a hit report: what the bureau needs to act, in at most 2 kB of CBOR.

The same bytes are sealed by whatever carries them. Version 1 is a CBOR map with short text keys, so that a bureau can
read the report of an older desk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import cbor2

from borderdesk.clock import Moment
from borderdesk.errors import KnownError
from borderdesk.hits.types import Hit, HitAct, HitEvent, HitState, Said
from borderdesk.ids import AccountId, DeskId, HitId, ListName, PostId, RecordKey, RecordRef, ScreeningId
from borderdesk.words import Sentence, say

VERSION: Final = 1
HIT_KIND: Final = "hit"
EVENT_KIND: Final = "hit-event"

MAX_BYTES: Final = 64 * 1024
"""A larger body is refused before it is decoded. Ordinary reports are far smaller."""

MAX_NOTE: Final = 1000

MAX_SAID: Final = 16 * 1024
"""Bytes of answers that one act carries, before sealing; the others follow with the next act."""


class UnreadableReport(KnownError):
    """A hit report that does not decode. It is kept as it came; nothing is dropped."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            say("A hit report could not be read ({reason}).", reason=reason),
            safe=say("It is kept as it came."),
            todo=say("Call the post that sent it, and update the bureau if the desk is newer."),
        )


class NoteTooLong(KnownError):
    """The officer's note does not fit the report."""

    def __init__(self, length: int) -> None:
        super().__init__(
            say("The note has {length} characters; at most {most} fit.", length=length, most=MAX_NOTE),
            safe=say("Nothing was sent; your text is still there."),
            todo=say("Shorten the note; the rest can follow in a second one."),
        )


def hit_body(hit: Hit, event: HitEvent) -> bytes:
    """The report of a hit with its first act. Raises NoteTooLong."""
    return _encode(
        {
            "v": VERSION,
            "hit": hit.id,
            "screening": hit.screening,
            "post": hit.post,
            "desk": hit.desk,
            "list": hit.record.list,
            "key": hit.record.key,
            "edition": hit.record.edition,
            "summary": hit.summary.as_plain(),
            "doc_state": hit.document_state,
            "doc_number": hit.document_number,
            "traveller": hit.traveller,
            **_act(event),
        },
        event,
    )


def event_body(event: HitEvent) -> bytes:
    """The report of a further act on a hit already reported. Raises NoteTooLong."""
    return _encode({"v": VERSION, "hit": event.hit, **_act(event)}, event)


def read_hit_body(body: bytes) -> tuple[Hit, HitEvent]:
    """The inverse of `hit_body`, at the bureau. The hit's state is *reported*. Raises UnreadableReport."""
    plain = _decode(body)
    event = _event(plain)
    try:
        summary = plain["summary"]
        if not isinstance(summary, Mapping):
            raise UnreadableReport("summary")
        hit = Hit(
            id=event.hit,
            screening=ScreeningId(_text(plain, "screening")),
            post=PostId(_text(plain, "post")),
            desk=DeskId(_text(plain, "desk")),
            record=RecordRef(
                ListName(_text(plain, "list")), RecordKey(_text(plain, "key")), _whole_number(plain, "edition")
            ),
            summary=Sentence.from_plain(summary),
            document_state=_text(plain, "doc_state"),
            document_number=_text(plain, "doc_number"),
            traveller=_text(plain, "traveller"),
            taken_up_by=event.officer,
            taken_up_at=event.at,
            state=HitState.REPORTED,
            pending=False,
        )
    except (KeyError, ValueError) as error:
        raise UnreadableReport(str(error)) from error
    return hit, event


def read_event_body(body: bytes) -> HitEvent:
    """The inverse of `event_body`. Raises UnreadableReport."""
    return _event(_decode(body))


def fitting(said: Sequence[Said]) -> tuple[Said, ...]:
    """The first of these answers, as many as one act carries."""
    size, count = 0, 0
    for count, each in enumerate(said):
        size += len(cbor2.dumps(said_plain(each)))
        if size > MAX_SAID:
            return tuple(said[:count])
    return tuple(said)


def said_plain(said: Said) -> dict[str, object]:
    """One answer as plain values."""
    return {
        "question": said.question,
        "asked": said.asked.as_plain(),
        "note": said.note,
        "language": said.language,
        "trusted": said.at.trusted.isoformat(),
        "wall": said.at.wall.isoformat(),
    }


def read_said(plain: object) -> Said:
    """The inverse of `said_plain`. Raises UnreadableReport."""
    if not isinstance(plain, Mapping):
        raise UnreadableReport("said")
    try:
        asked = plain["asked"]
        if not isinstance(asked, Mapping):
            raise UnreadableReport("asked")
        return Said(
            question=_text(plain, "question"),
            asked=Sentence.from_plain(asked),
            note=_text(plain, "note"),
            language=_text(plain, "language"),
            at=_moment(plain),
        )
    except (KeyError, ValueError) as error:
        raise UnreadableReport(str(error)) from error


def _act(event: HitEvent) -> dict[str, object]:
    # A bureau of before answers travelled passes over them, and reads the act.
    said = {"said": [said_plain(each) for each in event.said]} if event.said else {}
    return {
        "act": event.act.value,
        "officer": event.officer,
        "trusted": event.at.trusted.isoformat(),
        "wall": event.at.wall.isoformat(),
        "note": event.note,
        **said,
    }


def _encode(plain: dict[str, object], event: HitEvent) -> bytes:
    if len(event.note) > MAX_NOTE:
        raise NoteTooLong(len(event.note))
    return cbor2.dumps(plain, canonical=True)


def _decode(body: bytes) -> Mapping[object, object]:
    if len(body) > MAX_BYTES:
        raise UnreadableReport(f"{len(body)} bytes")
    try:
        plain = cbor2.loads(body)
    except (cbor2.CBORDecodeError, ValueError) as error:
        raise UnreadableReport("not CBOR") from error
    if not isinstance(plain, Mapping) or plain.get("v") != VERSION:
        raise UnreadableReport("version")
    return plain


def _event(plain: Mapping[object, object]) -> HitEvent:
    try:
        return HitEvent(
            hit=HitId(_text(plain, "hit")),
            act=HitAct(_text(plain, "act")),
            officer=AccountId(_text(plain, "officer")),
            at=_moment(plain),
            note=_text(plain, "note"),
            said=_all_said(plain.get("said", [])),
        )
    except (KeyError, ValueError) as error:
        raise UnreadableReport(str(error)) from error


def _all_said(plain: object) -> tuple[Said, ...]:
    if not isinstance(plain, list):
        raise UnreadableReport("said")
    return tuple(read_said(each) for each in plain)


def _moment(plain: Mapping[object, object]) -> Moment:
    return Moment(datetime.fromisoformat(_text(plain, "trusted")), datetime.fromisoformat(_text(plain, "wall")))


def _text(plain: Mapping[object, object], name: str) -> str:
    value = plain[name]
    if not isinstance(value, str):
        raise UnreadableReport(name)
    return value


def _whole_number(plain: Mapping[object, object], name: str) -> int:
    value = plain[name]
    if not isinstance(value, int) or isinstance(value, bool):
        raise UnreadableReport(name)
    return value
