"""One hit, for tests of several rooms."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from borderdesk.clock import Moment
from borderdesk.hits import Hit, HitAct, HitEvent, HitState, SealedItem
from borderdesk.ids import AccountId, DeskId, HitId, ListName, PostId, RecordKey, RecordRef, ScreeningId
from borderdesk.words import say

AT = Moment(trusted=datetime(2026, 3, 1, 2, 59, tzinfo=UTC), wall=datetime(2026, 3, 1, 3, 0, tzinfo=UTC))
POST = PostId("nong-haet")
DESK = DeskId("nong-haet-1")


def hit(number: int = 1, *, traveller: str = "ERIKSSON, ANNA MARIA") -> Hit:
    return Hit(
        id=HitId(f"{number:032x}"),
        screening=ScreeningId(f"{number + 1000:032x}"),
        post=POST,
        desk=DESK,
        record=RecordRef(ListName("sltd"), RecordKey("UTO/P/L898902C3"), 7),
        summary=say("{number} of {state} is listed as {status}.", number="L898902C3", state="UTO", status="stolen"),
        document_state="UTO",
        document_number="L898902C3",
        traveller=traveller,
        taken_up_by=AccountId("noy"),
        taken_up_at=AT,
        state=HitState.TAKEN_UP,
        pending=True,
    )


def taken_up(number: int = 1, *, note: str = "") -> HitEvent:
    return HitEvent(HitId(f"{number:032x}"), HitAct.TAKE_UP, AccountId("noy"), AT, note)


class PlainSealer:
    """Seals nothing: for tests that look at the outbox, not at the envelope."""

    def seal(self, counter: int, kind: str, body: bytes) -> SealedItem:
        envelope = f"{counter}:{kind}:".encode() + body
        return SealedItem(counter, hashlib.sha256(envelope).digest(), envelope)
