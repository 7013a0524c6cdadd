"""Reports on paper: whole, readable from either side, and never half a file."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from borderdesk.screening import VerdictWord
from ui.desktop.paper import write_whole
from ui.desktop.paragraphs import lines_of
from ui.desktop.parts import text_font
from ui.desktop.report import Chart, ReportNotWritten, _Sheet, save_report
from ui.desktop.rows import Line, Row


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process may grow beyond so many bytes: the disk is as good as full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def paint_nothing(_painter: QPainter, _box: QRectF, _ink: QColor, _pixels: int) -> None:
    pass


def test_a_full_disk_leaves_the_report_of_before_and_no_part_of_another(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    rows = tuple(Row(number, f"row {number}") for number in range(40))
    save_report(path, ("Shift",), rows[:1], (), right_to_left=False)
    before = path.read_bytes()
    with room_for(2000), pytest.raises(ReportNotWritten):
        save_report(path, ("Shift",), rows, (), right_to_left=False)
    assert path.read_bytes() == before and [each.name for each in tmp_path.iterdir()] == ["report.pdf"]


def test_what_does_not_fit_on_one_page_goes_on_on_the_next(qtbot: QtBot, tmp_path: Path) -> None:
    def pages(rows: tuple[Row, ...]) -> int:
        save_report(
            tmp_path / "r.pdf", ("Shift",), rows, (Chart("What came of it", paint_nothing),), right_to_left=False
        )
        return (tmp_path / "r.pdf").read_bytes().count(b"/Type /Page\n")

    assert pages((Row(1, "one"),)) == 1
    assert pages(tuple(Row(number, f"row {number}") for number in range(100))) > 2
    assert pages((Row(1, "goals", lines=(Line("Lorries going north. " * 500),)),)) >= 2


@pytest.mark.parametrize("right_to_left", [False, True])
def test_titles_stand_where_lines_begin_and_numbers_at_the_far_edge(qtbot: QtBot, right_to_left: bool) -> None:
    image = QImage(1000, 1400, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    sheet = _Sheet(painter, lambda: None, right_to_left=right_to_left)
    sheet.write("HHHH", 4, right="8", badge=VerdictWord.MATCH)
    painter.end()
    inked = [x for x in range(1000) if any(image.pixelColor(x, y) != QColor("white") for y in range(60))]
    badge = [x for x in inked if any(image.pixelColor(x, y) == QColor("#8b0000") for y in range(60))]
    assert (min(badge) < 60) is not right_to_left and (max(badge) > 940) is right_to_left
    assert inked[0] < 40 and inked[-1] > 960


def test_no_word_is_lost_between_two_lines(qtbot: QtBot) -> None:
    text = "Lorries going north: papers and load.\nBuses at night."
    assert " ".join(lines_of(text, text_font(20), 150)).split() == text.split()


def test_a_folder_that_is_not_there_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        write_whole(tmp_path / "nowhere" / "report.pdf", b"%PDF")
