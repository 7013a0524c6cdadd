"""Vehicles, vessels, firearms, notice documents, ranges and the rest: kept alike, found by their marks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from sqlite_utils import Database

from borderdesk.ids import ListName, RecordKey, RecordRef
from borderdesk.replica.marks import FILED_BY, AskedMark, look, normal_mark, normal_scope
from borderdesk.replica.types import ThingMatch
from borderdesk.watchlist import RECORD_TYPES, BlankRange, ListKind, Photo, Thinglike, Withdrawal
from borderdesk.watchlist.digest import StateDigest
from borderdesk.watchlist.plain import from_plain, to_plain

_COLUMNS: Final = "lists.name, lists.kind, lists.edition, things.key, things.record"


def put(db: Database, list_id: int, records: Iterable[Thinglike], digest: StateDigest) -> tuple[int, int]:
    """Add records or give them new values. Returns how many there were, and how many of them are new."""
    put = new = 0
    for record in records:
        if take_out(db, list_id, record.key, type(record), digest) is None:
            new += 1
        put += 1
        digest.add(record)
        text = json.dumps(to_plain(record), sort_keys=True, separators=(",", ":"))
        db.conn.execute("INSERT INTO things VALUES (?, ?, ?)", (list_id, record.key, text))
        db.conn.execute("DELETE FROM marks WHERE list = ? AND key = ?", (list_id, record.key))
        _file(db, list_id, record)
        if isinstance(record, BlankRange):
            db.conn.execute(
                "INSERT INTO ranges VALUES (?, ?, ?, ?, ?, ?)",
                (record.prefix, len(record.first), record.high, record.low, list_id, record.key),
            )
    return put, new


def take_out(
    db: Database, list_id: int, key: RecordKey, kind: type[Thinglike], digest: StateDigest
) -> Thinglike | None:
    """Delete one record. Its marks stay, so that a withdrawn thing still answers. Returns what it was, or None."""
    row = db.conn.execute("SELECT record FROM things WHERE list = ? AND key = ?", (list_id, key)).fetchone()
    if row is None:
        return None
    record: Thinglike = from_plain(kind, json.loads(row[0]))
    digest.remove(record)
    db.conn.execute("DELETE FROM things WHERE list = ? AND key = ?", (list_id, key))
    db.conn.execute("DELETE FROM ranges WHERE list = ? AND key = ?", (list_id, key))
    return record


def take_out_all(db: Database, list_id: int) -> None:
    """Delete all records of a list; marks of withdrawn ones stay."""
    db.conn.execute("DELETE FROM marks WHERE list = ?1 AND key IN (SELECT key FROM things WHERE list = ?1)", (list_id,))
    db.conn.execute("DELETE FROM things WHERE list = ?", (list_id,))
    db.conn.execute("DELETE FROM ranges WHERE list = ?", (list_id,))


def file_marks_anew(db: Database) -> bool:
    """File the marks of everything held as this program looks for them. False where they are so already.

    Marks of withdrawn things stay as they were: what they stood on is gone.
    """
    if db.conn.execute("SELECT by_rules FROM marks_filed").fetchone() == (FILED_BY,):
        return False
    db.conn.execute("DELETE FROM marks WHERE (list, key) IN (SELECT list, key FROM things)")
    marked = "SELECT list, kind, record FROM things JOIN lists ON lists.id = list WHERE kind <> ?"
    for list_id, kind, text in db.conn.execute(marked, (ListKind.PHOTOS.value,)):
        _file(db, list_id, _record(kind, text))
    db.conn.execute("UPDATE marks_filed SET by_rules = ?", (FILED_BY,))
    return True


def one(db: Database, name: ListName, key: RecordKey) -> Thinglike | None:
    """One record."""
    row = db.conn.execute(
        f"SELECT {_COLUMNS} FROM things JOIN lists ON lists.id = list WHERE lists.name = ? AND things.key = ?",
        (name, key),
    ).fetchone()
    return None if row is None else _record(row[1], row[4])


def photo(db: Database, sha256: str) -> Photo | None:
    """One photo, whichever list of photos holds it."""
    row = db.conn.execute(
        "SELECT things.record FROM lists CROSS JOIN things ON things.list = lists.id AND things.key = ?"
        " WHERE lists.kind = ? LIMIT 1",
        (sha256, ListKind.PHOTOS.value),
    ).fetchone()
    return None if row is None else from_plain(Photo, json.loads(row[0]))


def everything(db: Database, kind: ListKind) -> Iterator[tuple[RecordRef, Thinglike]]:
    """Every record of every list of one kind, by list and key."""
    for name, kind_, edition, key, text in db.conn.execute(
        f"SELECT {_COLUMNS} FROM things JOIN lists ON lists.id = list WHERE lists.kind = ? ORDER BY list, things.key",
        (kind.value,),
    ):
        yield RecordRef(ListName(name), RecordKey(key), edition), _record(kind_, text)


def find(db: Database, asked: AskedMark) -> list[ThingMatch]:
    """All records that answer a mark: hits first, withdrawn ones last."""
    looks = {asked.look, *(look(asked.scheme, variant) for variant in asked.variants)}
    if asked.near:
        looks |= asked.near_looks()
    found: dict[RecordRef, ThingMatch] = {}
    for number, scope, name, kind, edition, key, text, day, reason in db.conn.execute(
        """SELECT marks.number, marks.scope, lists.name, lists.kind, lists.edition, marks.key, things.record,
                  withdrawn.withdrawn_on, withdrawn.reason
             FROM json_each(?) AS looked
             CROSS JOIN marks ON marks.scheme = ? AND marks.look = looked.value
             JOIN lists ON lists.id = marks.list
             LEFT JOIN things ON things.list = marks.list AND things.key = marks.key
             LEFT JOIN withdrawn ON withdrawn.list = marks.list AND withdrawn.key = marks.key""",
        (json.dumps(sorted(looks)), asked.scheme.value),
    ):
        match = asked.classify(number, scope)
        gone = None if day is None else Withdrawal(RecordKey(key), date.fromisoformat(day), reason)
        if match is None or (text is None and (gone is None or not match.is_hit)):
            continue
        ref = RecordRef(ListName(name), RecordKey(key), edition)
        entry = None if text is None else _record(kind, text)
        if entry is not None:
            match = asked.with_gap(match, entry.marks)
            if not (asked.near or match.is_hit):
                continue
        met = ThingMatch(ref, entry, asked.scheme, number, match, gone)
        if ref not in found or met.order < found[ref].order:
            found[ref] = met
    return sorted(found.values(), key=lambda each: (each.withdrawn is not None, each.order, each.record))


def ranges_around(db: Database, number: str) -> list[tuple[RecordRef, BlankRange]]:
    """The ranges of blanks, of any state and type, in which a number lies."""
    beginning = number.rstrip("0123456789")
    if beginning == number:
        return []
    place = int(number[len(beginning) :])
    found: list[tuple[RecordRef, BlankRange]] = []
    for name, kind, edition, key, text in db.conn.execute(
        f"""SELECT {_COLUMNS} FROM ranges JOIN things USING (list, key) JOIN lists ON lists.id = things.list
             WHERE prefix = ? AND width = ? AND high >= ? AND low <= ? ORDER BY lists.name, things.key""",
        (beginning, len(number), place, place),
    ):
        record = _record(kind, text)
        if isinstance(record, BlankRange):
            found.append((RecordRef(ListName(name), RecordKey(key), edition), record))
    return found


def _file(db: Database, list_id: int, record: Thinglike) -> None:
    rows: list[tuple[str, str, str, str, int, str]] = []
    for mark in record.marks:
        number = normal_mark(mark)
        if number:
            scope = normal_scope(mark)
            rows.append((mark.scheme.value, look(mark.scheme, number), number, scope, list_id, record.key))
    db.conn.executemany("INSERT OR IGNORE INTO marks VALUES (?, ?, ?, ?, ?, ?)", rows)


def _record(kind: str, text: str) -> Thinglike:
    record = from_plain(RECORD_TYPES[ListKind(kind)], json.loads(text))
    if not isinstance(record, Thinglike):
        raise ValueError(f"a list of {kind} holds no such records")
    return record
