"""What an officer does about a match."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from borderdesk.hits.types import HitAct
from tests.desktop.conftest import Opener
from tests.desktop.desk_simulator import CLEAN, LISTED, SLTD, STOLEN, DeskSimulator
from tests.desktop.test_screening import press, scan, word
from ui.desktop.main_window import MainWindow


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
    press(window, key)
    assert [(record.list, done, note) for record, done, note in desk.taken] == [(SLTD, act, "")]


def test_a_note_goes_with_the_act(window: MainWindow, desk: DeskSimulator) -> None:
    scan(window, STOLEN)
    QTest.keyClicks(window.screening.hit.note, "scar on the left hand", Qt.KeyboardModifier.NoModifier, 60)
    press(window, Qt.Key.Key_F3)
    assert desk.taken[0][2] == "scar on the left hand"


def test_after_the_act_the_hit_waits_for_the_bureau_and_after_the_receipt_it_is_reported(window: MainWindow) -> None:
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F2)
    assert "Waits on this desk" in window.screening.hit.says.text()
    assert window.status.waiting.text() == "Waiting: 1"
    press(window, Qt.Key.Key_F9)
    assert "Reported to the bureau" in window.screening.hit.says.text()
    assert window.status.waiting.text() == "Waiting: 0"


def test_a_match_cannot_be_left_without_an_act_and_the_next_scan_is_kept(
    window: MainWindow, desk: DeskSimulator
) -> None:
    scan(window, STOLEN)
    scan(window, CLEAN)
    assert word(window) == "Match"
    assert "Scans kept meanwhile: 1" in window.screening.hit.says.text()
    assert desk.screened == [STOLEN]
    press(window, Qt.Key.Key_F2)
    assert word(window) == "Match"
    press(window, Qt.Key.Key_F8)
    assert desk.screened == [STOLEN, CLEAN]
    assert word(window) == "No match"


def test_a_match_without_an_act_forbids_locking_and_looking_back(window: MainWindow, desk: DeskSimulator) -> None:
    scan(window, CLEAN)
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F12)
    assert desk.user is not None
    assert "no recorded act yet" in window.screening.advice.lines[0].text()
    window.presenter.look_back(window.presenter.state.history[1].screening)
    assert word(window) == "Match"


def test_a_match_left_by_closing_the_window_is_on_the_screen_at_the_next_start(
    open_desk: Opener, desk: DeskSimulator
) -> None:
    first = open_desk(desk)
    scan(first, STOLEN)
    first.close()
    second = open_desk(desk)
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
    assert "could not be reached" in window.screening.advice.lines[0].text()
