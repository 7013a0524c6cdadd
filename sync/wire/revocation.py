"""Revocation: the bureau's signed word that a desk must destroy its keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from borderdesk.ids import DeskId
from sync.wire.cbor import Fields, decode, encode, stamp
from sync.wire.refusals import REVOCATION

MAX_REVOCATION: Final = 512
_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Revocation:
    """One desk, and since when. Travels inside `SignedBytes` with purpose REVOCATION."""

    desk: DeskId
    revoked_at: datetime

    def encode(self) -> bytes:
        return encode([_VERSION, self.desk, stamp(self.revoked_at)])

    @classmethod
    def decode(cls, payload: bytes) -> Revocation:
        """Raises Malformed or TooLarge."""
        fields = Fields(decode(payload, REVOCATION, MAX_REVOCATION), REVOCATION, 3)
        if fields.integer() != _VERSION:
            fields.refuse("written by another version of BorderDesk")
        return cls(DeskId(fields.text(64)), fields.time())
