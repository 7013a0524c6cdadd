"""The same window in every language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from itertools import product

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from tests.desktop.cut_off import cut_off
from tests.desktop.desk_simulator import CLEAN, LISTED, START, STOLEN
from tests.desktop.screens import SCREENS, opened
from tests.desktop.test_screening import press, scan
from ui.desktop.main_window import MainWindow
from ui.desktop.page import Page
from ui.desktop.shots import settle
from ui.desktop.text_size import LARGEST, NORMAL
from ui.desktop.voice import Voice
from ui.locale import LANGUAGES, Catalogue


def choose(window: MainWindow, code: str) -> None:
    press(window, Qt.Key.Key_F1)
    window.others[Page.HELP].languages[code].click()
    press(window, Qt.Key.Key_Escape)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_language_is_there_at_once_and_nothing_but_the_words_changes(window: MainWindow, code: str) -> None:
    scan(window, STOLEN)
    number = window.screening.document.rows[0][1].text()
    choose(window, code)
    band = window.screening.band
    assert band.word.text() == Catalogue(code).translate("Match")
    assert "2026-11-21 12:00" in band.as_of.text()
    assert window.screening.document.rows[0][1].text() == number == "X12345678"


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_button_is_cut_off_and_the_window_still_fits_the_smallest_screen(window: MainWindow, code: str) -> None:
    choose(window, code)
    for text in (CLEAN, LISTED, STOLEN):
        scan(window, text)
        cut = [
            button.text()
            for button in window.findChildren(QAbstractButton)
            if button.isVisible() and QFontMetrics(button.font()).horizontalAdvance(button.text()) > button.width() - 6
        ]
        assert not cut
    assert window.width() == 1366


@pytest.mark.parametrize(
    "screen",
    [
        "look-again",
        "taken-up",
        "unread",
        "leaving-a-match",
        "practice-spoken",
        "handed-over",
        "page-help",
        "page-form",
        "page-second-line",
    ],
)
def test_nothing_is_cut_off_in_any_language_and_any_letters(screen: str, qtbot: QtBot) -> None:
    with opened("en") as (window, desk):
        SCREENS[screen](window, desk)
        for code, text in product(LANGUAGES, (NORMAL, LARGEST)):
            window.presenter.speak(code)
            window.presenter.resize_text(text)
            settle(window)
            assert cut_off(window) == [], f"{screen} in {code}, {text.name}"


def test_what_is_cut_off_is_found(window: MainWindow) -> None:
    scan(window, STOLEN)
    window.screening.band.word.setText("Match " * 40)
    window.screening.advice.limits.setFixedHeight(30)
    QApplication.processEvents()
    word, limits = cut_off(window)
    assert "Match Match" in word
    assert limits.startswith("FixedText")


def test_a_date_stands_before_its_hour_in_arabic_too() -> None:
    voice = Voice(Catalogue("ar"), UTC)
    assert voice.moment(START) == "\u20662026-11-22 18:00\u2069"


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_word_of_the_verdict_fits_the_band(window: MainWindow, code: str) -> None:
    choose(window, code)
    for text in (CLEAN, LISTED, STOLEN):
        scan(window, text)
        word = window.screening.band.word
        assert QFontMetrics(word.font()).horizontalAdvance(word.text()) <= word.width()


def test_arabic_runs_from_right_to_left_but_codes_do_not(window: MainWindow) -> None:
    choose(window, "ar")
    scan(window, STOLEN)
    screening = window.screening
    assert window.layoutDirection() is Qt.LayoutDirection.RightToLeft
    assert screening.document.geometry().center().x() > screening.history.geometry().center().x()
    value = screening.document.rows[0][1]
    assert value.alignment() & Qt.AlignmentFlag.AlignRight
    assert screening.search.layoutDirection() is Qt.LayoutDirection.LeftToRight


def test_the_names_of_bars_begin_at_the_edge_where_a_line_of_the_language_begins(window: MainWindow) -> None:
    window.presenter.turn_to(Page.NUMBERS)
    settle(window)
    bars = window.at.numbers.outcomes

    def ink(left: int, right: int) -> bool:
        shot = bars.grab().toImage()
        ground = shot.pixel(1, 1)
        return any(shot.pixel(x, y) != ground for x in range(left, right) for y in range(bars.height() // 8))

    assert ink(0, 20)
    window.presenter.speak("ar")
    settle(window)
    assert ink(bars.width() - 20, bars.width())


@pytest.mark.parametrize("code", ["en", "ru"])
def test_the_foot_says_whole_what_waits_and_who_works_however_long_the_name(window: MainWindow, code: str) -> None:
    state = window.presenter.state
    assert state.status is not None
    assert state.status.signed_in is not None
    who = replace(state.status.signed_in, name="Noy Phommachanh of the second shift at the bridge")
    window.presenter.speak(code)
    window.resize(1280, 720)
    voice = window.presenter.state.voice
    window.render(replace(state, voice=voice, status=replace(state.status, signed_in=who, unwritten=12)))
    QApplication.processEvents()
    foot = window.status
    for text in (foot.link, foot.waiting, foot.who):
        assert QFontMetrics(text.font()).horizontalAdvance(text.text()) <= text.width()
    assert foot.who.text().startswith("Noy")
    assert who.name in foot.accessibleName()
