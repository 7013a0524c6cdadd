"""A closer look: the print, the senses, the interview, and the second line without any list."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from borderdesk.documents import Sense
from borderdesk.hits.types import HitAct
from borderdesk.screening import Interview, Referral, Seen, Settled
from borderdesk.watchlist import Action
from tests.desktop.conftest import Opener
from tests.desktop.desk_simulator import CLEAN, LISTED, STOLEN, DeskSimulator
from tests.desktop.test_screening import press, word
from ui.desktop.examine_view import ExamineView, read_printed_date
from ui.desktop.interview_view import InterviewView
from ui.desktop.main_window import MainWindow
from ui.desktop.page import Page
from ui.desktop.second_line_view import SecondLineView
from ui.desktop.shots import settle
from ui.locale import LANGUAGES


def scan(window: MainWindow, text: str) -> None:
    """A scan without its keys: what is typed next is no part of a burst."""
    window.presenter.scan(text)
    settle(window)


def chord(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.ControlModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or window, key, modifier)
    settle(window)


def examine(window: MainWindow) -> ExamineView:
    page = window.others[Page.EXAMINE]
    assert isinstance(page, ExamineView)
    return page


def interview(window: MainWindow) -> InterviewView:
    page = window.others[Page.INTERVIEW]
    assert isinstance(page, InterviewView)
    return page


def type_into(window: MainWindow, text: str) -> None:
    field = QApplication.focusWidget()
    assert field is not None
    field.insert(text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle(window)


def test_one_key_opens_the_form_and_a_print_that_differs_from_the_zone_makes_it_look_again(window: MainWindow) -> None:
    scan(window, CLEAN)
    assert word(window) == "No match"
    chord(window, Qt.Key.Key_P)
    assert window.presenter.state.page is Page.EXAMINE
    for text in ("L898902C9", "Eriksson", "Anna Maria", "12.08.1974", "2012-04-15"):
        type_into(window, text)
    titles = [row.title for row in examine(window).list.rows.rows]
    assert titles == ["The printed number is not the one in the zone."]
    press(window, Qt.Key.Key_Escape)
    assert word(window) == "Look again"
    assert window.screening.reasons.list.rows.rows[0].title == titles[0]


def test_a_print_that_agrees_says_so_and_changes_nothing(window: MainWindow) -> None:
    scan(window, CLEAN)
    window.presenter.turn_to(Page.EXAMINE)
    type_into(window, "L898902C3")
    chord(window, Qt.Key.Key_S)
    assert [row.title for row in examine(window).list.rows.rows] == ["What you typed agrees with the zone."]
    press(window, Qt.Key.Key_Escape)
    assert word(window) == "No match"


def test_what_was_typed_for_one_traveller_is_gone_with_the_next_scan(window: MainWindow) -> None:
    scan(window, CLEAN)
    window.presenter.turn_to(Page.EXAMINE)
    examine(window).fields["number"].setText("ABC")
    scan(window, LISTED)
    assert window.presenter.state.page is Page.SCREENING
    window.presenter.turn_to(Page.EXAMINE)
    assert examine(window).fields["number"].text() == ""


def test_a_date_that_is_none_is_not_compared(window: MainWindow, desk: DeskSimulator) -> None:
    scan(window, CLEAN)
    window.presenter.turn_to(Page.EXAMINE)
    examine(window).fields["birth_date"].setText("31.02.1974")
    chord(window, Qt.Key.Key_S)
    assert not desk.looks
    assert examine(window).fields["birth_date"].hasFocus()


@pytest.mark.parametrize("text", ["1974-08-12", "12.08.1974", "12/8/1974", "12 08 1974"])
def test_a_printed_date_is_typed_as_it_stands_there(text: str) -> None:
    read = read_printed_date(text)
    assert read is not None
    assert read.iso == "1974-08-12"


def test_a_sense_check_is_kept_at_once_with_its_time_and_can_be_corrected(
    window: MainWindow, desk: DeskSimulator
) -> None:
    scan(window, CLEAN)
    window.presenter.turn_to(Page.EXAMINE)
    page = examine(window)
    page.marks[Sense.PERSON, Seen.DOUBTFUL].click()
    settle(window)
    assert page.marks[Sense.PERSON, Seen.DOUBTFUL].isChecked()
    assert page.times[Sense.PERSON].text() == "18:00"
    assert "The officer doubts: Is it the same person?" in page.list.rows.rows[0].title
    assert window.presenter.state.verdict is not None
    press(window, Qt.Key.Key_Escape)
    assert word(window) == "Look again"
    window.presenter.turn_to(Page.EXAMINE)
    page.marks[Sense.PERSON, Seen.FINE].click()
    settle(window)
    press(window, Qt.Key.Key_Escape)
    assert word(window) == "No match"
    assert len(desk.looks) == 2, "what was ticked first is kept too"


def test_what_was_noted_is_there_when_the_traveller_is_looked_at_again(window: MainWindow) -> None:
    scan(window, CLEAN)
    window.presenter.tick(Sense.TILT, Seen.DOUBTFUL)
    settle(window)
    scan(window, LISTED)
    assert window.presenter.state.looks == ()
    window.presenter.look_back(window.presenter.state.history[1].screening)
    settle(window)
    window.presenter.turn_to(Page.EXAMINE)
    assert examine(window).marks[Sense.TILT, Seen.DOUBTFUL].isChecked()


def test_a_full_disk_says_that_a_tick_was_not_kept(window: MainWindow, desk: DeskSimulator) -> None:
    scan(window, CLEAN)
    window.presenter.turn_to(Page.EXAMINE)
    desk.disk_full = True
    examine(window).marks[Sense.FEEL, Seen.FINE].click()
    settle(window)
    assert "NOT stored" in window.message.lines[1].text()
    assert not examine(window).marks[Sense.FEEL, Seen.FINE].isChecked()


def test_the_traveller_is_asked_in_large_letters_of_the_own_language_and_answers_are_kept(
    window: MainWindow, desk: DeskSimulator
) -> None:
    scan(window, STOLEN)
    chord(window, Qt.Key.Key_I)
    page = interview(window)
    assert page.question.text() == "Can you read this language?"
    chord(window, Qt.Key.Key_5, Qt.KeyboardModifier.AltModifier)
    assert page.language == list(LANGUAGES)[4]
    assert page.shown.text() != page.question.text()
    assert page.shown.font().pixelSize() >= 40
    type_into(window, "yes")
    assert page.question.text().startswith("Since when have you had this document")
    type_into(window, "")
    assert page.question.text().startswith("Was this document ever lost")
    kept = [look for look in desk.looks if isinstance(look, Interview)]
    assert [(one.language, one.answers[0].question, one.answers[0].note) for one in kept] == [
        (page.language, "understand", "yes")
    ]
    assert [(row.title, row.lines[0].text) for row in page.list.rows.rows] == [("Can you read this language?", "yes")]


def test_the_arabic_question_stands_from_right_to_left_beside_an_english_officer(window: MainWindow) -> None:
    scan(window, LISTED)
    window.presenter.turn_to(Page.INTERVIEW)
    page = interview(window)
    page.languages["ar"].click()
    assert page.shown.layoutDirection() is Qt.LayoutDirection.RightToLeft
    assert page.question.layoutDirection() is Qt.LayoutDirection.LeftToRight


def test_the_page_turned_to_the_traveller_says_nothing_of_the_match_and_f3_still_refers(
    window: MainWindow, desk: DeskSimulator
) -> None:
    scan(window, STOLEN)
    window.presenter.turn_to(Page.INTERVIEW)
    assert window.hit.isVisible()
    assert window.hit.says.text() == ""
    assert window.hit.next.text() == "F8"
    assert [button.text() for button in window.hit.buttons.values()] == ["F2", "F3", "F4", "F5", "F6", "F7"]
    assert window.hit.buttons[HitAct.REFER].accessibleName() == "Refer"
    press(window, Qt.Key.Key_F3)
    assert [act for _, act, _ in desk.taken] == [HitAct.REFER]


def test_at_a_discreet_check_only_what_everybody_is_asked_is_asked(window: MainWindow, desk: DeskSimulator) -> None:
    desk.action = Action.DISCREET
    scan(window, LISTED)
    window.presenter.turn_to(Page.INTERVIEW)
    asked = interview(window)._questions
    assert {question.topic for question in asked} == {"journey"}


def test_a_traveller_whom_no_list_names_is_referred_by_the_same_key(window: MainWindow, desk: DeskSimulator) -> None:
    scan(window, CLEAN)
    window.hit.note.setText("photo glued")
    press(window, Qt.Key.Key_F3)
    assert [(type(look), look.note) for look in desk.looks] == [(Referral, "photo glued")]
    assert desk.taken == [], "no list names anybody, so there is no hit"
    assert window.hit.says.text() == "Sent to the second line at 18:00; nobody has settled it yet."
    assert window.hit.note.text() == ""


def test_the_supervisor_sees_in_one_place_what_waits_and_settles_it(open_desk: Opener) -> None:
    desk = DeskSimulator(signed_in=True, role="supervisor")
    window = open_desk(desk)
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F3)
    scan(window, CLEAN)
    window.presenter.act(HitAct.REFER, "photo glued")
    settle(window)
    chord(window, Qt.Key.Key_L)
    page = window.others[Page.SECOND_LINE]
    assert isinstance(page, SecondLineView)
    hit, referred = page.list.rows.rows
    assert (hit.key[0], hit.right, referred.key[0]) == ("hit", "1 h 0 min left", "referred")
    assert referred.lines[1].text == "photo glued"
    page.list.setCurrentIndex(page.list.rows.index(1))
    page.note.setFocus()
    type_into(window, "")
    assert not any(isinstance(look, Settled) for look in desk.looks), "it is said how"
    type_into(window, "document sent to the laboratory")
    assert [look.note for look in desk.looks if isinstance(look, Settled)] == ["document sent to the laboratory"]
    assert [row.key[0] for row in page.list.rows.rows] == ["hit"]
    page.open.click()
    settle(window)
    assert window.presenter.state.page is Page.SCREENING
    assert word(window) == "Match"


def test_an_officer_has_no_second_line(window: MainWindow) -> None:
    window.presenter.turn_to(Page.SECOND_LINE)
    assert window.presenter.state.page is Page.SCREENING
