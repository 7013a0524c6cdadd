"""`borderdesk people` does what the window does about accounts, and refuses what the window refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from borderdesk.people import BadEnd, Role
from sync.agent.accounts import LastSupervisor, NoSuchAccount, NotOneself
from tests.cli.test_replica_commands import folder, run

__all__ = ["folder"]


def people(folder: Path) -> dict[str, dict[str, object]]:
    return {each["account"]: each for each in json.loads(run(folder, "people", "list", "--json").stdout)}


def kinds(folder: Path) -> list[str]:
    run(folder, "journal", "export", str(folder / "out.jsonl"))
    return [json.loads(line).get("kind", "") for line in (folder / "out.jsonl").read_text().splitlines()]


def test_a_guest_is_added_for_a_time_reset_shut_out_and_removed(folder: Path) -> None:
    assert run(folder, "people", "add", "guest", "--name", "Guest", "--until", "2099-12-31").exit_code == 0
    assert people(folder)["guest"]["ends_at"] == "2099-12-31T23:59:59.999999+00:00"
    for act in ("reset", "shut-out"):
        assert run(folder, "people", act, "guest").exit_code == 0
    assert people(folder)["guest"]["disabled"] is True
    assert run(folder, "people", "remove", "guest").exit_code == 0
    assert "guest" not in people(folder)
    done = kinds(folder)
    assert [kind for kind in done if kind.startswith(("person", "password"))] == [
        "person added",
        "password reset",
        "person shut out",
        "person removed",
    ]


@pytest.mark.parametrize("act", ["shut-out", "remove", "reset"])
def test_nobody_is_sent_away_by_mistake(folder: Path, act: str) -> None:
    before = people(folder)
    assert isinstance(run(folder, "people", act, "supervisor").exception, NotOneself)
    assert isinstance(run(folder, "people", act, "supervisr").exception, NoSuchAccount)
    assert people(folder) == before


def test_the_last_supervisor_who_stays_is_kept(folder: Path) -> None:
    run(folder, "people", "shut-out", "noy")
    try:
        run(folder, "people", "add", "guest", "--name", "G", "--role", "supervisor", "--until", "2099-12-31")
        assert isinstance(run(folder, "people", "shut-out", "supervisor", "--as", "guest").exception, LastSupervisor)
    finally:
        run(folder, "people", "shut-out", "noy", "--let-in-again")
        run(folder, "people", "remove", "guest")


def test_a_last_day_that_is_over_adds_nobody(folder: Path) -> None:
    assert isinstance(run(folder, "people", "add", "g", "--name", "G", "--until", "2020-01-01").exception, BadEnd)
    assert run(folder, "people", "add", "g", "--name", "G", "--until", "31.12.2099").exit_code == 2
    assert "g" not in people(folder)


def test_everybody_changes_the_own_password(folder: Path) -> None:
    for role in (Role.OFFICER, Role.TECHNICIAN):
        assert run(folder, "people", "password", who=role).exit_code == 0
