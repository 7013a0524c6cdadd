"""Drills in a real window, on a real desk of a real bureau: what an officer meets, and that nothing of it counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from borderdesk import journal
from borderdesk.documents import Format, compose_mrz
from borderdesk.hits import outbox
from borderdesk.people import Role
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from sync.agent import Desk
from sync.bureau.drills import PostRuns
from tests.agent.conftest import DOCUMENTS, PASSWORD, SEED, Place, clock, place
from tests.desktop.conftest import in_front
from tests.desktop.test_no_english import said
from tests.desktop.test_screening import press, scan, word
from ui.desktop.app import open_window
from ui.desktop.main_window import MainWindow
from ui.desktop.page import Page
from ui.desktop.shots import settle
from ui.desktop.training_view import TrainingView
from ui.desktop.wish import HELD_KEY_MS

__all__ = ["clock", "place"]

OFFICER = "bua"
TO_PRACTISE = "Practise: Ctrl+T"
"""What stands at the foot for whoever has not practised for long, whatever is on the screen."""

LISTED = next(each for each in stolen_documents(DOCUMENTS, SEED) if each.type == "P" and len(each.number) <= 9)


def passport(state: str, number: str) -> str:
    lines = compose_mrz(
        Format.TD3,
        document_code="P",
        issuing_state=state,
        surname="REAL",
        given="BEARER",
        number=number,
        nationality=state,
    )
    return "\n".join(lines)


ORDINARY, STOLEN = passport("LAO", "PX0000017"), passport(LISTED.state, LISTED.number)


@dataclass
class Post:
    """A place with a window on its desk."""

    place: Place
    desk: Desk
    window: MainWindow

    def order(self, documents: int = 1) -> list[str]:
        """The bureau orders a surprise drill, and the desk hears of it. The documents as a reader delivers them."""
        begins = self.place.clock.now
        made = self.place.bureau.order_drill(["nong-haet"], begins, begins + timedelta(days=2), documents=documents)
        self.hear()
        return [each.text for each in made.order.documents]

    def hear(self) -> None:
        """What the bureau has just published or ordered comes."""
        self.desk.exchange(wait=60)
        self.exchange()

    def exchange(self) -> None:
        press(self.window, Qt.Key.Key_F9)

    def sign_in(self, account: str = OFFICER) -> None:
        self.window.presenter.sign_in(account, PASSWORD)
        settle(self.window)

    def leave(self) -> None:
        """Lock twice, as somebody who must go; a held key would not do."""
        press(self.window, Qt.Key.Key_F12)
        QTest.qWait(HELD_KEY_MS + 50)
        press(self.window, Qt.Key.Key_F12)

    def restart(self) -> None:
        """The power was cut, and came back."""
        self._end()
        self.desk = self.place.desk()
        self.window = _open(self.desk)

    def _end(self) -> None:
        self.desk.sign_out()  # before the window could say anything of a match
        self.window.end()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.desk.close()

    def real(self) -> tuple[int, int, int, list[str]]:
        """What counts: travellers remembered, hits here, hits at the bureau, and what was journalled of travellers."""
        entries = journal.entries(self.desk.unlocked_store().reader)
        kinds = [entry.kind for entry in entries if entry.kind in ("screening", "hit")]
        return len(self.desk.recent()), len(self.desk.hits()), len(self.place.bureau.hits()), kinds

    def reported(self) -> PostRuns:
        self.desk.exchange()
        (drill,) = self.place.bureau.drills()
        (post,) = self.place.bureau.drill_report(drill.number).posts
        return post


def _open(desk: Desk) -> MainWindow:
    return in_front(open_window(desk, zone=UTC))


@pytest.fixture
def post(place: Place, qtbot: QtBot) -> Iterator[Post]:
    """An officer is signed in at a desk that holds the bureau's list."""
    desk = place.desk()
    desk.sign_in("noy", PASSWORD)
    desk.exchange()
    desk.add_person(OFFICER, name="Bua", role=Role.OFFICER, password=PASSWORD)
    desk.sign_out()
    post = Post(place, desk, _open(desk))
    post.sign_in()
    yield post
    post._end()


def training(window: MainWindow) -> TrainingView:
    page = window.others[Page.TRAINING]
    assert window.pages.currentWidget() is page
    return page


def shown(window: MainWindow) -> str:
    """Every word on the screen that an officer reads, or hears read, before the act."""
    return " | ".join(text for text in said(window) if text)


# --- a surprise of the bureau -------------------------------------------------------------------------------------


def test_a_surprise_looks_like_a_real_match_in_every_word_until_the_act(post: Post) -> None:
    (document,) = post.order()
    scan(post.window, STOLEN)
    real, advice = shown(post.window), post.window.screening.advice.accessibleName()
    press(post.window, Qt.Key.Key_F2)
    scan(post.window, document)
    surprise = shown(post.window)
    assert word(post.window) == "Match" and not post.window.banner.isVisible()
    assert "drill" not in surprise.casefold() and "practi" not in surprise.replace(TO_PRACTISE, "").casefold()
    assert post.window.screening.advice.accessibleName() == advice != ""
    for told in ("Stolen and lost travel documents (invented), edition 1", "Act on this match"):
        assert told in real and told in surprise
    number = post.window.presenter.state.verdict.question.document_number
    newest, *_ = post.window.screening.history.list.rows.rows
    assert number in newest.spoken, "it stands among those screened before, as every match does"


def test_right_after_the_act_it_is_marked_and_nothing_of_it_stays_or_counts(post: Post) -> None:
    (document,) = post.order()
    scan(post.window, document)
    post.place.clock.pass_(timedelta(seconds=12))
    press(post.window, Qt.Key.Key_F3)
    page = training(post.window)
    assert "DRILL" in post.window.banner.says.text() and post.window.banner.isVisible()
    assert page.debrief.says.text() == "Refer: right, after 12 s. Score 80 of 100."
    assert QApplication.focusWidget() is page.debrief.steps[0].box
    for box in [step.box for step in page.debrief.steps if step.isVisible()]:
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Space)
    press(post.window, Qt.Key.Key_F6)
    assert "Score 100 of 100" in page.debrief.says.text()
    assert post.window.presenter.state.history == ()
    assert post.reported() == PostRuns("nong-haet", 1, 1, 1, 0, 0, 0, 12, 1.0)
    assert post.real() == (0, 0, 0, [])
    assert outbox.count_waiting(post.desk.unlocked_store().reader) == 0


def test_who_acted_wrongly_reads_what_is_right(post: Post) -> None:
    (document,) = post.order()
    scan(post.window, document)
    press(post.window, Qt.Key.Key_F4)
    post.window.hit.note.setText("another face")
    press(post.window, Qt.Key.Key_F4)
    page = training(post.window)
    assert "wrong" in page.debrief.says.text()
    assert page.debrief.why.text().startswith("Right is: Take up · Refer.")
    assert not page.scan.isVisible(), "first the steps"
    press(post.window, Qt.Key.Key_F6)
    assert page.scan.isVisible()
    post.window.presenter.speak("ar")
    settle(post.window)
    assert "Right" not in page.debrief.why.text()
    assert post.reported().wrong == 1
    assert post.real() == (0, 0, 0, [])


def test_a_traveller_who_came_meanwhile_is_one_key_away_after_the_act(post: Post) -> None:
    (document,) = post.order()
    scan(post.window, document)
    scan(post.window, STOLEN)
    assert post.window.presenter.state.verdict.drill is not None, "as on every match, other scans wait"
    press(post.window, Qt.Key.Key_F3)
    assert post.window.hit.next.isVisible() and "(1)" in post.window.hit.next.text()
    press(post.window, Qt.Key.Key_F8)
    assert word(post.window) == "Match" and post.window.presenter.state.verdict.drill is None
    assert not post.window.banner.isVisible()
    press(post.window, Qt.Key.Key_F2)
    post.exchange()
    assert post.real() == (1, 1, 1, ["screening", "hit"])


def test_while_a_match_asks_for_its_act_the_training_page_takes_none_of_its_keys_and_has_no_banner(post: Post) -> None:
    scan(post.window, STOLEN)
    QTest.keySequence(post.window, "Ctrl+T")
    settle(post.window)
    assert not post.window.banner.isVisible(), "it would stand over what is real"
    press(post.window, Qt.Key.Key_F2)
    assert [hit.traveller for hit in post.desk.hits()] == ["REAL, BEARER"]
    assert post.window.presenter.state.training.begun is None


def test_a_surprise_comes_to_an_officer_in_the_middle_of_a_lesson_too(post: Post) -> None:
    (document,) = post.order()
    QTest.keySequence(post.window, "Ctrl+T")
    settle(post.window)
    press(post.window, Qt.Key.Key_F2)
    assert word(post.window) == "DRILL: No match"
    scan(post.window, document)
    assert word(post.window) == "Match" and not post.window.banner.isVisible()
    press(post.window, Qt.Key.Key_F3)
    assert "surprise" in training(post.window).debrief.heading.text()


def test_a_lesson_that_is_asked_for_while_a_surprise_stands_waits_for_its_act(post: Post) -> None:
    (document,) = post.order()
    scan(post.window, document)
    post.window.presenter.training.begin("practice.stolen")
    settle(post.window)
    assert word(post.window) == "Match"
    press(post.window, Qt.Key.Key_F3)
    assert "surprise" in training(post.window).debrief.heading.text()
    press(post.window, Qt.Key.Key_F8)
    assert word(post.window) == "DRILL: Match"


def test_who_locks_the_desk_twice_finds_the_surprise_again_as_the_screen_said(post: Post) -> None:
    (document,) = post.order()
    scan(post.window, document)
    press(post.window, Qt.Key.Key_F12)
    assert "back on this screen at the next sign-in" in str(post.window.presenter.state.error.safe)
    QTest.qWait(HELD_KEY_MS + 50)
    press(post.window, Qt.Key.Key_F12)
    assert not post.window.presenter.state.signed_in
    post.place.clock.pass_(timedelta(minutes=3))
    post.sign_in()
    assert word(post.window) == "Match" and not post.window.banner.isVisible()
    press(post.window, Qt.Key.Key_F3)
    assert "after 180 s" in training(post.window).debrief.says.text()
    post.leave()
    post.sign_in()
    assert word(post.window) == "Ready"
    assert post.real() == (0, 0, 0, [])


@pytest.mark.parametrize("who", [OFFICER, "noy"])
def test_a_power_cut_ends_no_surprise_and_whoever_signs_in_next_meets_it(post: Post, who: str) -> None:
    (document,) = post.order()
    scan(post.window, document)
    post.restart()
    post.sign_in(who)
    assert word(post.window) == "Match" and not post.window.banner.isVisible()
    press(post.window, Qt.Key.Key_F3)
    assert "after 0 s" in training(post.window).debrief.says.text()
    assert post.reported().right == 1


def test_a_hand_over_waits_until_the_surprise_was_acted_on_as_for_every_match(post: Post) -> None:
    (document,) = post.order()
    scan(post.window, document)
    QTest.keySequence(post.window, "Ctrl+H")
    settle(post.window)
    press(post.window, Qt.Key.Key_F2)
    assert post.desk.newest_handover() is None
    training(post.window)


def test_a_drill_that_is_over_is_marked_as_invented_and_is_no_traveller(post: Post) -> None:
    (document,) = post.order()
    post.place.clock.pass_(timedelta(days=3))
    post.place.bureau.publish()
    post.hear()
    post.sign_in()
    scan(post.window, document)
    assert word(post.window) == "DRILL: No match" and post.window.banner.isVisible()
    assert not post.window.banner.lesson.isVisible(), "there is no lesson to go back to"
    scan(post.window, ORDINARY)
    assert word(post.window) == "No match" and not post.window.banner.isVisible()
    assert post.real() == (1, 0, 0, ["screening"])


def test_what_the_printed_page_says_is_compared_on_a_surprise_too_and_not_kept(post: Post) -> None:
    (document,) = post.order()
    scan(post.window, document)
    QTest.keySequence(post.window, "Ctrl+P")
    settle(post.window)
    examine = post.window.at.examine
    examine.fields["number"].setText("X1")
    examine.compare.click()
    settle(post.window)
    assert "not the one in the zone" in examine.list.rows.rows[0].spoken
    verdict = post.window.presenter.state.verdict
    assert post.desk.closer_looks(verdict.screening) == ()
    press(post.window, Qt.Key.Key_F3)
    training(post.window)


def test_a_real_list_that_comes_to_name_the_document_takes_its_place(post: Post) -> None:
    (document,) = post.order()
    scan(post.window, document)
    record = post.place.bureau.drills()[0].order.documents[0].record
    post.place.bureau.import_list(SYNTHETIC_LIST, [*stolen_documents(DOCUMENTS, SEED), record], reason="test")
    post.place.bureau.publish()
    post.hear()
    press(post.window, Qt.Key.Key_F3)
    assert word(post.window) == "Match" and post.window.presenter.state.verdict.drill is None
    press(post.window, Qt.Key.Key_F3)
    post.exchange()
    assert post.reported().overtaken == 1
    assert post.real()[:3] == (1, 1, 1)


def test_a_real_list_that_names_a_surprise_which_was_left_loses_no_match_to_another_one_that_was_left_too(
    post: Post,
) -> None:
    (document,) = post.order()
    scan(post.window, document)
    post.desk.screen(STOLEN)
    record = post.place.bureau.drills()[0].order.documents[0].record
    post.place.bureau.import_list(SYNTHETIC_LIST, [*stolen_documents(DOCUMENTS, SEED), record], reason="test")
    post.place.bureau.publish()
    post.hear()
    post.restart()
    post.sign_in()
    assert (
        word(post.window) == "Match" and post.window.presenter.state.verdict.question.document_number == LISTED.number
    )
    press(post.window, Qt.Key.Key_F3)
    post.leave()
    post.sign_in()
    verdict = post.window.presenter.state.verdict
    assert word(post.window) == "Match" and verdict.drill is None and verdict.question.document_number == record.number
    press(post.window, Qt.Key.Key_F3)
    post.exchange()
    assert post.real()[:3] == (2, 2, 2)


def test_the_steps_of_a_surprise_are_marked_after_a_restart_too(post: Post) -> None:
    (document,) = post.order()
    scan(post.window, document)
    press(post.window, Qt.Key.Key_F3)
    post.restart()
    post.sign_in()
    assert word(post.window) == "Ready" and not post.window.banner.isVisible()
    page = go_on(post)
    assert "surprise" in page.debrief.heading.text() and "right" in page.debrief.says.text()
    finish(post, steps=True)
    assert "Score 100 of 100" in page.debrief.says.text()
    assert post.reported().steps_done == 1.0
    post.restart()
    post.sign_in()
    assert "surprise" not in go_on(post).debrief.heading.text()


# --- the guided first hour ----------------------------------------------------------------------------------------


def go_on(post: Post) -> TrainingView:
    """Turn to the page of lessons."""
    QTest.keySequence(post.window, "Ctrl+T")
    settle(post.window)
    return training(post.window)


def finish(post: Post, *, steps: bool) -> TrainingView:
    """Mark every step, or none, and end the drill."""
    page = training(post.window)
    for box in [step.box for step in page.debrief.steps if step.isVisible() and steps]:
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Space)
    press(post.window, Qt.Key.Key_F6)
    return page


def test_a_new_officer_walks_the_first_hour_with_the_keyboard_alone_over_two_days(post: Post) -> None:
    page = go_on(post)
    assert page.why.text() == "You have not practised at this desk yet. Begin with the first lesson."
    assert TO_PRACTISE in post.window.status.waiting.text()
    for lesson in ("Scan a document", "No match"):
        assert page.title.text() == lesson
        press(post.window, Qt.Key.Key_F2)
        assert word(post.window) == "DRILL: No match" and post.window.banner.isVisible()
        page = go_on(post)

    assert page.title.text() == "Look again"
    press(post.window, Qt.Key.Key_F2)
    assert word(post.window) == "DRILL: Look again"
    press(post.window, Qt.Key.Key_F4)
    post.window.hit.note.setText("L and 1")
    press(post.window, Qt.Key.Key_F4)
    assert "right" in page.debrief.says.text() and "Score 100" in page.debrief.says.text()
    assert not any(step.isVisible() for step in page.debrief.steps), "who may go on needs none of a hit's steps"
    finish(post, steps=False)

    assert page.title.text() == "Match"
    press(post.window, Qt.Key.Key_F2)
    press(post.window, Qt.Key.Key_F4)
    post.window.hit.note.setText("no idea")
    press(post.window, Qt.Key.Key_F4)
    assert "wrong" in page.debrief.says.text()
    finish(post, steps=False)
    assert page.title.text() == "Match", "what was done wrongly is not done"
    press(post.window, Qt.Key.Key_F2)
    press(post.window, Qt.Key.Key_F2)
    finish(post, steps=True)
    assert page.why.text() == "Your first hour is not finished. Go on with: The procedure"

    press(post.window, Qt.Key.Key_F12)
    post.place.clock.pass_(timedelta(days=1))
    post.sign_in()
    assert "Practise: Ctrl+T" in post.window.status.waiting.text()
    page = go_on(post)
    assert page.title.text() == "The procedure"
    press(post.window, Qt.Key.Key_F2)
    scan(post.window, ORDINARY)
    assert word(post.window) == "No match" and not post.window.banner.isVisible(), "nobody waits for a lesson"
    page = go_on(post)
    press(post.window, Qt.Key.Key_F2)
    press(post.window, Qt.Key.Key_F3)
    finish(post, steps=True)
    assert page.title.text() == "Refer at any moment"
    press(post.window, Qt.Key.Key_F2)
    press(post.window, Qt.Key.Key_F3)
    finish(post, steps=True)

    assert page.title.text() == "The link is down"
    press(post.window, Qt.Key.Key_F2)
    press(post.window, Qt.Key.Key_F2)
    groups = page.debrief.groups.groups
    read_back(page, "XXXXX", *groups[1:])
    settle(post.window)
    assert "not right" in post.window.message.lines[0].text()
    read_back(page, *groups)
    settle(post.window)
    assert not post.window.message.isVisible(), "what was wrong is right now"
    assert page.debrief.back.placeholderText() == "Right: the bureau has it." and page.debrief.back.text() == ""
    finish(post, steps=True)

    assert page.title.text() == "Lock the desk" and page.text.isVisible()
    press(post.window, Qt.Key.Key_F2)
    assert page.debrief.says.text() == "Now press F12, and sign in again."
    press(post.window, Qt.Key.Key_F12)
    post.sign_in()
    page = go_on(post)
    assert [row.right for row in page.list.rows.rows[1:9]] == ["done"] * 8
    assert page.title.text() == "A stolen passport" and page.why.text() == ""
    assert "Practise" not in post.window.status.waiting.text()
    assert post.real() == (1, 0, 0, ["screening"])

    post.place.clock.pass_(timedelta(days=91))
    post.place.bureau.publish()
    post.hear()
    post.sign_in()
    assert go_on(post).why.text() == "Practise again. Your last drill was 91 days ago."


def read_back(page: TrainingView, *groups: str) -> None:
    """Type in what the bureau reads."""
    page.debrief.back.setText(" ".join(groups))
    QTest.keyClick(page.debrief.back, Qt.Key.Key_Return)
