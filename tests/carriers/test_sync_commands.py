"""`borderdesk sync` and `borderdesk-bureau stick` against a real bureau and a real desk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from typer import Typer
from typer.testing import CliRunner

from borderdesk.hits import HitAct
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from sync.agent import Desk
from sync.agent.enrolment import enrol
from sync.agent.revoked import DeskRevoked
from sync.bureau import Bureau
from sync.bureau.bureau import ALL
from sync.bureau.server import serve_in_thread
from sync.bureau.sticks import fill
from sync.carriers import Stick
from sync.carriers.stick import FOLDER
from sync.carriers.stick_names import stop_name
from sync.wire import Purpose, Revocation, SignedBytes
from tests.simulators.bureau import START, BureauSimulator
from ui.cli.bureau import app as bureau_app
from ui.cli.desk import app as desk_app

PASSWORD = "three lanterns at the bridge"
DOCUMENTS = 200


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A bureau that was there for enrolment, and is now out of reach; and a stick that was at a bureau before."""
    (tmp_path / "stick" / FOLDER).mkdir(parents=True)
    (tmp_path / "mount point").mkdir()
    with Bureau.create(tmp_path / "bureau", name="NCB Test", country="LAO") as bureau:
        bureau.import_list(SYNTHETIC_LIST, stolen_documents(DOCUMENTS, 7))
        bureau.publish()
        with serve_in_thread(bureau) as server:
            code = str(bureau.enrol_code("nong-haet"))
            enrol(tmp_path / "desk", url=server.url, code=code, account="noy", name="Noy", password=PASSWORD)
    monkeypatch.setenv("BORDERDESK_DIR", str(tmp_path / "desk"))
    monkeypatch.setenv("BORDERDESK_BUREAU", str(tmp_path / "bureau"))
    monkeypatch.setenv("BORDERDESK_PASSWORD", PASSWORD)
    yield tmp_path


def desk(*arguments: str) -> dict[str, object]:
    answer = CliRunner().invoke(desk_app, ["sync", *arguments, "--json"], catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    plain: dict[str, object] = json.loads(answer.stdout)
    return plain


def bureau(*arguments: str) -> dict[str, object]:
    answer = CliRunner().invoke(bureau_app, ["stick", *arguments, "--json"], catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    plain: dict[str, object] = json.loads(answer.stdout)
    return plain


def test_a_post_without_a_link_lives_from_a_stick(place: Path) -> None:
    stick = str(place / "stick")
    assert "no server runs" in str(desk("now")["lines"])
    assert desk("status")["link"] == "down"

    assert bureau("export", stick)["written"] == 1
    assert "would become 1" in str(desk("import", stick, "--dry-run")["lines"])
    assert desk("import", stick, "--as", "noy")["applied"] == [SYNTHETIC_LIST.name]

    document = next(iter(stolen_documents(DOCUMENTS, 7)))
    with Desk(place / "desk") as open_desk:
        open_desk.sign_in("noy", PASSWORD)
        verdict = open_desk.screen(document.number)
        record = next(finding.record for finding in verdict.findings if finding.record)
        open_desk.take_up(verdict, record=record, act=HitAct.REFER)
    waiting = desk("status")["waiting"]
    assert waiting
    assert desk("export", stick)["uploaded"] == waiting

    assert bureau("import", stick) == {"kept": waiting, "refused": 0}
    with Bureau.open(place / "bureau") as open_bureau:
        assert len(open_bureau.hits()) == 1
    assert desk("import", stick, "--as", "noy")["receipts"] == waiting
    assert desk("status")["waiting"] == 0
    assert CliRunner().invoke(desk_app, ["sync", "now"]).stdout.count("bytes sent") == 1


@pytest.mark.parametrize("by_stick", [False, True])
def test_a_revoked_desk_destroys_its_keys(tmp_path: Path, by_stick: bool) -> None:
    with Bureau.create(tmp_path / "bureau", name="NCB Test", country="LAO") as bureau:
        bureau.import_list(SYNTHETIC_LIST, stolen_documents(DOCUMENTS, 7))
        bureau.publish()
        with serve_in_thread(bureau) as server:
            for name in ("stolen", "other"):
                code = str(bureau.enrol_code("nong-haet"))
                enrol(tmp_path / name, url=server.url, code=code, account="noy", name="Noy", password=PASSWORD)
            with Desk(tmp_path / "stolen") as desk:
                desk.sign_in("noy", PASSWORD)
                desk.exchange()
                assert desk.status().lists
                bureau.revoke(desk.identity.reply.desk)
                if by_stick:
                    (tmp_path / "stick").mkdir()
                    fill(bureau, Stick(tmp_path / "stick"), ALL)
                    report = desk.carry(tmp_path / "stick")
                else:
                    report = desk.exchange(wait=30)
                assert "its keys were destroyed" in str(report.lines[-1])
                assert desk.status().signed_in is None
                with pytest.raises(DeskRevoked):
                    desk.sign_in("noy", PASSWORD)
            with pytest.raises(DeskRevoked):
                Desk(tmp_path / "stolen")
            assert not (tmp_path / "stolen" / "vault.json").exists()
            bureau.withdraw(SYNTHETIC_LIST.name, next(iter(stolen_documents(DOCUMENTS, 7))).key, "found")
            bureau.publish()
            with Desk(tmp_path / "other") as desk:
                desk.sign_in("noy", PASSWORD)
                desk.exchange()
                # The new epoch and the edition after it may come as two pieces of news.
                if [held.edition for held in desk.status().lists] != [2]:
                    desk.exchange(wait=30)
                assert [held.edition for held in desk.status().lists] == [2], "the other desk is in the new epoch"


def test_a_revocation_that_the_bureau_did_not_sign_destroys_nothing(place: Path) -> None:
    with Desk(place / "desk") as desk:
        forger = BureauSimulator(seed=8).keys.signing
        payload = Revocation(desk.identity.reply.desk, START).encode()
        stick = Stick(place / "stick")
        name = stop_name(desk.identity.reply.desk)
        stick.write(name, SignedBytes.sign(Purpose.REVOCATION, payload, [forger]).encode())
        assert "does not carry a valid signature" in str(desk.carry(place / "stick").lines)
        desk.sign_in("noy", PASSWORD)


@pytest.fixture
def other_disk() -> Iterator[Path]:
    """An empty folder on a disk that is not the computer's own, as a new stick is."""
    memory = Path("/dev/shm")  # noqa: S108 - where Linux has a second disk that anybody may use
    if not memory.is_dir():
        pytest.skip("this system has no second disk that a test may use")
    with TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


@pytest.mark.parametrize("way", ["export", "import"])
@pytest.mark.parametrize(
    ("app", "words"),
    [(desk_app, ("sync", "{way}", "{where}", "--as", "noy")), (bureau_app, ("stick", "{way}", "{where}"))],
)
def test_a_mount_point_whose_stick_is_not_there_is_not_written_to(
    place: Path, app: Typer, words: tuple[str, ...], way: str
) -> None:
    where = place / "mount point"
    answer = CliRunner().invoke(app, [word.format(way=way, where=where) for word in words])
    said = answer.output if answer.exception is None else str(answer.exception)
    assert "There is no stick at" in said
    assert list(where.iterdir()) == []


def test_reports_leave_on_a_stick_that_has_never_been_anywhere(place: Path, other_disk: Path) -> None:
    stick = str(other_disk)
    assert "nothing for this desk" in str(desk("import", stick, "--dry-run")["lines"])
    assert "nothing for this desk" in str(desk("import", stick)["lines"])
    bureau("export", stick)
    desk("import", stick, "--as", "noy")
    with Desk(place / "desk") as open_desk:
        open_desk.sign_in("noy", PASSWORD)
        verdict = open_desk.screen(next(iter(stolen_documents(DOCUMENTS, 7))).number)
        record = next(finding.record for finding in verdict.findings if finding.record)
        open_desk.take_up(verdict, record=record, act=HitAct.REFER)
    fresh = other_disk / "fresh"
    fresh.mkdir()
    assert desk("export", str(fresh))["uploaded"] == 1
    assert bureau("import", str(fresh))["kept"] == 1


def test_the_status_says_what_has_come(place: Path) -> None:
    said = CliRunner().invoke(desk_app, ["sync", "status"], catch_exceptions=False).output
    assert "Nothing has come from the bureau yet." in said
    bureau("export", str(place / "stick"))
    desk("import", str(place / "stick"), "--as", "noy")
    assert desk("status")["bytes_left"] == 0


def test_the_receipt_of_an_upload_that_went_by_link_comes_by_stick(place: Path) -> None:
    stick = str(place / "stick")
    bureau("export", stick)
    desk("import", stick, "--as", "noy")
    with Desk(place / "desk") as open_desk:
        open_desk.sign_in("noy", PASSWORD)
        verdict = open_desk.screen(next(iter(stolen_documents(DOCUMENTS, 7))).number)
        record = next(finding.record for finding in verdict.findings if finding.record)
        open_desk.take_up(verdict, record=record, act=HitAct.REFER)
        (item,) = open_desk._link._spool.waiting(most=9, most_bytes=10**6)
    with Bureau.open(place / "bureau") as there:
        assert len(there.receive([item.envelope], open_desk.identity.reply.desk)) == 1, "and the answer was lost"
    bureau("export", stick)
    assert desk("import", stick, "--as", "noy")["receipts"] == 1
    assert desk("status")["waiting"] == 0
