"""What has come from the bureau into the spool and is still to be used: the page, what leads to it, files, letters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from borderdesk.ids import ListName
from sync.agent.spool_file import SpoolFile
from sync.wire import FileRef, Scope

MOST_PAGES: Final = 1000
"""Manifests whose hash is remembered, to be compared with checkpoints."""


@dataclass(frozen=True, slots=True)
class StagedFile:
    """How much of a file is here. `whole` says that all of it is; its hash may still turn out wrong."""

    file: FileRef
    have: int

    @property
    def left(self) -> int:
        return self.file.length - self.have

    @property
    def whole(self) -> bool:
        return self.have >= self.file.length


class Incoming(SpoolFile):
    """Only what is signed, sealed or public: it lies here while the desk is locked."""

    # --- the page and whom to believe ----------------------------------------------------------------------------

    def manifest(self) -> bytes | None:
        """The newest signed manifest that was believed."""
        return self._get("manifest")

    def keep_manifest(self, signed: bytes) -> None:
        self._put("manifest", signed)

    def forget_manifest(self) -> None:
        """Its signers are no longer believed: begin anew with what the next ones say."""
        with self._transaction() as db:
            db.execute("DELETE FROM state WHERE name = 'manifest'")
            db.execute("DELETE FROM grants")
            db.execute("DELETE FROM pages")

    def assignment(self) -> bytes | None:
        """The signed grant that put this desk into another scope than that of its enrolment."""
        return self._get("assignment")

    def keep_assignment(self, signed: bytes) -> None:
        """Keep the newest such grant of the scope the desk is in."""
        self._put("assignment", signed)

    def move(self, assignment: bytes, manifest: bytes, held: Iterable[ListName]) -> None:
        """Belong to another scope: its page in the place of the one before, in one transaction.

        `held` are the lists that go on from the edition held here; the others come whole.
        """
        kept = set(held)
        with self._transaction() as db:
            put = "INSERT OR REPLACE INTO state VALUES (?, ?)"
            db.executemany(put, [("assignment", assignment), ("manifest", manifest)])
            # Pages are numbered by scope, and the keys of the scope before are of no use here any more.
            db.execute("DELETE FROM pages")
            db.execute("DELETE FROM grants")
            for (name,) in db.execute("SELECT list FROM held").fetchall():
                if name not in kept:
                    db.execute("DELETE FROM held WHERE list = ?", (name,))

    def roots(self) -> tuple[bytes, ...]:
        """The roots that were followed, in order."""
        with self._transaction() as db:
            rows = db.execute("SELECT signed FROM roots ORDER BY version").fetchall()
        return tuple(bytes(signed) for (signed,) in rows)

    def keep_root(self, version: int, signed: bytes) -> None:
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO roots VALUES (?, ?)", (version, signed))

    def page_hash(self, sequence: int) -> bytes | None:
        """The hash of the manifest that was believed under a number, if any was."""
        with self._transaction() as db:
            row = db.execute("SELECT hash FROM pages WHERE sequence = ?", (sequence,)).fetchone()
        return bytes(row[0]) if row else None

    def keep_page_hash(self, sequence: int, hash_: bytes) -> None:
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO pages VALUES (?, ?)", (sequence, hash_))
            db.execute("DELETE FROM pages WHERE sequence <= ?", (sequence - MOST_PAGES,))

    def grant(self, scope: Scope, epoch: int) -> bytes | None:
        """The signed key grant for an epoch."""
        with self._transaction() as db:
            row = db.execute("SELECT signed FROM grants WHERE scope = ? AND epoch = ?", (scope, epoch)).fetchone()
        return bytes(row[0]) if row else None

    def keep_grant(self, scope: Scope, epoch: int, signed: bytes) -> None:
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO grants VALUES (?, ?, ?)", (scope, epoch, signed))

    # --- files ---------------------------------------------------------------------------------------------------

    def staged(self, file: FileRef) -> StagedFile:
        """How much of a file is here, from its beginning on."""
        with self._transaction() as db:
            row = db.execute(
                "SELECT start + length(bytes) FROM pieces WHERE file = ? ORDER BY start DESC LIMIT 1", (file.name,)
            ).fetchone()
        return StagedFile(file, row[0] if row else 0)

    def add_piece(self, staged: StagedFile, data: bytes) -> StagedFile:
        """Keep the next piece of a file."""
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO pieces VALUES (?, ?, ?)", (staged.file.name, staged.have, data))
        return StagedFile(staged.file, staged.have + len(data))

    def read(self, file: FileRef) -> bytes:
        """What is here of a file."""
        with self._transaction() as db:
            rows = db.execute("SELECT bytes FROM pieces WHERE file = ? ORDER BY start", (file.name,)).fetchall()
        return b"".join(bytes(data) for (data,) in rows)

    def drop(self, file: FileRef) -> None:
        """Forget a file: it was altered, or is no longer needed."""
        with self._transaction() as db:
            db.execute("DELETE FROM pieces WHERE file = ?", (file.name,))

    def keep_only(self, files: Iterable[FileRef]) -> None:
        """Forget pieces of all other files, but not of shards that mend a list."""
        wanted = {file.name for file in files}
        with self._transaction() as db:
            wanted |= {bytes(name).hex() for (name,) in db.execute("SELECT file FROM shards")}
            for (name,) in db.execute("SELECT DISTINCT file FROM pieces").fetchall():
                if name not in wanted:
                    db.execute("DELETE FROM pieces WHERE file = ?", (name,))

    def held(self) -> dict[ListName, int]:
        """Which edition of each list the replica holds, as it last said."""
        with self._transaction() as db:
            return {ListName(name): int(edition) for name, edition in db.execute("SELECT list, edition FROM held")}

    def forget_held(self, names: Iterable[ListName]) -> None:
        """These lists are held in another share than the one wanted: they come whole."""
        with self._transaction() as db:
            db.executemany("DELETE FROM held WHERE list = ?", [(name,) for name in names])

    def note_held(self, held: Mapping[ListName, int]) -> None:
        """Take note of what the replica holds, so that a locked desk knows what to fetch."""
        with self._transaction() as db:
            db.execute("DELETE FROM held")
            db.executemany("INSERT INTO held VALUES (?, ?)", list(held.items()))

    # --- letters -------------------------------------------------------------------------------------------------

    def letters_held(self) -> int:
        """Up to which number every letter is here: 0 where none is."""
        with self._transaction() as db:
            (number,) = db.execute(
                "SELECT coalesce(min(number), 1) - 1 FROM (SELECT 1 AS number UNION SELECT number + 1 FROM letters)"
                " WHERE number NOT IN (SELECT number FROM letters)"
            ).fetchone()
        return int(number)

    def keep_letter(self, number: int, signed: bytes) -> bool:
        """Keep a letter that was verified. False where it was here before."""
        with self._transaction() as db:
            return db.execute("INSERT OR IGNORE INTO letters VALUES (?, ?)", (number, signed)).rowcount == 1

    def letters(self) -> tuple[bytes, ...]:
        """The signed letters that the store has not taken in yet, in their order."""
        with self._transaction() as db:
            rows = db.execute("SELECT signed FROM letters WHERE signed IS NOT NULL ORDER BY number").fetchall()
        return tuple(bytes(signed) for (signed,) in rows)

    def forget_letters(self, numbers: Iterable[int]) -> None:
        """The store has taken these in; their numbers stay known."""
        with self._transaction() as db:
            db.executemany("UPDATE letters SET signed = NULL WHERE number = ?", [(number,) for number in numbers])

    def refuse_letter(self, signed: bytes) -> None:
        """A letter that is no longer believed: it is asked for again."""
        with self._transaction() as db:
            db.execute("DELETE FROM letters WHERE signed = ?", (signed,))
