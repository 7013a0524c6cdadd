"""Every page by keyboard alone: everything is reached, seen, and nothing happens on the way."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from tests.desktop.conftest import Opener
from tests.desktop.desk_simulator import CLEAN, LISTED, DeskSimulator
from tests.desktop.screens import SCREENS, opened
from tests.desktop.test_colours import contrast
from tests.desktop.test_screening import scan
from tests.desktop.test_wedge import Keys, quiet
from ui.desktop.main_window import MainWindow
from ui.desktop.page import Page
from ui.desktop.ring import RING
from ui.desktop.shots import settle
from ui.desktop.theme import THEMES, Theme

PAGES = (
    "sign-in",
    "ready",
    "look-again",
    "taken-up",
    "unread",
    "practice-match",
    "practised",
    "lists",
    *(f"page-{page}" for page in Page if f"page-{page}" in SCREENS),
    "page-numbers",
    "page-examine",
    "page-interview",
    "page-second-line",
)


def reachable(window: MainWindow) -> list[QWidget]:
    shown = [w for w in window.findChildren(QWidget) if w.isVisible() and w.isEnabled()]
    return [w for w in shown if w.focusPolicy() & Qt.FocusPolicy.TabFocus]


def walked(window: MainWindow, key: Qt.Key) -> list[QWidget]:
    """What has the focus, key by key, until the beginning comes again."""
    seen: list[QWidget] = []
    while (has := window.focusWidget()) is not None and has not in seen:
        seen.append(has)
        QTest.keyClick(has, key)
    return seen


@pytest.mark.parametrize("screen", dict.fromkeys(PAGES))
def test_tab_goes_through_everything_once_back_tab_returns_and_nothing_happens(screen: str, qtbot: QtBot) -> None:
    with opened("en") as (window, desk):
        SCREENS[screen](window, desk)
        settle(window)
        window.activateWindow()
        QTest.qWaitForWindowActive(window)
        before, wanted = window.presenter.state, reachable(window)
        assert wanted
        there = walked(window, Qt.Key.Key_Tab)
        assert [w.accessibleName() for w in wanted if w not in there] == []
        back = walked(window, Qt.Key.Key_Backtab)
        assert back == [there[0], *there[:0:-1]]
        settle(window)
        after = window.presenter.state
        assert (after.page, after.verdict, after.error, after.chosen) == (
            before.page,
            before.verdict,
            before.error,
            before.chosen,
        )


def test_passing_over_the_history_puts_nobody_else_on_the_screen(window: MainWindow, desk: DeskSimulator) -> None:
    scan(window, CLEAN)
    scan(window, LISTED)
    shown, looked = window.presenter.state.verdict, len(desk.viewed)
    window.screening.history.list.setFocus(Qt.FocusReason.TabFocusReason)
    settle(window)
    assert window.presenter.state.verdict is shown and len(desk.viewed) == looked
    window.screening.search.setFocus()
    for _ in range(3):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    settle(window)
    assert window.presenter.state.verdict is shown


@pytest.mark.parametrize("held", ["\t", "\r", "<", "e"])
def test_a_key_that_is_held_down_is_no_scan(window: MainWindow, desk: DeskSimulator, held: str) -> None:
    Keys(window).type(held * 40, every_ms=30)
    quiet(window)
    assert desk.screened == []


def pixels(image: QImage) -> np.ndarray:
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(plain.constBits(), np.uint32).reshape(plain.height(), plain.width()) & 0xFFFFFF


def changed_strongly(before: QImage, after: QImage) -> int:
    """Pixels whose colours before and after stand 3:1 apart."""
    one, other = pixels(before), pixels(after)
    pairs, counts = np.unique(np.stack([one[one != other], other[one != other]]), axis=1, return_counts=True)
    told = zip(pairs.T, counts, strict=True)
    return int(sum(count for (a, b), count in told if contrast(f"#{a:06x}", f"#{b:06x}") >= 3))


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("screen", ["taken-up", "page-numbers", "page-accounts", "practised", "page-handover"])
def test_whatever_has_the_focus_is_seen_to_have_it(screen: str, theme: Theme, qtbot: QtBot) -> None:
    with opened("en", theme=theme) as (window, desk):
        SCREENS[screen](window, desk)
        settle(window)
        window.activateWindow()
        QTest.qWaitForWindowActive(window)
        kinds = {(type(w), w.size().toTuple()): w for w in reachable(window)}
        assert len(kinds) > 5
        for control in kinds.values():
            window.focusWidget().clearFocus()
            before = control.grab().toImage()
            control.setFocus()
            around = 2 * (control.width() + control.height())
            seen = changed_strongly(before, control.grab().toImage())
            # An edge of one pixel may have stood there in the colour of the ring.
            assert seen >= (RING - 1) * around * 0.7, control.accessibleName()


def test_every_choice_has_its_name_from_a_label(open_desk: Opener) -> None:
    """On Linux Qt tells a screen reader what is chosen, and what it is about only by the label."""
    window = open_desk(DeskSimulator(signed_in=True, role="supervisor"))
    choices = window.findChildren(QComboBox)
    assert len(choices) == 3
    for page in (Page.NUMBERS, Page.ACCOUNTS):
        window.presenter.turn_to(page)
        settle(window)
    for choice in choices:
        related = QAccessible.queryAccessibleInterface(choice).relations(QAccessible.RelationFlag.Label)
        labels = [one.object() for one, _ in related]
        assert [label.text() for label in labels] == [choice.accessibleName()] != [""]


def test_the_line_at_the_foot_says_what_its_marks_mean(window: MainWindow) -> None:
    assert "sltd 3 h 12 min fresh" in window.status.accessibleName()
    assert "un-sc 1 d 6 h ageing" in window.status.accessibleName()
    assert ". ." not in window.status.accessibleName()
