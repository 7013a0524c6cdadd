"""Attacks against a real desk that need a stick, a stolen key or an old disk: refused with their own sentence, in the
journal, and officers are still answered from the last good edition."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from borderdesk import journal
from borderdesk.hits import HitAct
from borderdesk.screening import VerdictWord
from sync.agent import Desk
from sync.carriers import Stick
from sync.carriers.stick import FOLDER, file_name, page_name
from sync.trust.offline import draft, sign_root
from sync.wire import Checkpoint, Purpose, SignedBytes, SigningKey, VerifyingKey
from sync.wire.wrapping import wrap_for_desk
from tests.simulators.bureau import DESK, PASSWORD, SCOPE, BureauSimulator, HeldClock, make_desk

GOOD, LATER = "P UTO XK7703915", "P UTO B0001B0001"
EXPIRES = datetime(2027, 11, 22, tzinfo=UTC)


@dataclass
class Held:
    """A bureau under a root held by two people, a key for checkpoints, and a desk that follows it."""

    bureau: BureauSimulator
    desk: Desk
    holders: list[Ed25519PrivateKey]
    checkpoints: SigningKey

    def next_root(self) -> None:
        """A root that names the publishing key of now."""
        version = max(self.bureau.roots)
        self.bureau.roots[version + 1] = root(self, self.bureau.roots[version])

    def checkpoint(self, sequence: int, hash_: bytes) -> bytes:
        page = Checkpoint(SCOPE, sequence, hash_, self.bureau.now)
        return SignedBytes.sign(Purpose.CHECKPOINT, page.encode(), [self.checkpoints]).encode()


def root(held: Held, before: bytes) -> bytes:
    data = draft(
        before,
        holders=[VerifyingKey(each.public_key().public_bytes_raw()) for each in held.holders],
        threshold=2,
        publishing=[held.bureau.keys.signing.public],
        checkpoints=[held.checkpoints.public],
        expires=EXPIRES,
    )
    for holder in held.holders:
        data = sign_root(data, holder)
    return data


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Held]:
    bureau = BureauSimulator()
    holders = [Ed25519PrivateKey.from_private_bytes(bureau.random.randbytes(32)) for _ in range(2)]
    made = Held(bureau, None, holders, SigningKey(bureau.random.randbytes(32)))  # type: ignore[arg-type]
    bureau.roots[1] = root(made, b"")
    bureau.publish(add=["XK7703915", "XK7703916"])
    with make_desk(bureau, tmp_path / "desk", HeldClock(), bureau.roots[1]) as desk:
        desk.sign_in("noy", PASSWORD)
        assert desk.exchange().refused == 0
        made.desk = desk
        yield made


@pytest.fixture
def stick(tmp_path: Path) -> Stick:
    (tmp_path / "stick").mkdir()
    return Stick(tmp_path / "stick")


def refused(desk: Desk) -> list[str]:
    """Why, as the journal says it."""
    return [entry.why for entry in journal.entries(desk.unlocked_store().reader) if entry.kind == "refused"]


def still_answers(desk: Desk) -> bool:
    return desk.screen(GOOD).word is VerdictWord.MATCH and desk.screen(LATER).word is VerdictWord.NO_MATCH


def replayed(held: Held, stick: Stick) -> None:
    old = held.bureau.signed
    held.bureau.publish()
    held.desk.exchange()
    held.bureau.publish()
    held.bureau.fill(stick)
    stick.write(page_name(DESK), wrap_for_desk(held.bureau.desk_keys.transport.public, old))


def for_another_desk(held: Held, stick: Stick) -> None:
    held.bureau.publish(add=["B0001B0001"])
    held.bureau.fill(stick)
    stick.write(page_name(DESK), wrap_for_desk(held.checkpoints.public, held.bureau.signed))


def altered_file(held: Held, stick: Stick) -> None:
    held.bureau.publish(add=["B0001B0001"], snapshot=False)
    held.bureau.fill(stick)
    ref = held.bureau.refs[-1]
    stick.write(file_name(ref.name), bytes(ref.length))


def endless_page(held: Held, stick: Stick) -> None:
    held.bureau.fill(stick)
    stick.write(page_name(DESK), bytes(400_000))


def a_pipe(held: Held, stick: Stick) -> None:
    held.bureau.fill(stick)
    path = stick.path / FOLDER / page_name(DESK)
    path.unlink()
    os.mkfifo(path)


def a_link(held: Held, stick: Stick) -> None:
    held.bureau.fill(stick)
    path = stick.path / FOLDER / page_name(DESK)
    path.unlink()
    path.symlink_to("/etc/passwd")


STICKS: list[tuple[Callable[[Held, Stick], None], str, str]] = [
    (replayed, "RolledBack", "old manifest"),
    (for_another_desk, "Malformed", "wrapped for somebody else"),
    (altered_file, "WrongHash", "content was altered"),
    (endless_page, "TooLarge", "larger than"),
    (a_pipe, "StickTrap", "not a plain file"),
    (a_link, "StickTrap", "not a plain file"),
]


@pytest.mark.parametrize(("attack", "name", "said"), STICKS, ids=[attack.__name__ for attack, _, _ in STICKS])
def test_hostile_stick(held: Held, stick: Stick, attack: Callable[[Held, Stick], None], name: str, said: str) -> None:
    attack(held, stick)
    report = held.desk.carry(stick.path)
    assert any(said in str(line) for line in report.lines), report.lines
    assert refused(held.desk) == [name]
    assert still_answers(held.desk)


def test_fast_forward(held: Held) -> None:
    """A thief of the publishing key signs far ahead: whatever the bureau says then is refused, until the next root."""
    good = held.bureau.sequence
    held.bureau.sequence = 99_998
    held.bureau.sign(held.bureau.page.lists[0].edition)
    held.desk.exchange()
    held.bureau.sequence = good
    held.bureau.publish()
    held.desk.exchange()
    assert refused(held.desk) == ["RolledBack"]
    assert still_answers(held.desk)
    held.bureau.keys = replace(held.bureau.keys, signing=SigningKey(held.bureau.random.randbytes(32)))
    held.next_root()
    held.bureau.publish(add=["B0001B0001"])
    assert held.desk.exchange().refused == 0
    assert held.desk.screen(LATER).word is VerdictWord.MATCH, "the thief is left behind"


def test_key_compromise(held: Held) -> None:
    """The separately held key says that another page stood under a number than the one this desk was given."""
    sequence = held.bureau.sequence
    held.bureau.publish(add=["B0001B0001"], snapshot=False)
    held.bureau.sign(held.bureau.page.lists[0].edition, checkpoint=held.checkpoint(sequence, bytes(32)), root=1)
    report = held.desk.exchange()
    assert any("was not the bureau's" in str(line) for line in report.lines)
    assert refused(held.desk) == ["PublishingKeyStolen"]
    assert still_answers(held.desk)


def test_a_root_that_its_holders_did_not_sign(held: Held) -> None:
    thief = [Ed25519PrivateKey.from_private_bytes(held.bureau.random.randbytes(32)) for _ in range(2)]
    held.bureau.keys = replace(held.bureau.keys, signing=SigningKey(held.bureau.random.randbytes(32)))
    held.holders = thief
    held.next_root()
    held.bureau.publish(add=["B0001B0001"])
    assert held.desk.exchange().refused
    assert "RootNotSigned" in refused(held.desk)
    assert still_answers(held.desk)


def test_restored_old_disk_image(tmp_path: Path) -> None:
    """Yesterday's disk counts its reports from yesterday: what it sends is not taken for what was sent before."""
    bureau = BureauSimulator()
    bureau.publish(add=["XK7703915", "XK7703916"])
    with make_desk(bureau, tmp_path / "today", HeldClock()) as desk:
        desk.sign_in("noy", PASSWORD)
        desk.exchange()
    shutil.copytree(tmp_path / "today", tmp_path / "yesterday")
    for folder, said in (("today", "Sent today."), ("yesterday", "Sent from the old disk.")):
        with Desk(tmp_path / folder, clock=HeldClock(), carrier=bureau) as desk:
            desk.sign_in("noy", PASSWORD)
            verdict = desk.screen(GOOD)
            record = next(finding.record for finding in verdict.findings if finding.record)
            desk.take_up(verdict, record=record, act=HitAct.REFER, note=said)
            desk.exchange()
            told, waiting, answers = refused(desk), desk.status().waiting, still_answers(desk)
    assert bureau.doubled == 1
    assert told == ["AlteredReceipt"]
    assert waiting == 1, "the report is not taken for delivered"
    assert answers
