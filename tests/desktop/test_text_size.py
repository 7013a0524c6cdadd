"""Letters of three sizes, by key and from the help."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.desktop.desk_simulator import STOLEN
from tests.desktop.screens import SCREENS, opened
from tests.desktop.test_screening import press, scan
from ui.desktop.main_window import MainWindow
from ui.desktop.page import Page
from ui.desktop.rows import RowsView
from ui.desktop.shots import settle
from ui.desktop.text_size import LARGEST
from ui.locale import LANGUAGES


def letters(window: MainWindow) -> list[int]:
    screening = window.screening
    return [
        part.font().pixelSize() for part in (screening.document.rows[0][1], window.hit.says, window.status.link)
    ] + [view.font().pixelSize() for view in window.findChildren(RowsView)]


def row_height(window: MainWindow) -> int:
    view = window.screening.history.findChild(RowsView)
    return view.itemDelegate().sizeHint(None, view.rows.index(0)).height()


def test_the_keys_walk_from_size_to_size_and_stop_at_the_outermost(window: MainWindow) -> None:
    scan(window, STOLEN)
    seen = []
    for keys in ("Ctrl++", "Ctrl++", "Ctrl++", "Ctrl+-", "Ctrl+-", "Ctrl+-"):
        QTest.keySequence(window, keys)
        seen.append(window.presenter.state.text.name)
    assert seen == ["large", "largest", "largest", "large", "normal", "normal"]


def test_letters_and_rows_grow_and_come_back_to_where_they_were(window: MainWindow) -> None:
    scan(window, STOLEN)
    before, row = letters(window), row_height(window)
    heights = [part.height() for part in (window.screening.band, window.screening.advice, window.hit)]
    window.others[Page.HELP].sizes["largest"].click()
    assert all(now > then for now, then in zip(letters(window), before, strict=True))
    assert row_height(window) > row
    window.others[Page.HELP].sizes["normal"].click()
    press(window, Qt.Key.Key_Escape)
    assert (letters(window), row_height(window)) == (before, row)
    assert [part.height() for part in (window.screening.band, window.screening.advice, window.hit)] == heights


def test_locking_the_desk_keeps_the_letters(window: MainWindow) -> None:
    QTest.keySequence(window, "Ctrl++")
    press(window, Qt.Key.Key_F12)
    assert window.presenter.state.text.name == "large"


@pytest.mark.parametrize("language", LANGUAGES)
def test_link_operation_age_and_who_are_whole_at_the_foot_in_the_largest_letters(language: str, qtbot: QtBot) -> None:
    with opened(language, text=LARGEST) as (window, desk):
        SCREENS["page-numbers"](window, desk)
        settle(window)
        window.presenter.refresh()
        settle(window)
        line = window.status
        for text in (line.link, line.operation, line.lists, line.waiting, line.who):
            assert text.text() and text.width() >= text.fontMetrics().horizontalAdvance(text.text()), text.text()
