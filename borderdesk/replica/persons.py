"""The persons of all lists, and which of them name which document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from sqlite_utils import Database

from borderdesk.documents import normal_number
from borderdesk.ids import ListName, RecordKey, RecordRef
from borderdesk.watchlist import ListKind, Person
from borderdesk.watchlist.digest import StateDigest
from borderdesk.watchlist.plain import from_plain, to_plain


def put(db: Database, list_id: int, persons: Iterable[Person], digest: StateDigest) -> tuple[int, int]:
    """Add persons or give them new values. Returns how many there were, and how many of them are new."""
    put = new = 0
    for person in persons:
        if _take_out(db, list_id, person.key, digest) is None:
            new += 1
        put += 1
        digest.add(person)
        text = json.dumps(to_plain(person), sort_keys=True, separators=(",", ":"))
        db.conn.execute("INSERT INTO persons VALUES (?, ?, ?)", (list_id, person.key, text))
        db.conn.executemany(
            "INSERT INTO persons_by_document VALUES (?, ?, ?)",
            [(number, list_id, person.key) for number in _numbers(person)],
        )
    return put, new


def take_out(db: Database, list_id: int, key: RecordKey, digest: StateDigest) -> Person | None:
    """Delete one person. Returns who it was, or None."""
    return _take_out(db, list_id, key, digest)


def take_out_all(db: Database, list_id: int) -> None:
    """Delete all persons of a list."""
    db.conn.execute("DELETE FROM persons WHERE list = ?", (list_id,))
    db.conn.execute("DELETE FROM persons_by_document WHERE list = ?", (list_id,))


def one(db: Database, name: ListName, key: RecordKey) -> Person | None:
    """One person."""
    row = db.conn.execute(
        "SELECT record FROM persons JOIN lists ON lists.id = list WHERE name = ? AND key = ?", (name, key)
    ).fetchone()
    return None if row is None else _person(row[0])


def everyone(db: Database) -> Iterator[tuple[RecordRef, Person]]:
    """Every person of every list, by list and key."""
    for name, edition, key, text in db.conn.execute(
        "SELECT name, edition, key, record FROM persons JOIN lists ON lists.id = list ORDER BY list, key"
    ):
        yield RecordRef(ListName(name), RecordKey(key), edition), _person(text)


def of_list(db: Database, name: ListName, after: RecordKey | None) -> Iterator[Person]:
    """The persons of one list by their keys: all, or those behind one."""
    rows = db.conn.execute(
        "SELECT record FROM persons JOIN lists ON lists.id = list WHERE name = ?1 AND (?2 IS NULL OR key > ?2) "
        "ORDER BY list, key",
        (name, after),
    )
    return (_person(text) for (text,) in rows)


def editions(db: Database) -> dict[ListName, int]:
    """The edition that every list of persons is at."""
    rows = db.conn.execute("SELECT name, edition FROM lists WHERE kind = ? ORDER BY name", (ListKind.PERSONS.value,))
    return {ListName(name): edition for name, edition in rows}


def naming_document(db: Database, number: str) -> tuple[tuple[RecordRef, Person], ...]:
    """The persons whose record mentions this document number."""
    rows = db.conn.execute(
        """SELECT name, edition, key, record FROM persons_by_document
             JOIN persons USING (list, key) JOIN lists ON lists.id = persons.list
            WHERE number = ? ORDER BY name, key""",
        (normal_number(number),),
    )
    return tuple(
        (RecordRef(ListName(name), RecordKey(key), edition), _person(text)) for name, edition, key, text in rows
    )


def _take_out(db: Database, list_id: int, key: RecordKey, digest: StateDigest) -> Person | None:
    row = db.conn.execute("SELECT record FROM persons WHERE list = ? AND key = ?", (list_id, key)).fetchone()
    if row is None:
        return None
    person = _person(row[0])
    digest.remove(person)
    db.conn.execute("DELETE FROM persons WHERE list = ? AND key = ?", (list_id, key))
    db.conn.executemany(
        "DELETE FROM persons_by_document WHERE number = ? AND list = ? AND key = ?",
        [(number, list_id, key) for number in _numbers(person)],
    )
    return person


def _numbers(person: Person) -> list[str]:
    return sorted({number for mention in person.documents if (number := normal_number(mention.number))})


def _person(text: str) -> Person:
    return from_plain(Person, json.loads(text))
