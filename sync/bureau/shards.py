"""The shards in which a desk's copy differs from what was published: computed when one asks, and remembered."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from borderdesk.watchlist import Edition, ListKind, Record, Snapshot
from borderdesk.watchlist.digest import digest_of
from borderdesk.watchlist.shards import Sharding, ShardValues, shard_of, shards_of_rows
from sync.bureau.stored import from_body
from sync.wire.repair import RepairAsked

_AT_ONCE: Final = 50_000
_REMEMBERED: Final = 16
"""Lists whose values are kept: several desks may ask about one edition."""


class ShardBook:
    """The values of the newest editions that somebody asked about. Any thread may ask."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, bytes], ShardValues] = {}
        self._guard = threading.Lock()

    def next_bad(self, edition: Edition, bodies: Iterable[bytes], asked: RepairAsked) -> int | None:
        """The first shard that differs and was not fetched yet. `bodies` is the edition as stored."""
        with self._guard:
            place = (edition.watchlist.name, edition.digest)
            if place not in self._known:
                while len(self._known) >= _REMEMBERED:
                    del self._known[next(iter(self._known))]
                self._known[place] = _values(edition, bodies)
            values = self._known[place]
        return next((shard for shard in asked.values.differing(values) if shard not in asked.have), None)


def shard(edition: Edition, bodies: Iterable[bytes], number: int) -> Snapshot:
    """One shard as a whole list of its own."""
    records = list(_members(edition, bodies, number))
    own = Edition(
        edition.watchlist, edition.number, len(records), digest_of(records), edition.published_at, edition.details
    )
    return Snapshot(own, records)


def _values(edition: Edition, bodies: Iterable[bytes]) -> ShardValues:
    found = Sharding()
    for batch in _batches(bodies):
        if edition.watchlist.kind is ListKind.DOCUMENTS:
            found.add_rows(batch)
        else:
            for body in batch:
                found.add(from_body(body))
    return found.values()


def _members(edition: Edition, bodies: Iterable[bytes], number: int) -> Iterator[Record]:
    for batch in _batches(bodies):
        if edition.watchlist.kind is ListKind.DOCUMENTS:
            where = shards_of_rows(batch)
            yield from (from_body(body) for body, place in zip(batch, where, strict=True) if place == number)
        else:
            yield from (record for body in batch if shard_of((record := from_body(body)).key) == number)


def _batches(bodies: Iterable[bytes]) -> Iterator[list[bytes]]:
    rest = iter(bodies)
    while batch := list(islice(rest, _AT_ONCE)):
        yield batch
