"""The table of one list of travel documents: filling, changing, searching it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
from sqlite_utils import Database

from borderdesk.replica.numbers import Written, near_entries, read_number, write_number, write_numbers
from borderdesk.replica.schema import day_number, day_numbers, day_of_number, document_table
from borderdesk.watchlist import DocumentColumns, TravelDocument
from borderdesk.watchlist.columns import STATUS_OF
from borderdesk.watchlist.digest import STATUS_CODES, StateDigest, record_bytes

_BLOCK: Final = 100_000


class Kinds:
    """The short codes of (state, type) pairs. Codes are only ever added, so what was read once stays true."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._codes: dict[tuple[str, str], int] = {}
        self._kinds: dict[int, tuple[str, str]] = {}
        self._read()

    def __getitem__(self, code: int) -> tuple[str, str]:
        """State and type of a code."""
        if code not in self._kinds:
            self._read()
        return self._kinds[code]

    def find(self, state: str, type_: str) -> int | None:
        """The code of a pair, or None where no list has held it."""
        if (state, type_) not in self._codes:
            self._read()
        return self._codes.get((state, type_))

    def code(self, db: Database, state: str, type_: str) -> int:
        """The code of a pair, given one now where it has none. `db` is the writing database."""
        known = self.find(state, type_)
        if known is None:
            db.conn.execute("INSERT INTO document_kinds (state, type) VALUES (?, ?)", (state, type_))
            (known,) = db.conn.execute(
                "SELECT code FROM document_kinds WHERE state = ? AND type = ?", (state, type_)
            ).fetchone()
        return int(known)

    def _read(self) -> None:
        for code, state, type_ in self._db.conn.execute("SELECT code, state, type FROM document_kinds"):
            self._codes[state, type_] = code
            self._kinds[code] = (state, type_)


class DocumentTable:
    """One list's documents in `db`, which must be the writing database for whatever changes them."""

    def __init__(self, db: Database, slot: int, kinds: Kinds) -> None:
        self._db = db
        self._name = document_table(slot)
        self._kinds = kinds

    def load(self, blocks: Iterable[DocumentColumns], digest: StateDigest) -> int:
        """Put documents into the empty table, in the order of its index, and into the digest. Returns how many.

        Raises the database's IntegrityError where a document comes twice.
        """
        rows = 0
        for block in _sorted(blocks):
            digest.add_bytes(block.record_bytes())
            self._insert(block)
            rows += len(block)
        return rows

    def _insert(self, block: DocumentColumns) -> None:
        skeletons, rests, variants = write_numbers(block.characters())
        codes = np.array([self._kinds.code(self._db, *kind) for kind in block.kinds], np.int64)
        self._db.conn.executemany(
            f"INSERT INTO {self._name} VALUES (?, ?, ?, ?, ?, ?, ?)",
            zip(
                skeletons.tolist(),
                rests,
                variants.tolist(),
                codes[block.kind].tolist(),
                block.status.tolist(),
                day_numbers(block.lost.tolist()),
                day_numbers(block.reported.tolist()),
                strict=True,
            ),
        )

    def put(self, documents: Iterable[TravelDocument], digest: StateDigest) -> tuple[int, int]:
        """Add documents or give them new values. Returns how many there were, and how many of them are new."""
        put = new = 0
        for document in sorted(documents, key=lambda each: write_number(each.number)):
            written = write_number(document.number)
            kind = self._kinds.code(self._db, document.state, document.type)
            old = self._one(written, kind)
            if old is None:
                new += 1
            else:
                digest.remove_bytes([record_bytes(old)])
            digest.add(document)
            put += 1
            self._db.conn.execute(
                f"INSERT OR REPLACE INTO {self._name} VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    *written,
                    kind,
                    STATUS_CODES[document.status],
                    day_number(document.lost_on),
                    day_number(document.reported_on),
                ),
            )
        return put, new

    def take_out(self, state: str, type_: str, number: str, digest: StateDigest) -> TravelDocument | None:
        """Delete one document. Returns what it was, or None where it was not there."""
        kind = self._kinds.find(state, type_)
        if kind is None:
            return None
        written = write_number(number)
        old = self._one(written, kind)
        if old is not None:
            digest.remove(old)
            self._db.conn.execute(
                f"DELETE FROM {self._name} WHERE skeleton = ? AND rest = ? AND variant = ? AND kind = ?",
                (*written, kind),
            )
        return old

    def has(self, state: str, type_: str, number: str) -> bool:
        """Whether this very document is in the table."""
        kind = self._kinds.find(state, type_)
        return kind is not None and self._one(write_number(number), kind) is not None

    def numbered(self, number: str) -> list[TravelDocument]:
        """The documents of any state and type with exactly this number."""
        return self._select("skeleton = ? AND rest = ? AND variant = ?", write_number(number))

    def alike(self, number: str) -> list[TravelDocument]:
        """The documents whose first nine characters look like this number's, itself included."""
        return self._select("skeleton = ?", (write_number(number).skeleton,))

    def near(self, number: str) -> list[TravelDocument]:
        """Documents that may be one edit away and do not look like it in the first nine characters."""
        entries = near_entries(number)
        found: list[TravelDocument] = []
        by_rest: dict[str, list[int]] = {}
        for skeleton, rest in entries:
            by_rest.setdefault(rest, []).append(skeleton)
        for rest, skeletons in by_rest.items():
            # One statement for all of them: json_each is driven row by row into the index.
            rows = self._db.conn.execute(
                f"SELECT d.* FROM json_each(?) AS asked CROSS JOIN {self._name} AS d"
                " ON d.skeleton = asked.value AND d.rest = ?",
                (json.dumps(sorted(skeletons)), rest),
            )
            found.extend(self._document(row) for row in rows)
        return found

    def all(self) -> Iterator[TravelDocument]:
        """Every document, in the order of the index."""
        for row in self._db.conn.execute(f"SELECT * FROM {self._name}"):
            yield self._document(row)

    def _one(self, written: Written, kind: int) -> TravelDocument | None:
        found = self._select("skeleton = ? AND rest = ? AND variant = ? AND kind = ?", (*written, kind))
        return found[0] if found else None

    def _select(self, where: str, values: tuple[Any, ...]) -> list[TravelDocument]:
        # `where` is one of this module's own literals; the values are bound.
        rows = self._db.conn.execute(f"SELECT * FROM {self._name} WHERE {where}", values)
        return [self._document(row) for row in rows]

    def _document(self, row: tuple[int, str, int, int, int, int | None, int | None]) -> TravelDocument:
        skeleton, rest, variant, kind, status, lost, reported = row
        state, type_ = self._kinds[kind]
        return TravelDocument(
            state,
            type_,
            read_number(skeleton, rest, variant),
            STATUS_OF[status],
            day_of_number(lost),
            day_of_number(reported),
        )


def in_blocks(documents: Iterable[TravelDocument]) -> Iterator[DocumentColumns]:
    """Single documents gathered into columns."""
    waiting: list[TravelDocument] = []
    for document in documents:
        waiting.append(document)
        if len(waiting) == _BLOCK:
            yield DocumentColumns.of(waiting)
            waiting.clear()
    if waiting:
        yield DocumentColumns.of(waiting)


def _sorted(blocks: Iterable[DocumentColumns]) -> Iterator[DocumentColumns]:
    """The same documents in the order of the index, in blocks: rows are then only ever added at the table's end."""
    whole = _together(list(blocks))
    if whole is None:
        return
    skeletons, _, _ = write_numbers(whole.characters())
    order = np.argsort(skeletons, kind="stable")
    for start in range(0, len(order), _BLOCK):
        yield whole.take(order[start : start + _BLOCK])


def _together(blocks: list[DocumentColumns]) -> DocumentColumns | None:
    blocks = [block for block in blocks if len(block)]
    if not blocks:
        return None
    kinds = sorted({kind for block in blocks for kind in block.kinds})
    place = {kind: at for at, kind in enumerate(kinds)}
    return DocumentColumns(
        tuple(kinds),
        np.concatenate([np.array([place[kind] for kind in block.kinds], np.uint16)[block.kind] for block in blocks]),
        np.concatenate([block.number for block in blocks]),
        np.concatenate([block.status for block in blocks]),
        np.concatenate([block.lost for block in blocks]),
        np.concatenate([block.reported for block in blocks]),
    )
