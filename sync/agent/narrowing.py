"""What is wrong with a copy, found beside the whole list itself: the shards that differ, and what belongs into them.

By link the bureau is asked, so that little travels. From a stick, or another desk of the post, the whole list comes
anyway, and nobody need be asked. It is read block by block; only what differs is ever held.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from borderdesk.ids import RecordKey
from borderdesk.watchlist import Delta, DocumentColumns, Record, Snapshot
from borderdesk.watchlist.shards import ShardValues, in_shard, sharding


@dataclass(frozen=True, slots=True)
class WholeList:
    """A whole list and the changes after it, as they were published."""

    first: Snapshot
    deltas: Sequence[Delta]

    def shards_differing(self, held: ShardValues) -> dict[int, list[Record]]:
        """The shards in which a copy with these values differs, each with the records that belong into it.

        Raises Malformed where the list cannot be read.
        """
        after: dict[RecordKey, Record | None] = {}
        for delta in self.deltas:
            after.update((gone.key, None) for gone in delta.withdrawals)
            after.update((record.key, record) for record in delta.records)
        come = [record for record in after.values() if record is not None]
        true = sharding([*self._records(after), *come], self._columns(after)).values()
        wrong = true.differing(held)
        return {shard: list(in_shard(shard, [*self._records(after), *come], self._columns(after))) for shard in wrong}

    def _records(self, but: Container[RecordKey]) -> Iterator[Record]:
        return (record for record in self.first.records if record.key not in but)

    def _columns(self, but: Mapping[RecordKey, object]) -> Iterator[DocumentColumns]:
        for block in self.first.columns:
            if not but:
                yield block
                continue
            stay = np.array([document.key not in but for document in block.documents()], bool)
            yield block.take(np.flatnonzero(stay))
