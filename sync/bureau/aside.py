"""What waits in drafts is set aside while an alert goes out, and laid upon what was published then.

An alert does not wait for a second person; everything else does, and nobody's unfinished draft travels along with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import sqlalchemy as sa

from sync.bureau import lists
from sync.bureau import tables as t
from sync.bureau.database import by_index
from sync.bureau.lists import ListRow


@contextmanager
def drafts_aside(db: sa.Connection) -> Iterator[None]:
    """Within the block every draft that was published once is as it was published. In one transaction of the caller's.

    A record that the block itself changes stays as the block left it: what waited for that record is gone.
    """
    blob = "BLOB" if db.dialect.name == "sqlite" else "BYTEA"
    columns = f"list INTEGER, key VARCHAR, before {blob}, withdrawn_on VARCHAR, reason VARCHAR, body {blob}"
    db.execute(sa.text(f"CREATE TEMPORARY TABLE aside ({columns}, PRIMARY KEY (list, key))"))
    waiting = [row for row in lists.all_rows(db) if row.head and not lists.difference(db, row).is_empty]
    for row in waiting:
        _run(db, row, _AWAY)
    yield
    for row in waiting:
        _run(db, row, _BACK)
    db.execute(sa.text("DROP TABLE aside"))


def never_published(db: sa.Connection) -> dict[int, int]:
    """The lists that hold records and were never published, by their row; how often each draft was changed."""
    holds = sa.select(t.records.c.key).where(t.records.c.list == t.lists.c.id).exists()
    published = sa.select(t.editions.c.number).where(t.editions.c.list == t.lists.c.id).exists()
    rows = db.execute(sa.select(t.lists.c.id, t.lists.c.version).where(holds, ~published))
    return {row.id: row.version for row in rows}


def _run(db: sa.Connection, row: ListRow, statements: tuple[str, ...]) -> None:
    values = {"list": row.id, "edition": row.head + 1, "next": row.head + 2}
    with by_index(db):
        for statement in statements:
            text = sa.text(statement)
            db.execute(text, {name: values[name] for name in text.compile().params})


_DROP: Final = """
    DELETE FROM records WHERE list = :list AND key IN (SELECT key FROM aside WHERE list = :list)"""
"""By its keys: an alert on a list of millions must not read all of them."""
_AWAY: Final = (
    """
    INSERT INTO aside (list, key, before, withdrawn_on, reason, body)
    SELECT c.list, c.key, c.before, c.withdrawn_on, c.reason, r.body
      FROM changes c LEFT JOIN records r ON r.list = c.list AND r.key = c.key
     WHERE c.list = :list AND c.edition = :edition""",
    _DROP,
    """
    INSERT INTO records (list, key, body)
    SELECT list, key, before FROM aside WHERE list = :list AND before IS NOT NULL""",
    "DELETE FROM changes WHERE list = :list AND edition = :edition",
)
_BACK: Final = (
    """
    DELETE FROM aside WHERE list = :list AND EXISTS
    (SELECT 1 FROM changes c WHERE c.list = aside.list AND c.edition = :edition AND c.key = aside.key)""",
    """
    INSERT INTO changes (list, edition, key, before, withdrawn_on, reason)
    SELECT list, :next, key, before, withdrawn_on, reason FROM aside WHERE list = :list""",
    _DROP,
    """
    INSERT INTO records (list, key, body)
    SELECT list, key, body FROM aside WHERE list = :list AND body IS NOT NULL""",
)
