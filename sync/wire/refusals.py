"""Why bytes were refused: one class per reason, each with its own sentences.

All are `TamperingError`: what arrived is thrown away, what is held stays in use, the journal keeps the reason.
"""

from __future__ import annotations

from borderdesk.errors import TamperingError
from borderdesk.words import Sentence, say

STAYS = say("It was refused; the lists already held stay in use.")
"""What is safe after nearly every refusal."""

AGAIN = say("Fetch it again; if the same message comes back, tell the bureau its exact words.")

MANIFEST = say("manifest")
EDITION = say("edition file")
GRANT = say("key grant")
ENVELOPE = say("upload")
RECEIPT = say("receipt")
LETTER = say("letter")
ENROLMENT = say("enrolment message")
BATCH = say("batch of uploads")
REPAIR = say("repair of a list")
RELAY = say("exchange between desks of the post")
RECEIPTS = say("batch of receipts")
ORDER = say("order")
REVOCATION = say("revocation")
ROOT = say("root of trust")
CHECKPOINT = say("checkpoint")
AGREEMENT = say("agreement")
STICK = say("file on the stick")


class Refused(TamperingError):
    """The root of this room's refusals."""

    def __init__(self, happened: Sentence, *, safe: Sentence = STAYS, todo: Sentence = AGAIN) -> None:
        super().__init__(happened, safe=safe, todo=todo)


class Malformed(Refused):
    """The bytes are not in the one form that is accepted. `detail` is for the technician, in English."""

    def __init__(self, what: Sentence, detail: str) -> None:
        super().__init__(say("The {what} that arrived is not in the agreed form ({detail}).", what=what, detail=detail))


class TooLarge(Refused):
    """More bytes than such a thing may have: an endless stream, or a bomb."""

    def __init__(self, what: Sentence, limit: int) -> None:
        super().__init__(
            say("The {what} that arrived is larger than the {limit} bytes it may have.", what=what, limit=limit)
        )


class BadSignature(Refused):
    """Too few of the known keys signed exactly these bytes."""

    def __init__(self, what: Sentence) -> None:
        super().__init__(
            say("The {what} that arrived does not carry a valid signature of the one it should come from.", what=what)
        )


class WrongLength(Refused):
    """A file is longer or shorter than the signed manifest says."""

    def __init__(self, name: str, length: int, expected: int) -> None:
        super().__init__(
            say(
                "The file {name} has {length} bytes; the bureau signed one of {expected}.",
                name=name,
                length=length,
                expected=expected,
            )
        )


class WrongHash(Refused):
    """A file is not the one the signed manifest names."""

    def __init__(self, name: str) -> None:
        super().__init__(say("The file {name} is not the one the bureau signed; its content was altered.", name=name))


class WrongEdition(Refused):
    """A file is genuine, but holds another list or edition than the manifest says: mix and match."""

    def __init__(self, name: str, found: str, expected: str) -> None:
        super().__init__(
            say(
                "The file {name} holds {found} where the bureau signed {expected}.",
                name=name,
                found=found,
                expected=expected,
            )
        )


class AlteredChunk(Refused):
    """A chunk of an encrypted file does not authenticate: altered, moved, cut off, or under another key."""

    def __init__(self, number: int) -> None:
        super().__init__(
            say("Part {number} of an encrypted file does not open: it was altered, moved or cut off.", number=number)
        )


class WrongRecipient(Refused):
    """A sealed thing is addressed to somebody else, or does not open with our key."""

    def __init__(self, what: Sentence, addressed: str, us: str) -> None:
        super().__init__(
            say(
                "The {what} that arrived is sealed to {addressed} and cannot be opened as {us}.",
                what=what,
                addressed=addressed,
                us=us,
            ),
            todo=say("Check that the carrier is meant for this desk; otherwise tell the bureau."),
        )


class UnknownDesk(Refused):
    """An upload comes from a desk the bureau does not know, or has revoked."""

    def __init__(self, desk: str) -> None:
        super().__init__(
            say("An upload claims to come from the desk {desk}, which is not enrolled here.", desk=desk),
            safe=say("It was refused; nothing was stored."),
            todo=say("If the desk should be known, enrol it again."),
        )


class AlteredReceipt(Refused):
    """A receipt is for other content than what waits under that counter."""

    def __init__(self, counter: int) -> None:
        super().__init__(
            say("The receipt for upload {counter} is for other content than was queued.", counter=counter),
            safe=say("The upload stays in the outbox, unchanged."),
        )


class WrongCode(Refused):
    """An enrolment message was not made with the enrolment code."""

    def __init__(self) -> None:
        super().__init__(
            say("The enrolment answer was not made by somebody who knows the enrolment code."),
            safe=say("Nothing was enrolled and no key was accepted."),
            todo=say("Check the code; if it is right, ask the bureau for a new one and use another way to reach it."),
        )
