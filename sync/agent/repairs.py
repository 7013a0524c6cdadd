"""Lists that are to be mended: what was asked for, and the shards that have come. Kept in the spool, sealed.

The desk finds out while somebody is signed in that a change does not lead where it should, or that a list is not whole
(`borderdesk replica verify`). It notes what it would hold in each of 256 shards; the exchange fetches, locked or not,
the shards that differ, in pieces; whoever signs in next has them put in their place, and the whole is proved against
the signed digest. A stick cannot be asked: from there the whole list is taken, and the shards are found in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from borderdesk.ids import ListName
from borderdesk.watchlist import ListKind
from sync.agent.incoming import StagedFile
from sync.agent.spool import Spool
from sync.wire import FileRef, FileRole, check_file
from sync.wire.repair import RepairAsked


@dataclass(frozen=True, slots=True)
class Repair:
    """One list on its way to be mended. `asked` is None until it is known what is to be asked for.

    `shards` are those that were named so far; `is_complete` says that no further one differs, and all are here.
    """

    list: ListName
    asked: RepairAsked | None
    is_complete: bool
    shards: dict[int, StagedFile]


class Repairs:
    """What the spool knows of repairs. Methods raise DiskFull or DiskFailed."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool

    def all(self) -> tuple[Repair, ...]:
        """Every list that is to be mended."""
        with self._spool.transaction() as db:
            rows = db.execute("SELECT list, asked, complete FROM repairs ORDER BY list").fetchall()
            named = db.execute("SELECT list, shard, file, length FROM shards ORDER BY shard").fetchall()
        return tuple(
            Repair(
                ListName(name),
                RepairAsked.decode(bytes(asked)) if asked is not None else None,
                bool(complete),
                {
                    shard: self._spool.staged(_file(bytes(file), length))
                    for of, shard, file, length in named
                    if of == name
                },
            )
            for name, asked, complete in rows
        )

    def wanted(self) -> frozenset[ListName]:
        """The lists that are to be mended."""
        with self._spool.transaction() as db:
            return frozenset(ListName(name) for (name,) in db.execute("SELECT list FROM repairs"))

    def read(self, staged: StagedFile) -> bytes:
        """A shard that is here, sealed. Raises WrongHash or WrongLength."""
        data = self._spool.read(staged.file)
        check_file(staged.file, data)
        return data

    def want(self, name: ListName) -> None:
        """This list is not what it should be."""
        with self._spool.transaction() as db:
            db.execute("INSERT OR IGNORE INTO repairs VALUES (?, NULL, 0)", (name,))

    def ask(self, name: ListName, asked: RepairAsked) -> None:
        """What is to be asked for from now on; what came for another edition is void."""
        with self._spool.transaction() as db:
            db.execute("DELETE FROM shards WHERE list = ?", (name,))
            db.execute("INSERT OR REPLACE INTO repairs VALUES (?, ?, 0)", (name, asked.encode()))

    def add(self, name: ListName, shard: int, sha256: bytes, length: int) -> None:
        """One more shard differs: this file is it."""
        with self._spool.transaction() as db:
            db.execute("INSERT OR REPLACE INTO shards VALUES (?, ?, ?, ?)", (name, shard, sha256, length))

    def drop(self, name: ListName, shard: int) -> None:
        """What came of a shard is not what was named: it is asked for again."""
        with self._spool.transaction() as db:
            db.execute("DELETE FROM shards WHERE list = ? AND shard = ?", (name, shard))

    def complete(self, name: ListName) -> None:
        """No further one differs."""
        with self._spool.transaction() as db:
            db.execute("UPDATE repairs SET complete = 1 WHERE list = ?", (name,))

    def forget(self, name: ListName) -> None:
        """It is mended, or comes whole, or is no list of this desk any more."""
        with self._spool.transaction() as db:
            db.execute("DELETE FROM shards WHERE list = ?", (name,))
            db.execute("DELETE FROM repairs WHERE list = ?", (name,))


def _file(sha256: bytes, length: int) -> FileRef:
    """A shard's file, as far as the spool needs to know it."""
    return FileRef(sha256, length, FileRole.SNAPSHOT, 0, 1, ListKind.DOCUMENTS)
