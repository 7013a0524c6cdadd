"""Records no longer in force: kept with day and reason, so the traveller who was listed yesterday gets an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from sqlite_utils import Database

from borderdesk.ids import ListName, RecordKey, RecordRef
from borderdesk.replica.search import Asked
from borderdesk.replica.types import DocumentMatch, MatchClass
from borderdesk.watchlist import DocumentStatus, TravelDocument, Withdrawal
from borderdesk.watchlist.columns import STATUS_OF
from borderdesk.watchlist.digest import STATUS_CODES

_CERTAIN = (MatchClass.EXACT, MatchClass.STATE_ALIAS, MatchClass.OVERFLOW)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is remembered of a withdrawn record: what it is looked up by, and a document's status. Nothing else."""

    withdrawal: Withdrawal
    number: str = ""
    status: int = 0


def keep(db: Database, list_id: int, records: Iterable[Kept]) -> None:
    """Remember withdrawals."""
    db.conn.executemany(
        "INSERT OR REPLACE INTO withdrawn VALUES (?, ?, ?, ?, ?, ?)",
        [
            (list_id, gone.key, each.number, each.status, gone.withdrawn_on.isoformat(), gone.reason)
            for each in records
            for gone in (each.withdrawal,)
        ],
    )


def forget(db: Database, list_id: int, keys: Iterable[RecordKey]) -> None:
    """These records are in force again."""
    db.conn.executemany("DELETE FROM withdrawn WHERE list = ? AND key = ?", [(list_id, key) for key in keys])


def forget_where(db: Database, list_id: int, in_force: Callable[[str, str, str], bool]) -> None:
    """Forget those documents of a list of which `in_force(state, type, number)` says that they are listed again."""
    rows = db.conn.execute("SELECT key FROM withdrawn WHERE list = ? AND number <> ''", (list_id,)).fetchall()
    forget(db, list_id, [RecordKey(key) for (key,) in rows if in_force(*key.split("/"))])


def of(db: Database, name: ListName, key: RecordKey) -> Withdrawal | None:
    """When and why a record was withdrawn, or None."""
    row = db.conn.execute(
        "SELECT withdrawn_on, reason FROM withdrawn JOIN lists ON lists.id = list WHERE name = ? AND key = ?",
        (name, key),
    ).fetchone()
    return None if row is None else Withdrawal(key, date.fromisoformat(row[0]), row[1])


def documents(db: Database, asked: Asked) -> list[DocumentMatch]:
    """Withdrawn documents with the very number asked, in one of its forms."""
    found: list[DocumentMatch] = []
    numbers = (asked.number, *asked.variants)
    for name, edition, key, status, day, reason in db.conn.execute(
        f"""SELECT name, edition, key, status, withdrawn_on, reason FROM withdrawn JOIN lists ON lists.id = list
             WHERE number <> '' AND number IN ({", ".join("?" * len(numbers))}) ORDER BY name, key""",
        numbers,
    ):
        state, type_, number = key.split("/")
        document = TravelDocument(state, type_, number, STATUS_OF[status])
        match = asked.classify(document)
        if match in _CERTAIN and match is not None:
            withdrawal = Withdrawal(RecordKey(key), date.fromisoformat(day), reason)
            found.append(DocumentMatch(RecordRef(ListName(name), document.key, edition), document, match, withdrawal))
    return found


def status_code(status: DocumentStatus) -> int:
    """The small number of a status."""
    return STATUS_CODES[status]
