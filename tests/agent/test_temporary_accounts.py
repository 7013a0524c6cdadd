"""Accounts at a desk for a time or an operation: they end by themselves, and a clock that is set back helps nobody."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from borderdesk.people import AccountEnded, BadEnd, Role, TimeInDoubt, UnknownAccount, WrongPassword
from sync.agent import Desk
from sync.agent import identity as identities
from sync.agent.unlocked import NobodySignedIn
from tests.agent.conftest import PASSWORD, MovableClock, Place

GUEST = "five lanterns at the market"


def admit(desk: Desk, clock: MovableClock, hours: float, role: Role = Role.OFFICER) -> None:
    """Somebody may sign in for some hours."""
    desk.sign_in("noy", PASSWORD)
    until = desk.now().trusted + timedelta(hours=hours)
    desk.add_person("guest", name="A guest", role=role, password=GUEST, until=until)
    desk.sign_out()


def ended(desk: Desk) -> list[str]:
    """Whose accounts the journal says have ended."""
    _, lines = desk.journal_lines()
    return [json.loads(row["details"])["about"] for row in map(json.loads, lines) if row.get("kind") == "person ended"]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AUDITOR])
def test_time_ends_the_account_while_somebody_works_with_it(desk: Desk, clock: MovableClock, role: Role) -> None:
    admit(desk, clock, 8, role)
    clock.pass_(timedelta(hours=7, minutes=59))
    desk.sign_in("guest", GUEST)
    desk.journal_lines() if role is Role.AUDITOR else desk.reported()
    clock.pass_(timedelta(minutes=1))
    with pytest.raises(AccountEnded):
        desk.journal_lines() if role is Role.AUDITOR else desk.reported()
    assert desk.status().signed_in is None
    with pytest.raises(AccountEnded):
        desk.sign_in("guest", GUEST)
    with pytest.raises(UnknownAccount):
        desk.sign_in("guest", GUEST)
    desk.sign_in("noy", PASSWORD)
    assert ended(desk) == ["guest"] and [one.account for one in desk.people()] == ["noy"]


def test_a_desk_that_nobody_touches_locks_itself_at_the_end(desk: Desk, clock: MovableClock) -> None:
    admit(desk, clock, 1)
    desk.sign_in("guest", GUEST)
    for _ in range(5):
        clock.pass_(timedelta(minutes=10))
        desk.touch()
        assert not desk.lock_if_idle()
    clock.pass_(timedelta(minutes=10))
    desk.touch()
    assert desk.lock_if_idle()
    with pytest.raises(NobodySignedIn):
        desk.reported()


def test_a_clock_set_back_gives_no_more_time(place: Place, clock: MovableClock) -> None:
    with place.desk() as desk:
        admit(desk, clock, 8)
        clock.pass_(timedelta(hours=4))
        clock.now -= timedelta(days=2)
        desk.sign_in("guest", GUEST)
        clock.ticks += timedelta(hours=4).total_seconds()
        with pytest.raises(AccountEnded):
            desk.reported()
        with pytest.raises(AccountEnded):
            desk.sign_in("guest", GUEST)
    clock.now -= timedelta(days=30)
    with place.desk() as desk, pytest.raises(UnknownAccount):
        desk.sign_in("guest", GUEST)


def test_set_back_while_the_desk_was_off_the_account_waits_for_the_bureaus_word(
    place: Place, clock: MovableClock
) -> None:
    with place.desk() as desk:
        admit(desk, clock, 8)
        clock.pass_(timedelta(hours=1))
        desk.sign_in("guest", GUEST)
    clock.now -= timedelta(hours=6)
    with place.desk() as desk:
        with pytest.raises(TimeInDoubt):
            desk.sign_in("guest", GUEST)
        desk.sign_in("noy", PASSWORD)  # who is here for good is not kept from the lists
        desk.sign_out()
        clock.now += timedelta(hours=7)
        place.bureau.publish()
        desk.exchange()
        desk.sign_in("guest", GUEST)


def test_who_moves_the_end_in_the_key_file_has_a_slot_that_opens_nothing(place: Place, clock: MovableClock) -> None:
    with place.desk() as desk:
        admit(desk, clock, 8)
    path: Path = place.folder / identities.VAULT
    whole = json.loads(path.read_text())
    (slot,) = (each for each in whole["slots"] if each["account"] == "guest")
    for change in ({"ends_at": "2099-01-01T00:00:00+00:00"}, {"ends_at": None}):
        slot.update(change)
        if slot["ends_at"] is None:
            del slot["ends_at"], slot["operation"]
        path.write_text(json.dumps(whole))
        with place.desk() as desk, pytest.raises(WrongPassword):
            desk.sign_in("guest", GUEST)


def test_an_account_for_an_operation_ends_with_it_also_where_the_bureau_ends_it_early(
    place: Place, desk: Desk, clock: MovableClock
) -> None:
    now = clock.now
    number = place.bureau.order_operation("Sunbird", ["nong-haet"], now, now + timedelta(days=3), "").number
    desk.exchange()
    (operation,) = desk.operations()
    desk.add_person("guest", name="A guest", role=Role.OFFICER, password=GUEST, operation=operation)
    desk.sign_in("guest", GUEST)
    clock.pass_(timedelta(minutes=5))
    place.bureau.end_operation(number)
    desk.exchange()
    with pytest.raises(AccountEnded):
        desk.reported()
    desk.sign_in("noy", PASSWORD)
    assert ended(desk) == ["guest"]
    with pytest.raises(BadEnd):
        desk.add_person("guest", name="", role=Role.OFFICER, password=GUEST, until=now)


def test_a_new_password_keeps_the_end(desk: Desk, clock: MovableClock) -> None:
    admit(desk, clock, 8)
    desk.sign_in("guest", GUEST)
    desk.change_password(GUEST, PASSWORD)
    clock.pass_(timedelta(hours=8))
    desk.lock_if_idle()
    with pytest.raises(AccountEnded):
        desk.sign_in("guest", PASSWORD)


def test_a_screen_that_only_looks_locks_at_the_end_and_keeps_no_desk_open(desk: Desk, clock: MovableClock) -> None:
    admit(desk, clock, 1)
    desk.sign_in("guest", GUEST)
    assert desk.status().signed_in is not None
    clock.pass_(timedelta(hours=1))
    assert desk.status().signed_in is None
    desk.sign_in("noy", PASSWORD)
    for _ in range(desk.policy.idle_lock_minutes + 1):
        clock.pass_(timedelta(minutes=1))
        desk.hits()
        desk.late_matches()
        desk.operations()
        desk.contacts()
    assert desk.lock_if_idle(), "what a window reads by itself is nobody's work"
