"""Checkpoints: a second, separately held key says which manifest stood under a number.

The key that publishes is online; whoever steals it can publish. The checkpoint key is not: its holder compares what was
published with the bureau's own books now and then, and signs. A desk that once believed another page under that number
knows that somebody else has published in the bureau's name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sync.wire.cbor import Fields, decode, encode, stamp
from sync.wire.manifest import HASH_BYTES, MAX_CHECKPOINT, Scope
from sync.wire.refusals import CHECKPOINT

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Under this number of the scope stood the manifest with this payload hash. Inside `SignedBytes`."""

    scope: Scope
    sequence: int
    hash: bytes
    at: datetime

    def encode(self) -> bytes:
        return encode([_VERSION, self.scope, self.sequence, self.hash, stamp(self.at)])

    @classmethod
    def decode(cls, payload: bytes) -> Checkpoint:
        """Raises Malformed or TooLarge."""
        fields = Fields(decode(payload, CHECKPOINT, MAX_CHECKPOINT), CHECKPOINT, 5)
        if fields.integer() != _VERSION:
            fields.refuse("written by another version of BorderDesk")
        return cls(Scope(fields.text(64)), fields.integer(1), fields.blob(HASH_BYTES, HASH_BYTES), fields.time())
