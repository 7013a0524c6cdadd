"""Accounts for a time, or for an operation: they end by themselves, and no clock that is set back gives them more."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from borderdesk.people import BadEnd
from sync.bureau import Bureau
from sync.bureau.operations import UnknownOperation
from sync.bureau.people import SESSION_IDLE, NotSignedIn
from sync.bureau.rights import BureauRole
from tests.bureau.common import HeldClock, both_databases
from tests.bureau.test_people import PASSWORD, code


def guest(bureau: Bureau, days: float = 0, operation: int | None = None) -> bytes:
    """An account for some days or an operation, and the secret in its telephone."""
    until = bureau.clock.wall() + timedelta(days=days) if days else None
    made = bureau.people.add(
        "guest", name="A guest", role=BureauRole.DUTY, password=PASSWORD, by="test", until=until, operation=operation
    )
    return base64.b32decode(made.typed)


def sign_in(bureau: Bureau, secret: bytes, clock: HeldClock) -> str:
    return bureau.people.sign_in("guest", PASSWORD, code(secret, clock))


@both_databases
def test_time_ends_the_account_and_whoever_is_signed_in_with_it(bureau: Bureau, clock: HeldClock) -> None:
    secret = guest(bureau, days=2)
    clock.forward(days=1, hours=23, minutes=50)
    cookie = sign_in(bureau, secret, clock)
    assert bureau.people.session(cookie) is not None
    clock.forward(minutes=9)
    assert timedelta(minutes=9) < SESSION_IDLE and bureau.people.session(cookie) is not None
    clock.forward(minutes=1)
    assert bureau.people.session(cookie) is None
    with pytest.raises(NotSignedIn):
        sign_in(bureau, secret, clock)
    (line,) = [line for line in bureau.journal_newest() if line.why == "its time is over"]
    assert (line.who, line.at) == ("guest", clock.now)


@both_databases
def test_a_clock_set_back_revives_no_account_that_has_ended(bureau: Bureau, clock: HeldClock) -> None:
    secret = guest(bureau, days=2)
    clock.forward(days=2)
    assert bureau.people.end_lapsed() == ("guest",), "nobody has to ask: the server does while it runs"
    clock.forward(days=-1)
    with pytest.raises(NotSignedIn):
        sign_in(bureau, secret, clock)


def test_a_clock_set_back_before_anybody_looked_does_not_help_where_anything_was_done_since(
    bureau: Bureau, clock: HeldClock
) -> None:
    secret = guest(bureau, days=2)
    clock.forward(days=2)
    bureau.publish()
    clock.forward(days=-1)
    with pytest.raises(NotSignedIn):
        sign_in(bureau, secret, clock)
    with pytest.raises(BadEnd):
        guest(bureau, days=0.5)


def test_an_account_for_an_operation_ends_with_it_also_where_that_ends_early(bureau: Bureau, clock: HeldClock) -> None:
    bureau.enrol_code("torodi")
    ends = clock.now + timedelta(days=5)
    number = bureau.order_operation("Sunbird", ["torodi"], clock.now, ends, "").number
    secret = guest(bureau, days=30, operation=number)
    (account,) = bureau.people.all()
    assert (account.ends_at, account.operation) == (ends, number)
    clock.forward(days=1)
    cookie = sign_in(bureau, secret, clock)
    bureau.end_operation(number)
    assert bureau.people.session(cookie) is None
    with pytest.raises(BadEnd):
        guest(bureau, operation=number)
    with pytest.raises(UnknownOperation):
        guest(bureau, operation=7)


def test_a_name_that_has_ended_may_be_given_again(bureau: Bureau, clock: HeldClock) -> None:
    guest(bureau, days=1)
    clock.forward(days=2)
    secret = guest(bureau, days=1)
    assert sign_in(bureau, secret, clock)
