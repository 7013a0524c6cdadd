"""Asking the bureau for the shards in which a desk's copy differs. Pure.

Desk: `POST /v1/shards/<list>` with the edition it wants to be at, the values of its 256 shards, and which of them it
has fetched already. Bureau: the first other shard that differs, as the name and length of an edition file, which is
sealed, and fetched in pieces, like any other; or that none does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from borderdesk.watchlist.shards import SHARDS, VALUE_BYTES, ShardValues
from sync.wire.cbor import Fields, decode, encode
from sync.wire.refusals import REPAIR

MAX_ASKED: Final = 16 * 1024
MAX_SHARD: Final = 8 * 1024 * 1024
MAX_GIVEN: Final = 128
_VERSION: Final = 2
_HASH_BYTES: Final = 32
_MOST_DIGEST: Final = 64


@dataclass(frozen=True, slots=True)
class RepairAsked:
    """What a desk would hold at an edition, named by number and state digest, and which shards it has fetched."""

    number: int
    digest: bytes
    values: ShardValues
    have: tuple[int, ...]

    def encode(self) -> bytes:
        return encode([_VERSION, self.number, self.digest, self.values.packed, list(self.have)])

    @classmethod
    def decode(cls, data: bytes) -> RepairAsked:
        """Raises Malformed or TooLarge."""
        fields = Fields(decode(data, REPAIR, MAX_ASKED), REPAIR, 5)
        if fields.integer() != _VERSION:
            fields.refuse("written by another version of BorderDesk")
        number, digest = fields.integer(1), fields.blob(_MOST_DIGEST)
        size = SHARDS * VALUE_BYTES
        values = ShardValues(fields.blob(size, size))
        have = fields.array(SHARDS)
        inner = Fields(have, REPAIR, len(have))
        return cls(number, digest, values, tuple(inner.integer(0, SHARDS - 1) for _ in have))


@dataclass(frozen=True, slots=True)
class RepairGiven:
    """One shard: the hash and length of its file. `shard` is None where no further one differs."""

    shard: int | None
    sha256: bytes = b""
    length: int = 0

    def encode(self) -> bytes:
        return encode([_VERSION] if self.shard is None else [_VERSION, self.shard, self.sha256, self.length])

    @classmethod
    def decode(cls, data: bytes) -> RepairGiven:
        """Raises Malformed or TooLarge."""
        value = decode(data, REPAIR, MAX_GIVEN)
        ended = isinstance(value, list) and len(value) == 1
        fields = Fields(value, REPAIR, 1 if ended else 4)
        if fields.integer() != _VERSION:
            fields.refuse("written by another version of BorderDesk")
        if ended:
            return cls(None)
        return cls(fields.integer(0, SHARDS - 1), fields.blob(_HASH_BYTES, _HASH_BYTES), fields.integer(1, MAX_SHARD))
