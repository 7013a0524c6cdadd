"""A disk that is full in the middle of something: all of it is there afterwards or nothing, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from borderdesk.dates import PartialDate
from borderdesk.documents import PrintedFields, Sense
from borderdesk.hits import HitAct
from borderdesk.ids import RecordKey
from borderdesk.screening import Seen, Verdict, VerdictWord
from borderdesk.store import DiskFull
from borderdesk.watchlist import DocumentStatus, Person, PersonName, TravelDocument
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from sync.agent import Desk
from sync.agent.unwritten import NotJournalled
from tests.agent.conftest import DOCUMENTS, PASSWORD, SEED, Place

LISTED = next(iter(stolen_documents(DOCUMENTS, SEED)))
KHAMLA = Person(RecordKey("new"), (PersonName("PHOMMACHANH Khamla"),), births=(PartialDate(1961, 4, 2),))


@contextmanager
def full(desk: Desk, table: str) -> Iterator[None]:
    """Whatever is to be written into this table meets a disk without room."""
    conn = desk.unlocked_store()._writer.conn
    said = "database or disk is full"
    conn.execute(f"CREATE TEMP TRIGGER full BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, '{said}'); END")
    yield
    conn.execute("DROP TRIGGER full")


def act(desk: Desk, verdict: Verdict, what: HitAct, note: str = "") -> None:
    record = next((each.record for each in verdict.findings if each.record), None) or verdict.candidates[0].record
    desk.take_up(verdict, record=record, act=what, note=note)


def test_a_candidate_is_taken_up_whole_or_not_at_all(desk: Desk) -> None:
    desk.look_out(KHAMLA, reason="asked for by the district")
    verdict = desk.screen("Khamla Phommachanh 1961-04-02")
    assert verdict.word is VerdictWord.LOOK_AGAIN
    with full(desk, "decided"), pytest.raises(DiskFull, match="NOT stored"):
        act(desk, verdict, HitAct.TAKE_UP)
    assert desk.hits() == (), "what is said not to be stored is not"
    act(desk, verdict, HitAct.TAKE_UP)
    assert len(desk.hits()) == 1


def test_a_reply_that_the_disk_did_not_take_is_no_reply(desk: Desk) -> None:
    verdict = desk.screen(LISTED.number)
    act(desk, verdict, HitAct.REFER)
    (hit,) = desk.hits()
    with full(desk, "outbox"), pytest.raises(DiskFull, match="NOT stored"):
        act(desk, verdict, HitAct.REPLY, "12 August 1974")
    assert [each.act for each in desk.acts(hit.id)] == [HitAct.REFER]


@pytest.mark.parametrize("restarted", [False, True], ids=["at work", "after a restart"])
def test_a_doubt_that_was_taken_back_goes_to_the_bureau_once_there_is_room(
    place: Place, desk: Desk, restarted: bool
) -> None:
    verdict = desk.screen(LISTED.number)
    act(desk, verdict, HitAct.REFER)
    desk.inspect(verdict, PrintedFields(), {Sense.FEEL: Seen.DOUBTFUL})
    (hit,) = desk.hits()
    with full(desk, "outbox"):
        desk.inspect(verdict, PrintedFields(), {Sense.FEEL: Seen.FINE})
    assert len(desk.closer_looks(verdict.screening)) == 2, "it is kept"
    assert len(desk.acts(hit.id)) == 2
    desk.sign_out()
    with place.desk() as again:
        here = again if restarted else desk
        here.sign_in("noy", PASSWORD)
        here.exchange()
        *_, last = here.acts(hit.id)
        assert last.act is HitAct.NOTED and str(last.said[0].asked).startswith("Taken back by the officer")
        here.exchange()
        assert len(here.acts(hit.id)) == 3, "once"


def test_an_answer_that_is_written_down_after_an_edition_is_compared_with_it(place: Place, desk: Desk) -> None:
    verdict = desk.answer("P UTO XK7703915")
    assert verdict.word is VerdictWord.NO_MATCH
    with full(desk, "journal"), pytest.raises(NotJournalled):
        desk.record(verdict)
    listed = TravelDocument("UTO", "P", "XK7703915", DocumentStatus.STOLEN)
    place.bureau.import_list(SYNTHETIC_LIST, [*stolen_documents(DOCUMENTS, SEED), listed], reason="test")
    place.bureau.publish()
    desk.exchange(wait=60)
    assert desk.status().unwritten == 0
    assert [late.match.screening for late in desk.late_matches()] == [verdict.screening]
