"""What every carrier can do, and how it fails. A carrier moves bytes and is never believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from borderdesk.errors import KnownError, TamperingError
from borderdesk.words import Sentence, say
from sync.wire import Scope
from sync.wire.manifest import ANY

SAFE = say("Nothing was lost: what waits is kept, and the lists already held stay in use.")


class LinkDown(KnownError):
    """The bureau could not be reached, or the connection broke."""

    def __init__(self, reason: Sentence) -> None:
        super().__init__(
            say("The link to the bureau is down: {reason}.", reason=reason),
            safe=SAFE,
            todo=say("Go on working; the desk tries again by itself. For urgent reports use the telephone or a stick."),
        )
        self.reason = reason


class HungUp(LinkDown):
    """This program ended the connection, because it ends itself. It says nothing about the link."""

    def __init__(self) -> None:
        super().__init__(say("the program is being closed"))


class NotAccepted(KnownError):
    """The bureau answers, but not to this desk. `proof` is the signed revocation, if one came along."""

    def __init__(self, proof: bytes = b"") -> None:
        self.proof = proof
        super().__init__(
            say("The bureau does not accept this desk."),
            safe=SAFE,
            todo=say("Call the bureau: the desk may have been revoked, or must be enrolled again."),
        )


class NotThere(KnownError):
    """The bureau, or the stick, has no such thing."""

    def __init__(self, what: str) -> None:
        super().__init__(
            say("The other side does not have {what}.", what=what),
            safe=SAFE,
            todo=say("The desk asks again later; if this message stays, tell the bureau."),
        )


class Impostor(TamperingError):
    """Whoever answers does not hold the bureau's certificate."""

    def __init__(self) -> None:
        super().__init__(
            say("Somebody who is not the bureau answers at the bureau's address."),
            safe=SAFE,
            todo=say("Tell the bureau; go on working and use the stick until it is resolved."),
        )


@dataclass(frozen=True, slots=True)
class Traffic:
    """Bytes so far, requests and answers with their headers, without what TLS and TCP add."""

    sent: int = 0
    received: int = 0
    requests: int = 0


class Carrier(Protocol):
    """Something between a desk and its bureau. Every method raises LinkDown; those that name a thing, NotThere."""

    @property
    def traffic(self) -> Traffic:
        """What went through so far."""
        ...

    @property
    def newest(self) -> int:
        """The newest manifest number the other side has mentioned, 0 if none. A hint, not signed."""
        ...

    @property
    def newest_letter(self) -> int:
        """The newest letter to this desk that the other side has mentioned, 0 if none. A hint, not signed."""
        ...

    def manifest(self, have: int, wait: float, letters: int = 0, scope: Scope = ANY) -> bytes | None:
        """The signed manifest, if there is one numbered above `have`; waits up to `wait` seconds for it.

        A letter numbered above `letters` ends the wait too. `have` counts in `scope`: a desk that was put into another
        one gets that one's manifest.
        """
        ...

    def letters(self, after: int) -> tuple[bytes, ...]:
        """Signed letters to this desk numbered above `after`, some or all of them."""
        ...

    def piece(self, name: str, start: int, length: int) -> bytes:
        """At least one and at most `length` bytes of the file of that name, from `start` on.

        Fewer than asked for where the connection broke in between: what arrived is not fetched again.
        """
        ...

    def grant(self, scope: Scope, epoch: int) -> bytes:
        """The signed key grant for this desk."""
        ...

    def root(self, version: int) -> bytes:
        """The bureau's root of trust of that version."""
        ...

    def takes_uploads(self) -> bool:
        """Whether uploads handed to it are on their way to the bureau."""
        ...

    def send(self, envelopes: Sequence[bytes]) -> tuple[bytes, ...]:
        """Hand over sealed uploads; the signed receipts that came back, in any order. Some may be missing."""
        ...

    def receipts(self) -> tuple[bytes, ...]:
        """Signed receipts that came by themselves, for what an earlier carrier took along."""
        ...
