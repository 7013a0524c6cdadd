"""What an officer meets on a bad day: a clear sentence, and nothing lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest

from borderdesk import journal
from borderdesk.documents import UnreadableMrz
from borderdesk.hits import HitAct
from borderdesk.people import WrongPassword
from borderdesk.policy import DEFAULT
from borderdesk.screening import VerdictWord
from borderdesk.store import DiskFull
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from sync.agent import Desk, NobodySignedIn, NothingFound
from sync.agent.enrolment import AlreadyEnrolled, NoCode, enrol
from sync.agent.identity import IdentityAltered, NotEnrolled
from sync.agent.state import LinkWord
from sync.agent.unwritten import NotJournalled
from sync.bureau import Bureau
from sync.bureau.server import BureauServer, serve_in_thread
from sync.wire.policy import policy_in
from sync.wire.refusals import ENROLMENT
from ui.demo.samples import Samples, make_samples

PASSWORD = "three lanterns at the bridge"
DOCUMENTS, SEED = 500, 7


@pytest.fixture(scope="module")
def samples() -> Samples:
    return make_samples(DOCUMENTS, SEED, date(2026, 3, 1))


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    with Bureau.create(tmp_path / "bureau", name="NCB Test", country="LAO") as bureau:
        bureau.import_list(SYNTHETIC_LIST, stolen_documents(DOCUMENTS, SEED))
        bureau.publish()
        yield bureau


@pytest.fixture
def server(bureau: Bureau) -> Iterator[BureauServer]:
    with serve_in_thread(bureau) as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path, bureau: Bureau, server: BureauServer) -> Path:
    code = str(bureau.enrol_code("nong-haet"))
    enrol(tmp_path / "desk", url=server.url, code=code, account="noy", name="Noy", password=PASSWORD)
    return tmp_path / "desk"


@pytest.fixture
def desk(folder: Path) -> Iterator[Desk]:
    with Desk(folder) as desk:
        desk.sign_in("noy", PASSWORD)
        desk.exchange()
        yield desk


def test_an_unreadable_zone_is_said_to_be_so_and_the_next_scan_is_answered(desk: Desk, samples: Samples) -> None:
    with pytest.raises(UnreadableMrz) as caught:
        desk.screen("<<<<%%%%<<<<\r<<")
    assert len(caught.value.sentences) == 3
    assert desk.screen(samples.stolen).word is VerdictWord.MATCH
    assert len(desk.recent()) == 1, "what was not answered is not remembered as a screening"


def test_a_wrong_password_opens_nothing(folder: Path, samples: Samples) -> None:
    with Desk(folder) as desk:
        with pytest.raises(WrongPassword):
            desk.sign_in("noy", "guessed")
        with pytest.raises(NobodySignedIn, match="Sign in first"):
            desk.screen(samples.stolen)


def test_a_wrong_password_does_not_end_the_session_of_who_works_here(desk: Desk, samples: Samples) -> None:
    with pytest.raises(WrongPassword):
        desk.sign_in("noy", "guessed")
    assert desk.screen(samples.stolen).word is VerdictWord.MATCH


def test_a_second_desk_on_the_same_folder_is_told_that_one_is_running(folder: Path, desk: Desk) -> None:
    script = (
        "import sys, pathlib\n"
        "from sync.agent import Desk\n"
        "from borderdesk.store import StoreInUse\n"
        "with Desk(pathlib.Path(sys.argv[1])) as desk:\n"
        "    try: desk.sign_in('noy', sys.argv[2])\n"
        "    except StoreInUse as error: print(error); sys.exit(7)\n"
    )
    second = subprocess.run(
        [sys.executable, "-c", script, folder, PASSWORD],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert second.returncode == 7, second.stderr
    assert "already running" in second.stdout
    assert desk.status().signed_in is not None


def test_a_full_disk_while_queueing_a_hit_keeps_nothing_of_it_and_says_so(desk: Desk, samples: Samples) -> None:
    verdict = desk.screen(samples.stolen)
    record = verdict.findings[0].record
    assert record is not None
    store = desk.unlocked_store()
    with store.transaction() as db:
        (pages,) = db.conn.execute("PRAGMA page_count").fetchone()
        db.conn.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFull, match="NOT stored"):
        for _ in range(200):
            desk.take_up(verdict, record=record, act=HitAct.TAKE_UP, note="x" * 900)
    with store.transaction() as db:
        db.conn.execute("PRAGMA max_page_count = 1073741823")
    counted = {table: store.reader.table(table).count for table in ("hit_events", "outbox")}
    assert len(set(counted.values())) == 1, f"half an act was stored: {counted}"
    assert desk.status().waiting == counted["outbox"]


def test_a_full_disk_hides_no_match_and_the_journal_follows_when_there_is_room(
    folder: Path, desk: Desk, samples: Samples
) -> None:
    store = desk.unlocked_store()
    with store.transaction() as db:
        (pages,) = db.conn.execute("PRAGMA page_count").fetchone()
        db.conn.execute(f"PRAGMA max_page_count = {pages}")
    for _ in range(100):
        verdict = desk.screen(samples.stolen)
        assert verdict.word is VerdictWord.MATCH
        if desk.status().unwritten:
            break
    assert desk.status().unwritten == 1
    said = [finding for finding in verdict.findings if finding.code == "journal.not-written"]
    assert said and said[0].todo, "the answer itself says that it was not written down"
    with pytest.raises(NotJournalled, match="NOT WRITTEN DOWN"):
        desk.record(desk.answer(samples.stolen))
    written = store.reader.table("journal").count
    with store.transaction() as db:
        db.conn.execute("PRAGMA max_page_count = 1073741823")
    desk.screen(samples.stolen)
    assert desk.status().unwritten == 0
    late = [row["details"] for row in store.reader.table("journal").rows_where("number > ?", [written])]
    assert ['"late":true' in details for details in late] == [True, True, False], "nothing was lost, in order"
    assert journal.verify(store.reader).is_whole
    assert verdict.screening in {each.screening for each in desk.recent()}


def test_what_a_full_disk_left_unwritten_names_no_traveller_while_locked(desk: Desk, samples: Samples) -> None:
    with desk.unlocked_store().transaction() as db:
        db.conn.execute("PRAGMA max_page_count = 1")
    while not desk.status().unwritten:
        desk.screen(samples.stolen)
    desk.sign_out()
    waiting = desk._unwritten._waiting
    assert [entry.kind for entry in waiting] == ["screening", "sign-out"]
    assert [entry.remember for entry in waiting] == [None, None]
    desk.sign_in("noy", PASSWORD)
    kinds = [entry.kind for entry in journal.entries(desk.unlocked_store().reader)]
    assert desk.status().unwritten == 0 and kinds[-3:] == ["screening", "sign-out", "sign-in"]


def test_a_spool_without_room_does_not_make_a_stored_hit_look_lost(
    desk: Desk, bureau: Bureau, samples: Samples
) -> None:
    verdict = desk.screen(samples.stolen)
    record = verdict.findings[0].record
    assert record is not None
    spool = desk._link._spool._db.conn
    (pages,) = spool.execute("PRAGMA page_count").fetchone()
    spool.execute(f"PRAGMA max_page_count = {pages}")
    hits = [desk.take_up(verdict, record=record, act=HitAct.TAKE_UP, note="x" * 900) for _ in range(60)]
    assert desk.status().waiting == len(hits), "everything is counted as waiting"
    with pytest.raises(DiskFull):
        desk.exchange()
    spool.execute("PRAGMA max_page_count = 1073741823")
    assert desk.exchange().receipts == len(hits)
    assert len(bureau.hits()) == 1


def test_a_tampered_edition_is_refused_journalled_and_the_last_good_one_stays(
    desk: Desk, bureau: Bureau, samples: Samples
) -> None:
    bureau.put_records(SYNTHETIC_LIST.name, [samples.added])
    bureau.publish()
    before = {path: path.read_bytes() for path in bureau.home.files.iterdir()}
    for path, content in before.items():
        path.chmod(0o600)
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    report = desk.exchange(wait=10)
    assert report.applied == ()
    assert any("file" in str(line) for line in report.lines), f"the refusal is said: {list(map(str, report.lines))}"
    assert desk.screen(samples.to_be_added).word is VerdictWord.NO_MATCH
    assert desk.screen(samples.stolen).word is VerdictWord.MATCH
    refused = [row for row in desk.unlocked_store().reader.table("journal").rows if "refused" in str(row)]
    assert refused, "a refusal belongs in the journal"
    for path, content in before.items():
        path.write_bytes(content)
    assert desk.exchange(wait=10).applied == (SYNTHETIC_LIST.name,)
    assert desk.screen(samples.to_be_added).word is VerdictWord.MATCH


def test_whom_the_desk_believes_cannot_be_swapped_on_the_disk(folder: Path, tmp_path: Path, server: BureauServer,
                                                              bureau: Bureau) -> None:  # fmt: skip
    code = str(bureau.enrol_code("other"))
    enrol(tmp_path / "other", url=server.url, code=code, account="eve", name="Eve", password=PASSWORD)
    (folder / "link.identity").write_bytes((tmp_path / "other" / "link.identity").read_bytes())
    with Desk(folder) as desk, pytest.raises(IdentityAltered, match="was altered"):
        desk.sign_in("noy", PASSWORD)


def test_a_desk_enrolled_before_a_policy_existed_opens_with_the_newer_program(folder: Path) -> None:
    said = asdict(DEFAULT)
    older = {name: value * 1000 for name, value in said.items() if isinstance(value, int) and name != "recheck_days"}
    assert policy_in({**older, "a_policy_of_tomorrow": 5000}, ENROLMENT) == DEFAULT
    with Desk(folder) as desk:
        assert desk.sign_in("noy", PASSWORD).account == "noy"


def test_a_hit_taken_up_while_the_link_is_down_survives_a_restart_and_is_reported_later(
    folder: Path, bureau: Bureau, samples: Samples
) -> None:
    with Desk(folder) as desk:
        desk.sign_in("noy", PASSWORD)
        desk.exchange()
        verdict = desk.screen(samples.stolen)
        record = verdict.findings[0].record
        assert record is not None
        desk.take_up(verdict, record=record, act=HitAct.TAKE_UP)
    with Desk(folder) as desk:
        assert desk.status().waiting == 1, "a locked desk knows what waits"
        assert desk.exchange().receipts == 1, "uploads go on while the desk is locked"
        desk.sign_in("noy", PASSWORD)
        (hit,) = desk.hits()
        assert hit.reported_at is not None and not hit.pending
        assert [verdict.screening for verdict in desk.recent()] == [hit.screening]
    (received,) = bureau.hits()
    assert received.hit.id == hit.id


def test_a_dead_link_is_a_state_not_an_error(tmp_path: Path, bureau: Bureau) -> None:
    with serve_in_thread(bureau) as server:
        code = str(bureau.enrol_code("nong-haet"))
        enrol(tmp_path / "desk", url=server.url, code=code, account="noy", name="Noy", password=PASSWORD)
    with Desk(tmp_path / "desk") as desk:
        desk.sign_in("noy", PASSWORD)
        report = desk.exchange()
        link = desk.status().link
        assert link.word is LinkWord.DOWN and link.why is not None
        assert str(link.why) in " ".join(map(str, report.lines))


def test_an_act_on_a_record_the_verdict_does_not_name_is_refused(desk: Desk, samples: Samples) -> None:
    match, ordinary = desk.screen(samples.stolen), desk.screen(samples.ordinary)
    record = match.findings[0].record
    assert record is not None
    with pytest.raises(NothingFound):
        desk.take_up(ordinary, record=record, act=HitAct.TAKE_UP)


def test_enrolment_refuses_a_mistyped_code_and_a_used_folder(
    folder: Path, tmp_path: Path, server: BureauServer
) -> None:
    with pytest.raises(NoCode, match="sixteen"):
        enrol(tmp_path / "new", url=server.url, code="ABCD", account="noy", name="Noy", password=PASSWORD)
    with pytest.raises(AlreadyEnrolled):
        enrol(folder, url=server.url, code="ABCD-EFGH-JKMN-PQRS", account="noy", name="Noy", password=PASSWORD)
    with pytest.raises(NotEnrolled):
        Desk(tmp_path / "nothing")


def test_a_document_withdrawn_today_is_explained_to_the_traveller(desk: Desk, bureau: Bureau, samples: Samples) -> None:
    assert desk.screen(samples.to_be_withdrawn).word is VerdictWord.MATCH
    bureau.withdraw(SYNTHETIC_LIST.name, samples.withdrawn_document.key, "recovered by its owner")
    bureau.publish()
    desk.exchange(wait=10)
    verdict = desk.screen(samples.to_be_withdrawn)
    assert verdict.word is VerdictWord.NO_MATCH
    assert "recovered by its owner" in str(verdict.findings[0].sentence)
