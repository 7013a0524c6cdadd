"""Each attack against a real desk: it has its own sentence, it stands in the journal, and officers are still answered
from the last good edition."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from borderdesk import journal
from borderdesk.ids import DeskId
from borderdesk.policy import Policy
from borderdesk.screening import VerdictWord
from borderdesk.watchlist import Delta
from sync.agent import Desk
from sync.agent.lease import LeaseOver
from sync.wire import FileRole, KeyGrant, Purpose, Receipt, Scope, SignedBytes, encode_delta
from sync.wire.policy import changes
from tests.simulators.bureau import DESK, PASSWORD, START, BureauSimulator, HeldClock, make_desk

Attack = Callable[[BureauSimulator, Desk], None]
YEARS = timedelta(days=3652)


@pytest.fixture
def bureau() -> BureauSimulator:
    bureau = BureauSimulator()
    bureau.publish(add=["XK7703915", "XK7703916"])
    return bureau


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def desk(bureau: BureauSimulator, tmp_path: Path, clock: HeldClock) -> Iterator[Desk]:
    with make_desk(bureau, tmp_path / "desk", clock) as desk:
        desk.sign_in("noy", PASSWORD)
        assert desk.exchange().refused == 0
        assert desk.screen("P UTO XK7703915").word is VerdictWord.MATCH
        yield desk


def rollback(bureau: BureauSimulator, desk: Desk) -> None:
    old = bureau.signed
    bureau.publish()
    desk.exchange()
    bureau.publish()
    bureau.signed = old


def rollback_of_one_list(bureau: BureauSimulator, desk: Desk) -> None:
    old, files = bureau.page.lists[0].edition, list(bureau.refs)
    bureau.publish()
    desk.exchange()
    bureau.refs = files
    bureau.sign(old)


def fork(bureau: BureauSimulator, desk: Desk) -> None:
    bureau.sign(bureau.page.lists[0].edition, previous=bytes(32))


def mix_and_match(bureau: BureauSimulator, desk: Desk) -> None:
    bureau.publish(add=["B0001"])
    old = [ref for ref in bureau.refs if ref.role is FileRole.SNAPSHOT][-1:]
    bureau.refs = [replace(ref, base=1, edition=3, role=FileRole.DELTA) for ref in old]
    bureau.number = 3
    bureau.sign(replace(bureau.page.lists[0].edition, number=3))


def another_list_under_this_name(bureau: BureauSimulator, desk: Desk) -> None:
    bureau.refs, bureau.number = [], 2
    edition = replace(bureau.page.lists[0].edition, number=2)
    other = replace(edition, watchlist=replace(edition.watchlist, title="Another list"))
    bureau.add_file(encode_delta(Delta(1, other, (), ())), 1)
    bureau.sign(edition)


def an_edition_that_is_not_what_it_says(bureau: BureauSimulator, desk: Desk) -> None:
    bureau.publish(add=["B0001"], snapshot=False)
    edition = replace(bureau.page.lists[0].edition, digest=bytes(32), number=3)
    bureau.refs, bureau.number = [], 3
    bureau.add_file(encode_delta(Delta(1, edition, (), ())), 1)
    bureau.sign(edition)


def endless_data(bureau: BureauSimulator, desk: Desk) -> None:
    bureau.publish()
    bureau.answer = lambda data: data + bytes(300_000)


def wrong_recipient(bureau: BureauSimulator, desk: Desk) -> None:
    stolen = KeyGrant.make(bureau.key, DeskId("south-1"), bureau.desk_keys.sealing.public)
    bureau.key = replace(bureau.key, epoch=2)
    bureau.publish()
    bureau.grant = lambda scope, epoch: bureau.sign_grant(stolen)  # type: ignore[method-assign]


def another_scope(bureau: BureauSimulator, desk: Desk) -> None:
    bureau.sign(bureau.page.lists[0].edition, scope=Scope("sea"))


def arbitrary_data(bureau: BureauSimulator, desk: Desk) -> None:
    bureau.publish()
    bureau.answer = lambda data: b"<html>Please sign in to the hotel network</html>"


def signed_by_somebody_else(bureau: BureauSimulator, desk: Desk) -> None:
    bureau.keys = BureauSimulator(seed=9).keys
    bureau.publish()


def altered_edition(bureau: BureauSimulator, desk: Desk) -> None:
    bureau.publish(add=["B0001"], snapshot=False)
    name = bureau.refs[-1].name
    whole = bureau.files[name]
    bureau.files[name] = whole[:100] + bytes([whole[100] ^ 1]) + whole[101:]


def a_receipt_for_other_content(bureau: BureauSimulator, desk: Desk) -> None:
    from borderdesk.hits import HitAct

    verdict = desk.screen("P UTO XK7703916")
    record = next(finding.record for finding in verdict.findings if finding.record)
    desk.take_up(verdict, record=record, act=HitAct.REFER)
    page = Receipt(DESK, 1, sha256(b"something else").digest(), START)
    forged = SignedBytes.sign(Purpose.RECEIPT, page.encode(), [bureau.keys.signing]).encode()
    bureau.on_receipt = lambda signed: forged


def a_page_spoiled_on_the_disk(bureau: BureauSimulator, desk: Desk) -> None:
    desk._link._spool.keep_manifest(b"spoiled")


ATTACKS: list[tuple[Attack, str, str]] = [
    (rollback, "RolledBack", "old manifest"),
    (rollback_of_one_list, "ListRolledBack", "already known"),
    (fork, "Forked", "contradicts"),
    (mix_and_match, "WrongEdition", "where the bureau signed"),
    (another_list_under_this_name, "WrongEdition", "where the bureau signed"),
    (an_edition_that_is_not_what_it_says, "StateDiffers", "was refused"),
    (endless_data, "TooLarge", "larger than"),
    (wrong_recipient, "WrongRecipient", "is sealed to"),
    (another_scope, "WrongScope", "is sealed to"),
    (arbitrary_data, "Malformed", "not in the agreed form"),
    (signed_by_somebody_else, "BadSignature", "valid signature"),
    (altered_edition, "WrongHash", "content was altered"),
    (a_receipt_for_other_content, "AlteredReceipt", "other content"),
    (a_page_spoiled_on_the_disk, "Malformed", "not in the agreed form"),
]


@pytest.mark.parametrize(("attack", "name", "said"), ATTACKS, ids=[attack.__name__ for attack, _, _ in ATTACKS])
def test_it_is_refused_journalled_and_the_last_good_edition_answers(
    bureau: BureauSimulator, desk: Desk, attack: Attack, name: str, said: str
) -> None:
    attack(bureau, desk)
    report = desk.exchange()
    assert any(said in str(line) for line in report.lines), report.lines
    refused = [entry for entry in journal.entries(desk.unlocked_store().reader) if entry.kind == "refused"]
    assert [(entry.why, said in entry.details["said"]) for entry in refused] == [(name, True)]
    assert desk.screen("P UTO XK7703915").word is VerdictWord.MATCH
    assert desk.screen("P UTO B0001B0001").word is VerdictWord.NO_MATCH


def test_freeze_is_shown_in_the_status(bureau: BureauSimulator, desk: Desk, clock: HeldClock) -> None:
    assert desk.status().warning is None
    clock.ticks += timedelta(hours=40).total_seconds()
    desk.exchange()
    assert "should have spoken by" in str(desk.status().warning)
    desk.sign_in("noy", PASSWORD)  # it has locked itself meanwhile
    assert desk.screen("P UTO XK7703915").word is VerdictWord.MATCH


@pytest.mark.parametrize("jump", [-YEARS, YEARS, timedelta(0)], ids=["ten years back", "ten years ahead", "right"])
def test_a_wrong_clock_changes_no_age_and_stops_nothing(
    bureau: BureauSimulator, tmp_path: Path, clock: HeldClock, jump: timedelta
) -> None:
    with make_desk(bureau, tmp_path / "desk", clock) as desk:
        desk.sign_in("noy", PASSWORD)
        desk.exchange()
        clock.now += jump
        clock.ticks += timedelta(hours=3).total_seconds()
        (held,) = desk.status().lists
        assert held.age == timedelta(hours=3)
        assert desk.screen("P UTO XK7703915").asked_at.trusted == bureau.now + timedelta(hours=3)
    with Desk(tmp_path / "desk", clock=clock, carrier=bureau) as desk:  # switched off, and on again
        desk.sign_in("noy", PASSWORD)
        assert desk.status().lists[0].age == timedelta(hours=3)
        bureau.now += timedelta(hours=4)
        bureau.publish(add=["B0001B0001"])
        assert desk.exchange().refused == 0
        assert desk.screen("P UTO B0001B0001").word is VerdictWord.MATCH
        assert desk.status().lists[0].age == timedelta(0)


def test_a_clock_that_jumps_about_while_the_desk_runs(bureau: BureauSimulator, desk: Desk, clock: HeldClock) -> None:
    for hour, jump in enumerate([YEARS, -2 * YEARS, YEARS / 2, -YEARS], start=1):
        clock.now += jump
        clock.ticks += timedelta(hours=1).total_seconds()
        desk.sign_in("noy", PASSWORD)
        assert desk.status().lists[0].age == timedelta(hours=hour)
        assert desk.exchange().refused == 0


def test_a_lease_ends_only_where_the_policy_says_so_and_a_word_of_the_bureau_renews_it(
    bureau: BureauSimulator, desk: Desk, clock: HeldClock
) -> None:
    clock.ticks += timedelta(days=400).total_seconds()
    desk.sign_out()
    desk.sign_in("noy", PASSWORD)
    bureau.now += timedelta(days=400)
    bureau.sign(bureau.page.lists[0].edition, policy=changes(Policy(lease_days=14)))
    desk.exchange()
    desk.sign_out()
    clock.ticks += timedelta(days=15).total_seconds()
    with pytest.raises(LeaseOver, match="may not be used"):
        desk.sign_in("noy", PASSWORD)
    bureau.now += timedelta(days=15)
    bureau.sign(bureau.page.lists[0].edition, policy=changes(Policy(lease_days=14)))
    desk.exchange()
    desk.sign_in("noy", PASSWORD)
