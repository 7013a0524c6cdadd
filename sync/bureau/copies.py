"""The inventory of copies: who holds which edition of which list, since when, and when it was destroyed.

Regulation (EU) 2018/1862, art. 56(3), asks for exactly this of copies that result in offline databases. What a desk
holds follows from the page it last said it has; when a copy came and went, from what the desk itself reported.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from borderdesk.errors import TamperingError
from borderdesk.ids import DeskId, ListName, PostId
from sync.bureau import pages
from sync.bureau import tables as t
from sync.bureau.posts import Desk
from sync.wire import ListHead, Scope
from sync.wire.copies import COPY, CopyNote


@dataclass(frozen=True, slots=True)
class Copy:
    """One list at one desk, held or destroyed. Times in UTC.

    `edition` and `published_at` are of the newest edition the desk said it has, or had when it was destroyed (its time
    of publication is then not told). `details` as in `Edition`. `since` is the desk's enrolment: it has not held the
    list for longer.
    """

    post: PostId
    desk: DeskId
    program: str
    scope: Scope
    list: ListName
    edition: int
    published_at: datetime | None
    details: tuple[str, ...] | None
    since: datetime | None
    lent_until: datetime | None
    seen_at: datetime | None
    revoked_at: datetime | None
    destroyed_at: datetime | None = None
    why: str = ""

    def age_hours(self, now: datetime) -> float | None:
        """How old the copy is, None where it was destroyed."""
        if self.published_at is None or self.destroyed_at is not None:
            return None
        return round(max(0.0, (now - self.published_at).total_seconds()) / 3600, 1)


COLUMNS = (
    "post",
    "desk",
    "program",
    "scope",
    "list",
    "edition",
    "published_at",
    "age_hours",
    "details_of",
    "since",
    "lent_until",
    "seen_at",
    "revoked_at",
    "destroyed_at",
    "why",
)
"""What the inventory says of each copy, as it is exported."""


def inventory(db: sa.Connection, desks: Iterable[Desk]) -> tuple[Copy, ...]:
    """Every copy, those held first, then those destroyed, by desk."""
    notes = _notes(db)
    held: dict[tuple[Scope, int], tuple[ListHead, ...]] = {}
    found: list[Copy] = []
    for desk in desks:
        stand = (desk.holds_scope, desk.holds_sequence)
        if stand not in held:
            page = pages.page(db, *stand)
            held[stand] = page.manifest().lists if page else ()
        found += _of_desk(desk, held[stand], notes.get(desk.id, []))
    return tuple(found)


def row_of(copy: Copy, now: datetime) -> dict[str, object]:
    """One copy as plain values under the names of COLUMNS."""
    return {
        "post": copy.post,
        "desk": copy.desk,
        "program": copy.program,
        "scope": copy.scope,
        "list": copy.list,
        "edition": copy.edition,
        "published_at": _iso(copy.published_at),
        "age_hours": copy.age_hours(now),
        "details_of": None if copy.details is None else " ".join(copy.details),
        "since": _iso(copy.since),
        "lent_until": _iso(copy.lent_until),
        "seen_at": _iso(copy.seen_at),
        "revoked_at": _iso(copy.revoked_at),
        "destroyed_at": _iso(copy.destroyed_at),
        "why": copy.why,
    }


def as_table(copies: Iterable[Copy], now: datetime) -> str:
    """The inventory as CSV, for a supervisory authority."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for copy in copies:
        cells = ["" if value is None else str(value) for value in row_of(copy, now).values()]
        # A spreadsheet would take what begins so for a formula.
        writer.writerow([f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell for cell in cells])
    return out.getvalue()


def _of_desk(desk: Desk, heads: tuple[ListHead, ...], notes: list[CopyNote]) -> Iterator[Copy]:
    last: dict[ListName, CopyNote] = {note.list: note for note in notes}
    told = False
    for head in heads:
        edition = head.edition
        note = last.get(edition.watchlist.name)
        if note is not None and head.until is not None and note.at >= head.until:
            continue  # the page still names what was lent; the desk says that it is gone
        told = True
        yield Copy(
            desk.post,
            desk.id,
            desk.version,
            desk.holds_scope,
            edition.watchlist.name,
            edition.number,
            edition.published_at,
            edition.details,
            desk.enrolled_at,
            head.until,
            desk.seen_at,
            desk.revoked_at,
        )
    for note in notes:
        told = True
        yield Copy(
            desk.post,
            desk.id,
            desk.version,
            note.scope,
            note.list,
            note.edition,
            None,
            note.details,
            desk.enrolled_at,
            None,
            desk.seen_at,
            desk.revoked_at,
            note.at,
            note.why,
        )
    if not told:
        yield _nothing(desk)


def _nothing(desk: Desk) -> Copy:
    """A desk that has not said yet that it holds anything stands in the inventory too, without a list."""
    return Copy(
        desk.post,
        desk.id,
        desk.version,
        desk.scope,
        ListName(""),
        0,
        None,
        None,
        None,
        None,
        desk.seen_at,
        desk.revoked_at,
    )


def _notes(db: sa.Connection) -> dict[DeskId, list[CopyNote]]:
    """What every desk told about its copies, in its own order."""
    query = sa.select(t.uploads.c.desk, t.uploads.c.body).where(t.uploads.c.kind == COPY)
    found: dict[DeskId, list[CopyNote]] = {}
    for row in db.execute(query.order_by(t.uploads.c.desk, t.uploads.c.counter)):
        try:
            note = CopyNote.decode(row.body)
        except TamperingError:
            continue  # of a newer desk; what it holds is told by its page all the same
        found.setdefault(DeskId(row.desk), []).append(note)
    return found


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
