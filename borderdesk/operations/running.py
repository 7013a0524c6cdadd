"""Operations: actions of a limited time, ordered by the bureau, that end by themselves.

The bureau sends each desk that takes part a signed letter with one `Operation`; its body is what stands here. Whether
it runs is a question of trusted time alone, so an operation also ends at a desk that hears of nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import cbor2
from sqlite_utils import Database, Migrations

from borderdesk.errors import KnownError
from borderdesk.words import say

OPERATION_KIND: Final = "operation"
"""The kind of letter."""

MIGRATIONS: Final = Migrations("operations")
_MAX_BYTES: Final = 16 * 1024
_VERSION: Final = 1
_TEXTS: Final = ("id", "name", "goals", "begins", "ends")


class UnreadableOperation(KnownError):
    """An order for an operation that does not decode."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            say("An order for an operation could not be read ({reason}).", reason=reason),
            safe=say("The desk works as before."),
            todo=say("Call the bureau, and update the desk if the bureau is newer."),
        )


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, from `begins_at` up to `ends_at` (not included), both in UTC. `goals` is for the officers."""

    id: str
    name: str
    goals: str
    begins_at: datetime
    ends_at: datetime

    def runs(self, now: datetime) -> bool:
        """Whether it is on at this trusted time."""
        return self.begins_at <= now < self.ends_at


@MIGRATIONS()
def make_operations(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE operations (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            goals TEXT NOT NULL,
            begins TEXT NOT NULL,
            ends TEXT NOT NULL,
            letter INTEGER NOT NULL        -- the newest letter about it counts, in whatever order they come
        ) STRICT"""
    )


def operation_body(operation: Operation) -> bytes:
    """The body of the letter: a CBOR map with short text keys."""
    return cbor2.dumps({"v": _VERSION, **_plain(operation)}, canonical=True)


def read_operation_body(body: bytes) -> Operation:
    """The inverse of `operation_body`. Raises UnreadableOperation."""
    if len(body) > _MAX_BYTES:
        raise UnreadableOperation(f"{len(body)} bytes")
    try:
        plain = cbor2.loads(body)
    except (cbor2.CBORDecodeError, ValueError) as error:
        raise UnreadableOperation("not CBOR") from error
    if not isinstance(plain, Mapping) or plain.get("v") != _VERSION:
        raise UnreadableOperation("version")
    if any(not isinstance(plain.get(name), str) for name in _TEXTS):
        raise UnreadableOperation("a field is missing")
    try:
        return _operation(plain)
    except ValueError as error:
        raise UnreadableOperation(str(error)) from error


def enter(db: Database, operation: Operation, letter: int) -> bool:
    """Keep an order that came in the bureau's letter of this number, inside the caller's transaction.

    False where a newer letter about the same operation, or this very one, is here already.
    """
    changed = db.conn.execute(
        "INSERT INTO operations (id, name, goals, begins, ends, letter)"
        " VALUES (:id, :name, :goals, :begins, :ends, :letter) ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
        " goals = excluded.goals, begins = excluded.begins, ends = excluded.ends, letter = excluded.letter"
        " WHERE excluded.letter > operations.letter",
        {**_plain(operation), "letter": letter},
    )
    return bool(changed.rowcount)


def running(db: Database, now: datetime) -> tuple[Operation, ...]:
    """What is on at this trusted time, the first to end on top."""
    known = [_operation(row) for row in db.query("SELECT * FROM operations")]
    return tuple(sorted((one for one in known if one.runs(now)), key=lambda one: one.ends_at))


def ends(db: Database) -> dict[str, datetime]:
    """When every known operation ends, or ended, by its id."""
    return {row["id"]: datetime.fromisoformat(row["ends"]) for row in db.query("SELECT id, ends FROM operations")}


def _plain(operation: Operation) -> dict[str, str]:
    return {
        "id": operation.id,
        "name": operation.name,
        "goals": operation.goals,
        "begins": operation.begins_at.isoformat(),
        "ends": operation.ends_at.isoformat(),
    }


def _operation(row: Mapping[Any, Any]) -> Operation:
    begins, ends = datetime.fromisoformat(row["begins"]), datetime.fromisoformat(row["ends"])
    if begins.tzinfo is None or ends.tzinfo is None or ends <= begins:
        raise ValueError("it ends before it begins")
    return Operation(row["id"], row["name"], row["goals"], begins, ends)
