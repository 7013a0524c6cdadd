"""Nothing English is left on a screen of another language but what people and lists wrote themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QTableView, QWidget
from pytestqt.qtbot import QtBot

from tests.desktop.screens import SCREENS, opened
from ui.desktop.fields import Area
from ui.desktop.main_window import MainWindow
from ui.desktop.rows import RowsView
from ui.desktop.shots import settle

WRITTEN = (
    # Titles of lists, as the bureau gave them.
    "Stolen and lost travel documents",
    "UN Security Council",
    # What officers and the bureau wrote.
    "Other face, born ten years later",
    "Fingerprints compared by the bureau",
    "NCB duty desk",
    "day and night",
    "vi, ru, zh",
    "photo glued, stamp of another colour",
    "Lorries going north: papers and load.",
    "three weeks, from an uncle",
    "The printer in lane 2 is out of paper.",
    "the data page",
    "Other face",
    "stolen key",
    # What the computer said.
    "tpm: no such device",
    # What the search line understands in every language.
    "plate, vin, gun",
    "vin, engine, imo, mmsi, hull, callsign, gun, container",
)

ENGLISH = re.compile(r"\b[A-Za-z]?[a-z]{2,},? [a-z]{2,}\b")
"""Two words side by side, the second one small: names, codes and keys are written otherwise."""


def said(window: MainWindow) -> Iterator[str]:
    """Every text that can be read, or is read out, on the page that is shown."""
    shown = [widget for widget in window.findChildren(QWidget) if widget.isVisible()]
    for widget in (window, *shown):
        yield widget.accessibleName()
        yield widget.toolTip()
        if isinstance(widget, QLabel | QAbstractButton):
            yield widget.text()
        elif isinstance(widget, QLineEdit):
            yield widget.placeholderText()
        elif isinstance(widget, Area):
            yield widget.hint
        elif isinstance(widget, QComboBox):
            yield from (widget.itemText(place) for place in range(widget.count()))
        elif isinstance(widget, RowsView):
            yield from (row.spoken for row in widget.rows.rows)
        elif isinstance(widget, QTableView):
            model = widget.model()
            for column in range(model.columnCount()):
                yield from (str(model.index(row, column).data()) for row in range(model.rowCount()))


def english_on(window: MainWindow) -> set[str]:
    found = set()
    for text in said(window):
        left = text
        for written in WRITTEN:
            left = left.replace(written, "")
        if ENGLISH.search(left):
            found.add(text)
    return found


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_in_another_script_has_no_english_sentence_left(screen: str, qtbot: QtBot) -> None:
    with opened("ar") as (window, desk):
        SCREENS[screen](window, desk)
        settle(window)
        assert english_on(window) == set()


def test_an_english_sentence_is_found(window: MainWindow) -> None:
    window.presenter.speak("ru")
    assert english_on(window) == set()
    window.screening.band.word.setText("Nothing was found")
    assert english_on(window) == {"Nothing was found"}
