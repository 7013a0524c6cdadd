"""Menus, file dialogs and standard buttons that Qt makes speak the language of the window, too."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QPoint, QRect, Qt, QTimer, QTranslator
from PySide6.QtGui import QAccessible, QContextMenuEvent, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QScrollBar,
    QStyledItemDelegate,
    QTreeView,
    QWidget,
)

from ui.desktop.fields import menu_of
from ui.desktop.files import choose_file, choose_folder, choose_pdf
from ui.desktop.main_window import MainWindow
from ui.desktop.page import Page
from ui.desktop.qt_words import QT_SAYS
from ui.desktop.shots import settle
from ui.locale import LANGUAGES, Catalogue

OTHERS = [code for code in LANGUAGES if code != "en"]

ENGRAVED = "QShortcut"
"""Names of keys stay as they stand on the keyboard."""

NO_WORDS = {("QProgressBar", "%p%"), *(("QFileDialog", f"Alt+{way}") for way in ("Left", "Right", "Up"))}
"""What Qt has translated that is no text for people."""


class Listener(QTranslator):
    """Asked before the window's own translator: writes down what Qt asks and leaves the answer to that one."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[tuple[str, str]] = set()

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, source: str, _hint: str | None = None, _number: int = -1) -> str | None:
        self.asked.add((context, source))
        return None

    @property
    def unanswered(self) -> set[tuple[str, str]]:
        return {
            (context, source)
            for context, source in self.asked - NO_WORDS
            if context != ENGRAVED and source not in QT_SAYS.get(context, {})
        }


@pytest.fixture
def listener(window: MainWindow) -> Iterator[Listener]:
    heard = Listener()
    QApplication.installTranslator(heard)
    yield heard
    QApplication.removeTranslator(heard)


def in_dialog(ask: Callable[[], Path | None], look: Callable[[QFileDialog], object]) -> None:
    """Open a dialog as the window does, look at it, then leave it."""
    seen: list[QDialog] = []

    def look_and_leave() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QFileDialog)
        seen.append(dialog)
        try:
            look(dialog)
        finally:
            dialog.reject()

    QTimer.singleShot(0, look_and_leave)
    assert ask() is None
    assert seen


def words_in(menu: QMenu) -> list[str]:
    """What stands in a menu, without the keys."""
    texts = [action.text().split("\t")[0] for action in menu.actions() if action.text()]
    menu.close()
    return texts


def open_menu_of(bar: QScrollBar) -> None:
    """Open the menu of a scroll bar, and close it."""

    def close() -> None:
        menu = QApplication.activePopupWidget()
        if isinstance(menu, QMenu):
            menu.close()
            timer.stop()

    timer = QTimer()
    timer.timeout.connect(close)
    timer.start()
    QApplication.sendEvent(bar, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(2, 2), QPoint(2, 2)))


def overwrite(dialog: QFileDialog, path: Path) -> tuple[str, list[str]]:
    """Ask for a file that is there already: what is said then, and the buttons below it."""
    told: list[tuple[str, list[str]]] = []

    def read_and_refuse() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        told.append((box.text(), [button.text() for button in box.buttons()]))
        box.reject()

    dialog.selectFile(str(path))
    QTimer.singleShot(0, read_and_refuse)
    dialog.accept()
    return told[0]


def headings(dialog: QFileDialog) -> list[str]:
    header = dialog.findChild(QTreeView).header()
    return [
        str(header.model().headerData(place, header.orientation()))
        for place in range(header.count())
        if not header.isSectionHidden(place)
    ]


def plain(texts: list[str]) -> list[str]:
    """Without the invisible marks of direction."""
    return [re.sub("[\u2066-\u2069]", "", text) for text in texts]


def in_language(code: str, context: str, *sources: str) -> list[str]:
    return [Catalogue(code).render(QT_SAYS[context][source]) for source in sources]


FIELD = ("&Undo", "&Redo", "Cu&t", "&Copy", "&Paste", "Delete", "Select All")


@pytest.mark.parametrize("code", OTHERS)
def test_the_menu_of_a_field_speaks_the_language_that_was_just_chosen(window: MainWindow, code: str) -> None:
    window.presenter.speak(code)
    assert words_in(menu_of(window.hit.note)) == in_language(code, "QLineEdit", *FIELD)
    assert words_in(menu_of(window.screening.search)) == in_language(code, "QWidgetTextControl", *FIELD)
    window.presenter.speak("en")
    assert words_in(menu_of(window.hit.note)) == in_language("en", "QLineEdit", *FIELD)


def test_the_menu_of_a_field_for_codes_runs_as_the_window_does(window: MainWindow) -> None:
    window.presenter.speak("ar")
    assert window.screening.search.layoutDirection() is Qt.LayoutDirection.LeftToRight
    menu = menu_of(window.screening.search)
    assert menu.layoutDirection() is Qt.LayoutDirection.RightToLeft
    menu.close()


@pytest.mark.parametrize("code", OTHERS)
def test_a_file_dialog_speaks_the_language_of_the_window(window: MainWindow, code: str, tmp_path: Path) -> None:
    (tmp_path / "bus.csv").write_text("x" * 1500)
    os.utime(tmp_path / "bus.csv", (1_700_000_000, 1_700_000_000))
    window.presenter.speak(code)

    def look(dialog: QFileDialog) -> None:
        assert dialog.windowTitle() == "A list"
        assert dialog.layoutDirection() is window.layoutDirection()
        words = [label.text() for label in dialog.findChildren(QLabel)]
        assert words == in_language(code, "QFileDialog", "&Look in:", "File &name:", "Files of &type:")
        buttons = [button.text() for button in dialog.findChildren(QAbstractButton) if button.text()]
        expected = [*in_language(code, "QFileDialog", "&Open"), *in_language(code, "QPlatformTheme", "Cancel")]
        assert set(expected) <= set(buttons)
        assert not set(buttons) & {"Open", "&Open", "Cancel", "Choose"} - set(expected)
        assert headings(dialog) == in_language(code, "QFileSystemModel", "Name", "Size", "Date Modified")
        assert dialog.nameFilters() == in_language(code, "QFileDialog", "All Files (*)")

    in_dialog(lambda: choose_file(window, "A list", tmp_path), look)


@pytest.mark.parametrize("code", OTHERS)
def test_writing_over_a_file_is_asked_for_in_the_language_of_the_window(
    window: MainWindow, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "slip.pdf").touch()
    window.presenter.speak(code)

    def look(dialog: QFileDialog) -> None:
        told, buttons = overwrite(dialog, tmp_path / "slip.pdf")
        source = "%1 already exists.\nDo you want to replace it?"
        assert plain([told]) == [
            text.replace("%1", "slip.pdf") for text in plain(in_language(code, "QFileDialog", source))
        ]
        assert buttons == in_language(code, "QPlatformTheme", "&Yes", "&No")

    in_dialog(lambda: choose_pdf(window, "Slip", "slip.pdf"), look)


def test_sizes_and_dates_in_a_file_dialog_are_the_same_in_every_language(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "bus.csv").write_text("x" * 1500)
    os.utime(tmp_path / "bus.csv", (1_700_000_000, 1_700_000_000))

    def look(dialog: QFileDialog) -> None:
        view = dialog.findChild(QTreeView)
        while not view.model().rowCount(view.rootIndex()):
            QApplication.processEvents()
        cells = [str(view.model().index(0, column, view.rootIndex()).data()) for column in (0, 1, 3)]
        assert plain(cells)[:2] == ["bus.csv", "1 KiB"]
        assert re.fullmatch(r"2023-11-1[45] \d\d:\d\d", plain(cells)[2])

    for code in ("en", "ar"):
        window.presenter.speak(code)
        in_dialog(lambda: choose_file(window, "A list", tmp_path), look)


def test_paths_and_names_of_files_keep_their_direction_in_arabic(window: MainWindow, tmp_path: Path) -> None:
    beginnings: list[QImage] = []

    def look(dialog: QFileDialog) -> None:
        way = dialog.findChild(QComboBox, "lookInCombo")
        way.clearFocus()
        beginnings.append(way.grab(QRect(20, 4, 80, way.height() - 8)).toImage())
        for view in (way.view(), dialog.findChild(QTreeView)):
            delegate = view.itemDelegate()
            assert isinstance(delegate, QStyledItemDelegate)
            assert delegate.displayText("__init__.py", QLocale()) == "\u2068__init__.py\u2069"

    for code in ("en", "ar"):
        window.presenter.speak(code)
        in_dialog(lambda: choose_file(window, "A list", tmp_path), look)
    assert beginnings[0] == beginnings[1], "the first stroke of the path stood at its end"


def test_a_file_dialog_renames_and_deletes_nothing(window: MainWindow, tmp_path: Path) -> None:
    def look(dialog: QFileDialog) -> None:
        assert dialog.testOption(QFileDialog.Option.ReadOnly)
        views = dialog.findChildren(QAbstractItemView)
        assert views
        for view in views:
            sent = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(2, 2), QPoint(2, 2))
            QApplication.sendEvent(view.viewport(), sent)
            assert QApplication.activePopupWidget() is None

    in_dialog(lambda: choose_file(window, "A list", tmp_path), look)


@pytest.mark.qt_log_ignore("does not support raise", "does not support grabbing", extend=True)
def test_qt_says_nothing_that_the_window_cannot_say_in_every_language(
    window: MainWindow, listener: Listener, tmp_path: Path
) -> None:
    (tmp_path / "slip.pdf").touch()
    for page in Page:
        window.presenter.turn_to(page)
        settle(window)
    for widget in window.findChildren(QWidget):
        # What a screen reader is told of what can be done with a control.
        spoken = QAccessible.queryAccessibleInterface(widget)
        acts = spoken.actionInterface() if spoken is not None else None
        for name in acts.actionNames() if acts is not None else ():
            acts.localizedActionName(name)
            acts.localizedActionDescription(name)
    page_of_help = window.at.help.list
    words_in(menu_of(window.hit.note))
    words_in(menu_of(window.screening.search))
    open_menu_of(page_of_help.verticalScrollBar())
    open_menu_of(page_of_help.horizontalScrollBar())
    for ask in (
        lambda: choose_file(window, "A list", tmp_path),
        lambda: choose_folder(window, "A stick", tmp_path),
    ):
        in_dialog(ask, lambda dialog: dialog.findChild(QLineEdit).setText("nowhere"))
    in_dialog(
        lambda: choose_pdf(window, "Slip", "slip.pdf"), lambda dialog: overwrite(dialog, tmp_path / "slip.pdf") and None
    )
    assert len(listener.asked) > 60
    assert listener.unanswered == set()


def test_a_sentence_of_qt_that_nobody_translated_is_found(listener: Listener) -> None:
    listener.translate("QLineEdit", "&Undo")
    listener.translate("QLineEdit", "Insert a joke")
    assert listener.unanswered == {("QLineEdit", "Insert a joke")}
