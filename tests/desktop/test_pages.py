"""The pages beside the screening: cases, exchange, numbers, help."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from borderdesk.ids import DeskId
from borderdesk.operations import Counted, Operation
from borderdesk.operations.beside import DeskNumbers
from borderdesk.screening import VerdictWord
from borderdesk.words import say
from sync.agent.state import Progress
from sync.agent.tallies import PostNumbers
from tests.desktop.conftest import Opener
from tests.desktop.desk_simulator import CLEAN, LISTED, START, STOLEN, DeskSimulator
from tests.desktop.test_screening import press, scan, word
from ui.desktop.main_window import MainWindow
from ui.desktop.numbers_view import NumbersView
from ui.desktop.page import PAGE_KEYS, Page
from ui.desktop.rows import RowsView
from ui.desktop.settings import Settings, load_settings, save_settings
from ui.desktop.shots import settle


def turn(window: MainWindow, keys: str) -> RowsView:
    QTest.keySequence(window, keys)
    page = window.pages.currentWidget()
    return page.list


def test_f1_opens_the_help_from_every_page_and_again_leads_back(window: MainWindow) -> None:
    for number in range(1, 5):
        QTest.keySequence(window, f"Ctrl+{number}")
        press(window, Qt.Key.Key_F1)
        assert window.pages.currentWidget() is window.others[Page.HELP]
        press(window, Qt.Key.Key_F1)
        assert window.pages.currentWidget() is window.screening


def test_the_help_names_every_function_key(window: MainWindow) -> None:
    press(window, Qt.Key.Key_F1)
    keys = " ".join(row.title for row in window.others[Page.HELP].list.rows.rows)
    assert all(f"F{number}" in keys for number in range(2, 13))


def test_the_cases_show_what_waits_for_the_bureau_first_and_lead_to_the_screening(window: MainWindow) -> None:
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F2)
    press(window, Qt.Key.Key_F9)
    scan(window, LISTED)
    press(window, Qt.Key.Key_F3)
    scan(window, CLEAN)
    rows = turn(window, "Ctrl+2").rows.rows
    assert ["waits on this desk" in row.spoken for row in rows] == [True, False]
    assert "Reported to the bureau" in rows[1].spoken
    cases = window.others[Page.CASES].list
    QTest.mouseClick(cases.viewport(), Qt.MouseButton.LeftButton, pos=cases.visualRect(cases.rows.index(1)).center())
    assert window.pages.currentWidget() is window.screening
    assert word(window) == "Match"


def test_a_scan_is_taken_on_every_page_and_brings_the_verdict_to_the_screen(
    window: MainWindow, desk: DeskSimulator
) -> None:
    for keys in ("Ctrl+2", "Ctrl+3", "Ctrl+4", "Ctrl+5"):
        turn(window, keys)
        scan(window, CLEAN)
        assert window.pages.currentWidget() is window.screening
    assert desk.screened == [CLEAN] * 4


def test_the_exchange_page_says_link_outbox_lists_and_what_the_last_exchange_did(window: MainWindow) -> None:
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F2)
    press(window, Qt.Key.Key_F9)
    spoken = [row.spoken for row in turn(window, "Ctrl+3").rows.rows]
    assert spoken[0].startswith("Link up since 2026-11-22 16:00. https://bureau.example")
    assert spoken[1] == "Waiting: 0"
    assert "Records: 200\u00a0000" in spoken[2]
    assert "Reports sent: 1; confirmed: 1." in spoken[-1]


def test_the_exchange_page_says_what_comes_for_how_long_when_it_tries_again_and_takes_a_stick(
    window: MainWindow, desk: DeskSimulator, tmp_path: Path
) -> None:
    desk.coming = Progress(say("Whole lists"), 1_200_000, 300_000, 2_000)
    desk.warning = say("The bureau should have spoken by now.")
    desk.next_try = START + timedelta(minutes=4)
    desk.unwritten = 2
    window.presenter.refresh()
    settle(window)
    rows = {row.key: row for row in turn(window, "Ctrl+3").rows.rows}
    assert (rows["progress"].title, rows["progress"].right) == ("Whole lists", "10 min left")
    assert rows["progress"].lines[0].text == "300\u00a0000 bytes are here, 1\u00a0200\u00a0000 still to come"
    assert "Next try by itself: 18:04" in rows["link"].spoken
    assert rows["warning"].title == "The bureau should have spoken by now."
    assert rows["unwritten"].title.endswith(": 2")
    assert window.status.waiting.text().startswith("Not written: 2")
    assert window.status.link.text().endswith("!")
    page = window.others[Page.EXCHANGE]
    page.stick_chosen.emit(tmp_path)
    settle(window)
    assert desk.sticks == [tmp_path]
    assert "Reports on the stick: 1." in page.list.rows.rows[-1].spoken


def turned_to_numbers(window: MainWindow) -> NumbersView:
    window.presenter.turn_to(Page.NUMBERS)
    settle(window)
    page = window.others[Page.NUMBERS]
    assert isinstance(page, NumbersView)
    return page


def test_the_numbers_count_the_screenings_of_the_shift(window: MainWindow) -> None:
    scan(window, CLEAN)
    scan(window, LISTED)
    rows = {row.title: row.right for row in turned_to_numbers(window).list.rows.rows}
    assert rows == {
        "Travellers screened": "2",
        "No match": "1",
        "Look again": "1",
        "Match": "0",
        "Hits taken up": "0",
    }


def test_what_came_of_an_operation_is_counted_by_acts_and_by_hand(open_desk: Opener) -> None:
    desk = DeskSimulator(signed_in=True)
    desk.running, desk.now = [sunbird()], START + timedelta(hours=1)
    window = open_desk(desk)
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F3)
    press(window, Qt.Key.Key_F5)
    page = turned_to_numbers(window)
    assert page.which.currentText() == "Operation Sunbird III", "an operation is what is asked for"
    page.number.setText("3")
    page.kinds[Counted.ARRESTS].click()
    settle(window)
    page.number.setText("a few")
    page.kinds[Counted.ARRESTS].click()
    settle(window)
    shown = {name: (act, hand) for name, act, hand in page.outcomes.bars if act or hand}
    assert shown == {
        "Documents seized": (1, 0),
        "Referred to the second line": (1, 0),
        "Arrests": (0, 3),
    }
    assert "Arrests: 3" in page.outcomes.accessibleName()
    page.which.setCurrentIndex(1)
    page.which.activated.emit(1)
    assert {hand for _, _, hand in page.outcomes.bars} == {0}, "it was counted for the operation, not for the shift"


def test_escape_puts_away_the_message_first_and_then_the_page(window: MainWindow) -> None:
    window.presenter.scan("X9")
    settle(window)
    assert window.presenter.state.error is not None
    press(window, Qt.Key.Key_Escape)
    assert window.presenter.state.error is None
    turn(window, "Ctrl+3")
    press(window, Qt.Key.Key_Escape)
    assert window.pages.currentWidget() is window.screening


def sunbird() -> Operation:
    return Operation("o1", "Sunbird III", "Documents from lorries going north.", START, START + timedelta(hours=8))


def test_a_number_that_is_none_is_said_and_the_note_stays(window: MainWindow, desk: DeskSimulator) -> None:
    page = turned_to_numbers(window)
    page.number.setText("two")
    page.note.setText("in the back of the lorry")
    page.kinds[Counted.ARRESTS].click()
    settle(window)
    assert "cannot be counted" in window.message.lines[0].text()
    assert desk.by_hand == []
    assert (page.number.text(), page.note.text()) == ("two", "in the back of the lorry")


def test_an_operation_is_always_visible_counted_and_ends_by_itself(open_desk: Opener) -> None:
    desk = DeskSimulator(signed_in=True)
    desk.running = [sunbird()]
    desk.now = START + timedelta(hours=1)
    window = open_desk(desk)
    assert window.status.operation.text() == "Operation Sunbird III"
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F3)
    row = turned_to_numbers(window).list.rows.rows[0]
    assert (row.title, row.right) == ("Sunbird III", "2026-11-22 18:00 to 2026-11-23 02:00")
    assert "Documents from lorries going north." in row.spoken
    desk.now = START + timedelta(hours=9)
    window.presenter.refresh()
    settle(window)
    assert not window.status.operation.isVisible()


def test_the_numbers_are_written_as_a_page_of_pdf(window: MainWindow, tmp_path: Path) -> None:
    scan(window, STOLEN)
    page = turned_to_numbers(window)
    page.report_asked.emit(tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    assert window.message.isVisible() and str(tmp_path / "report.pdf") in window.message.limits.text()
    press(window, Qt.Key.Key_Escape)
    assert not window.message.isVisible() and window.presenter.state.page is Page.NUMBERS
    page.report_asked.emit(tmp_path / "report.pdf")
    window.presenter.turn_to(Page.EXCHANGE)
    assert not window.message.isVisible(), "it is about the page that was left"
    window.presenter.turn_to(Page.NUMBERS)
    page.report_asked.emit(tmp_path / "nowhere" / "report.pdf")
    assert "could not be written" in window.message.lines[0].text()


@pytest.mark.parametrize("kept", ["", "{", '{"language": "xx", "theme": 7, "text": []}', "[]"])
def test_settings_that_are_not_sound_are_those_of_a_new_desk(tmp_path: Path, kept: str) -> None:
    (tmp_path / "window.json").write_text(kept)
    assert load_settings(tmp_path) == Settings()


def test_language_palette_and_size_of_letters_are_remembered(tmp_path: Path) -> None:
    assert save_settings(tmp_path, Settings("lo", "dark", "large"))
    assert load_settings(tmp_path) == Settings("lo", "dark", "large")
    assert not save_settings(tmp_path / "gone", Settings())


def test_a_short_number_at_the_far_edge_lies_inside_its_row(window: MainWindow) -> None:
    scan(window, CLEAN)
    view = turned_to_numbers(window).list
    delegate = view.itemDelegate()
    width = view.viewport().width()
    at_the_edge = [piece for row in view.rows.rows for piece in delegate._lay_out(row, width) if piece.kind == "right"]
    assert len(at_the_edge) == len(view.rows.rows)
    assert [piece for piece in at_the_edge if piece.where.right() >= width] == []


def test_the_shift_stands_beside_the_whole_post_and_says_up_to_when_each_desk_told(
    window: MainWindow, desk: DeskSimulator
) -> None:
    other = DeskNumbers(
        DeskId("desk-b"), START - timedelta(hours=14), {VerdictWord.NO_MATCH: 210, VerdictWord.MATCH: 1}
    )
    desk.post = PostNumbers(7, {VerdictWord.NO_MATCH: 90, VerdictWord.LOOK_AGAIN: 4}, (other,))
    QTest.keySequence(window, PAGE_KEYS[Page.NUMBERS])
    settle(window)
    shown = " | ".join(row.spoken for row in window.others[Page.NUMBERS].list.rows.rows)
    assert "The whole post, last 7 days. 305. No match: 300 · Look again: 4 · Match: 1" in shown
    assert "Desk desk-b, up to 2026-11-22 04:00. 211" in shown


def test_a_desk_that_stands_alone_says_that_no_other_told_anything(window: MainWindow, desk: DeskSimulator) -> None:
    desk.post = PostNumbers(7, {VerdictWord.NO_MATCH: 90}, ())
    QTest.keySequence(window, PAGE_KEYS[Page.NUMBERS])
    settle(window)
    shown = " | ".join(row.spoken for row in window.others[Page.NUMBERS].list.rows.rows)
    assert "The whole post, last 7 days. 90" in shown and "No other desk of this post has told" in shown
