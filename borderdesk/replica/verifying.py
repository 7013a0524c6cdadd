"""Reading a whole list again to prove that it is what the bureau published."""

from __future__ import annotations

from itertools import chain

from sqlite_utils import Database

from borderdesk.replica import persons, things
from borderdesk.replica.documents import DocumentTable
from borderdesk.replica.kinds import Kinds
from borderdesk.replica.lists import ListRow
from borderdesk.replica.types import Verified
from borderdesk.watchlist import ListKind
from borderdesk.watchlist.digest import StateDigest


def verify_list(db: Database, row: ListRow, kinds: Kinds) -> Verified:
    """Count and hash every record of a list."""
    held, digest, rows = row.edition.watchlist, StateDigest(), 0
    if held.kind is ListKind.DOCUMENTS:
        table = DocumentTable(db, row.slot, kinds)
        for block in chain(table.blocks(), table.new_blocks()):
            digest.add_bytes(block.record_bytes())
            rows += len(block)
        for block in table.changed_blocks():
            digest.remove_bytes(block.record_bytes())
            rows -= len(block)
    else:
        everyone = persons.everyone(db) if held.kind is ListKind.PERSONS else things.everything(db, held.kind)
        for ref, record in everyone:
            if ref.list == held.name:
                digest.add(record)
                rows += 1
    return Verified(row.edition, rows, digest.value())
