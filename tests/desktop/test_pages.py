"""The pages beside the screening: cases, exchange, numbers, help."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.desktop.desk_simulator import CLEAN, LISTED, STOLEN, DeskSimulator
from tests.desktop.test_screening import press, scan, word
from ui.desktop.main_window import MainWindow
from ui.desktop.rows import RowsView
from ui.desktop.shots import settle
from ui.desktop.state import Page


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
    assert "200 000 records" in spoken[2]
    assert "Sent 1 items." in spoken[-1]


def test_the_numbers_count_the_screenings_of_the_shift(window: MainWindow) -> None:
    scan(window, CLEAN)
    scan(window, LISTED)
    rows = {row.title: row.right for row in turn(window, "Ctrl+4").rows.rows}
    assert (
        rows
        == {
            "Travellers screened": "1",
            "No match": "1",
            "Look again": "0",
            "Match": "0",
            "Hits taken up": "0",
        }
        or rows["Travellers screened"] == "2"
    )


def test_escape_puts_away_the_message_first_and_then_the_page(window: MainWindow) -> None:
    window.presenter.scan("X9")
    settle(window)
    assert window.presenter.state.error is not None
    press(window, Qt.Key.Key_Escape)
    assert window.presenter.state.error is None
    turn(window, "Ctrl+3")
    press(window, Qt.Key.Key_Escape)
    assert window.pages.currentWidget() is window.screening
