"""The bureau says whom to call, and every desk shows it: by letter, at once, and to desks that come later."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from borderdesk import journal
from borderdesk.hits import Contact, ContactRole
from sync.agent import Desk
from sync.agent.enrolment import enrol
from sync.bureau.contacts import BadContact
from tests.agent.conftest import PASSWORD, Place
from ui.cli.bureau import app

DUTY = Contact(ContactRole.BUREAU, "NCB duty desk", "+856 21 000 000")
SECOND = Contact(ContactRole.SECOND_LINE, "Sgt. Kham", radio="channel 2")
ELSEWHERE = Contact(ContactRole.SECOND_LINE, "Sgt. Bounmy", radio="channel 3")


def test_a_desk_shows_the_newest_book_with_the_posts_own_people_first(place: Place, desk: Desk) -> None:
    assert desk.contacts() == ()
    place.bureau.enrol_code("far-away")
    place.bureau.add_contact(DUTY)
    place.bureau.add_contact(SECOND, "nong-haet")
    place.bureau.add_contact(ELSEWHERE, "far-away")
    report = desk.exchange(wait=60)
    assert "The bureau sent whom to call." in [str(line) for line in report.lines]
    assert desk.contacts() == (SECOND, DUTY)
    assert any(entry.kind == "contacts" for entry in journal.entries(desk.unlocked_store().reader))
    place.bureau.remove_contact(1)
    desk.exchange(wait=60)
    assert desk.contacts() == (SECOND,)


def test_a_desk_that_is_enrolled_later_has_the_book_after_its_first_exchange(place: Place, tmp_path: Path) -> None:
    place.bureau.add_contact(DUTY)
    code = str(place.bureau.enrol_code("nong-haet"))
    enrol(
        tmp_path / "second", url=place.server.url, code=code, account="noy", name="Noy", password=PASSWORD,
        clock=place.clock,
    )  # fmt: skip
    with Desk(tmp_path / "second", clock=place.clock) as second:
        second.sign_in("noy", PASSWORD)
        second.exchange()
        assert second.contacts() == (DUTY,)


def test_nobody_is_entered_who_could_not_be_reached(place: Place) -> None:
    nowhere, nameless = Contact(ContactRole.BUREAU, "nobody"), Contact(ContactRole.BUREAU, "", "1")
    long = Contact(ContactRole.BUREAU, "n" * 81, "1")
    for contact, post in ((nowhere, ""), (DUTY, "no-such-post"), (nameless, ""), (long, "")):
        with pytest.raises(BadContact):
            place.bureau.add_contact(contact, post)
    assert place.bureau.contacts() == ()


def test_the_command_adds_lists_and_removes_and_says_what_is_wrong(place: Place) -> None:
    folder = str(place.bureau.home.folder)

    def run(*words: str) -> str:
        done = CliRunner().invoke(app, ["--dir", folder, "contacts", *words])
        return done.output if done.exit_code == 0 else f"refused: {done.exception!s}"

    assert "Contact 1 is in the book of every post." in run("add", "bureau", "NCB duty desk", "--phone", "+856 21 0")
    assert run("list").strip() == "1 bureau (every post): NCB duty desk, +856 21 0"
    assert "There is no contact 9." in run("remove", "9")
    assert "NCB duty desk is out of the book." in run("remove", "1")
    assert "No contacts yet" in run("list")
