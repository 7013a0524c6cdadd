"""What must be true of every control, whatever it shows."""

from __future__ import annotations

import ast
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLabel, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from borderdesk.words import say
from tests.desktop.conftest import Opener
from tests.desktop.desk_simulator import CLEAN, LISTED, STOLEN, DeskSimulator
from tests.desktop.screens import SCREENS, opened
from tests.desktop.test_screening import scan
from ui.desktop import pages
from ui.desktop.main_window import MainWindow
from ui.desktop.rows import Line, Row, RowsModel
from ui.desktop.shots import settle, shoot
from ui.desktop.text_size import LARGEST, NORMAL, TextSize
from ui.desktop.work import Sample

CONTROLS = (QAbstractButton, QLineEdit, QPlainTextEdit, QAbstractItemView)


def controls(window: MainWindow) -> list[QWidget]:
    return [w for w in window.findChildren(QWidget) if isinstance(w, CONTROLS)]


def name(widget: QWidget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def test_emitting_a_signal_keeps_the_references_of_true() -> None:
    """PySide6 6.12.0 on Python 3.11 loses one per emission and aborts after some 570 of them."""

    class Sender(QObject):
        sent = Signal()

    sender = Sender()
    before = sys.getrefcount(True)
    for _ in range(50):
        sender.sent.emit()
    assert sys.getrefcount(True) > before - 25


@pytest.mark.parametrize("signed_in", [False, True])
def test_every_control_has_a_name_for_a_screen_reader(open_desk: Opener, signed_in: bool) -> None:
    window = open_desk(DeskSimulator(signed_in=signed_in), samples=[Sample(say("Sample"), CLEAN)])
    if signed_in:
        scan(window, STOLEN)
    page = window.pages.currentWidget()
    nameless = [type(w).__name__ for w in controls(window) if page.isAncestorOf(w) and not name(w)]
    assert not nameless
    at_the_foot = window.status.findChildren(QAbstractButton)
    assert at_the_foot and all(map(name, at_the_foot))


@pytest.mark.parametrize("text", [NORMAL, LARGEST], ids=lambda size: size.name)
@pytest.mark.parametrize("screen", SCREENS)
def test_every_control_of_every_screen_has_a_name_and_none_is_cut_off(
    screen: str, text: TextSize, qtbot: QtBot
) -> None:
    with opened("en", text=text) as (window, desk):
        SCREENS[screen](window, desk)
        settle(window)
        shown = [w for w in controls(window) if w.isVisible()]
        assert shown
        assert [type(w).__name__ for w in shown if not name(w)] == []
        cut = [w.text() for w in shown if isinstance(w, QAbstractButton) and w.width() < w.sizeHint().width()]
        assert cut == []
        lines = [w for w in window.findChildren(QLabel) if w.isVisible() and w.text() and not w.wordWrap()]
        assert [w.text() for w in lines if w.height() < w.fontMetrics().height()] == []
        assert window.size() == QSize(1366, 768)


def test_the_verdict_is_named_whole_for_a_screen_reader(window: MainWindow) -> None:
    scan(window, STOLEN)
    assert name(window.screening.band).startswith("Match. in lists as of 2026-11-21 12:00. Document X12345678")


def test_every_control_can_be_reached_with_the_tab_key(window: MainWindow) -> None:
    scan(window, LISTED)
    reached, widget = set(), window.nextInFocusChain()
    while widget is not window:
        reached.add(widget)
        widget = widget.nextInFocusChain()
    wanted = [w for w in controls(window) if w.isVisible() and w.isEnabled() and w.focusPolicy()]
    assert set(wanted) <= reached
    assert len(wanted) > 8


def test_no_text_is_cut_off_at_the_smallest_screen(window: MainWindow) -> None:
    for text in (CLEAN, LISTED, STOLEN):
        scan(window, text)
        buttons = [b for b in window.findChildren(QAbstractButton) if b.isVisible() and b.text()]
        assert [b.text() for b in buttons if b.width() < b.sizeHint().width()] == []
    assert window.minimumSizeHint().width() <= 1366
    assert window.minimumSizeHint().height() <= 768


def test_rows_are_a_sound_model(qtmodeltester) -> None:
    model = RowsModel()
    model.replace(tuple(Row(n, f"row {n}", lines=(Line("why"),)) for n in range(20)))
    qtmodeltester.check(model)


def test_two_hundred_thousand_rows_are_shown_without_a_widget_each(qtbot: QtBot) -> None:
    from ui.desktop.rows import RowsView

    view = RowsView()
    qtbot.addWidget(view)
    before = len(view.findChildren(QWidget))
    view.render_rows(tuple(Row(n, str(n)) for n in range(200_000)))
    assert view.rows.rowCount() == 200_000
    assert len(view.findChildren(QWidget)) == before


def test_a_picture_of_the_window_is_written(window: MainWindow, tmp_path) -> None:
    scan(window, CLEAN)
    path = shoot(window, tmp_path / "verdict.png")
    assert path.stat().st_size > 10_000


def test_a_fault_that_nobody_expected_is_not_swallowed(window: MainWindow, desk: DeskSimulator, qtbot: QtBot) -> None:
    desk.recent = lambda: 1 / 0
    with qtbot.capture_exceptions() as faults:
        window.presenter._load_past()
        settle(window)
    assert [kind for kind, _, _ in faults] == [ZeroDivisionError]


def test_walking_through_the_palettes_changes_colours_and_nothing_else(window: MainWindow) -> None:
    scan(window, STOLEN)
    before = (window.screening.band.word.text(), window.screening.band.geometry())
    seen = []
    for _ in range(3):
        window.status.theme.click()
        seen.append(window.presenter.state.theme.name)
    assert seen == ["dark", "contrast", "light"]
    assert (window.screening.band.word.text(), window.screening.band.geometry()) == before


def test_no_view_knows_the_desk_or_what_asks_it() -> None:
    """Views render a state and send signals: only the presenter's own parts ask the engine, each in a lane."""
    asking = {"holder", "leaving_work", "list_desk", "office", "presenter", "shift", "training", "main_window", "app"}
    behind = (
        "ui.desktop.engine",
        "ui.desktop.lanes",
        "ui.desktop.presenter",
        "borderdesk.store",
        "sqlite3",
        "requests",
    )
    found = set[str]()
    for path in Path(pages.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        named += [one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names]
        known = [name for name in named if name.startswith(behind) or name in ("sync.agent", "sync.agent.desk")]
        assert not known or path.stem in asking, f"{path.stem} imports {known}"
        found |= {path.stem} if known else set()
    assert found == asking, "who is allowed to and does not is no exception any more"


def test_every_thread_of_the_window_is_joined_when_it_closes(qtbot: QtBot) -> None:
    before = {thread.ident for thread in threading.enumerate()}
    with opened("en") as (window, desk):
        SCREENS["lists"](window, desk)
        settle(window)
        assert len(threading.enumerate()) > len(before)
    assert {thread.ident for thread in threading.enumerate()} <= before
