"""When something was: the minute alone is only ever of today, by the clock of this post."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import product
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

import ui.desktop
from borderdesk.documents import Sense
from borderdesk.hits.types import HitAct, HitState
from borderdesk.screening import Seen
from tests.desktop.cut_off import cut_off
from tests.desktop.desk_simulator import CLEAN, START, STOLEN, DeskSimulator
from tests.desktop.screens import SCREENS, opened
from ui.desktop.main_window import MainWindow
from ui.desktop.page import Page
from ui.desktop.shots import settle
from ui.desktop.state import WindowState
from ui.desktop.text_size import LARGEST, NORMAL
from ui.desktop.voice import Voice
from ui.locale import LANGUAGES, Catalogue

DAY = timedelta(days=1)
FAR_EAST = timezone(timedelta(hours=14))


def the_next_day(window: MainWindow, desk: DeskSimulator) -> None:
    desk.now += DAY
    window.presenter.refresh()
    settle(window)


def test_a_traveller_of_yesterday_stands_in_the_history_with_the_date(window: MainWindow, desk: DeskSimulator) -> None:
    window.presenter.scan(CLEAN)
    settle(window)
    rows = window.screening.history.list.rows
    assert [row.right for row in rows.rows] == [START.strftime("%H:%M")]
    the_next_day(window, desk)
    (row,) = rows.rows
    assert START.strftime("%Y-%m-%d %H:%M") in [line.text for line in row.lines]
    # Below the name, not beside it: the list is too narrow for both.
    assert row.right == ""


def test_what_was_ticked_yesterday_has_its_date_and_nothing_moves(window: MainWindow, desk: DeskSimulator) -> None:
    window.presenter.scan(CLEAN)
    settle(window)
    window.presenter.tick(Sense.TILT, Seen.FINE)
    settle(window)
    window.presenter.turn_to(Page.EXAMINE)
    settle(window)
    time = window.at.examine.times[Sense.TILT]
    places = {sense: check.geometry() for sense, check in window.at.examine.checks.items()}
    assert time.text() == START.strftime("%H:%M")
    the_next_day(window, desk)
    assert time.text() == START.strftime("%Y-%m-%d %H:%M")
    assert {sense: check.geometry() for sense, check in window.at.examine.checks.items()} == places


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_date_of_a_tick_is_whole_in_the_largest_letters(language: str) -> None:
    with opened(language, text=LARGEST) as (window, desk):
        SCREENS["page-examine"](window, desk)
        settle(window)
        the_next_day(window, desk)
        dated = [time for time in window.at.examine.times.values() if START.strftime("%Y-%m-%d %H:%M") in time.text()]
        assert dated
        for time in dated:
            for word in time.text().split():
                assert time.fontMetrics().horizontalAdvance(word) <= time.contentsRect().width(), word
            assert time.heightForWidth(time.width()) <= time.height()


def _left_open(window: MainWindow, desk: DeskSimulator) -> None:
    window.presenter.scan(STOLEN)
    settle(window)
    state = window.presenter.state
    assert state.verdict is not None and state.chosen is not None
    desk.take_up(state.verdict, record=state.chosen, act=HitAct.LEFT_OPEN, note="")
    window.presenter.exchange()


def _referred(window: MainWindow, _desk: DeskSimulator) -> None:
    window.presenter.scan(CLEAN)
    settle(window)
    window.presenter.act(HitAct.REFER, "photo glued")


def _reported(window: MainWindow, desk: DeskSimulator) -> None:
    SCREENS["taken-up"](window, desk)
    settle(window)
    desk._hits = [replace(one, state=HitState.REPORTED, pending=False, reported_at=START) for one in desk._hits]
    window.presenter.exchange()


@pytest.mark.parametrize("way", [SCREENS["taken-up"], _left_open, _referred, _reported])
def test_a_sentence_with_a_date_is_whole_beside_the_note(
    way: Callable[[MainWindow, DeskSimulator], None], qtbot: QtBot
) -> None:
    with opened("en") as (window, desk):
        way(window, desk)
        settle(window)
        the_next_day(window, desk)
        cut = []
        for code, text in product(LANGUAGES, (NORMAL, LARGEST)):
            window.presenter.speak(code)
            window.presenter.resize_text(text)
            settle(window)
            said = window.hit.says
            assert START.strftime("%Y-%m-%d %H:%M") in said.text(), said.text()
            cut += [f"{code}, {text.name}: {each}" for each in cut_off(window)]
        assert cut == []


def test_a_day_ends_at_midnight_of_the_post_and_not_of_london() -> None:
    voice = Voice(Catalogue(), FAR_EAST)
    status = DeskSimulator(signed_in=True).status()
    noon = datetime(2026, 11, 23, 12, tzinfo=FAR_EAST)
    state = WindowState(voice, status=replace(status, at=noon))
    assert state.time_of(datetime(2026, 11, 23, 0, 1, tzinfo=FAR_EAST)) == "00:01"
    assert state.time_of(datetime(2026, 11, 22, 23, 59, tzinfo=FAR_EAST)) == "2026-11-22 23:59"


def test_no_view_writes_a_minute_without_its_day_by_itself() -> None:
    # The charts of the last hours have the day in the heading of their report.
    allowed = {"voice.py", "state.py", "numbers_view.py"}
    folder = Path(next(iter(ui.desktop.__path__)))
    writes = re.compile(r"(?<!%d )%H|\.hour\(|\bisoformat\(")
    assert {each.name for each in folder.glob("*.py") if writes.search(each.read_text(encoding="utf-8"))} == allowed
