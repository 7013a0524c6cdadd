"""The short codes of (state, type) pairs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from sqlite_utils import Database

from borderdesk.watchlist import DocumentColumns


class Kinds:
    """Codes are only ever added, so what was read from a committed state once stays true.

    Make one for reading and keep it; make a fresh one for each transaction that may add codes.
    """

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], int] = {}
        self._kinds: dict[int, tuple[str, str]] = {}

    def of(self, db: Database, code: int) -> tuple[str, str]:
        """State and type of a code."""
        if code not in self._kinds:
            self._read(db)
        return self._kinds[code]

    def find(self, db: Database, state: str, type_: str) -> int | None:
        """The code of a pair, or None where no list has held it."""
        if (state, type_) not in self._codes:
            self._read(db)
        return self._codes.get((state, type_))

    def code(self, db: Database, state: str, type_: str) -> int:
        """The code of a pair, given one now where it has none. `db` is the writing database."""
        if self.find(db, state, type_) is None:
            db.conn.execute("INSERT INTO document_kinds (state, type) VALUES (?, ?)", (state, type_))
            self._read(db)
        return self._codes[state, type_]

    def codes(self, db: Database, block: DocumentColumns) -> npt.NDArray[np.int64]:
        """The codes of all kinds of a block."""
        return np.array([self.code(db, *kind) for kind in block.kinds], np.int64)

    def all(self, db: Database) -> dict[int, tuple[str, str]]:
        """State and type of every code."""
        self._read(db)
        return dict(self._kinds)

    def _read(self, db: Database) -> None:
        for code, state, type_ in db.conn.execute("SELECT code, state, type FROM document_kinds"):
            self._codes[state, type_] = code
            self._kinds[code] = (state, type_)
