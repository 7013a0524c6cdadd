"""Who works at the bureau: passwords and one-time codes, sessions, four eyes, and the journal of it all."""

from __future__ import annotations

import base64
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from borderdesk.ids import RecordKey
from borderdesk.journal import verify_export
from sync.bureau import Bureau, one_time
from sync.bureau import tables as t
from sync.bureau.people import SESSION_IDLE, BadAccount, NotSignedIn
from sync.bureau.proposals import ProposalOver, SecondPersonNeeded
from sync.bureau.reviews import DatesCross
from sync.bureau.rights import BureauRole, NotEntitled, Right
from tests.bureau.common import SLTD, HeldClock, both_databases, passport

PASSWORD = "nine boats on the lake"


def account(bureau: Bureau, name: str = "khamla", role: BureauRole = BureauRole.DUTY) -> bytes:
    """An account, and the secret in its telephone."""
    made = bureau.people.add(name, name=name, role=role, password=PASSWORD, by="test")

    return base64.b32decode(made.typed)


def code(secret: bytes, clock: HeldClock, steps: int = 0) -> str:
    return one_time.code_at(secret, one_time.step_of(clock.now) + steps)


def test_codes_are_those_of_the_standard() -> None:
    """RFC 4226, appendix D."""
    expected = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]
    assert [one_time.code_at(b"12345678901234567890", count) for count in range(10)] == expected


@both_databases
def test_somebody_signs_in_with_password_and_code_and_a_code_counts_once(bureau: Bureau, clock: HeldClock) -> None:
    secret = account(bureau)
    cookie = bureau.people.sign_in("khamla", PASSWORD, code(secret, clock))
    session = bureau.people.session(cookie)
    assert session is not None and session.account.role is BureauRole.DUTY
    with pytest.raises(NotSignedIn):
        bureau.people.sign_in("khamla", PASSWORD, code(secret, clock))
    clock.forward(seconds=60)
    bureau.people.sign_in("khamla", PASSWORD, code(secret, clock))


@pytest.mark.parametrize("wrong", ["password", "code", "account"])
def test_one_wrong_thing_is_as_wrong_as_another(bureau: Bureau, clock: HeldClock, wrong: str) -> None:
    secret = account(bureau)
    given = {"account": "khamla", "password": PASSWORD, "code": code(secret, clock)} | {wrong: "123456"}
    with pytest.raises(NotSignedIn):
        bureau.people.sign_in(given["account"], given["password"], given["code"])


def test_guessing_costs_time(bureau: Bureau, clock: HeldClock) -> None:
    secret = account(bureau)
    for _ in range(5):
        with pytest.raises(NotSignedIn):
            bureau.people.sign_in("khamla", "wrong password", "000000")
    with pytest.raises(NotSignedIn):
        bureau.people.sign_in("khamla", PASSWORD, code(secret, clock))
    clock.forward(minutes=20)
    assert bureau.people.sign_in("khamla", PASSWORD, code(secret, clock))


def test_a_session_ends_by_idleness_by_signing_out_and_with_the_account(bureau: Bureau, clock: HeldClock) -> None:
    secret = account(bureau)
    first = bureau.people.sign_in("khamla", PASSWORD, code(secret, clock))
    bureau.people.sign_out(first)
    assert bureau.people.session(first) is None
    clock.forward(minutes=2)
    second = bureau.people.sign_in("khamla", PASSWORD, code(secret, clock))
    clock.forward(seconds=SESSION_IDLE.total_seconds() + 1)
    assert bureau.people.session(second) is None
    third = bureau.people.sign_in("khamla", PASSWORD, code(secret, clock))
    bureau.people.end("khamla", by="test")
    assert bureau.people.session(third) is None
    with pytest.raises(NotSignedIn):
        bureau.people.sign_in("khamla", PASSWORD, code(secret, clock, 1))


def test_a_role_has_its_rights_and_no_more(bureau: Bureau) -> None:
    account(bureau)
    (khamla,) = bureau.people.all()
    khamla.require(Right.ANSWER_HITS)
    with pytest.raises(NotEntitled):
        khamla.require(Right.PUBLISH)
    with pytest.raises(BadAccount):
        bureau.people.add("other", name="", role=BureauRole.DUTY, password="short", by="test")
    with pytest.raises(BadAccount):
        account(bureau)


def test_no_secret_stands_in_the_database_in_the_clear(bureau: Bureau) -> None:
    secret = account(bureau)
    token = bureau.people.add_token("customs", [Right.SCREEN], by="test")
    content = bureau.home.folder.joinpath("bureau.db").read_bytes()
    content += bureau.home.folder.joinpath("bureau.db-wal").read_bytes()
    assert b"khamla" in content
    for hidden in (PASSWORD.encode(), secret, base64.b32encode(secret), secret.hex().encode(), token.encode()):
        assert hidden not in content


@both_databases
def test_publishing_takes_two_persons_where_the_bureau_says_so(bureau: Bureau) -> None:
    bureau.import_list(SLTD, [passport("A1")], by="one")
    bureau.require_four_eyes(True)
    with pytest.raises(SecondPersonNeeded):
        bureau.publish(by="one")
    proposal = bureau.propose(by="one")
    with pytest.raises(SecondPersonNeeded):
        bureau.approve(proposal.number, by="one")
    bureau.put_records(SLTD.name, [passport("A2")], by="one")
    held = bureau.proposal()
    assert held is not None and not held.holds
    with pytest.raises(ProposalOver):
        bureau.approve(proposal.number, by="two")
    again = bureau.propose(by="one")
    done = bureau.approve(again.number, by="two")
    assert done.lists[0].edition.rows == 2
    assert bureau.proposal() is None
    bureau.publish(by="one")  # nothing waits: a heartbeat
    entry = next(line for line in bureau.journal_newest() if "proposed_by" in line.details)
    assert (entry.who, '"proposed_by":"one"' in entry.details) == ("two", True)


def test_a_flash_alert_waits_for_nobody(bureau: Bureau) -> None:
    bureau.import_list(SLTD, [passport("A1")])
    bureau.publish()
    bureau.require_four_eyes(True)
    assert bureau.flash(SLTD.name, [passport("A2")], by="one").lists[0].edition.rows == 2


@both_databases
def test_a_record_is_reviewed_and_ends_by_itself(bureau: Bureau, clock: HeldClock) -> None:
    bureau.import_list(SLTD, [passport("A1"), passport("A2")])
    bureau.publish()
    key = RecordKey("FRA/P/A1")
    today = clock.now.date()
    bureau.plan_review(SLTD.name, key, review_on=today + timedelta(days=5), expires_on=today + timedelta(days=10))
    with pytest.raises(DatesCross):
        bureau.plan_review(SLTD.name, key, review_on=None, expires_on=date(2020, 1, 1))
    assert bureau.publish_expired() is None
    clock.forward(days=6)
    assert [one.key for one in bureau.reviews_due()] == [key]
    clock.forward(days=5)
    done = bureau.publish_expired()
    assert done is not None and done.lists[0].withdrawn == 1
    assert bureau.record(SLTD.name, key) is None
    assert bureau.reviews_due() == ()


def test_what_expires_does_not_publish_somebodys_unfinished_draft(bureau: Bureau, clock: HeldClock) -> None:
    bureau.import_list(SLTD, [passport("A1"), passport("A2")])
    bureau.publish()
    tomorrow = clock.now.date() + timedelta(days=1)
    bureau.plan_review(SLTD.name, RecordKey("FRA/P/A1"), review_on=None, expires_on=tomorrow)
    bureau.put_records(SLTD.name, [passport("A3")])
    clock.forward(days=3)
    assert bureau.publish_expired() is None
    (state,) = bureau.lists()
    assert (state.edition, state.waiting.added, state.waiting.withdrawn) == (1, 1, 1)


@both_databases
def test_the_journal_shows_what_was_changed_in_it(bureau: Bureau) -> None:
    bureau.import_list(SLTD, [passport("A1")])
    bureau.publish(by="one")
    bureau.withdraw(SLTD.name, RecordKey("FRA/P/A1"), "found", by="two")
    assert bureau.verify_journal().is_whole
    assert verify_export(bureau.journal_lines()).is_whole
    with bureau.database.writing() as db:
        db.execute(t.journal.update().where(t.journal.c.number == 2).values(who="nobody"))
    assert bureau.verify_journal().broken_at == 2
    with bureau.database.writing() as db:
        db.execute(sa.delete(t.journal))
    assert not bureau.verify_journal().is_whole, "what was signed and cut off shows"
