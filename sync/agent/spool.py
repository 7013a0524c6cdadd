"""The spool: what waits at the desk on its way in or out, kept beside the encrypted store.

Plain SQLite, because it must work while the desk is locked: it holds only what is sealed, signed or public. Everything
a restart needs is here, so that nothing is ever fetched or sent from the beginning again. Used by any thread, also of
another process: each method is one short transaction.
"""

from __future__ import annotations

from pathlib import Path

from sync.agent.incoming import Incoming
from sync.agent.marks import Marks
from sync.agent.outgoing import Outgoing
from sync.agent.spool_file import connect


class Spool(Outgoing, Incoming, Marks):
    """An open spool. Made by `open_spool`; close it when done. Methods raise DiskFull or DiskFailed."""

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_spool(path: Path) -> Spool:
    """Open the spool, making it where there is none. Raises DiskFull or DiskFailed."""
    return Spool(path, connect(path))
