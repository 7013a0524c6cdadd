"""A hit while the link is down: shown as a code, read out, printed; the answer typed or scanned back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from borderdesk.hits.spoken import is_spoken, speak
from tests.desktop.desk_simulator import STOLEN, DeskSimulator
from tests.desktop.test_screening import press, scan
from ui.desktop.main_window import MainWindow
from ui.desktop.page import Page
from ui.desktop.shots import settle
from ui.desktop.slip import paint_slip
from ui.desktop.voice_page import VoicePage

ANSWER = speak(bytes(range(90)))


@pytest.fixture
def page(window: MainWindow) -> VoicePage:
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F3)
    window.screening.detail.procedure.by_voice.click()
    settle(window)
    found = window.others[Page.PACKET]
    assert isinstance(found, VoicePage)
    return found


def test_the_hit_on_the_screen_stands_there_in_groups_and_as_a_code(page: VoicePage) -> None:
    assert page.groups.groups
    assert is_spoken(page.code.text)
    assert page.groups.groups[0] in page.groups.accessibleName()
    shot = page.code.grab().toImage().convertToFormat(QImage.Format.Format_Mono)
    colours = {shot.pixel(x, shot.height() // 2) for x in range(shot.width())}
    assert len(colours) == 2, "black and white, whatever the palette"


def test_a_wrong_group_is_named_and_the_text_stays_to_be_corrected(
    window: MainWindow, page: VoicePage, desk: DeskSimulator
) -> None:
    wrong = [*ANSWER]
    wrong[2] = wrong[3]
    page.answer.setPlainText(" ".join(wrong))
    page.enter.click()
    settle(window)
    assert "groups are not right: 3" in str(window.presenter.state.error)
    assert page.answer.toPlainText() == " ".join(wrong)
    assert desk.answers_entered == []


def test_the_answer_is_typed_back(window: MainWindow, page: VoicePage, desk: DeskSimulator) -> None:
    page.answer.setPlainText(" ".join(ANSWER).lower())
    page.enter.click()
    settle(window)
    assert desk.answers_entered == [bytes(range(90))]
    assert window.presenter.state.page is Page.CASES


def test_the_answer_is_scanned_back_like_any_document(
    window: MainWindow, page: VoicePage, desk: DeskSimulator, qtbot: QtBot
) -> None:
    scan(window, "".join(ANSWER))
    qtbot.waitUntil(lambda: bool(desk.answers_entered))
    assert desk.answers_entered == [bytes(range(90))]
    assert len(desk.screened) == 1, "it was not taken for a traveller's document"


def test_the_slip_is_written_as_pdf(window: MainWindow, page: VoicePage, tmp_path: Path) -> None:
    page.saved.emit(tmp_path / "slip.pdf")
    assert (tmp_path / "slip.pdf").read_bytes().startswith(b"%PDF")
    assert window.message.isVisible() and str(tmp_path / "slip.pdf") in window.message.limits.text()
    page.saved.emit(tmp_path / "no such folder" / "slip.pdf")
    assert "could not be written" in window.message.lines[0].text(), "said on this page too"


def test_the_lines_of_an_arabic_slip_begin_at_the_right(window: MainWindow) -> None:
    window.presenter.speak("ar")
    paper = QImage(400, 560, QImage.Format.Format_RGB32)
    paper.fill(Qt.GlobalColor.white)
    painter = QPainter(paper)
    paint_slip(painter, QRectF(paper.rect()), (), ("BorderDesk",))
    painter.end()
    title = paper.copy(0, 0, 400, 20)
    inked = [x for x in range(400) if any(title.pixelColor(x, y).lightness() < 128 for y in range(20))]
    assert inked[0] > 200
    assert inked[-1] > 380
