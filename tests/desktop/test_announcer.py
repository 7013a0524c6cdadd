"""What a screen reader says by itself: errors and what was done, never a match."""

from __future__ import annotations

from dataclasses import replace

import pytest

from borderdesk.people import WrongPassword
from borderdesk.words import say
from tests.desktop.desk_simulator import CLEAN, LISTED, STOLEN, DeskSimulator
from tests.desktop.test_screening import scan
from ui.desktop.announcer import Announcer
from ui.desktop.main_window import MainWindow
from ui.desktop.page import Page
from ui.desktop.parts import KeyButton
from ui.desktop.work import OfficeWork


@pytest.fixture
def said(window: MainWindow) -> list[str]:
    """Whatever is announced from now on."""
    heard: list[str] = []
    window._announcer = Announcer(heard.append)
    return heard


def test_what_went_wrong_and_what_was_done_is_said_once(window: MainWindow, said: list[str]) -> None:
    state = replace(window.presenter.state, error=WrongPassword())
    for _ in range(2):
        window.render(state)
    assert [text.split(".")[0] for text in said] == ["The account and the password do not fit together"]
    window.render(replace(state, error=None, office=OfficeWork(told=say("Your password was changed."))))
    assert said[1:] == ["Your password was changed."]


def test_nothing_is_said_of_a_match_nor_of_anything_while_it_is_on_the_screen(
    window: MainWindow, desk: DeskSimulator, said: list[str]
) -> None:
    scan(window, CLEAN)
    scan(window, LISTED)
    scan(window, STOLEN)
    desk.disk_full = True
    window.presenter.refresh()
    window.render(replace(window.presenter.state, error=WrongPassword()))
    assert said == []


def test_a_button_that_is_the_same_as_before_is_not_named_anew(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A status comes every five seconds: a screen reader would say the names of the buttons each time."""
    state = window.presenter.state
    for page in Page:
        window.render(replace(state, page=page))
        named: list[str] = []
        with monkeypatch.context() as patched:
            patched.setattr(KeyButton, "setAccessibleName", lambda _button, name, named=named: named.append(name))
            window.render(replace(state, page=page))
        assert named == [], page
