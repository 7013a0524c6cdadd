"""A reader on a serial line. The line is a real one: a pseudo-terminal pair."""

from __future__ import annotations

import errno
import os
import tty
from collections.abc import Iterator

import pytest
import serial
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from tests.desktop.desk_simulator import CLEAN, STOLEN, DeskSimulator
from tests.desktop.test_screening import word
from ui.desktop.main_window import MainWindow
from ui.desktop.serial_reader import MOST_BYTES, Line, SerialReader, open_line
from ui.desktop.shots import settle


@pytest.fixture
def line() -> Iterator[tuple[int, str]]:
    """The reader's end, and the name of the desk's end."""
    reader, desk = os.openpty()
    tty.setraw(desk)
    yield reader, os.ttyname(desk)
    os.close(reader)
    os.close(desk)


@pytest.fixture
def swipes(line: tuple[int, str], qtbot: QtBot) -> Iterator[list[str]]:
    parent, heard, plugged = QObject(), [], []
    reader = SerialReader(line[1], parent)
    reader.scanned.connect(heard.append)
    reader.plugged.connect(plugged.append)
    reader.start()
    qtbot.waitUntil(lambda: plugged == [True])
    yield heard
    reader.close()


def test_a_swipe_comes_whole_whatever_its_line_ends(line: tuple[int, str], swipes: list[str], qtbot: QtBot) -> None:
    os.write(line[0], CLEAN.replace("\n", "\r").encode() + b"\r")
    qtbot.waitUntil(lambda: len(swipes) == 1)
    assert swipes[0].splitlines() == CLEAN.splitlines()
    os.write(line[0], STOLEN.encode())
    qtbot.waitUntil(lambda: len(swipes) == 2)
    assert swipes[1] == STOLEN


def test_what_is_too_long_for_any_document_is_dropped_and_the_next_swipe_heard(
    line: tuple[int, str], swipes: list[str], qtbot: QtBot
) -> None:
    os.write(line[0], b"X" * (MOST_BYTES * 3))
    qtbot.wait(400)
    os.write(line[0], STOLEN.encode())
    qtbot.waitUntil(lambda: swipes == [STOLEN])


class PulledOut:
    """The line of a reader that is pulled out: it can neither be read nor closed. Only a broken device does that."""

    timeout: float | None = None

    def read(self, size: int) -> bytes:
        raise serial.SerialException("device reports readiness to read but returned no data")

    def close(self) -> None:
        raise OSError(errno.EIO, "Input/output error")


def test_a_reader_that_cannot_even_be_closed_is_heard_when_it_is_plugged_in_again(
    line: tuple[int, str], qtbot: QtBot
) -> None:
    lines: list[Line] = [PulledOut(), open_line(line[1])]
    parent, heard, plugged = QObject(), [], []
    reader = SerialReader(line[1], parent, opener=lambda _: lines.pop(0))
    reader.scanned.connect(heard.append)
    reader.plugged.connect(plugged.append)
    reader.start()
    try:
        qtbot.waitUntil(lambda: plugged == [True, False, True])
        os.write(line[0], STOLEN.encode())
        qtbot.waitUntil(lambda: heard == [STOLEN])
    finally:
        reader.close()


def test_a_swipe_is_screened_like_any_scan(
    line: tuple[int, str], window: MainWindow, desk: DeskSimulator, qtbot: QtBot
) -> None:
    window.listen_to(line[1])
    qtbot.waitUntil(lambda: window.reader_there)
    os.write(line[0], STOLEN.encode() + b"\r\n")
    qtbot.waitUntil(lambda: word(window) == "Match")
    settle(window)
    assert desk.screened == [STOLEN]


def test_a_reader_that_is_not_there_keeps_nobody_from_leaving(window: MainWindow) -> None:
    window.listen_to("/dev/no-such-reader")
    window.close()
    assert not window.isVisible()
