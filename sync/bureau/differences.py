"""What publishing would change, record by record and field by field: what two persons look at before it goes out."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from borderdesk.ids import RecordKey
from borderdesk.watchlist.plain import to_plain
from sync.bureau.lists import ListRow
from sync.bureau.stored import from_body


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a record before and after, as plain words; empty where it holds nothing."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One record that would be `added`, `changed` or `withdrawn`, with the reason where it has one."""

    key: RecordKey
    what: str
    reason: str
    fields: tuple[FieldChange, ...]


def record_changes(db: sa.Connection, row: ListRow, most: int) -> tuple[RecordChange, ...]:
    """The first changes of a list's draft, by key. Before its first edition every record is added."""
    statement = _CHANGED if row.head else _NEW
    names = {"list": row.id, "edition": row.head + 1, "most": most}
    text = sa.text(statement)
    found = []
    for one in db.execute(text, {name: names[name] for name in text.compile().params}):
        before, after = _plain(one.before), _plain(one.body)
        fields = tuple(
            FieldChange(name, before.get(name, ""), after.get(name, ""))
            for name in {**before, **after}
            if before.get(name) != after.get(name)
        )
        if fields:
            what = "added" if not before else "withdrawn" if not after else "changed"
            found.append(RecordChange(RecordKey(one.key), what, one.reason or "", fields))
    return tuple(found)


_CHANGED = """SELECT c.key, c.before, c.reason, r.body FROM changes c
    LEFT JOIN records r ON r.list = c.list AND r.key = c.key
    WHERE c.list = :list AND c.edition = :edition ORDER BY c.key LIMIT :most"""
_NEW = """SELECT r.key, NULL AS before, NULL AS reason, r.body FROM records r
    WHERE r.list = :list ORDER BY r.key LIMIT :most"""


def _plain(body: bytes | None) -> dict[str, str]:
    if body is None:
        return {}
    plain: dict[str, object] = to_plain(from_body(bytes(body)))
    return {name: in_words(value) for name, value in plain.items()}


def in_words(value: object) -> str:
    """A plain value as a person reads it: of a name or a document what it is first, then the rest of it."""
    if isinstance(value, dict):
        first, *rest = [in_words(held) for held in value.values()]
        return f"{first} ({'; '.join(rest)})" if rest else first
    if isinstance(value, list):
        return "; ".join(in_words(each) for each in value)
    return "" if value is None else str(value)
