"""The journal carried out of the desk, for an auditor who has no access to it."""

from __future__ import annotations

import os
from pathlib import Path

from borderdesk.errors import KnownError
from borderdesk.people import Right, require
from borderdesk.words import say
from sync.agent.session import Session
from sync.agent.unlocked import NobodySignedIn


class NotExported(KnownError):
    """The journal could not be written where it should be."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            say("The file {path} could not be written ({reason}).", path=str(path), reason=reason),
            safe=say("The journal is unchanged. What was there before was not touched."),
            todo=say("Name a file that does not exist yet, on a disk with room."),
        )


class Auditing(Session):
    """Exports. Reading the journal is in `Session`, because it needs no more than the session."""

    def export_journal(self, path: Path) -> int:
        """Write the whole journal as lines of JSON, into a file that is new; how many lines.

        It is journalled first, so that an export is in itself. After any failure no part of a file is left.
        Raises NobodySignedIn, NotAllowed, DiskFull, NotExported, CopyMissing, FrameAltered.
        """
        who = self._unlocked or self._limited
        if who is None:
            raise NobodySignedIn
        require(who.role, Right.EXPORT_JOURNAL)
        self.note("journal export")
        _, lines = self.journal_lines()
        made = False
        try:
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as out:
                made = True
                out.writelines(f"{line}\n" for line in lines)
                out.flush()
                os.fsync(out.fileno())
        except OSError as error:
            if made:
                path.unlink(missing_ok=True)
            raise NotExported(path, error.strerror or str(error)) from error
        return len(lines)
