"""The program ends during an exchange: nobody waits for a bureau that never answers; what waits is counted rightly."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from borderdesk.documents import PrintedFields, Sense
from borderdesk.hits import HitAct, outbox
from borderdesk.screening import Seen, Verdict
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from sync.agent import Desk, link
from sync.agent.courier import Courier
from sync.agent.enrolment import enrol
from sync.agent.state import LinkWord
from sync.bureau import Bureau, serve_in_thread
from sync.bureau.bureau import ALL
from sync.bureau.sticks import empty, fill
from sync.carriers import Stick
from sync.carriers.tls import CONNECT_SECONDS
from tests.agent.conftest import DOCUMENTS, PASSWORD, SEED, Place
from tests.simulators.line import Line

PATIENCE = 20
LEAVE_SECONDS = 8.0
"""What the network is given here: so long that a slow machine locks a desk in less."""

JPEG = b"\xff\xd8\xff\xe0" + random.Random(3).randbytes(50_000)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    """An enrolled desk's line to its bureau, through which a test lets nothing more come."""
    with Bureau.create(tmp_path / "bureau", name="NCB Test", country="LAO") as bureau:
        bureau.import_list(SYNTHETIC_LIST, stolen_documents(DOCUMENTS, SEED))
        bureau.publish()
        with serve_in_thread(bureau) as server, Line(urlsplit(server.url).port or 0) as line:
            code = str(bureau.enrol_code("nong-haet"))
            enrol(tmp_path / "desk", url=line.url, code=code, account="noy", name="Noy", password=PASSWORD)
            yield line


def found(desk: Desk, place: int) -> Verdict:
    return desk.screen(list(stolen_documents(DOCUMENTS, SEED))[place].number)


def take_up(desk: Desk, verdict: Verdict) -> str:
    record = next(finding.record for finding in verdict.findings if finding.record)
    return desk.take_up(verdict, record=record, act=HitAct.REFER).id


def test_nobody_who_closes_the_program_waits_for_a_bureau_that_never_answers(
    tmp_path: Path, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "LEAVE_SECONDS", LEAVE_SECONDS)
    with Desk(tmp_path / "desk") as desk:
        desk.sign_in("noy", PASSWORD)
        assert desk.exchange().reached
        good = desk.status().last_good_exchange
        line.fall_silent()
        hit = take_up(desk, found(desk, 3))
        courier = Courier(desk)
        courier.start()
        by_key = threading.Thread(target=desk.exchange)
        by_key.start()
        assert line.asked.wait(PATIENCE)
        began = time.monotonic()
        desk.leave()
        desk.sign_out()
        assert time.monotonic() - began < LEAVE_SECONDS, "the desk is locked, whatever the network does"
        with Desk(tmp_path / "desk") as second:
            second.sign_in("noy", PASSWORD)
            assert [one.id for one in second.hits()] == [hit]
        by_key.join(PATIENCE)
        courier.stop()
        assert not by_key.is_alive() and not courier.is_running
        assert time.monotonic() - began < CONNECT_SECONDS, "it was cut off, and did not give up by itself"
        status = desk.status()
        assert (status.link.word, status.last_good_exchange) == (LinkWord.UP, good), "who hangs up has learnt nothing"
        assert status.waiting == 1
    line.speak()
    with Desk(tmp_path / "desk") as desk:
        assert desk.exchange().receipts == 1, "the next start goes on, locked or not"
        assert desk.status().waiting == 0


def test_as_much_waits_on_a_locked_desk_as_before_it_was_locked(desk: Desk, place: Place, tmp_path: Path) -> None:
    def counts() -> tuple[int, int]:
        signed_in = desk.status().waiting
        desk.sign_out()
        locked = desk.status().waiting
        desk.sign_in("noy", PASSWORD)
        return signed_in, locked

    place.server.stop()  # the link is down
    verdict = found(desk, 1)
    hit = take_up(desk, verdict)
    assert counts() == (1, 1)
    desk.inspect(verdict, PrintedFields(), {Sense.FEEL: Seen.DOUBTFUL})
    desk.attach_photo(desk.hits()[0].id, JPEG, "the torn page")
    before = desk.status().waiting
    assert before > 2
    assert counts() == (before, before)
    folder = tmp_path / "stick"
    folder.mkdir()
    stick = Stick(folder)
    fill(place.bureau, stick, ALL)
    desk.carry(folder)
    assert counts() == (before, before), "what is on a stick is not at the bureau yet"
    assert empty(place.bureau, stick).kept == before
    fill(place.bureau, stick, ALL)
    desk.sign_out()
    desk.carry(folder)
    assert desk.status().waiting == 0, "the bureau's receipts came by stick, while nobody was signed in"
    desk.sign_in("noy", PASSWORD)
    assert counts() == (0, 0)
    assert [one.id for one in desk.hits() if not one.pending] == [hit]


def test_what_is_queued_while_a_list_comes_into_use_waits_on_the_locked_desk_too(desk: Desk, place: Place) -> None:
    place.server.stop()
    store = desk.unlocked_store()
    assert desk._unlocked is not None
    with store.transaction() as db:
        outbox.queue(db, desk._unlocked.sealer, kind="health", about="", body=b"{}", at=desk.now())
    assert desk.status().waiting == 1
    desk.sign_out()
    assert desk.status().waiting == 1
