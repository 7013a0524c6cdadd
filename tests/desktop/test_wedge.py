"""A reader that types: bursts are scans, wherever the focus is; fingers are fingers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.desktop.conftest import Opener
from tests.desktop.desk_simulator import CLEAN, LISTED, DeskSimulator
from tests.desktop.test_screening import scan, word
from ui.desktop.main_window import MainWindow
from ui.desktop.page import Page
from ui.desktop.shots import settle
from ui.desktop.wedge import QUIET_MS, is_whole_mrz, reads_as_zone, wants_another_line


class Keys:
    """Sends keys with time stamps, as a keyboard does: to whatever has the focus at that moment."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.ms = 1_000_000

    def type(self, text: str, *, every_ms: int) -> None:
        for char in text:
            self.ms += every_ms
            key = {"\r": Qt.Key.Key_Return, "\n": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab}.get(char, Qt.Key.Key_A)
            event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, char)
            event.setTimestamp(self.ms)
            target: QWidget = QApplication.focusWidget() or self._window
            QGuiApplication.sendEvent(target, event)


@pytest.fixture
def keys(window: MainWindow) -> Keys:
    return Keys(window)


def quiet(window: MainWindow) -> None:
    """The reader is done: let the quiet time pass."""
    QTest.qWait(QUIET_MS + 60)
    settle(window)


@pytest.mark.parametrize("end", ["\r", "\t", "\r\n", "\n"])
def test_a_burst_is_screened_whatever_ends_its_lines(
    window: MainWindow, desk: DeskSimulator, keys: Keys, end: str
) -> None:
    keys.type(CLEAN.replace("\n", end) + end, every_ms=3)
    settle(window)
    assert desk.screened == [CLEAN]


def test_a_burst_without_a_last_line_end_is_screened_when_the_reader_falls_quiet(
    window: MainWindow, desk: DeskSimulator, keys: Keys
) -> None:
    keys.type(CLEAN, every_ms=3)
    quiet(window)
    assert desk.screened == [CLEAN]


@pytest.mark.parametrize("name", ["note", "history", "button", "search"])
def test_a_burst_is_screened_wherever_the_focus_is_and_leaves_no_trace_there(
    window: MainWindow, desk: DeskSimulator, keys: Keys, name: str
) -> None:
    scan(window, LISTED)
    screening = window.screening
    window.hit.note.setText("tall")
    places = {
        "note": window.hit.note,
        "history": screening.history.list,
        "button": window.status.theme,
        "search": screening.search,
    }
    places[name].setFocus()
    theme = window.presenter.state.theme
    keys.type(CLEAN.replace("\n", "\r") + "\r", every_ms=3)
    settle(window)
    assert desk.screened == [LISTED, CLEAN]
    assert screening.search.toPlainText() == ""
    assert window.presenter.state.theme is theme


def test_a_burst_into_the_note_of_a_match_leaves_the_note_as_it_was(
    window: MainWindow, desk: DeskSimulator, keys: Keys
) -> None:
    scan(window, LISTED)
    note = window.hit.note
    note.setText("tall")
    desk.gate = None
    note.setFocus()
    keys.type(CLEAN[:30], every_ms=3)
    assert note.text() == "tall"
    quiet(window)


def test_line_ends_for_lines_a_document_lacks_press_nothing(
    window: MainWindow, desk: DeskSimulator, keys: Keys
) -> None:
    window.status.theme.setFocus()
    theme = window.presenter.state.theme
    keys.type(CLEAN.replace("\n", "\r") + "\r\r\r", every_ms=3)
    settle(window)
    assert desk.screened == [CLEAN]
    assert window.presenter.state.theme is theme


def test_the_same_lines_typed_by_hand_give_the_same(window: MainWindow, desk: DeskSimulator, keys: Keys) -> None:
    window.status.theme.setFocus()
    keys.type(CLEAN + "\n", every_ms=180)
    settle(window)
    assert desk.screened == [CLEAN]
    assert word(window) == "No match"


def test_the_same_lines_pasted_give_the_same(window: MainWindow, desk: DeskSimulator) -> None:
    QGuiApplication.clipboard().setText(CLEAN.replace("\n", "\r\n"))
    window.status.theme.setFocus()
    QTest.keySequence(window, "Ctrl+V")
    settle(window)
    assert desk.screened == [CLEAN]


def test_a_document_number_typed_anywhere_lands_in_the_search_line(window: MainWindow, keys: Keys) -> None:
    window.screening.history.list.setFocus()
    keys.type("UTO X1234", every_ms=180)
    assert window.screening.search.toPlainText() == "UTO X1234"


def test_a_note_is_typed_into_the_note(window: MainWindow, keys: Keys) -> None:
    scan(window, LISTED)
    window.hit.note.setFocus()
    keys.type("scar on the left hand, speaks no English", every_ms=120)
    assert window.hit.note.text() == "scar on the left hand, speaks no English"


@pytest.mark.parametrize(
    ("text", "whole", "more"),
    [
        ("<" * 44, False, True),
        ("<" * 44 + "\r\n" + "1" * 44, True, False),
        ("I<" + "<" * 28, False, True),
        ("I<" + "<" * 28 + "\n" + "1" * 30, False, True),
        ("I<" + "<" * 28 + "\n" + "1" * 30 + "\n" + "A" * 30, True, False),
        ("X1234567", False, False),
        ("", False, False),
    ],
)
def test_the_shape_of_a_zone_says_whether_enter_means_the_next_line(text: str, whole: bool, more: bool) -> None:
    assert (is_whole_mrz(text), wants_another_line(text)) == (whole, more)


# --- while nobody is signed in ------------------------------------------------------------------------------------


@pytest.fixture
def locked(open_desk: Opener) -> MainWindow:
    """A window in which nobody is signed in."""
    return open_desk(DeskSimulator())


SLIPPED = CLEAN.translate(str.maketrans("<1234567890", "?&é\"'(-è_çà"))
"""What an AZERTY keyboard makes of it."""


@pytest.mark.parametrize("end", ["\r", "\t", "\r\n"])
@pytest.mark.parametrize("zone", [CLEAN, CLEAN.lower(), SLIPPED], ids=["plain", "caps lock", "another layout"])
@pytest.mark.parametrize("name", ["account", "password", "button"])
def test_a_scan_before_signing_in_leaves_the_fields_as_they_were_typed(
    locked: MainWindow, end: str, zone: str, name: str
) -> None:
    keys, view = Keys(locked), locked.sign_in
    view.account.setFocus()
    keys.type("noy", every_ms=180)
    view.password.setFocus()
    keys.type("correct", every_ms=180)
    focused = {"account": view.account, "password": view.password, "button": view.enter}[name]
    focused.setFocus()
    keys.ms += 2_000
    keys.type(zone.replace("\n", end) + end + end, every_ms=3)
    quiet(locked)
    assert (view.account.text(), view.password.text()) == ("noy", "correct")
    assert focused.hasFocus()
    engine = locked.presenter._engine
    assert isinstance(engine, DeskSimulator)
    assert (engine.screened, engine.tried) == ([], []), "no attempt is counted against anybody"
    assert "nobody is signed in" in view.errors[0].text()
    assert "then scan it again" in view.errors[2].text()
    keys.ms += 2_000
    view.password.setFocus()
    keys.type(" horse\r", every_ms=180)
    settle(locked)
    assert locked.presenter.state.signed_in
    assert engine.screened == [], "what was scanned before is not kept for whoever signs in"
    assert locked.screening.search.toPlainText() == ""


@pytest.mark.parametrize(
    "typed", ["noy\tcorrect horse battery staple\r", "noy\tcbdefghijklnrtuvcbdefghijklnrtuvcbdefghijkl\r"]
)
def test_a_password_that_a_program_or_a_token_types_signs_in(locked: MainWindow, typed: str) -> None:
    keys, view = Keys(locked), locked.sign_in
    view.account.setFocus()
    for char in typed:
        keys.type(char, every_ms=2)
        if char == "\t":
            view.password.setFocus()
    settle(locked)
    engine = locked.presenter._engine
    assert isinstance(engine, DeskSimulator)
    assert engine.tried == [("noy", typed.strip().partition("\t")[2])]


def test_a_scan_while_the_password_is_being_checked_is_said_not_to_be_screened(locked: MainWindow) -> None:
    keys, view = Keys(locked), locked.sign_in
    view.account.setText("noy")
    view.password.setFocus()
    keys.type("correct horse\r", every_ms=100)
    keys.ms += 200
    keys.type(CLEAN.replace("\n", "\r") + "\r", every_ms=3)
    quiet(locked)
    engine = locked.presenter._engine
    assert isinstance(engine, DeskSimulator)
    assert locked.presenter.state.signed_in
    assert engine.screened in ([], [CLEAN]), "whole, or not at all"
    assert view.account.text() == "noy" and view.password.text() == ""
    assert locked.screening.search.toPlainText() == ""


def test_a_scan_while_the_help_is_open_to_nobody_presses_nothing_and_says_so_at_the_sign_in(locked: MainWindow) -> None:
    locked.presenter.turn_to(Page.HELP)
    settle(locked)
    Keys(locked).type(CLEAN.replace("\n", "\r") + "\r", every_ms=3)
    quiet(locked)
    assert locked.presenter.state.page is Page.HELP
    assert locked.pages.currentWidget() is locked.at.help
    locked.presenter.turn_to(Page.HELP)
    settle(locked)
    assert "nobody is signed in" in locked.sign_in.errors[0].text()


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("P<UTOERIKSSON<<ANNA<", True),
        ("p<utoeriksson<<anna<", True),
        ("IDD<<T220001293<<<<<", True),
        ("correct horse battery", False),
        ("cbdefghijklnrtuvcbdefghijklnrtuvcbdefghijkl\n", False),
        ("x9<Kd7#mQ2vT8!zLp4Wb", False),
        ("noy\nx9<Kd7mQ2vT8zLp4Wb", False),
        ("ABCDEFGHJKMNPQRSTVWX", False),
    ],
)
def test_a_password_is_no_zone_and_a_zone_is_no_password(text: str, zone: bool) -> None:
    assert reads_as_zone(text) is zone
