"""The ready message to the owner of a record, for owners that are no partners: read, sent and checked by anybody.

It says what a partner would be sent, and no more: no officer, no photo. The signed form is JSON whose field `message`,
as canonical JSON, is signed with the bureau's publishing key.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.journal import canonical
from borderdesk.words import Sentence, say
from sync.bureau.cases import ReceivedHit
from sync.bureau.forwarding import Forward
from sync.bureau.home import Home
from sync.wire import Purpose, SigningKey, VerifyingKey

MAX_MESSAGE: Final = 64 * 1024
_FORMAT: Final = "BorderDesk request to the owner of a record 1"


class MessageNotSigned(KnownError):
    """A file that is no such message, or was altered since it was signed."""

    def __init__(self) -> None:
        super().__init__(
            say("This is no signed message of a bureau, or it was altered."),
            safe=NOTHING_CHANGED,
            todo=say("Ask the bureau it names, by a number you know, not by one that stands in it."),
        )


@dataclass(frozen=True, slots=True)
class OwnerMessage:
    """One request about one hit, ready to be carried. `due_at` is when the bureau asks for the answer."""

    bureau: str
    bureau_id: str
    country: str
    to: str
    number: int
    asked_at: datetime
    due_at: datetime | None
    hit: str
    urgency: str
    list: str
    record: str
    edition: int
    summary: Sentence
    document_state: str
    document_number: str
    traveller: str
    taken_up_at: datetime
    words: str

    @classmethod
    def of(cls, home: Home, one: ReceivedHit, request: Forward) -> OwnerMessage:
        """What a request says."""
        hit = one.hit
        return cls(
            home.name,
            home.id,
            home.country,
            request.to,
            request.number,
            request.at,
            request.clock.due_at if request.clock else None,
            hit.id,
            one.urgency.value,
            hit.record.list,
            hit.record.key,
            hit.record.edition,
            hit.summary,
            hit.document_state,
            hit.document_number,
            hit.traveller,
            hit.taken_up_at.trusted,
            request.words,
        )

    def sentences(self) -> tuple[Sentence | str, ...]:
        """The message for a reader, line by line."""
        lines: list[Sentence | str] = [
            say("From {bureau} ({country}) to {to}", bureau=self.bureau, country=self.country, to=self.to),
            say("Request {number} about hit {hit}, {urgency}", number=self.number, hit=self.hit, urgency=self.urgency),
            say("Asked {at}", at=_when(self.asked_at)),
        ]
        if self.due_at is not None:
            lines.append(say("Please answer by {at}.", at=_when(self.due_at)))
        lines += [
            say("Record {key} of the list {list}, edition {edition}", key=self.record, list=self.list,
                edition=self.edition),
            say("Found {at}: {summary}", at=_when(self.taken_up_at), summary=self.summary),
        ]  # fmt: skip
        if self.document_number:
            state, number = self.document_state, self.document_number
            lines.append(say("Document {number} of {state}", number=number, state=state))
        if self.traveller:
            lines.append(say("Traveller {name}", name=self.traveller))
        if self.words:
            lines.append(self.words)
        lines.append(say("Is this record still in force, is it the same person or document, and what shall be done?"))
        return tuple(lines)

    def plain(self) -> dict[str, Any]:
        """The message for a program."""
        return {
            "format": _FORMAT,
            "bureau": {"name": self.bureau, "id": self.bureau_id, "country": self.country},
            "to": self.to,
            "request": self.number,
            "asked_at": self.asked_at.astimezone(UTC).isoformat(),
            "answer_by": self.due_at.astimezone(UTC).isoformat() if self.due_at else None,
            "hit": self.hit,
            "urgency": self.urgency,
            "record": {"list": self.list, "key": self.record, "edition": self.edition},
            "summary": str(self.summary),
            "document": {"state": self.document_state, "number": self.document_number},
            "traveller": self.traveller,
            "taken_up_at": self.taken_up_at.astimezone(UTC).isoformat(),
            "words": self.words,
        }

    def signature(self, key: SigningKey) -> bytes:
        """Over its canonical JSON."""
        return key.sign(Purpose.MESSAGE, canonical(self.plain()).encode())

    def signed(self, key: SigningKey) -> bytes:
        """The file that anybody can check against the bureau's key."""
        whole = {
            "message": self.plain(),
            "key": key.public.raw.hex(),
            "signature": self.signature(key).hex(),
        }
        return json.dumps(whole, indent=2, ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class Checked:
    """A signed message whose signature fits the key that stands in it. Whose key that is must be known otherwise."""

    message: dict[str, Any]
    key: str
    signature: str


def check(data: bytes) -> Checked:
    """Read a signed message. Raises MessageNotSigned."""
    try:
        whole = json.loads(data[:MAX_MESSAGE])
        message, key = whole["message"], bytes.fromhex(whole["key"])
        signature = bytes.fromhex(whole["signature"])
        right = message["format"] == _FORMAT and VerifyingKey(key).verifies(
            Purpose.MESSAGE, canonical(message).encode(), signature
        )
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise MessageNotSigned from error
    if not right:
        raise MessageNotSigned
    return Checked(message, key.hex(), signature.hex())


def seal_lines(signed: bytes) -> list[str]:
    """Key and signature, as lines under a message that is read on paper."""
    found = check(signed)
    return ["", f"Key {found.key}", f"Signature {found.signature}"]


def _when(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
