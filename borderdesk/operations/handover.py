"""The hand-over of a shift: what is open, in sentences that the desk makes, and a note of whoever leaves.

The incoming officer confirms having read it. Sentences name documents and travellers, never what a list says of them:
not everybody who takes over may read that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlite_utils import Database, Migrations

from borderdesk.errors import KnownError
from borderdesk.hits import Hit, HitAct, HitEvent, HitState
from borderdesk.ids import AccountId, HitId
from borderdesk.words import Sentence, say

MIGRATIONS: Final = Migrations("handovers")
MOST_CHARACTERS: Final = 4000

_OPEN: Final = (HitState.TAKEN_UP, HitState.REPORTED, HitState.MORE_NEEDED, HitState.CONFIRMED)


class NoteTooLong(KnownError):
    """The note of a hand-over is longer than anybody reads."""

    def __init__(self, length: int) -> None:
        super().__init__(
            say("The note has {length} characters; at most {most} fit.", length=length, most=MOST_CHARACTERS),
            safe=say("Nothing was handed over; your text is still there."),
            todo=say("Shorten it to what the next shift has to know."),
        )


class NothingToConfirm(KnownError):
    """A hand-over was to be confirmed that is not there, was confirmed already, or is one's own."""

    def __init__(self) -> None:
        super().__init__(
            say("There is no hand-over for you to confirm."),
            safe=say("Nothing was recorded."),
            todo=say("Whoever takes over confirms it, once."),
        )


@dataclass(frozen=True, slots=True)
class Handover:
    """One hand-over. `points` are what was open when it was written; `read_by` is None until somebody confirmed it."""

    id: str
    written_by: AccountId
    written_at: datetime
    points: tuple[Sentence, ...]
    note: str
    read_by: AccountId | None = None
    read_at: datetime | None = None

    def is_for(self, officer: AccountId) -> bool:
        """Whether this officer is to read and confirm it."""
        return self.read_by is None and self.written_by != officer


@MIGRATIONS()
def make_handovers(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE handovers (
            id TEXT PRIMARY KEY,
            written_by TEXT NOT NULL,
            written_at TEXT NOT NULL,      -- trusted time
            points TEXT NOT NULL,          -- Sentences, as JSON
            note TEXT NOT NULL,
            read_by TEXT,
            read_at TEXT
        ) STRICT"""
    )


def points_of(
    hits: Iterable[Hit],
    acts: Mapping[HitId, tuple[HitEvent, ...]],
    *,
    waiting: int,
    unacted: int,
    unseen: int,
    unwritten: int,
    down_since: datetime | None,
    too_old: Iterable[str],
) -> tuple[Sentence, ...]:
    """What the next shift has to know, heaviest first; never empty.

    `unacted` are matches of which nothing was recorded, `waiting` uploads without receipt, `unseen` late matches nobody
    looked at, `unwritten` journal entries that wait for room, `too_old` the titles of lists whose copy is red.
    """
    found: list[Sentence] = []
    for hit in hits:
        if hit.state not in _OPEN:
            continue
        what = " ".join(part for part in (hit.traveller, hit.document_state, hit.document_number) if part)
        asked = [event.at.trusted for event in acts.get(hit.id, ()) if event.act is HitAct.ASK_AGAIN]
        since = _minute(asked[-1] if asked else hit.taken_up_at.trusted)
        if hit.state is HitState.MORE_NEEDED and hit.answer is not None:
            found.append(say("The bureau asks back about {what}: {words}", what=what, words=hit.answer.words))
        elif hit.left_open:
            found.append(say("Left open without an act: {what}. Act on it.", what=what))
        elif hit.state is HitState.CONFIRMED:
            found.append(say("Confirmed by the bureau, not closed yet: {what}.", what=what))
        else:
            found.append(say("Open hit: {what}. The bureau was asked at {time}.", what=what, time=since))
    if unacted:
        found.insert(0, say("Matches on which nobody has acted: {count}.", count=unacted))
    if unseen:
        found.append(say("Found late, and nobody has looked yet: {count}.", count=unseen))
    if unwritten:
        found.append(say("Entries of the journal that wait for room on the disk: {count}.", count=unwritten))
    if down_since is not None:
        found.append(say("The link has been down since {time}.", time=_minute(down_since)))
    found += [say("The copy of {list} is too old.", list=title) for title in too_old]
    if waiting:
        found.append(say("Reports that wait for the bureau's receipt: {count}.", count=waiting))
    return tuple(found) or (say("Nothing is open."),)


def write(db: Database, handover: Handover) -> None:
    """Keep it, inside the caller's transaction. Raises NoteTooLong."""
    if len(handover.note) > MOST_CHARACTERS:
        raise NoteTooLong(len(handover.note))
    points = json.dumps([point.as_plain() for point in handover.points], ensure_ascii=False)
    db.conn.execute(
        "INSERT INTO handovers (id, written_by, written_at, points, note) VALUES (?, ?, ?, ?, ?)",
        (handover.id, handover.written_by, handover.written_at.isoformat(), points, handover.note),
    )


def confirm(db: Database, id: str, officer: AccountId, at: datetime) -> None:
    """The incoming officer has read it; inside the caller's transaction. Raises NothingToConfirm."""
    changed = db.conn.execute(
        "UPDATE handovers SET read_by = ?, read_at = ? WHERE id = ? AND read_by IS NULL AND written_by <> ?",
        (officer, at.isoformat(), id, officer),
    )
    if not changed.rowcount:
        raise NothingToConfirm


def newest(db: Database) -> Handover | None:
    """The last one that was written, None where none was."""
    rows = list(db.query("SELECT * FROM handovers ORDER BY written_at DESC, id LIMIT 1"))
    return _handover(rows[0]) if rows else None


def _handover(row: dict[str, Any]) -> Handover:
    return Handover(
        row["id"],
        AccountId(row["written_by"]),
        datetime.fromisoformat(row["written_at"]),
        tuple(Sentence.from_plain(plain) for plain in json.loads(row["points"])),
        row["note"],
        AccountId(row["read_by"]) if row["read_by"] else None,
        datetime.fromisoformat(row["read_at"]) if row["read_at"] else None,
    )


def _minute(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")
