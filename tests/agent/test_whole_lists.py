"""A large list that comes into use holds up neither an alert nor a hit, and goes on after the desk was locked."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from borderdesk import journal
from borderdesk.hits import HitAct
from borderdesk.ids import ListName
from borderdesk.replica import ApplyStopped, staging
from borderdesk.screening import VerdictWord
from borderdesk.store import DiskFull, Store
from borderdesk.watchlist import ListKind, Watchlist
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from sync.agent import Desk, intake, whole_lists
from tests.agent.conftest import DOCUMENTS, PASSWORD, SEED, Place

PATIENCE = 20
HELD = 90
"""Seconds that a list is held at most: longer than all waiting for news of one test together."""

SMALL = Watchlist(ListName("national"), ListKind.DOCUMENTS, "National documents", "NCB Test")


class Gate:
    """Holds the large list between two of its steps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.open = threading.Event(), threading.Event()
        self.error: Exception | None = None
        sort_in = staging._sort_in

        def held(store: Store, coming: staging.Coming) -> staging.Coming:
            if coming.edition.watchlist.name == SYNTHETIC_LIST.name:
                self.reached.set()
                assert self.open.wait(HELD)
                if self.error is not None:
                    raise self.error
            return sort_in(store, coming)

        monkeypatch.setattr(staging, "_sort_in", held)
        monkeypatch.setattr(staging, "STEP_ROWS", 60)
        monkeypatch.setattr(whole_lists, "LARGE", DOCUMENTS)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate(monkeypatch)
    yield gate
    gate.open.set()


@pytest.fixture
def waiting(place: Place, gate: Gate) -> Iterator[Desk]:
    """A desk whose large list is here, and held in the middle of coming into use; a small one is in use."""
    documents = list(stolen_documents(20, 99))
    place.bureau.import_list(SMALL, documents[:10])
    place.bureau.publish()
    with place.desk() as desk:
        desk.sign_in("noy", PASSWORD)
        desk.exchange(wait=PATIENCE)
        assert gate.reached.wait(PATIENCE)
        yield desk
        gate.open.set()


def held(desk: Desk) -> dict[ListName, int]:
    return {each.name: each.edition for each in desk.status().lists}


def test_an_alert_and_a_hit_do_not_wait_for_a_large_list(place: Place, waiting: Desk, gate: Gate) -> None:
    assert held(waiting) == {SMALL.name: 1}
    alert = list(stolen_documents(20, 99))[-1]
    place.bureau.flash(SMALL.name, [alert])
    waiting.exchange(wait=PATIENCE)
    assert held(waiting) == {SMALL.name: 2}, "the alert is in use, the large list is not"
    verdict = waiting.screen(alert.number)
    assert verdict.word is VerdictWord.MATCH
    record = next(finding.record for finding in verdict.findings if finding.record)
    waiting.take_up(verdict, record=record, act=HitAct.REFER)
    waiting.exchange(wait=1)  # who does not wait at all waits for the large list
    assert place.bureau.hits(), "the hit was written and sent meanwhile"


def test_the_end_of_a_large_list_ends_the_wait_for_news_and_is_told(waiting: Desk, gate: Gate) -> None:
    gate.open.set()
    applied: tuple[str, ...] = ()
    while SYNTHETIC_LIST.name not in applied:
        applied = waiting.exchange(wait=PATIENCE).applied
    assert SYNTHETIC_LIST.name in held(waiting)
    store = waiting.unlocked_store()
    told = [entry.details for entry in journal.entries(store.reader) if entry.kind == "edition"]
    assert [each["to"] for each in told if each["list"] == SYNTHETIC_LIST.name] == [1, 2]


def test_a_desk_that_is_locked_meanwhile_goes_on_where_it_stopped(waiting: Desk, gate: Gate) -> None:
    leaving = threading.Thread(target=waiting.sign_out)
    leaving.start()
    assert waiting._whole_lists._stopping.wait(PATIENCE)
    gate.open.set()
    leaving.join(PATIENCE)
    assert waiting.status().signed_in is None
    waiting.sign_in("noy", PASSWORD)
    waiting.finish_applying()
    assert SYNTHETIC_LIST.name in held(waiting)
    verified = waiting._unlocked.replica.verify(SYNTHETIC_LIST.name) if waiting._unlocked else None
    assert verified is not None and verified.is_whole and verified.rows == DOCUMENTS


def test_a_program_that_asks_once_waits_for_the_large_list(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_lists, "LARGE", DOCUMENTS)
    with place.desk() as desk:
        desk.sign_in("noy", PASSWORD)
        assert desk.exchange().applied == (SYNTHETIC_LIST.name,)
        assert desk.screen(next(iter(stolen_documents(DOCUMENTS, SEED))).number).word is VerdictWord.MATCH


def test_a_full_disk_under_a_large_list_is_said_by_whoever_exchanges(waiting: Desk, gate: Gate) -> None:
    gate.error = DiskFull(waiting.folder)
    gate.open.set()
    waiting._whole_lists.wait()
    with pytest.raises(DiskFull):
        waiting.exchange(wait=PATIENCE)
    gate.error = None
    waiting.exchange()
    assert SYNTHETIC_LIST.name in held(waiting)


def test_what_was_stopped_says_so_and_leaves_the_edition_before_in_use(waiting: Desk, gate: Gate) -> None:
    running = waiting._whole_lists._running
    assert running is not None
    waiting._whole_lists._stopping.set()
    gate.open.set()
    with pytest.raises(ApplyStopped):
        running.end.result(PATIENCE)
    waiting._whole_lists.stop()
    assert SYNTHETIC_LIST.name not in held(waiting)


def test_a_large_change_ends_at_its_next_record_once_the_desk_is_locked(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, locked = threading.Event(), threading.Event()
    with place.desk() as desk:
        desk.sign_in("noy", PASSWORD)
        desk.exchange()
        place.bureau.flash(SYNTHETIC_LIST.name, list(stolen_documents(20, 99)))
        unlocked = desk._unlocked
        assert unlocked is not None

        steps: list[bool] = []

        def held_up() -> None:
            reached.set()
            steps.append(locked.wait(PATIENCE))

        def leave() -> None:
            threading.Event.set(unlocked.leaving)
            locked.set()

        monkeypatch.setattr(unlocked.replica, "_give_way", held_up)
        monkeypatch.setattr(unlocked.leaving, "set", leave)
        working = threading.Thread(target=desk.exchange)
        working.start()
        assert reached.wait(PATIENCE)
        desk.sign_out()
        working.join(PATIENCE)
        assert not working.is_alive()
        assert steps == [True], "no record after the first was put in"
        assert desk.status().signed_in is None
        desk.sign_in("noy", PASSWORD)
        assert held(desk)[SYNTHETIC_LIST.name] == 2, "nothing of it was lost: it is in use now"


def test_nobody_who_signs_in_waits_for_a_large_change(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MANY", 20)
    with place.desk() as desk:
        desk.sign_in("noy", PASSWORD)
        desk.exchange()
        desk.sign_out()
        place.bureau.flash(SYNTHETIC_LIST.name, list(stolen_documents(20, 99)))
        desk.exchange()
        desk.sign_in("noy", PASSWORD)
        assert held(desk)[SYNTHETIC_LIST.name] == 1
        desk.exchange()
        assert held(desk)[SYNTHETIC_LIST.name] == 2
