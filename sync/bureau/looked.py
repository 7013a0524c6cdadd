"""What somebody at the bureau has looked at and settled: an upload in quarantine or unread, a late match, a gap in a
counter.

The thing itself stays as it is. It only stops being an alarm, and it is known who said so, when, and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say
from sync.bureau.posts import Desk
from sync.bureau.web_tables import looked_at

MAX_WORDS = 500


class Watched(StrEnum):
    """What can be looked at."""

    QUARANTINE = "quarantine"
    LATE = "late"
    GAP = "gap"
    UNREAD = "unread"


class LookNeedsWords(KnownError):
    """Something was to be settled without saying what came of it, or with too many words."""

    def __init__(self) -> None:
        super().__init__(
            say("Nothing is settled without saying what came of it."),
            safe=NOTHING_CHANGED,
            todo=say("Say it in a few words, at most {most} characters.", most=MAX_WORDS),
        )


@dataclass(frozen=True, slots=True)
class Looked:
    """Who looked at it, when, and what came of it."""

    words: str
    by: str
    at: datetime


def gap_key(desk: Desk) -> str:
    """A gap is another one as soon as one more report is missing."""
    return f"{desk.id} {' '.join(map(str, desk.missing))}"


def report_key(desk: str, counter: int) -> str:
    """A late match, or what could not be read, is told by the report that brought it."""
    return f"{desk} {counter}"


def note(db: sa.Connection, what: Watched, key: str, words: str, *, by: str, at: datetime) -> None:
    """Note that somebody looked at it; the first to say so stands. Raises LookNeedsWords."""
    words = words.strip()
    if not 0 < len(words) <= MAX_WORDS:
        raise LookNeedsWords
    if key not in every(db, what):
        db.execute(looked_at.insert().values(what=what.value, key=key, words=words, by=by, at=at))


def every(db: sa.Connection, what: Watched) -> dict[str, Looked]:
    """Everything of a kind that was looked at."""
    rows = db.execute(sa.select(looked_at).where(looked_at.c.what == what.value))
    return {row.key: Looked(row.words, row.by, row.at) for row in rows}
