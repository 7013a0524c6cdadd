"""Passing a desk's numbers on to the other desks of its post: how many travellers in which hour, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

import sqlalchemy as sa

from borderdesk.ids import DeskId
from borderdesk.operations import beside
from borderdesk.screening import VerdictWord
from sync.bureau import posts
from sync.bureau.inbox import Upload
from sync.wire.refusals import Refused
from sync.wire.reports import STATISTICS, read_report

Post = Callable[[sa.Connection, DeskId, str, Callable[[int], bytes]], int]
"""Writes one letter to a desk, in the caller's transaction."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER: Final = range(10_000_000)


def pass_on(db: sa.Connection, post: Post, uploads: Iterable[Upload]) -> None:
    """Write to the desks beside every desk whose statistics are among these uploads.

    A report that says nothing to this program is passed over. One that came twice is written twice, and counted once
    where it arrives.
    """
    for upload in uploads:
        if upload.opened is None or upload.opened.kind != STATISTICS:
            continue
        report = _report(upload.opened.desk, upload.opened.counter, upload.opened.body)
        if report is None or not report.hours:
            continue
        body = beside.beside_body(report)
        for row in posts.beside(db, report.desk):
            if row.revoked_at is None:
                post(db, DeskId(row.id), beside.BESIDE_KIND, _always(body))


def _always(body: bytes) -> Callable[[int], bytes]:
    return lambda _number: body


def _report(desk: DeskId, counter: int, body: bytes) -> beside.DeskReport | None:
    try:
        plain = read_report(body)
    except Refused:
        return None
    at, rows = plain.get("at"), plain.get("hours")
    if not isinstance(at, int) or not isinstance(rows, list):
        return None
    known = {word.value: word for word in VerdictWord}
    hours: dict[tuple[datetime, VerdictWord], int] = {}
    try:
        for row in rows[-beside.MOST_HOURS :]:
            match row:
                case [int(hour), str(word), int(count)] if word in known and count in _NUMBER:
                    hours[_time(hour), known[word]] = count
                case _:
                    continue
        return beside.DeskReport(desk, counter, _time(at), hours)
    except OverflowError:
        return None


def _time(stamp: int) -> datetime:
    """Raises OverflowError."""
    return _EPOCH + timedelta(microseconds=stamp)
