"""A whole list of documents coming in beside the one that is held, in steps that survive a power cut.

The wire sends documents by state and number, the table wants them by skeleton, and 128 million do not fit into memory.
So blocks are first taken in as they come, packed and split into 729 parts (`take_in`); then part after part is sorted
and put into the new table (`sort_in`); at last one transaction puts the new table in the place of the old
(`applying`). Every step is a transaction that also says how far it came, so the next run goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

import numpy as np
import sqlcipher3.dbapi2 as sqlcipher
from sqlite_utils import Database

from borderdesk.replica.documents import DocumentTable
from borderdesk.replica.errors import EditionRefused
from borderdesk.replica.filters import write_filter
from borderdesk.replica.kinds import Kinds
from borderdesk.replica.packed import PARTS, Packed, loosen, pack, packed_type, split, squeeze, together
from borderdesk.replica.schema import make_document_tables
from borderdesk.store import Store
from borderdesk.watchlist import DocumentColumns, Edition
from borderdesk.watchlist.digest import StateDigest
from borderdesk.words import say

STEP_ROWS: Final = 500_000
"""Documents per step: about a second, so that a hit waiting to be written never waits long."""


@dataclass(frozen=True, slots=True)
class Coming:
    """How far a list has come in."""

    edition: Edition
    slot: int
    blocks: int = 0
    rows: int = 0
    digest_state: bytes = StateDigest().state
    sorted_to: int = 0


def begin(db: Database, edition: Edition) -> Coming:
    """Where to go on with this edition: at the beginning, or where the last run stopped."""
    row = db.conn.execute(
        "SELECT edition, digest_value, slot, blocks, row_count, digest_state, sorted_to FROM coming WHERE name = ?",
        (edition.watchlist.name,),
    ).fetchone()
    if row is not None and (row[0], row[1]) == (edition.number, edition.digest):
        return Coming(edition, *row[2:])
    if row is not None:
        abandon(db, edition)
    coming = Coming(edition, free_slot(db))
    make_document_tables(db, coming.slot)
    _write(db, coming)
    return coming


def abandon(db: Database, edition: Edition) -> None:
    """Forget what has come in of a list; its pieces are cleared away by `clear_away`."""
    name = edition.watchlist.name
    db.conn.execute("INSERT INTO leaving SELECT slot FROM coming WHERE name = ?", (name,))
    db.conn.execute("DELETE FROM coming WHERE name = ?", (name,))


def bring_in(
    store: Store, coming: Coming, blocks: Iterable[DocumentColumns], stop: Callable[[], bool] = lambda: False
) -> Coming:
    """Take in and sort everything that is still missing.

    `blocks` must be the same stream in every run; `stop` ends it between two steps. Raises EditionRefused where a
    document comes twice.
    """
    if coming.sorted_to == 0:
        for step in _steps(islice(blocks, coming.blocks, None)):
            if stop():
                return coming
            coming = _take_in(store, coming, step)
    while coming.sorted_to < PARTS and not stop():
        coming = _sort_in(store, coming)
    return coming


def clear_away(store: Store, stop: Callable[[], bool] = lambda: False) -> None:
    """Delete tables and pieces no list needs any more, a part at a time; what `stop` leaves is for the next time."""
    for (slot,) in store.reader.conn.execute("SELECT slot FROM leaving").fetchall():
        filled = {part for (part,) in store.reader.conn.execute("SELECT part FROM staged WHERE slot = ?", (slot,))}
        for part in range(PARTS):
            if stop():
                return
            with store.transaction() as db:
                DocumentTable(db, slot, Kinds()).empty_part(part)
                if part in filled:
                    db.conn.execute("DELETE FROM staged WHERE slot = ? AND part = ?", (slot, part))
        with store.transaction() as db:
            DocumentTable(db, slot, Kinds()).drop()
            db.conn.execute("DELETE FROM leaving WHERE slot = ?", (slot,))


def free_slot(db: Database) -> int:
    """A slot no table has."""
    (slot,) = db.conn.execute(
        """SELECT coalesce(max(slot), 0) + 1
             FROM (SELECT slot FROM lists UNION SELECT slot FROM coming UNION SELECT slot FROM leaving)"""
    ).fetchone()
    return int(slot)


def _take_in(store: Store, coming: Coming, step: list[DocumentColumns]) -> Coming:
    digest = StateDigest(coming.digest_state)
    for block in step:
        digest.add_bytes(block.record_bytes())
    with store.transaction() as db:
        kinds = Kinds()
        rows = np.concatenate([block.astype(_widest(step)) for block in _packed(db, kinds, step)])
        db.conn.executemany(
            "INSERT INTO staged (slot, part, rest_width, documents) VALUES (?, ?, ?, ?)",
            [(coming.slot, part, *squeeze(of_part)) for part, of_part in split(rows)],
        )
        came = replace(
            coming, blocks=coming.blocks + len(step), rows=coming.rows + len(rows), digest_state=digest.state
        )
        _write(db, came)
    return came


def _sort_in(store: Store, coming: Coming) -> Coming:
    parts: list[tuple[int, Packed]] = []
    ids: list[int] = []
    part, rows = coming.sorted_to, 0
    while part < PARTS and rows < STEP_ROWS:
        of_part: list[Packed] = []
        for id_, width, documents in store.reader.conn.execute(
            "SELECT id, rest_width, documents FROM staged WHERE slot = ? AND part = ?", (coming.slot, part)
        ):
            of_part.append(loosen(width, documents))
            ids.append(id_)
        # An empty part gets its filter too: it says that nothing is there, where a missing one could not.
        parts.append((part, together(of_part)))
        rows += len(parts[-1][1])
        part += 1
    with store.transaction() as db:
        # First, so that the table grows into the room that this sets free: a file never shrinks.
        db.conn.executemany("DELETE FROM staged WHERE id = ?", [(id_,) for id_ in ids])
        table = DocumentTable(db, coming.slot, Kinds())
        try:
            for number, each in parts:
                table.fill(each)
                write_filter(db, coming.slot, number, each["skeleton"])
        except sqlcipher.IntegrityError as error:
            raise EditionRefused(coming.edition, say("a document is in it twice.")) from error
        came = replace(coming, sorted_to=part)
        _write(db, came)
    return came


def _steps(blocks: Iterable[DocumentColumns]) -> Iterator[list[DocumentColumns]]:
    step: list[DocumentColumns] = []
    for block in blocks:
        step.append(block)
        if sum(map(len, step)) >= STEP_ROWS:
            yield step
            step = []
    if step:
        yield step


def _packed(db: Database, kinds: Kinds, step: list[DocumentColumns]) -> Iterator[Packed]:
    for block in step:
        yield pack(block, kinds.codes(db, block))


def _widest(step: list[DocumentColumns]) -> np.dtype[np.void]:
    return packed_type(max(block.number.itemsize for block in step) - 9)


def _write(db: Database, coming: Coming) -> None:
    db.conn.execute(
        "INSERT OR REPLACE INTO coming VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            coming.edition.watchlist.name,
            coming.edition.number,
            coming.edition.digest,
            coming.slot,
            coming.blocks,
            coming.rows,
            coming.digest_state,
            coming.sorted_to,
        ),
    )
