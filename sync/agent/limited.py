"""Somebody at the desk whose key slot does not open the lists: an auditor or a technician (docs/adr/0007)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from borderdesk import journal
from borderdesk.clock import Moment
from borderdesk.errors import KnownError
from borderdesk.people import NotAllowed, Right, Role, Scope, Unlocked, scope_key
from borderdesk.store import translated_os_errors
from borderdesk.words import say
from sync.agent.state import SignedIn

COPY: Final = "journal.copy"
"""The auditor's copy of the journal, beside the store."""

NOTES: Final = "journal.notes"
"""What auditors and technicians did, until somebody opens the store."""

_KEYS: Final = (Scope.JOURNAL, Scope.DIAGNOSTICS)


class CopyMissing(KnownError):
    """No officer has signed in since the program can write the auditor's copy, or it was deleted."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            say("The copy of the journal {path} is not there yet.", path=str(path)),
            safe=say("The journal itself is in the encrypted database and is not touched."),
            todo=say("Let an officer or supervisor sign in once; the copy is written then."),
        )


@dataclass(frozen=True, slots=True)
class Limited:
    """A session without the replica key."""

    folder: Path
    signed_in: SignedIn
    role: Role
    key: bytes

    @classmethod
    def of(cls, folder: Path, unlocked: Unlocked, at: Moment) -> Limited:
        """Somebody whose password was right."""
        return cls(folder, SignedIn.of(unlocked, at), unlocked.role, unlocked.key)

    def __repr__(self) -> str:
        """Without the key."""
        return f"Limited({self.signed_in.account!r}, {self.role.value!r})"

    def note(self, kind: str, at: Moment) -> None:
        """Leave an entry for the journal. Raises DiskFull, DiskFailed."""
        with translated_os_errors(self.folder):
            journal.leave_note(self.folder / NOTES, self.key, kind=kind, who=self.signed_in.account, at=at)

    def journal(self) -> tuple[bytes, list[str]]:
        """The desk's public key and the lines of the copy. Raises NotAllowed, CopyMissing, FrameAltered."""
        if self.role is not Role.AUDITOR:
            raise NotAllowed(self.role, Right.READ_JOURNAL)
        path = self.folder / COPY
        if not path.exists():
            raise CopyMissing(path)
        return journal.read_copy(path, self.key)


def catch_up(db: Database, folder: Path, key: bytes, desk_key: bytes, at: Moment) -> None:
    """Take in the notes left, and bring the auditor's copy up to date, inside the caller's transaction.

    `key` is the replica key. The notes are deleted by `forget_notes`, once the transaction is committed.
    Raises OSError.
    """
    try:
        journal.take_notes(db, folder / NOTES, _keys(key))
    except journal.FrameAltered as error:
        # Said in the journal and kept for whoever looks into it; it must not keep an officer from the lists.
        (folder / NOTES).replace(folder / f"{NOTES}.altered")
        journal.append(db, kind="refused", who="sync", at=at, why="FrameAltered", details={"said": str(error)})
    journal.bring_up_to_date(db, folder / COPY, scope_key(key, Scope.JOURNAL), desk_key)


def forget_notes(folder: Path) -> None:
    """They are in the journal."""
    (folder / NOTES).unlink(missing_ok=True)


def _keys(key: bytes) -> Iterable[bytes]:
    return [scope_key(key, scope) for scope in _KEYS]
