"""Lists that are to be mended: what was asked for, and the shards that have come. Kept in the spool, sealed.

The desk finds out while somebody is signed in that a change does not lead where it should, or that a list is not whole
(`borderdesk replica verify`). It notes what it would hold in each of 256 shards; the exchange fetches, locked or not,
the shards that differ; whoever signs in next has them put in their place, and the whole is proved against the signed
digest.
"""

from __future__ import annotations

from dataclasses import dataclass

from borderdesk.ids import ListName
from sync.agent.spool import Spool
from sync.wire.repair import RepairAsked


@dataclass(frozen=True, slots=True)
class Repair:
    """One list on its way to be mended. `asked` is None until it is known what is to be asked for."""

    list: ListName
    asked: RepairAsked | None
    is_complete: bool
    shards: dict[int, bytes]


class Repairs:
    """What the spool knows of repairs. Methods raise DiskFull or DiskFailed."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool

    def all(self) -> tuple[Repair, ...]:
        """Every list that is to be mended."""
        with self._spool.transaction() as db:
            rows = db.execute("SELECT list, asked, complete FROM repairs ORDER BY list").fetchall()
            came = db.execute("SELECT list, shard, sealed FROM shards").fetchall()
        return tuple(
            Repair(
                ListName(name),
                RepairAsked.decode(bytes(asked)) if asked is not None else None,
                bool(complete),
                {shard: bytes(sealed) for of, shard, sealed in came if of == name},
            )
            for name, asked, complete in rows
        )

    def want(self, name: ListName) -> None:
        """This list is not what it should be."""
        with self._spool.transaction() as db:
            db.execute("INSERT OR IGNORE INTO repairs VALUES (?, NULL, 0)", (name,))

    def ask(self, name: ListName, asked: RepairAsked) -> None:
        """What is to be asked for from now on; what came for another edition is void."""
        with self._spool.transaction() as db:
            db.execute("DELETE FROM shards WHERE list = ?", (name,))
            db.execute("INSERT OR REPLACE INTO repairs VALUES (?, ?, 0)", (name, asked.encode()))

    def add(self, name: ListName, shard: int, sealed: bytes) -> None:
        """One shard has come."""
        with self._spool.transaction() as db:
            db.execute("INSERT OR REPLACE INTO shards VALUES (?, ?, ?)", (name, shard, sealed))

    def complete(self, name: ListName) -> None:
        """No further one differs."""
        with self._spool.transaction() as db:
            db.execute("UPDATE repairs SET complete = 1 WHERE list = ?", (name,))

    def forget(self, name: ListName) -> None:
        """It is mended, or comes whole, or is no list of this desk any more."""
        with self._spool.transaction() as db:
            db.execute("DELETE FROM shards WHERE list = ?", (name,))
            db.execute("DELETE FROM repairs WHERE list = ?", (name,))
