"""The root of trust from its first draft to a stolen key: real bureau, real desk, commands as they are typed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from borderdesk.hits import HitAct
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from sync.agent import Desk
from sync.agent.enrolment import enrol
from sync.bureau import Bureau
from sync.bureau.bureau import ALL
from sync.bureau.server import serve_in_thread
from sync.trust import Trust
from sync.wire import SignedBytes
from sync.wire.manifest import MAX_MANIFEST
from sync.wire.refusals import MANIFEST, BadSignature
from ui.cli.bureau import app

PASSWORD = "three lanterns at the bridge"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with Bureau.create(tmp_path / "bureau", name="NCB Test", country="LAO") as bureau:
        bureau.import_list(SYNTHETIC_LIST, stolen_documents(50, 7))
    monkeypatch.setenv("BORDERDESK_BUREAU", str(tmp_path / "bureau"))
    monkeypatch.setenv("BORDERDESK_HOLDER_PASSPHRASE", "a safe in another town")
    for name in ("noy", "kham", "vong", "checks"):
        say("root", "key", "--out", str(tmp_path / name))
    yield tmp_path


def say(*arguments: str) -> Result:
    """Type a command that must work."""
    answer = typed(*arguments)
    assert answer.exit_code == 0, answer.output
    return answer


def typed(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def make_root(place: Path, name: str, *more: str, signers: tuple[str, ...] = ("noy", "kham")) -> Path:
    root = place / name
    say("root", "draft", "--out", str(root), *more)
    for signer in signers:
        say("root", "sign", str(root), "--key", str(place / signer))
    return root


def first_root(place: Path) -> None:
    holders = [part for name in ("noy", "kham", "vong") for part in ("--holder", str(place / f"{name}.pub"))]
    root = make_root(place, "1.json", *holders, "--checkpoint", str(place / "checks.pub"))
    say("root", "adopt", str(root))


def test_a_desk_follows_the_root_when_the_publishing_key_is_exchanged(place: Path) -> None:
    first_root(place)
    with Bureau.open(place / "bureau") as bureau, serve_in_thread(bureau) as server:
        bureau.publish()
        code = str(bureau.enrol_code("nong-haet"))
        enrol(place / "desk", url=server.url, code=code, account="noy", name="Noy", password=PASSWORD)
        with Desk(place / "desk") as desk:
            desk.sign_in("noy", PASSWORD)
            desk.exchange(wait=5)
            verdict = desk.screen(next(iter(stolen_documents(50, 7))).number)
            record = next(finding.record for finding in verdict.findings if finding.record)
            desk.take_up(verdict, record=record, act=HitAct.REFER)
            before = bureau._secrets.keys.signing.public
            root = make_root(place, "2.json", "--exchange-key")
            say("root", "adopt", str(root))
            assert bureau._secrets.keys.signing.public != before, "the running server has taken up the new key"
            reports = [desk.exchange(wait=5)]
            while desk.status().lists[0].edition < 2:
                # For half a second the server may still hand out the page that the old key signed.
                assert len(reports) < 20
                reports.append(desk.exchange(wait=5))
            assert any("root of trust is now number 2" in str(line) for each in reports for line in each.lines)
            assert sum(report.receipts for report in reports) == 1
            assert reports[-1].refused == 0
        with Desk(place / "desk") as desk:
            desk.sign_in("noy", PASSWORD)
            assert desk.exchange().refused == 0, "after a restart the roots are followed again"


def test_one_holder_is_not_enough_and_says_so(place: Path) -> None:
    holders = [part for name in ("noy", "kham", "vong") for part in ("--holder", str(place / f"{name}.pub"))]
    root = make_root(place, "1.json", *holders, signers=("noy",))
    answer = typed("root", "adopt", str(root))
    assert answer.exit_code != 0
    assert "not signed by enough" in str(answer.exception)
    assert "no root of trust yet" in say("root", "show").output


def test_a_root_drafted_elsewhere_is_refused(place: Path, tmp_path: Path) -> None:
    with Bureau.create(tmp_path / "other", name="NCB Other", country="UTO"):
        pass
    holders = ["--holder", str(place / "noy.pub"), "--threshold", "1"]
    root = place / "other.json"
    say("--dir", str(tmp_path / "other"), "root", "draft", "--out", str(root), *holders)
    say("root", "sign", str(root), "--key", str(place / "noy"))
    answer = typed("root", "adopt", str(root))
    assert "does not name the key this bureau publishes with" in str(answer.exception)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("root", "key", "--out", "{place}/noy"), "There is a file"),
        (("root", "sign", "{place}/noy.pub", "--key", "{place}/noy"), "no root of trust"),
        (("root", "sign", "{place}/1.json", "--key", "{place}/checks"), "none of the holders"),
        (("root", "sign", "{place}/1.json", "--key", "{place}/noy.pub"), "does not open"),
        (("root", "draft", "--out", "{place}/2.json", "--threshold", "9"), "9 of 3 holders"),
        (("root", "show", "{place}/noy.pub"), "no root of trust"),
        (("checkpoint", "draft", "--out", "{place}/c"), "nothing has been published"),
    ],
)
def test_mistakes_are_said_in_words(place: Path, arguments: tuple[str, ...], said: str) -> None:
    first_root(place)
    answer = typed(*(part.format(place=place) for part in arguments))
    assert answer.exit_code != 0
    assert said in answer.output + str(answer.exception)


def test_a_checkpoint_goes_out_with_the_next_manifest(place: Path) -> None:
    first_root(place)
    say("publish")
    paper = str(place / "paper")
    assert "Manifest 1 of all" in say("checkpoint", "draft", "--out", paper).output
    say("checkpoint", "sign", paper, "--key", str(place / "checks"))
    assert "is confirmed" in say("checkpoint", "add", paper).output
    with Bureau.open(place / "bureau") as bureau:
        (manifest,) = bureau.publish().manifests
    assert manifest.root == 1
    assert manifest.checkpoint == Path(paper).read_bytes()


def test_desks_insist_on_the_second_signature_they_were_told_of(place: Path) -> None:
    with Bureau.open(place / "bureau") as bureau, serve_in_thread(bureau) as server:
        say("publish")
        code = str(bureau.enrol_code("nong-haet"))
        enrol(place / "early", url=server.url, code=code, account="noy", name="Noy", password=PASSWORD)
        assert "from the next one on" in say("root", "second").output
        assert "already" in say("root", "second").output
        say("publish")
        code = str(bureau.enrol_code("nong-haet"))
        enrol(place / "late", url=server.url, code=code, account="noy", name="Noy", password=PASSWORD)
        for folder in ("early", "late"):
            with Desk(place / folder) as desk:
                desk.sign_in("noy", PASSWORD)
                while not desk.status().lists:
                    assert desk.exchange(wait=5).refused == 0
                link = desk.identity
        _, signed = bureau.manifest(ALL) or (0, b"")
    trust = Trust.of(link)
    assert trust.manifest(signed, None).manifest.sequence == 2
    page = SignedBytes.decode(signed, MANIFEST, MAX_MANIFEST)
    ed25519_alone = SignedBytes(page.payload, page.signatures[:1]).encode()
    with pytest.raises(BadSignature):
        trust.manifest(ed25519_alone, None)
    ml_dsa_alone = SignedBytes(page.payload, page.signatures[1:]).encode()
    with pytest.raises(BadSignature):
        trust.manifest(ml_dsa_alone, None)
