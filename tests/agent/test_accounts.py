"""Accounts managed at a desk that is really enrolled: who may, what is journalled, what is refused."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from borderdesk.people import AccountTaken, NotAllowed, Role, UnknownAccount, WaitBeforeRetry, WrongPassword
from borderdesk.people.file import VaultNotWritten
from sync.agent import Desk, NobodySignedIn
from sync.agent import identity as identities
from sync.agent.accounts import LastSupervisor, NoSuchAccount, NotOneself
from tests.agent.test_roles_at_a_desk import PASSWORD, HeldClock, bureau, clock, desk

__all__ = ["HeldClock", "bureau", "clock", "desk"]

NEW = "four lanterns at the ferry"


def kinds(desk: Desk) -> list[str]:
    _, lines = desk.journal_lines()
    return [row["kind"] for row in map(json.loads, lines) if "kind" in row]


def test_whom_a_supervisor_adds_can_sign_in_and_whom_he_shuts_out_cannot(desk: Desk) -> None:
    desk.sign_in("noy", PASSWORD)
    desk.add_person("bua", name="Bua", role=Role.OFFICER, password=NEW)
    with pytest.raises(AccountTaken):
        desk.add_person("bua", name="Bua", role=Role.OFFICER, password=NEW)
    assert kinds(desk).count("person added") == 1
    assert desk.sign_in("bua", NEW).role == "officer"
    for forbidden in (desk.people, lambda: desk.shut_out("noy", disabled=True)):
        with pytest.raises(NotAllowed):
            forbidden()
    desk.sign_in("noy", PASSWORD)
    desk.shut_out("bua", disabled=True)
    with pytest.raises(UnknownAccount):
        desk.sign_in("bua", NEW)
    desk.shut_out("bua", disabled=False)
    assert [one.disabled for one in desk.people() if one.account == "bua"] == [False]
    assert {"person shut out", "person let in again"} <= set(kinds(desk))


def test_a_supervisor_cannot_shut_the_own_account_out(desk: Desk) -> None:
    desk.sign_in("noy", PASSWORD)
    with pytest.raises(NotOneself):
        desk.shut_out("noy", disabled=True)
    assert not any(one.disabled for one in desk.people())


def test_whoever_forgot_the_password_waits_no_more_and_keeps_name_role_and_end(desk: Desk, clock: HeldClock) -> None:
    desk.sign_in("noy", PASSWORD)
    until = clock.wall() + timedelta(days=3)
    desk.add_person("bua", name="Bua", role=Role.OFFICER, password=PASSWORD, until=until)
    for _ in range(3):
        with pytest.raises(WrongPassword):
            desk.sign_in("bua", "guessed")
    with pytest.raises(WaitBeforeRetry):
        desk.sign_in("bua", PASSWORD)
    before = [each for each in desk.people() if each.account == "bua"]
    desk.reset_password("bua", NEW)
    assert [each for each in desk.people() if each.account == "bua"] == before
    assert kinds(desk).count("password reset") == 1
    with pytest.raises(NotOneself):
        desk.reset_password("noy", NEW)
    with pytest.raises(NoSuchAccount):
        desk.reset_password("nobody", NEW)
    with pytest.raises(WrongPassword):
        desk.sign_in("bua", PASSWORD)
    desk.sign_in("bua", NEW)
    with pytest.raises(NotAllowed):
        desk.reset_password("noy", NEW)


def test_a_guest_never_takes_the_last_supervisor_away(desk: Desk, clock: HeldClock) -> None:
    desk.sign_in("noy", PASSWORD)
    until = clock.wall() + timedelta(days=3)
    desk.add_person("guest", name="Guest", role=Role.SUPERVISOR, password=NEW, until=until)
    desk.sign_in("guest", NEW)
    for away in (lambda: desk.shut_out("noy", disabled=True), lambda: desk.remove_person("noy")):
        with pytest.raises(LastSupervisor):
            away()
    desk.add_person("bua", name="Bua", role=Role.SUPERVISOR, password=NEW)
    desk.remove_person("noy")
    assert "noy" not in [each.account for each in desk.people()]
    assert not {"person shut out"} & set(kinds(desk))


@pytest.mark.parametrize("account", ["noy", "technician"])
def test_everybody_changes_the_own_password_with_the_old_one(desk: Desk, account: str) -> None:
    desk.sign_out()
    with pytest.raises(NobodySignedIn):
        desk.change_password(PASSWORD, NEW)
    desk.sign_in(account, PASSWORD)
    with pytest.raises(WrongPassword):
        desk.change_password("guessed", NEW)
    desk.change_password(PASSWORD, NEW)
    desk.sign_out()
    with pytest.raises(WrongPassword):
        desk.sign_in(account, PASSWORD)
    desk.sign_in(account, NEW)
    desk.sign_in("noy", NEW if account == "noy" else PASSWORD)
    assert kinds(desk).count("password changed") == 1


def test_a_full_disk_changes_no_password_without_its_entry(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.sign_in("noy", PASSWORD)
    path = desk.folder / identities.VAULT
    before = path.read_bytes()
    (path.with_name(path.name + ".new")).mkdir()  # where the new key file would be written
    (path.with_name(path.name + ".new") / "kept").touch()
    for act in (
        lambda: desk.change_password(PASSWORD, NEW),
        lambda: desk.add_person("bua", name="Bua", role=Role.OFFICER, password=NEW),
        lambda: desk.reset_password("technician", NEW),
    ):
        with pytest.raises(VaultNotWritten):
            act()
    assert path.read_bytes() == before
    assert not {"password changed", "person added", "password reset"} & set(kinds(desk))
