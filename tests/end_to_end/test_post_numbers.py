"""The numbers of a post: every desk of it tells the bureau once a day, and the bureau tells the desks beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import cbor2
import pytest

from borderdesk.ids import DeskId
from borderdesk.operations.beside import (
    MOST_HOURS,
    DeskReport,
    UnreadableNumbers,
    beside_body,
    read_beside_body,
)
from borderdesk.screening import VerdictWord
from borderdesk.watchlist.synthetic import stolen_documents
from sync.agent import Desk
from sync.agent.enrolment import enrol
from sync.wire.reports import STATISTICS, report_body
from tests.end_to_end.test_answers import PASSWORD, at_work

HOUR = datetime(2026, 11, 29, 14, tzinfo=UTC)
REPORT = DeskReport(DeskId("d1"), 3, HOUR, {(HOUR, VerdictWord.MATCH): 2, (HOUR, VerdictWord.NO_MATCH): 40})


def test_a_desk_shows_what_the_desk_beside_it_screened_and_up_to_when(tmp_path: Path) -> None:
    with at_work(tmp_path) as (bureau, server, first, _):
        for post, folder in (("nong-haet", "beside"), ("torodi", "elsewhere")):
            code = str(bureau.enrol_code(post))
            enrol(tmp_path / folder, url=server.url, code=code, account="bo", name="Bo", password=PASSWORD)
        with Desk(tmp_path / "beside") as beside, Desk(tmp_path / "elsewhere") as elsewhere:
            for desk in (beside, elsewhere):
                desk.sign_in("bo", PASSWORD)
            assert beside.numbers().post is not None and beside.numbers().post.others == ()
            first.screen(next(iter(stolen_documents(50, 7))).number)
            first.do_daily_work()
            first.exchange()
            for desk in (beside, elsewhere):
                desk.exchange(wait=60) if desk is beside else desk.exchange()
            post = beside.numbers().post
            assert post is not None
            (told,) = post.others
            assert (told.desk, told.counted) == (first.identity.reply.desk, {VerdictWord.MATCH: 2})
            assert abs(told.as_of - first.now().trusted).total_seconds() < 600
            assert post.counted(VerdictWord.MATCH) == 2
            alone = elsewhere.numbers().post
            assert alone is not None and alone.others == (), "another post learns nothing"


def test_a_report_that_comes_twice_counts_once(tmp_path: Path) -> None:
    with at_work(tmp_path) as (_, _, desk, _):
        assert desk._unlocked is not None
        from borderdesk.operations import beside

        for expected in (True, False):
            with desk._unlocked.store.transaction() as db:
                assert beside.enter(db, REPORT) is expected
        assert sum(each.screened for each in beside.others(desk._unlocked.store.reader, HOUR)) == 42


def test_what_is_written_is_read() -> None:
    assert read_beside_body(beside_body(REPORT)) == REPORT


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"hours": [["2026-11-29T14:00:00", "match", 1]]},
        {"hours": [["2026-11-29T14:00:00+00:00", "guess", 1]]},
        {"hours": [["2026-11-29T14:00:00+00:00", "match", -1]]},
        {"hours": [["2026-11-29T14:00:00+00:00", "match", 1]] * (MOST_HOURS + 1)},
        {"desk": 7},
        {"at": "yesterday"},
    ],
)
def test_numbers_in_another_form_are_refused_whole(change: dict[str, object]) -> None:
    plain = {**cbor2.loads(beside_body(REPORT)), **change}
    with pytest.raises(UnreadableNumbers):
        read_beside_body(cbor2.dumps(plain))


@pytest.mark.parametrize("hours", [7, [[1, 2]], [["x", "match", 1]], [[2**70, "match", 1]], [[0, "match", -5]]])
def test_statistics_in_another_form_are_kept_and_passed_on_to_nobody(tmp_path: Path, hours: object) -> None:
    from tests.bureau.simulator import DeskSimulator

    with at_work(tmp_path) as (bureau, server, desk, _):
        strange = DeskSimulator(server.url, tmp_path / "bureau" / "ca.pem")
        try:
            strange.enrol(bureau.enrol_code("nong-haet"))
            strange.send(strange.sealed(1, STATISTICS, report_body({"at": 7, "hours": hours})).envelope)
        finally:
            strange.close()
        desk.exchange()
        numbers = desk.numbers().post
        assert numbers is not None and numbers.others == ()
