"""What a desk does once a day by itself: look after its journal, forget what is old, and tell the bureau how it is.

Whether it is due is read from the store by trusted time, so neither a restart nor a wrong clock does it twice or never.
"""

from __future__ import annotations

import platform
import shutil
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlite_utils import Database, Migrations

from borderdesk import journal
from borderdesk.clock import Moment
from borderdesk.errors import TamperingError
from borderdesk.hits import outbox
from borderdesk.operations import counts
from borderdesk.policy import Policy
from borderdesk.screening import Verdict, closer, memory
from sync.agent.unacted import still_due
from sync.agent.unlocked import SYNC, Unlocked
from sync.wire.cbor import stamp
from sync.wire.reports import HEALTH, JOURNAL, STATISTICS, parts, report_body, segment_body

MIGRATIONS: Final = Migrations("daily")


@MIGRATIONS()
def make_marks(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE daily_marks (
            name TEXT PRIMARY KEY,
            at TEXT NOT NULL,              -- trusted time
            number INTEGER NOT NULL        -- of the last journal entry that was sent
        ) STRICT"""
    )


def is_due(desk: Unlocked, policy: Policy, at: Moment) -> bool:
    """Whether a day has gone by since it was last done."""
    when = due(desk, policy)
    return when is None or at.trusted >= when


def due(desk: Unlocked, policy: Policy) -> datetime | None:
    """When a day will have gone by since it was last done; None where it never was."""
    last = _mark(desk.store.reader)[0]
    return None if last is None else last + timedelta(hours=policy.health_report_hours)


def do(desk: Unlocked, policy: Policy, at: Moment, folder: Path) -> tuple[TamperingError, ...]:
    """Do it, all in one transaction. What is wrong with the journal is returned, journalled and in the health report.

    Raises DiskFull or DiskFailed; then nothing of it was done and it is due again.
    """
    since, sent = _mark(desk.store.reader)
    public = Ed25519PrivateKey.from_private_bytes(desk.keys.signing.secret).public_key()
    checked = journal.verify(desk.store.reader, public)
    broken: list[TamperingError] = []
    with desk.store.transaction() as db:
        journal.purge(db, years=policy.journal_years, who=SYNC, at=at)
        if checked.broken is not None:
            broken.append(journal.JournalBroken(checked.broken))
            journal.append(db, kind="journal-broken", who=SYNC, at=at, details={"said": str(checked.broken)})
        verdicts = memory.since(db, since or datetime.min.replace(tzinfo=at.trusted.tzinfo))
        _queue(db, desk, STATISTICS, [report_body(_statistics(verdicts, at, counts.all_by_hand(db)))], at)
        _queue(db, desk, HEALTH, [report_body(_health(desk, policy, at, folder, checked))], at)
        memory.forget_old(db, at=at, policy=policy, due=still_due(desk))
        closer.forget_old(db, at=at, policy=policy)
        for segment in journal.segments(db):
            if segment.first > sent and not segment.purged:
                entries = [entry for entry in journal.entries(db, since=segment.first) if entry.number <= segment.last]
                _queue(db, desk, JOURNAL, parts(f"{segment.first}-{segment.last}", segment_body(segment, entries)), at)
                sent = segment.last
        db.conn.execute("INSERT OR REPLACE INTO daily_marks VALUES ('daily', ?, ?)", (at.trusted.isoformat(), sent))
    return tuple(broken)


def _mark(db: Database) -> tuple[datetime | None, int]:
    row = db.conn.execute("SELECT at, number FROM daily_marks WHERE name = 'daily'").fetchone()
    return (datetime.fromisoformat(row[0]), row[1]) if row else (None, 0)


def _queue(db: Database, desk: Unlocked, kind: str, bodies: Iterable[bytes], at: Moment) -> None:
    for body in bodies:
        outbox.queue(db, desk.sealer, kind=kind, about="", body=body, at=at)


def _statistics(verdicts: Iterable[Verdict], at: Moment, by_hand: Iterable[tuple[str, str, int]]) -> dict[str, Any]:
    """How many travellers were screened in each hour and what was said: no names, no numbers of documents.

    Also what was counted by hand since the desk was enrolled, by operation.
    """
    counted: Counter[tuple[int, str]] = Counter()
    for verdict in verdicts:
        hour = verdict.asked_at.trusted.replace(minute=0, second=0, microsecond=0)
        counted[stamp(hour), verdict.word.value] += 1
    hours = [[hour, word, count] for (hour, word), count in sorted(counted.items())]
    return {"at": stamp(at.trusted), "hours": hours, "counted": [list(each) for each in by_hand]}


def _health(desk: Unlocked, policy: Policy, at: Moment, folder: Path, checked: journal.JournalReport) -> dict[str, Any]:
    """What a technician at the bureau asks first."""
    disk = shutil.disk_usage(folder)
    return {
        "at": [stamp(at.trusted), stamp(at.wall)],
        "python": platform.python_version(),
        "system": platform.platform(terse=True),
        "disk_free": disk.free,
        "store_bytes": desk.store.path.stat().st_size,
        "journal_entries": checked.entries,
        "journal_broken": str(checked.broken or ""),
        "lists": [
            [held.name, held.edition, held.rows, int(held.age.total_seconds())]
            for held in desk.replica.held(at.trusted, policy)
        ],
        "waiting": outbox.count_waiting(desk.store.reader),
    }
