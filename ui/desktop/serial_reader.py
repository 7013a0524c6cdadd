"""Reads a document reader on a serial line: a thread of its own, which waits while the reader is unplugged.

A swipe arrives as bytes with its own framing; `borderdesk.documents` takes framing, padding and line ends apart. Here a
swipe only has to be told from the next one: it has ended when the line is silent for a moment.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from typing import Final, Protocol

import serial
from PySide6.QtCore import QObject, Signal

SILENCE: Final = 0.15
"""Seconds without a byte that end a swipe: at 9600 baud a character takes one millisecond."""

RETRY: Final = 2.0
"""Seconds between attempts to open a line that is not there."""

MOST_BYTES: Final = 600
"""Longer input is no document; it is dropped up to the next silence."""


class Line(Protocol):
    """What is asked of an open serial line."""

    timeout: float | None

    def read(self, size: int) -> bytes: ...

    def close(self) -> None: ...


Opener = Callable[[str], Line]


def open_line(device: str) -> Line:
    """A serial line as readers come: 9600 baud, eight bits, no parity. Raises serial.SerialException."""
    line: Line = serial.Serial(device, baudrate=9600, timeout=SILENCE)
    return line


class SerialReader(QObject):
    """`scanned` carries the text of a swipe, `plugged` whether the reader is there. Connect them to slots."""

    scanned = Signal(str)
    plugged = Signal(bool)

    def __init__(self, device: str, parent: QObject, *, opener: Opener = open_line) -> None:
        super().__init__(parent)
        self._device, self._open = device, opener
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="serial-reader")

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def close(self) -> None:
        """Stop listening, and join the thread."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                line = self._open(self._device)
            except (OSError, serial.SerialException):
                self._stop.wait(RETRY)
                continue
            self.plugged.emit(True)
            try:
                # A reader that was pulled out may refuse to be closed as well: that is the same news.
                with closing(line):
                    self._listen(line)
            except (OSError, serial.SerialException):
                self.plugged.emit(False)

    def _listen(self, line: Line) -> None:
        heard = bytearray()
        while not self._stop.is_set():
            # One byte or the silence, whichever comes first; then whatever else is there already.
            part = line.read(64)
            if part:
                heard += part[: MOST_BYTES + 1 - len(heard)]
                continue
            if heard and len(heard) <= MOST_BYTES:
                self.scanned.emit(heard.decode("latin-1"))
            heard.clear()
