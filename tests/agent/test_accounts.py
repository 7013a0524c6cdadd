"""Accounts managed at a desk that is really enrolled: who may, what is journalled, what is refused."""

from __future__ import annotations

import json

import pytest

from borderdesk.people import AccountTaken, NotAllowed, Role, UnknownAccount, WrongPassword
from sync.agent import Desk, NobodySignedIn
from sync.agent.accounts import NotOneself
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
