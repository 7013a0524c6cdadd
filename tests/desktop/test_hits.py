"""What an officer does about a match."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from PySide6.QtCore import QBuffer, QByteArray, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from borderdesk.findings import Severity
from borderdesk.hits import Contact, ContactRole
from borderdesk.hits.types import HitAct
from borderdesk.ids import RecordKey
from borderdesk.policy import DEFAULT
from borderdesk.screening import VerdictWord
from borderdesk.watchlist import Action, Photo
from borderdesk.words import say
from tests.desktop.conftest import Opener
from tests.desktop.desk_simulator import CLEAN, LISTED, SLTD, STOLEN, UN, DeskSimulator, stolen_finding
from tests.desktop.test_news import looked
from tests.desktop.test_screening import press, scan, word
from ui.desktop.main_window import MainWindow
from ui.desktop.shots import settle
from ui.desktop.text_size import LARGEST
from ui.desktop.work import Detail


@pytest.mark.parametrize(
    ("key", "act"),
    [
        (Qt.Key.Key_F2, HitAct.TAKE_UP),
        (Qt.Key.Key_F3, HitAct.REFER),
        (Qt.Key.Key_F4, HitAct.NOT_THE_PERSON),
    ],
)
def test_one_key_records_the_act_on_the_heaviest_record(
    window: MainWindow, desk: DeskSimulator, key: Qt.Key, act: HitAct
) -> None:
    scan(window, STOLEN)
    window.hit.note.setText("photo compared")
    press(window, key)
    assert [(record.list, done, note) for record, done, note in desk.taken] == [(SLTD, act, "photo compared")]


def test_a_note_goes_with_the_act(window: MainWindow, desk: DeskSimulator) -> None:
    scan(window, STOLEN)
    QTest.keyClicks(window.hit.note, "scar on the left hand", Qt.KeyboardModifier.NoModifier, 60)
    press(window, Qt.Key.Key_F3)
    assert desk.taken[0][2] == "scar on the left hand"


def test_a_hit_of_yesterday_is_shown_with_its_date_and_one_of_today_without(
    window: MainWindow, desk: DeskSimulator
) -> None:
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F2)
    assert window.hit.says.text().startswith("Taken up 18:00 by demo.")
    desk.now += timedelta(days=1)
    window.presenter.refresh()
    settle(window)
    assert window.hit.says.text().startswith("Taken up 2026-11-22 18:00 by demo.")


def test_after_the_act_the_hit_waits_for_the_bureau_and_after_the_receipt_it_is_reported(window: MainWindow) -> None:
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F2)
    assert "Waits on this desk" in window.hit.says.text()
    assert window.status.waiting.text() == "Waiting: 1"
    press(window, Qt.Key.Key_F9)
    assert "Reported to the bureau" in window.hit.says.text()
    assert window.status.waiting.text() == "Waiting: 0"


def test_what_the_bureau_asks_back_is_answered_with_the_first_key(window: MainWindow, desk: DeskSimulator) -> None:
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F2)
    first = window.hit.buttons[HitAct.TAKE_UP]
    assert not first.isEnabled(), "it is taken up"
    desk.ask_back("When was the bearer born?")
    looked(window)
    assert window.hit.says.text() == "The bureau asks back: When was the bearer born?"
    assert first.isEnabled() and first.accessibleName() == "Reply to the bureau"
    press(window, Qt.Key.Key_F2)
    assert window.hit.says.text() == "Write the reply in the note, then press the key again."
    assert [act for _, act, _ in desk.taken] == [HitAct.TAKE_UP], "no reply without a word in it"
    window.hit.note.setText("12 August 1974")
    press(window, Qt.Key.Key_F2)
    assert desk.taken[1:] == [(desk.taken[0][0], HitAct.REPLY, "12 August 1974")]
    assert not first.isEnabled() and first.accessibleName() == "Take up"


def test_of_two_records_only_the_one_the_bureau_asks_about_is_replied_to(
    window: MainWindow, desk: DeskSimulator
) -> None:
    desk.also = (stolen_finding(),)
    scan(window, LISTED)
    press(window, Qt.Key.Key_F2)
    desk.ask_back("When was the bearer born?")
    looked(window)
    first, rows = window.hit.buttons[HitAct.TAKE_UP], window.screening.reasons.list.rows.rows
    asked, other = (next(row.key for row in rows if row.key.list == name) for name in (SLTD, UN))
    names = []
    for record in (other, asked):
        window.screening.reasons.chosen.emit(record)
        settle(window)
        names.append(first.accessibleName())
    assert names == ["Take up", "Reply to the bureau"]


def test_each_of_two_records_is_taken_up_for_itself_and_shows_what_was_done_about_it(
    window: MainWindow, desk: DeskSimulator
) -> None:
    desk.also = (stolen_finding(),)
    scan(window, LISTED)
    strip, reasons = window.hit, window.screening.reasons.list
    passport, person = (next(row.key for row in reasons.rows.rows if row.key.list == name) for name in (SLTD, UN))
    press(window, Qt.Key.Key_F2)
    assert window.presenter.state.chosen == passport and "Taken up" in strip.says.text()
    reasons.setFocus()
    reasons.chosen.emit(person)
    settle(window)
    assert "Taken up" not in strip.says.text() and strip.buttons[HitAct.TAKE_UP].isEnabled()
    assert reasons.hasFocus(), "the arrows go on in the list"
    assert not any(row.title == "Taken up" for row in window.screening.detail.procedure.steps.rows.rows)
    press(window, Qt.Key.Key_F2)
    assert [hit.record for hit in desk.hits()] == [passport, person]
    press(window, Qt.Key.Key_F5)
    assert [(record, act) for record, act, _ in desk.taken] == [
        (passport, HitAct.TAKE_UP),
        (person, HitAct.TAKE_UP),
        (person, HitAct.SEIZED),
    ]
    reasons.chosen.emit(passport)
    settle(window)
    assert [event.act for event in window.presenter.state.acts] == [HitAct.TAKE_UP]


def test_a_traveller_comes_back_from_the_history_with_the_record_that_was_acted_on(
    window: MainWindow, desk: DeskSimulator
) -> None:
    desk.also = (stolen_finding(),)
    scan(window, LISTED)
    rows = window.screening.reasons.list.rows.rows
    person = next(row.key for row in rows if row.key.list == UN)
    window.screening.reasons.chosen.emit(person)
    settle(window)
    press(window, Qt.Key.Key_F2)
    taken = window.presenter.state.verdict
    scan(window, CLEAN)
    assert taken is not None
    window.presenter.look_back(taken.screening)
    settle(window)
    assert window.presenter.state.chosen == person and "Taken up" in window.hit.says.text()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_long_question_of_the_bureau_is_read_to_its_last_word_in_the_largest_letters(
    open_desk: Opener, desk: DeskSimulator, language: str
) -> None:
    window = open_desk(desk, language=language, text=LARGEST)
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F2)
    words = "Look at the photo page under the lamp, and tell us whether the seal on page 12 is raised. " * 4 + "Hurry."
    desk.ask_back(words)
    looked(window)
    says, steps = window.hit.says, window.screening.detail.procedure.steps
    assert "…" in says.shown and says.toolTip() == says.text()
    assert says.fontMetrics().horizontalAdvance(says.shown) <= says.contentsRect().width()
    for _ in range(2):
        assert [line.text for line in steps.rows.rows[0].lines] == [words]
        box = steps.visualRect(steps.rows.index(0))
        assert box.top() == 0 and box.height() > steps.fontMetrics().height() * 5, "laid out whole, to be scrolled"
        press(window, Qt.Key.Key_F2)  # while the reply is written, too
    waits = say("The bureau waits for the reply of this post.")
    assert window.screening.detail.procedure.clock.text() == window.presenter.state.voice(waits)
    window.hit.note.setText("raised")
    press(window, Qt.Key.Key_F2)
    assert steps.rows.rows[0].key != "asked"


def test_a_match_cannot_be_left_without_an_act_and_the_next_scan_is_kept(
    window: MainWindow, desk: DeskSimulator
) -> None:
    scan(window, STOLEN)
    scan(window, CLEAN)
    assert word(window) == "Match"
    assert "Scans kept meanwhile: 1" in window.hit.says.text()
    assert desk.screened == [STOLEN]
    press(window, Qt.Key.Key_F2)
    assert word(window) == "Match"
    press(window, Qt.Key.Key_F8)
    assert desk.screened == [STOLEN, CLEAN]
    assert word(window) == "No match"


def test_a_match_without_an_act_forbids_locking_and_looking_back(
    window: MainWindow, desk: DeskSimulator, qtbot: QtBot
) -> None:
    scan(window, CLEAN)
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F12)
    assert desk.user is not None
    assert "no recorded act yet" in window.screening.advice.lines[0].text()
    window.presenter.look_back(window.presenter.state.history[1].screening)
    assert word(window) == "Match"
    assert desk.viewed == [], "nothing else was looked at"
    press(window, Qt.Key.Key_F3)
    window.presenter.look_back(window.presenter.state.history[0].screening)
    qtbot.waitUntil(lambda: [record.list for record in desk.viewed] == [SLTD])


def test_a_match_left_by_closing_the_window_is_on_the_screen_at_the_next_start(
    open_desk: Opener, desk: DeskSimulator, qtbot: QtBot
) -> None:
    first = open_desk(desk)
    scan(first, STOLEN)
    first.close()
    assert first.isVisible() and desk.taken == []
    qtbot.waitUntil(lambda: first.presenter.wish_to_leave.rests)
    first.close()
    second = open_desk(desk)
    second.presenter.sign_in("noy", "correct horse")
    settle(second)
    assert word(second) == "Match"
    assert second.presenter.state.act_needed


def test_a_full_disk_says_that_the_act_was_not_stored_and_the_match_still_asks(
    window: MainWindow, desk: DeskSimulator
) -> None:
    desk.disk_full = True
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F2)
    assert "NOT stored" in window.screening.advice.lines[1].text()
    assert word(window) == "Match"
    assert window.presenter.state.act_needed
    desk.disk_full = False
    press(window, Qt.Key.Key_F2)
    assert len(desk.taken) == 1


def test_a_candidate_may_be_taken_up_but_need_not_be(window: MainWindow, desk: DeskSimulator) -> None:
    scan(window, LISTED)
    scan(window, CLEAN)
    assert word(window) == "No match"
    scan(window, LISTED)
    press(window, Qt.Key.Key_F2)
    assert desk.taken[0][0].key == "QDi.999"


def test_a_cut_link_is_said_with_its_time_and_the_hit_stays_waiting(window: MainWindow, desk: DeskSimulator) -> None:
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F2)
    desk.linked = False
    press(window, Qt.Key.Key_F9)
    assert window.status.link.text() == "Link down since 17:10"
    assert window.status.waiting.text() == "Waiting: 1"
    assert "link to the bureau is down" in window.screening.advice.lines[0].text()


@pytest.mark.parametrize("key", [Qt.Key.Key_F4, Qt.Key.Key_F6])
def test_an_act_that_ends_a_hit_asks_why_before_it_is_recorded(
    window: MainWindow, desk: DeskSimulator, key: Qt.Key
) -> None:
    scan(window, STOLEN)
    if key == Qt.Key.Key_F6:
        press(window, Qt.Key.Key_F2)
    before = len(desk.taken)
    press(window, key)
    assert len(desk.taken) == before
    assert "write why" in window.hit.says.text()
    assert window.hit.note.hasFocus()
    QTest.keyClicks(window.hit.note, "owner found it", Qt.KeyboardModifier.NoModifier, 60)
    press(window, key)
    assert desk.taken[-1][2] == "owner found it"


def steps(window: MainWindow) -> list[str]:
    return [row.title for row in window.screening.detail.procedure.steps.rows.rows]


def test_the_procedure_of_a_stolen_document_stands_below_the_finding(window: MainWindow) -> None:
    scan(window, STOLEN)
    assert window.screening.detail.pages.currentWidget() is window.screening.detail.procedure
    assert steps(window)[0].startswith("1.  Keep the document in your hand")


def test_the_steps_of_the_second_line_are_shown_to_the_supervisor_alone(open_desk: Opener, desk: DeskSimulator) -> None:
    first = open_desk(desk)
    scan(first, STOLEN)
    assert not any("give a receipt" in step for step in steps(first))
    press(first, Qt.Key.Key_F3)
    assert desk.user is not None
    desk.user = replace(desk.user, role="supervisor")
    second = open_desk(desk)
    second.presenter.look_back(second.presenter.state.history[0].screening)
    assert any("give a receipt" in step for step in steps(second))


def test_further_acts_are_added_to_the_same_hit_and_stand_below_the_steps(
    window: MainWindow, desk: DeskSimulator
) -> None:
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F2)
    press(window, Qt.Key.Key_F3)
    press(window, Qt.Key.Key_F5)
    assert [act for _, act, _ in desk.taken] == [HitAct.TAKE_UP, HitAct.REFER, HitAct.SEIZED]
    assert steps(window)[-3:] == ["Take up", "Refer", "Document seized"]
    assert len(window.presenter.state.hits) == 1


def test_the_clock_counts_the_bureaus_hour_and_then_the_request_is_numbered_anew(
    window: MainWindow, desk: DeskSimulator
) -> None:
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F2)
    view = window.screening.detail.procedure
    assert view.clock.text() == "Request 1 of 18:00; the bureau has 1 h 0 min left to answer."
    assert not view.again.isEnabled()
    desk.now += timedelta(minutes=63)
    window.presenter.refresh()
    settle(window)
    assert view.clock.text() == "The bureau is 3 min late (request 1 of 18:00). Ask again."
    press(window, Qt.Key.Key_F10)
    assert view.clock.text() == "Request 2 of 19:03; the bureau has 1 h 0 min left to answer."


def test_the_clock_counts_what_the_bureau_decided_for_its_desks(open_desk: Opener) -> None:
    desk = DeskSimulator(signed_in=True)
    desk.policy = replace(DEFAULT, routine_reply_minutes=15)
    window = open_desk(desk)
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F2)
    assert "15 min left" in window.screening.detail.procedure.clock.text()


def test_a_candidate_stands_side_by_side_with_the_traveller(window: MainWindow) -> None:
    scan(window, LISTED)
    detail = window.screening.detail
    assert detail.pages.currentWidget().isAncestorOf(detail.comparison)
    lines = {(line.what, line.asked, line.sign, line.listed) for line in detail.comparison.lines.lines}
    assert ("Name", "ALMASRI", "≈", "AL-MASRY") in lines
    assert ("Born", "1971-01-01", "≈", "1971") in lines
    assert ("Also called", "", "", "محمد المصري") in lines
    detail.tabs[Detail.PROCEDURE].click()
    assert detail.pages.currentWidget() is detail.procedure


def test_a_comparison_is_a_sound_model(window: MainWindow, qtmodeltester) -> None:
    scan(window, LISTED)
    qtmodeltester.check(window.screening.detail.comparison.lines)


def test_a_discreet_check_looks_ordinary_from_a_metre_aside(window: MainWindow, desk: DeskSimulator) -> None:
    scan(window, CLEAN)
    band = window.screening.band
    ordinary = band.palette().color(band.backgroundRole())
    desk.action = Action.DISCREET
    scan(window, LISTED)
    assert band.palette().color(band.backgroundRole()) == ordinary
    assert "discreet" not in band.accessibleName().lower()
    assert "MASRY" not in band.accessibleName()
    assert any("as with every traveller" in step for step in steps(window))


def test_nothing_of_a_discreet_check_stands_out_and_only_entitled_roles_see_whom_it_names(open_desk: Opener) -> None:
    for role, seen in (("officer", False), ("supervisor", True)):
        desk = DeskSimulator(signed_in=True, role=role)
        desk.action = Action.DISCREET
        window = open_desk(desk)
        scan(window, LISTED)
        screening = window.screening
        assert screening.reasons.list.rows.rows and screening.history.list.rows.rows
        badges = {row.badge for view in (screening.reasons, screening.history) for row in view.list.rows.rows}
        assert badges <= {Severity.INFO, VerdictWord.NO_MATCH}
        told = " ".join(row.spoken for row in screening.reasons.list.rows.rows)
        assert ("MASRY" in told) is seen
        assert bool(screening.detail.comparison.lines.lines) is seen
        assert any("as with every traveller" in step for step in steps(window))


def test_beside_a_stolen_passport_a_discreet_check_stands_veiled_in_its_own_row(open_desk: Opener) -> None:
    for role, seen in (("officer", False), ("supervisor", True)):
        desk = DeskSimulator(signed_in=True, role=role)
        desk.action, desk.also = Action.DISCREET, (stolen_finding(),)
        window = open_desk(desk)
        scan(window, LISTED)
        screening = window.screening
        assert word(window) == "Match", "the passport is no secret"
        assert "stolen" in screening.band.accessibleName()
        told = " ".join(row.spoken for row in screening.reasons.list.rows.rows)
        assert "stolen" in told and ("MASRY" in told) is seen
        assert ("Procedure" in told) is not seen
        shown = [*screening.history.list.rows.rows, *screening.document.rows]
        assert "MASRY" not in screening.band.accessibleName() and "MASRY" not in str(shown)
        assert steps(window)[0].startswith("1.  Keep the document in your hand")
        discreet = next(row for row in screening.reasons.list.rows.rows if row.key.list == UN)
        assert discreet.badge is Severity.INFO
        screening.reasons.chosen.emit(discreet.key)
        settle(window)
        assert any("as with every traveller" in step for step in steps(window))


def test_the_photo_of_the_record_stands_beside_the_comparison_and_looking_is_noted(open_desk: Opener) -> None:
    desk = DeskSimulator(signed_in=True)
    desk.photo_keys = (PHOTO.key,)
    window = open_desk(desk)
    scan(window, LISTED)
    box = window.screening.detail.photo
    assert box.text() == "The photo has not come yet."
    desk.pictures = (PHOTO,)
    scan(window, LISTED)
    assert not box.pixmap().isNull()
    assert len(desk.viewed) == 2
    desk.photo_keys = ()
    scan(window, LISTED)
    assert box.text() == "The record has no photo."
    assert len(desk.viewed) == 2


def _photo() -> Photo:
    image = QImage(60, 80, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    content = bytes(data)
    return Photo(RecordKey(sha256(content).hexdigest()), b64encode(content).decode())


PHOTO = _photo()


def test_a_photo_moves_nothing_when_it_comes(open_desk: Opener) -> None:
    desk = DeskSimulator(signed_in=True)
    window = open_desk(desk)
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F3)
    before = (window.screening.reasons.geometry(), window.screening.detail.geometry())
    desk.photo_keys, desk.pictures = (PHOTO.key,), (PHOTO,)
    scan(window, LISTED)
    assert not window.screening.detail.photo.pixmap().isNull(), "it has come"
    assert (window.screening.reasons.geometry(), window.screening.detail.geometry()) == before


BOOK = [
    Contact(ContactRole.BUREAU, "NCB duty desk", "+856 21 000 000"),
    Contact(ContactRole.SECOND_LINE, "Sgt. Kham", radio="channel 2"),
]


def test_while_the_link_is_down_whom_to_call_first_stands_above_the_steps(
    window: MainWindow, desk: DeskSimulator
) -> None:
    desk.book = BOOK
    desk.linked = False
    window.status.exchange.click()
    settle(window)
    window.presenter._load_late()
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F2)
    first, second, *_, last = (row.spoken for row in window.screening.detail.procedure.steps.rows.rows)
    assert "+856 21 000 000" in first
    assert second.startswith("1.")
    assert "channel 2" in last


def test_with_a_link_the_steps_come_first_and_the_numbers_after_them(window: MainWindow, desk: DeskSimulator) -> None:
    desk.book = BOOK
    window.presenter._load_late()
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F2)
    first, *_, last = (row.spoken for row in window.screening.detail.procedure.steps.rows.rows)
    assert first.startswith("1.") and "channel 2" in last
