"""The loop: long poll, retry without end, daily work; and it ends when it is told to."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from borderdesk import journal
from borderdesk.clock import Moment
from borderdesk.hits import HitAct
from borderdesk.policy import Policy
from borderdesk.store import DiskFull
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from sync.agent import Desk
from sync.agent.courier import Courier, News, retry_after
from sync.agent.lanes import opens_next
from sync.agent.state import ExchangeReport
from sync.agent.timetable import Timetable
from sync.bureau import tables
from sync.wire.reports import SegmentBroken, join, parts, read_part, read_report, read_segment, segment_body
from tests.agent.conftest import PASSWORD, SEED, MovableClock, Place

PATIENCE = 20


class ScriptedDesk:
    """Answers as it is told, and holds a long poll until somebody ends it."""

    def __init__(self, answers: list[bool | Exception]) -> None:
        self.answers = answers
        self.policy = Policy(retry_first_seconds=0)
        self.ended = threading.Event()
        self.asked = 0
        self.revoked = False
        self.woken: list[bool] = []
        self.daily: datetime | None = None
        wall = datetime.now(UTC)
        self.at = Moment(wall, wall)

    def exchange(self, *, wait: float, stop: Callable[[], bool]) -> ExchangeReport:
        self.asked += 1
        if not self.answers:
            self.woken.append(self.ended.wait(PATIENCE))
            self.ended.clear()
            return ExchangeReport(0, 0, (), 0, 0, ())
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return ExchangeReport(0, 0, (), 0, 0, (), reached=answer)

    def feed_from_neighbour(self, *, stop: Callable[[], bool]) -> ExchangeReport | None:
        return None

    def end_wait(self) -> None:
        self.ended.set()

    def do_daily_work(self) -> None:
        return

    def daily_work_due(self) -> datetime | None:
        return self.daily

    def now(self) -> Moment:
        return self.at

    def is_revoked(self) -> bool:
        return self.revoked


def test_the_wait_doubles_up_to_five_minutes_and_is_drawn_by_lot() -> None:
    policy = Policy()
    assert [retry_after(n, policy, 1.0) for n in range(1, 9)] == [5, 10, 20, 40, 80, 160, 300, 300]
    assert retry_after(1000, policy, 0.0) == 150


def test_it_tries_again_without_end_and_says_why(tmp_path: object) -> None:
    full = DiskFull(tmp_path)  # type: ignore[arg-type]
    desk = ScriptedDesk([False, False, full, False])
    news: queue.Queue[News] = queue.Queue()
    with Courier(desk, heard=news.put, draw=lambda: 0.0):
        heard = [news.get(timeout=PATIENCE) for _ in range(4)]
    assert [each.error for each in heard] == [None, None, full, None]
    assert desk.asked >= 4


def test_it_is_woken_when_the_window_for_whole_lists_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    """By trusted time it is a moment before four, whatever the PC's clock says."""
    desk = ScriptedDesk([True])
    desk.policy = Policy(bulk_from_hour=4, bulk_until_hour=6)
    monkeypatch.setattr("sync.agent.courier._REST_SECONDS", 0.0)
    desk.at = Moment(datetime(2026, 3, 1, 3, 59, 59, 900_000, tzinfo=UTC), datetime.now(UTC))
    news: queue.Queue[News] = queue.Queue()
    with Courier(desk, heard=news.put):
        for _ in range(2):
            news.get(timeout=2 * PATIENCE)
        assert desk.woken[0], "its long poll was ended, by nobody but the timetable"


def test_appointments_go_by_trusted_time_whatever_the_clock_says() -> None:
    day, wrong = datetime(2016, 3, 1, tzinfo=UTC), datetime.now(UTC)
    table = Timetable(lambda: None)
    table.start()
    try:
        policy = Policy(bulk_from_hour=4, bulk_until_hour=6)
        table.plan(policy, Moment(day + timedelta(hours=1), wrong), day + timedelta(hours=9))
        assert {round((when - wrong).total_seconds() / 3600, 1) for when in table.appointments().values()} == {3.0, 8.0}
        table.plan(Policy(), Moment(day, wrong), None)
        assert table.appointments() == {}
    finally:
        table.stop()


def test_more_may_go_when_the_window_opens_or_a_metered_day_begins() -> None:
    day = datetime(2026, 3, 1, tzinfo=UTC)
    window = Policy(bulk_from_hour=22, bulk_until_hour=4)
    assert opens_next(Policy(), day) is None
    assert opens_next(window, day + timedelta(hours=5)) == day + timedelta(hours=22)
    assert opens_next(window, day + timedelta(hours=23)) == day + timedelta(days=1, hours=22)
    metered = Policy(bulk_from_hour=22, bulk_until_hour=4, metered_bytes_per_day=1)
    assert opens_next(metered, day + timedelta(hours=22)) == day + timedelta(days=1)


def test_a_revoked_desk_asks_no_more() -> None:
    desk = ScriptedDesk([False])
    desk.revoked = True
    with Courier(desk):
        pass
    assert desk.asked == 0


def test_an_alert_is_in_use_seconds_after_it_was_published_and_locked_desks_go_on(place: Place, desk: Desk) -> None:
    desk.screen("P UTO XK7703915")
    news: queue.Queue[News] = queue.Queue()
    with Courier(desk, heard=news.put) as courier:
        courier.now()
        document = next(iter(stolen_documents(1, 99)))
        place.bureau.flash(SYNTHETIC_LIST.name, [document])
        while (
            SYNTHETIC_LIST.name not in (news.get(timeout=PATIENCE).report or ExchangeReport(0, 0, (), 0, 0, ())).applied
        ):
            continue
        desk.sign_out()
        place.bureau.publish()
        while desk.status().progress is None and not _held_on_disk(desk, 3):
            news.get(timeout=PATIENCE)
        desk.sign_in("noy", PASSWORD)
    assert desk.status().lists[0].edition == 3


def _held_on_disk(desk: Desk, edition: int) -> bool:
    """Whether the locked desk has an edition lying ready."""
    held = desk._link._exchange.held_manifest()
    return held is not None and held.manifest.lists[0].edition.number == edition and desk.status().progress is None


def test_an_act_ends_the_long_poll(place: Place, desk: Desk) -> None:
    news: queue.Queue[News] = queue.Queue()
    verdict = desk.screen(next(iter(stolen_documents(1, SEED))).number)
    record = next(finding.record for finding in verdict.findings if finding.record)
    with Courier(desk, heard=news.put):
        desk.take_up(verdict, record=record, act=HitAct.REFER)
        while not (report := news.get(timeout=PATIENCE).report) or not report.receipts:
            continue


def test_once_a_day_the_bureau_hears_how_the_desk_is(place: Place, desk: Desk, clock: MovableClock) -> None:
    desk.screen("P UTO XK7703915")
    desk.screen("P UTO ZZ1122334")
    desk.do_daily_work()
    desk.do_daily_work()
    desk.exchange()
    bodies = _uploads(place)
    assert [len(bodies[kind]) for kind in ("statistics", "health", "journal")] == [1, 1, 1], "once, not twice"
    hours = read_report(bodies["statistics"][0])["hours"]
    assert [row[1:] for row in hours] == [["no match", 2]]
    health = read_report(bodies["health"][0])
    assert health["journal_broken"] == ""
    assert health["lists"][0][0] == SYNTHETIC_LIST.name

    segment, rows = read_segment(join([read_part(bodies["journal"][0])]))
    assert (segment.first, rows[0]["kind"]) == (1, "enrolment")
    key = Ed25519PublicKey.from_public_bytes(place.bureau.doors()[desk.identity.reply.desk].signing.raw)
    key.verify(segment.signature, segment.signed_bytes)

    clock.pass_(timedelta(hours=25))
    desk.do_daily_work()
    desk.exchange()
    assert len(_uploads(place)["health"]) == 2


def _uploads(place: Place) -> dict[str, list[bytes]]:
    with place.bureau.database.reading() as db:
        found: dict[str, list[bytes]] = {}
        for row in db.execute(sa.select(tables.uploads).order_by(tables.uploads.c.counter)):
            found.setdefault(row.kind, []).append(row.body)
    return found


def test_an_altered_segment_is_found_out(desk: Desk) -> None:
    db = desk.unlocked_store().reader
    segment = next(iter(journal.segments(db)))
    entries = [entry for entry in journal.entries(db) if entry.number <= segment.last]
    assert read_segment(segment_body(segment, entries))[0] == segment
    entries[0] = type(entries[0])(*[*_fields(entries[0])[:2], "somebody else", *_fields(entries[0])[3:]])
    with pytest.raises(SegmentBroken, match="not those the desk signed"):
        read_segment(segment_body(segment, entries))


def _fields(entry: journal.Entry) -> list[object]:
    return [getattr(entry, name) for name in entry.__slots__]


def test_what_is_large_travels_in_parts_in_any_order() -> None:
    data = bytes(range(256)) * 40
    bodies = parts("photo", data)
    assert len(bodies) == 3
    found = [read_part(body) for body in bodies]
    assert join([found[2], found[0], found[0]]) is None
    assert join([found[2], found[0], found[1], found[0]]) == data
