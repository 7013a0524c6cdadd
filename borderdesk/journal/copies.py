"""What people see and do who have no replica key: the auditor's copy of the journal, and the notes they leave.

The copy is the exported journal, sealed to a key that opens nothing else. It is brought up to date whenever the
database is opened and closed; it proves itself by the same hashes and signed segments. A note is an entry that waits in
a sealed file until somebody opens the database; it is then written in its place, once.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlite_utils import Database

from borderdesk.clock import Moment
from borderdesk.ids import AccountId
from borderdesk.journal.chain import append, canonical
from borderdesk.journal.checking import export
from borderdesk.journal.frames import Entropy, append_frames, read_frames, whole_length

_AT_ONCE: Final = 2_000
"""Lines per frame: some 200 KB sealed."""

_NOTE_ID_BYTES: Final = 8


def bring_up_to_date(
    db: Database, path: Path, key: bytes, desk_key: bytes, entropy: Entropy = secrets.token_bytes
) -> None:
    """Put into the copy what the journal has and it has not; all of it where entries were purged or the key is new.

    Inside the caller's transaction. `desk_key` is the public key its segments are signed with. Raises OSError.
    """
    (purged,) = db.conn.execute("SELECT count(*) FROM journal_segments WHERE purged = 1").fetchone()
    check = hashlib.sha256(b"BorderDesk journal copy 1" + key).digest()
    row = db.conn.execute("SELECT check_value, purged, entry, segment, length FROM journal_copy").fetchone()
    goes_on = row is not None and (bytes(row[0]), row[1]) == (check, purged) and path.exists()
    if goes_on and path.stat().st_size >= row[4]:
        entry, segment, length = row[2:]
        lines: Iterable[str] = export(db, since=entry + 1, since_segment=segment + 1)
        target = path
    else:
        length, target = 0, path.with_name(path.name + ".new")
        lines = _with_key(desk_key, export(db))
    length = append_frames(target, length, key, _pieces(lines), entropy)
    if target != path:
        target.replace(path)
    (entry,) = db.conn.execute("SELECT coalesce(max(number), 0) FROM journal").fetchone()
    (segment,) = db.conn.execute("SELECT coalesce(max(first), 0) FROM journal_segments").fetchone()
    db.conn.execute(
        "INSERT OR REPLACE INTO journal_copy VALUES (1, ?, ?, ?, ?, ?)", (check, purged, entry, segment, length)
    )


def read_copy(path: Path, key: bytes) -> tuple[bytes, list[str]]:
    """The desk's public key, and the lines that `verify_export` checks. Raises FrameAltered, OSError."""
    lines = [line for piece in read_frames(path, [key]) for line in piece.decode("ascii").splitlines()]
    if not lines:
        return b"", []
    # Segments first, as in an export; in the copy they stand where they were closed.
    return bytes.fromhex(json.loads(lines[0])["desk_key"]), sorted(lines[1:], key=lambda line: '"segment":' not in line)


def leave_note(
    path: Path, key: bytes, *, kind: str, who: AccountId | str, at: Moment, entropy: Entropy = secrets.token_bytes
) -> None:
    """Leave an entry for the journal without opening the database. Raises OSError."""
    note = {
        "id": entropy(_NOTE_ID_BYTES).hex(),
        "kind": kind,
        "who": who,
        "trusted_at": at.trusted.isoformat(),
        "wall_at": at.wall.isoformat(),
    }
    append_frames(path, whole_length(path), key, [canonical(note).encode("ascii")], entropy)


def take_notes(db: Database, path: Path, keys: Iterable[bytes]) -> int:
    """Write the notes left into the journal, inside the caller's transaction; how many were new.

    The caller deletes the file when the transaction is committed. Raises FrameAltered, OSError.
    """
    taken = 0
    for piece in read_frames(path, keys) if path.exists() else ():
        note: dict[str, Any] = json.loads(piece)
        if db.conn.execute("INSERT OR IGNORE INTO journal_notes VALUES (?)", (note["id"],)).rowcount:
            at = Moment(datetime.fromisoformat(note["trusted_at"]), datetime.fromisoformat(note["wall_at"]))
            append(db, kind=note["kind"], who=note["who"], at=at, details={"late": True})
            taken += 1
    return taken


def _with_key(desk_key: bytes, lines: Iterable[str]) -> Iterator[str]:
    yield canonical({"desk_key": desk_key.hex()})
    yield from lines


def _pieces(lines: Iterable[str]) -> Iterator[bytes]:
    each = iter(lines)
    while some := list(islice(each, _AT_ONCE)):
        yield "\n".join(some).encode("ascii")
