"""A list in 256 shards by the hash of each record's key, so that what is wrong with a copy can be narrowed down.

Two sides that hold the same edition have the same 256 values; where one differs, the records of this shard alone are
fetched again. Nothing is believed because of them: what results must have the edition's signed digest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import numpy as np

from borderdesk.ids import RecordKey
from borderdesk.watchlist.columns import DocumentColumns
from borderdesk.watchlist.digest import DOCUMENT_HEADER, StateDigest
from borderdesk.watchlist.records import Record

SHARDS: Final = 256
VALUE_BYTES: Final = 32
_STATE, _TYPE = slice(1, 4), slice(4, 6)
"""Where a document's canonical bytes say them (`DOCUMENT_HEADER`)."""


@dataclass(frozen=True, slots=True)
class ShardValues:
    """One value per shard. Raises ValueError where they are not 256 of 32 bytes."""

    packed: bytes

    def __post_init__(self) -> None:
        if len(self.packed) != SHARDS * VALUE_BYTES:
            raise ValueError(f"{len(self.packed)} bytes are not the values of {SHARDS} shards")

    def differing(self, other: ShardValues) -> tuple[int, ...]:
        """The shards in which two sides do not hold the same."""
        places = ((shard, slice(shard * VALUE_BYTES, (shard + 1) * VALUE_BYTES)) for shard in range(SHARDS))
        return tuple(shard for shard, place in places if self.packed[place] != other.packed[place])


def shard_of(key: RecordKey) -> int:
    """The shard a record belongs to."""
    return sha256(key.encode()).digest()[0]


def shards_of_rows(rows: Sequence[bytes]) -> list[int]:
    """The shards of many documents, given as their `record_bytes`."""
    end = DOCUMENT_HEADER.size
    return [
        sha256(b"/".join((row[_STATE].rstrip(b"\0"), row[_TYPE].rstrip(b"\0"), row[end:]))).digest()[0] for row in rows
    ]


class Sharding:
    """The values of a list's shards, while its records go by."""

    def __init__(self) -> None:
        self._digests = [StateDigest() for _ in range(SHARDS)]
        self.rows = 0

    def add(self, record: Record) -> None:
        """One record."""
        self._digests[shard_of(record.key)].add(record)
        self.rows += 1

    def add_block(self, block: DocumentColumns) -> None:
        """Many documents."""
        self.add_rows(block.record_bytes())

    def add_rows(self, rows: Sequence[bytes]) -> None:
        """Many documents, given as their `record_bytes`."""
        for shard, members in _grouped(shards_of_rows(rows)):
            self._digests[shard].add_bytes([rows[place] for place in members])
        self.rows += len(rows)

    def remove_block(self, block: DocumentColumns) -> None:
        """Many documents that went by and count no longer."""
        rows = block.record_bytes()
        for shard, members in _grouped(shards_of_rows(rows)):
            self._digests[shard].remove_bytes([rows[place] for place in members])
        self.rows -= len(rows)

    def values(self) -> ShardValues:
        """What the two sides compare."""
        return ShardValues(b"".join(digest.value() for digest in self._digests))

    def whole(self) -> StateDigest:
        """The digest of the whole list."""
        whole = StateDigest()
        for digest in self._digests:
            whole.combine(digest)
        return whole


def sharding(records: Iterable[Record], columns: Iterable[DocumentColumns] = ()) -> Sharding:
    """The shards of a whole list."""
    found = Sharding()
    for record in records:
        found.add(record)
    for block in columns:
        found.add_block(block)
    return found


def in_shard(shard: int, records: Iterable[Record], columns: Iterable[DocumentColumns] = ()) -> Iterator[Record]:
    """The records of one shard."""
    yield from (record for record in records if shard_of(record.key) == shard)
    for block in columns:
        members = np.flatnonzero(np.array(shards_of_rows(block.record_bytes())) == shard)
        if len(members):
            yield from block.take(members).documents()


def _grouped(shards: list[int]) -> Iterator[tuple[int, list[int]]]:
    members: dict[int, list[int]] = {}
    for place, shard in enumerate(shards):
        members.setdefault(shard, []).append(place)
    yield from members.items()
