"""Key grants: the epoch key of a scope, sealed to one desk and signed by the bureau."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from borderdesk.ids import DeskId
from sync.wire.cbor import Fields, decode, encode
from sync.wire.chunks import KEY_BYTES
from sync.wire.manifest import Scope
from sync.wire.refusals import GRANT, Malformed, WrongRecipient
from sync.wire.sealing import OVERHEAD, NotSealedToUs, SealingPrivateKey, SealingPublicKey

MAX_GRANT: Final = 4096
_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class EpochKey:
    """What the editions of one scope are encrypted under until the next epoch. 32 bytes."""

    scope: Scope
    epoch: int
    key: bytes

    def __repr__(self) -> str:
        return f"EpochKey(scope={self.scope!r}, epoch={self.epoch})"


@dataclass(frozen=True, slots=True)
class KeyGrant:
    """One desk's wrap of one epoch key. Travels inside `SignedBytes` with purpose GRANT."""

    desk: DeskId
    scope: Scope
    epoch: int
    wrap: bytes

    def encode(self) -> bytes:
        return encode([_VERSION, self.desk, self.scope, self.epoch, self.wrap])

    @classmethod
    def decode(cls, payload: bytes) -> KeyGrant:
        """Raises Malformed or TooLarge."""
        fields = Fields(decode(payload, GRANT, MAX_GRANT), GRANT, 5)
        if fields.integer() != _VERSION:
            fields.refuse("written by another version of BorderDesk")
        size = KEY_BYTES + OVERHEAD
        return cls(DeskId(fields.text(64)), Scope(fields.text(64)), fields.integer(1), fields.blob(size, size))

    @classmethod
    def make(cls, key: EpochKey, desk: DeskId, recipient: SealingPublicKey) -> KeyGrant:
        return cls(desk, key.scope, key.epoch, recipient.seal(key.key, _context(desk, key.scope, key.epoch)))

    def open(self, desk: DeskId, key: SealingPrivateKey) -> EpochKey:
        """The epoch key, for the desk it is meant for. Raises WrongRecipient or Malformed."""
        if self.desk != desk:
            raise WrongRecipient(GRANT, self.desk, desk)
        try:
            secret = key.open(self.wrap, _context(self.desk, self.scope, self.epoch))
        except NotSealedToUs as error:
            raise WrongRecipient(GRANT, self.desk, desk) from error
        if len(secret) != KEY_BYTES:
            raise Malformed(GRANT, "an epoch key of odd length")
        return EpochKey(self.scope, self.epoch, secret)


def _context(desk: DeskId, scope: Scope, epoch: int) -> bytes:
    return encode(["BorderDesk/1 epoch key", desk, scope, epoch])
