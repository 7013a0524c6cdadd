"""What an officer sees when a document is scanned."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from borderdesk.findings import Severity
from borderdesk.hits.types import HitAct
from borderdesk.ids import ListName, RecordRef
from borderdesk.replica import MatchClass, NoticeDocumentMatch
from borderdesk.screening import VerdictWord
from borderdesk.screening.things import bearer_findings
from borderdesk.watchlist import NoticeDocument
from tests.desktop.conftest import Opener
from tests.desktop.desk_simulator import CLEAN, LISTED, STOLEN, DeskSimulator, stolen_finding
from ui.desktop.main_window import MainWindow
from ui.desktop.shots import settle, type_burst
from ui.desktop.state import WindowState
from ui.desktop.work import Detail


def word(window: MainWindow) -> str:
    return window.screening.band.word.text()


def scan(window: MainWindow, text: str) -> None:
    type_burst(window, text)
    settle(window)


def press(window: MainWindow, key: Qt.Key) -> None:
    QTest.keyClick(window, key)
    settle(window)


def test_an_ordinary_passport_answers_no_match_with_the_time_of_the_oldest_list(window: MainWindow) -> None:
    scan(window, CLEAN)
    band = window.screening.band
    assert band.word.text() == "No match"
    assert band.as_of.text() == "in lists as of 2026-11-21 12:00"


def test_the_age_of_every_list_stands_beside_the_verdict_with_a_word(window: MainWindow) -> None:
    scan(window, CLEAN)
    spoken = window.screening.band.ages.accessibleName()
    assert "Stolen and lost travel documents: 3 h 12 min, fresh" in spoken
    assert "UN Security Council: 1 d 6 h, ageing" in spoken


def test_what_the_copy_cannot_know_is_said_with_the_verdict(window: MainWindow) -> None:
    scan(window, CLEAN)
    assert "nothing reported after 2026-11-22 14:48 UTC is in this copy" in window.screening.advice.accessibleName()


def test_a_genuine_document_whose_bearer_is_sought_is_never_shown_like_a_stolen_one(
    window: MainWindow, desk: DeskSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = NoticeDocument("UTO", "P", "L898902C3", "2026/1", "red", "ERIKSSON ANNA", action="arrest")
    found = NoticeDocumentMatch(RecordRef(ListName("tdawn"), notice.key, 1), notice, MatchClass.EXACT)
    findings = tuple(bearer_findings([found], notice.number, {ListName("tdawn"): "Documents of notices"}))
    answer = desk._answer
    monkeypatch.setattr(desk, "_answer", lambda text: replace(answer(text), findings=findings, word=VerdictWord.MATCH))
    scan(window, CLEAN)
    told = shown(window)
    assert word(window) == "Match"
    assert "bearer of document L898902C3" in told and "The document itself is genuine" in told
    assert "notice 2026/1 on Documents of notices" in told
    assert "stolen" not in told.lower() and "Keep the document" not in told


def shown(window: MainWindow) -> str:
    """Every word of the reasons on the screen."""
    rows = window.screening.reasons.list.rows.rows
    return "\n".join(text for row in rows for text in (row.title, *(line.text for line in row.lines)))


def test_a_stolen_passport_says_match_what_was_found_and_what_to_do(window: MainWindow) -> None:
    scan(window, STOLEN)
    row = window.screening.reasons.list.rows.rows[0]
    assert word(window) == "Match"
    assert row.title.endswith("travel documents: stolen.")
    assert "genuine" not in shown(window) and "bearer" not in shown(window)
    assert "Keep the document" in row.lines[0].text
    assert row.lines[0].strong


def test_a_listed_person_under_another_spelling_says_look_again_and_why(window: MainWindow) -> None:
    scan(window, LISTED)
    row = window.screening.reasons.list.rows.rows[0]
    assert word(window) == "Look again"
    assert row.title == "Muhammad AL-MASRY"
    assert row.right == "83%"
    assert "Asked: ALMASRI MOHAMMED" in row.spoken
    assert "Why: name sounds alike, same birth year. QDi.999" in row.spoken


def test_the_heaviest_finding_is_seen_first_however_far_down_the_last_traveller_was_read(
    window: MainWindow, desk: DeskSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = desk._answer
    many = tuple(replace(stolen_finding(), severity=Severity.LOOK, record=None, code=f"made.{at}") for at in range(9))
    monkeypatch.setattr(
        desk, "_answer", lambda text: replace(answer(text), findings=many, candidates=(), word=VerdictWord.LOOK_AGAIN)
    )
    reasons = window.screening.reasons.list
    top = reasons.viewport().rect().center()
    top.setY(1)
    scan(window, CLEAN)
    assert reasons.indexAt(top).row() == 0
    reasons.scrollToBottom()
    settle(window)
    assert reasons.indexAt(top).row() > 0
    window.presenter.show_detail(Detail.PROCEDURE)
    settle(window)
    assert reasons.indexAt(top).row() > 0, "the same traveller is read on"
    scan(window, CLEAN)
    assert reasons.indexAt(top).row() == 0


def test_band_strip_and_buttons_stay_where_they_are_whatever_the_verdict(window: MainWindow) -> None:
    screening = window.screening
    places = set()
    for text in (CLEAN, LISTED, STOLEN, "garbage that is no document at all"):
        window.presenter.scan(text)
        settle(window)
        parts = (
            screening.band,
            screening.band.word,
            screening.band.ages,
            screening.advice,
            screening.reasons,
            screening.detail,
            screening.history,
            screening.document,
            window.hit,
            *window.hit.buttons.values(),
        )
        places.add(tuple(part.geometry().getRect() for part in parts))
        if window.presenter.state.act_needed:
            window.presenter.act(HitAct.REFER)
            settle(window)
    assert len(places) == 1


def test_a_hit_opens_no_second_window_and_makes_no_sound(window: MainWindow, monkeypatch) -> None:
    beeps: list[str] = []
    monkeypatch.setattr(QApplication, "beep", lambda: beeps.append("beep"))
    before = {one for one in QApplication.topLevelWidgets() if one.isVisible()}
    scan(window, STOLEN)
    assert {one for one in QApplication.topLevelWidgets() if one.isVisible()} == before
    assert not beeps


def test_text_that_cannot_be_read_gets_three_sentences_and_comes_back_to_be_corrected(window: MainWindow) -> None:
    scan(window, CLEAN)
    QTest.keyClicks(window.screening.search, "X999")
    QTest.keyClick(window.screening.search, Qt.Key.Key_Return)
    settle(window)
    assert [line.text() for line in window.screening.advice.lines] == [
        "There is nothing to screen in this input (4 characters).",
        "Nothing was changed.",
        "Scan the document again, or type its number or the traveller's name.",
    ]
    assert window.screening.search.toPlainText() == "X999"


def test_the_answer_for_the_last_traveller_is_gone_when_the_next_document_cannot_be_read(window: MainWindow) -> None:
    scan(window, CLEAN)
    window.presenter.scan("X999")
    settle(window)
    assert word(window) == "No answer"
    assert not window.screening.document.rows[0][1].text()


def test_a_sample_from_the_tray_goes_the_way_of_a_scan(open_desk: Opener, desk: DeskSimulator) -> None:
    from borderdesk.words import say
    from ui.desktop.work import Sample

    window = open_desk(desk, samples=[Sample(say("Stolen passport"), STOLEN)])
    tray = window.screening.samples.list
    QTest.mouseClick(tray.viewport(), Qt.MouseButton.LeftButton, pos=tray.visualRect(tray.rows.index(0)).center())
    settle(window)
    assert desk.screened == [STOLEN]
    assert word(window) == "Match"


def test_the_tray_is_not_there_without_samples(window: MainWindow) -> None:
    assert not window.screening.samples.isVisible()


def test_an_earlier_screening_comes_back_from_the_history(window: MainWindow) -> None:
    scan(window, LISTED)
    scan(window, CLEAN)
    history = window.screening.history.list
    assert [row.title for row in history.rows.rows] == ["ERIKSSON ANNA MARIA", "ALMASRI MOHAMMED"]
    history.setCurrentIndex(history.rows.index(1))
    settle(window)
    assert word(window) == "Look again"


def test_the_desk_works_outside_the_windows_thread(window: MainWindow, desk: DeskSimulator) -> None:
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F2)
    press(window, Qt.Key.Key_F9)
    assert threading.main_thread().name not in desk.threads
    assert {name.rsplit("_", 1)[0] for name in desk.threads} == {"desk", "book", "link"}


def test_the_window_answers_while_the_desk_is_still_looking(
    window: MainWindow, desk: DeskSimulator, qtbot: QtBot
) -> None:
    desk.gate = threading.Event()
    type_burst(window, CLEAN)
    qtbot.waitUntil(lambda: word(window) == "Looking …")
    desk.gate.set()
    settle(window)
    assert word(window) == "No match"


def test_the_answer_about_one_traveller_does_not_stand_while_the_next_is_long_looked_for(
    window: MainWindow, desk: DeskSimulator, qtbot: QtBot
) -> None:
    scan(window, CLEAN)
    assert word(window) == "No match"
    desk.gate = threading.Event()
    type_burst(window, LISTED)
    qtbot.waitUntil(lambda: word(window) == "Looking …")
    assert not window.screening.document.rows[0][1].text(), "nor does the document"
    desk.gate.set()
    settle(window)
    assert word(window) == "Look again"


def test_an_answer_that_comes_at_once_is_painted_once(window: MainWindow) -> None:
    window.presenter._patience.setInterval(60_000)  # so that no slow machine makes it late
    shown: list[WindowState] = []
    window.presenter.changed.connect(shown.append)
    scan(window, CLEAN)
    assert shown[0].verdict is not None, "nothing was painted between the scan and its answer"


def test_every_field_has_its_mark(window: MainWindow) -> None:
    scan(window, STOLEN)
    spoken = [value.accessibleName() for _, value in window.screening.document.rows]
    assert "documents: stolen" in spoken[0]
    assert spoken[4] == "Born: 1980-01-01. The check digit holds."
    scan(window, CLEAN)
    press(window, Qt.Key.Key_F3)
    press(window, Qt.Key.Key_F8)
    assert window.screening.document.rows[0][1].accessibleName().endswith("The check digit holds.")


def test_a_verdict_is_shown_while_an_edition_keeps_the_disk_busy(
    window: MainWindow, desk: DeskSimulator, qtbot: QtBot
) -> None:
    desk.book_gate = threading.Event()
    for text in (CLEAN, LISTED):
        window.wedge.scanned.emit(text)
        qtbot.waitUntil(lambda text=text: _question(window) == text)
    assert desk.recorded == []
    window.presenter.sign_out()
    desk.book_gate.set()
    settle(window)
    assert desk.recorded == ["s0", "s1"], "signing out waits until both are written down"
    assert not window.presenter.state.signed_in


def test_a_verdict_that_the_full_disk_could_not_keep_stays_on_the_screen(
    window: MainWindow, desk: DeskSimulator
) -> None:
    desk.disk_full = True
    scan(window, STOLEN)
    assert window.screening.band.word.text() == "Match"
    assert "/var/lib/borderdesk is full" in window.screening.advice.lines[0].text()


def _question(window: MainWindow) -> str:
    verdict = window.presenter.state.verdict
    return verdict.question.scanned if verdict else ""


def test_a_link_that_fails_is_not_told_as_a_document_that_was_not_screened(
    window: MainWindow, desk: DeskSimulator
) -> None:
    desk.linked = False
    window.status.exchange.click()
    settle(window)
    assert word(window) == "Ready"
    assert "link to the bureau is down" in window.screening.advice.accessibleName()
