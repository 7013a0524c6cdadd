"""The lists held, as the replica's table of lists has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlite_utils import Database

from borderdesk.clock import Moment
from borderdesk.ids import ListName
from borderdesk.policy import Policy
from borderdesk.replica.types import Freshness, HeldList
from borderdesk.watchlist import Edition, ListKind, Watchlist


@dataclass(frozen=True, slots=True)
class ListRow:
    """One list as held: its last edition, where its digest stands, and its slot."""

    id: int
    edition: Edition
    digest_state: bytes
    slot: int
    held_until: datetime | None = None


def all_lists(db: Database) -> list[ListRow]:
    """Every list held, by name."""
    # Sorted here: by the index of names the database would read one page more, which counts after a start.
    rows = [_row(values) for values in db.conn.execute(f"SELECT {_COLUMNS} FROM lists")]
    return sorted(rows, key=lambda row: row.edition.watchlist.name)


def one_list(db: Database, name: ListName) -> ListRow | None:
    """The list of this name, or None."""
    values = db.conn.execute(f"SELECT {_COLUMNS} FROM lists WHERE name = ?", (name,)).fetchone()
    return None if values is None else _row(values)


def write_list(db: Database, edition: Edition, digest_state: bytes, slot: int, at: Moment) -> int:
    """Say which edition a list is now at. Returns the list's id."""
    held = edition.watchlist
    (id_,) = db.conn.execute(
        """INSERT INTO lists (name, kind, title, owner, edition, row_count, published_at, digest_value, digest_state,
                              slot, applied_at, details)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (name) DO UPDATE SET (kind, title, owner, edition, row_count, published_at, digest_value,
                              digest_state, slot, applied_at, details)
                = (excluded.kind, excluded.title, excluded.owner, excluded.edition, excluded.row_count,
                   excluded.published_at, excluded.digest_value, excluded.digest_state, excluded.slot,
                   excluded.applied_at, excluded.details)
           RETURNING id""",
        (
            held.name,
            held.kind.value,
            held.title,
            held.owner,
            edition.number,
            edition.rows,
            edition.published_at.isoformat(),
            edition.digest,
            digest_state,
            slot,
            at.trusted.isoformat(),
            None if edition.details is None else " ".join(edition.details),
        ),
    ).fetchone()
    return int(id_)


def as_held(row: ListRow, now: datetime, policy: Policy) -> HeldList:
    """A list with its age at `now` (trusted time), and what the bureau's policy says of that age."""
    edition = row.edition
    # A trusted time before the publication is a clock that has not heard of it yet, not a copy from the future.
    age = max(now - edition.published_at, timedelta(0))
    return HeldList(
        name=edition.watchlist.name,
        title=edition.watchlist.title,
        edition=edition.number,
        rows=edition.rows,
        published_at=edition.published_at,
        age=age,
        freshness=freshness(age, policy),
        details=edition.details,
        held_until=row.held_until,
        kind=edition.watchlist.kind,
    )


def freshness(age: timedelta, policy: Policy) -> Freshness:
    """Green, amber or red. Stale warns; it never hides an answer."""
    if age >= timedelta(hours=policy.red_after_hours):
        return Freshness.RED
    if age >= timedelta(hours=policy.amber_after_hours):
        return Freshness.AMBER
    return Freshness.GREEN


def write_until(db: Database, name: ListName, until: datetime | None) -> None:
    """Say when a list must be destroyed here."""
    db.conn.execute("UPDATE lists SET held_until = ? WHERE name = ?", (until.isoformat() if until else None, name))


_COLUMNS = (
    "id, name, kind, title, owner, edition, row_count, published_at, digest_value, digest_state, slot, details,"
    " held_until"
)


@lru_cache(maxsize=256)
def _row(
    values: tuple[int, str, str, str, str, int, int, str, bytes, bytes, int, str | None, str | None],
) -> ListRow:
    id_, name, kind, title, owner, number, rows, published_at, digest, state, slot, details, until = values
    watchlist = Watchlist(ListName(name), ListKind(kind), title, owner)
    published = datetime.fromisoformat(published_at)
    share = None if details is None else tuple(details.split())
    edition = Edition(watchlist, number, rows, digest, published, share)
    return ListRow(id_, edition, state, slot, datetime.fromisoformat(until) if until else None)
