"""A form with a file in it (multipart/form-data, RFC 7578), read piece by piece and never whole.

The short fields come first on our pages, so that whoever sends the form is known before a byte of a file is kept. What
is no such form, has a field that is too long, or a second file, is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from email.message import Message
from typing import Final, Protocol

MOST_FIELD: Final = 4096
MOST_HEAD: Final = 8192
_MOST_FIELDS: Final = 20


class BadForm(ValueError):
    """The bytes are no form that a page of ours would send."""


class Sink(Protocol):
    """Where the bytes of a file go."""

    def write(self, piece: bytes) -> None:
        """One piece more."""


class FormReader:
    """Fed with pieces as they come; `fields` has what came before the file.

    `begin` is called with the field's name and the file's name once a file begins, and gives where its bytes go.
    """

    def __init__(self, content_type: str, begin: Callable[[dict[str, str], str, str], Sink]) -> None:
        told = _parsed(content_type)
        boundary = told.get_param("boundary", "")
        if told.get_content_type() != "multipart/form-data" or not isinstance(boundary, str) or not boundary:
            raise BadForm("no form with a file")
        self._mark = b"\r\n--" + boundary.encode("latin-1", "replace")
        self._begin = begin
        self._buffer = bytearray(b"\r\n")  # so that the first mark is found like every other one
        self._state: Callable[[], bool] = self._skipped
        self._name, self._field = "", bytearray()
        self._sink: Sink | None = None
        self.fields: dict[str, str] = {}
        self.ended = False

    def feed(self, piece: bytes) -> None:
        """The next bytes. Raises BadForm, and whatever `begin` and its sink raise."""
        self._buffer += piece
        while not self.ended and self._state():
            pass
        if self.ended:
            self._buffer.clear()

    def close(self) -> None:
        """There are no more bytes. Raises BadForm where the form has not ended."""
        if not self.ended:
            raise BadForm("it was cut off")

    def _skipped(self) -> bool:
        """Up to the first mark; a browser sends nothing before it."""
        if len(self._buffer) < len(self._mark):
            return False
        if not self._buffer.startswith(self._mark):
            raise BadForm("it does not begin with its mark")
        del self._buffer[: len(self._mark)]
        self._state = self._after_mark
        return True

    def _after_mark(self) -> bool:
        if len(self._buffer) < len(b"--"):
            return False
        if self._buffer.startswith(b"--"):
            self.ended = True
            return False
        if not self._buffer.startswith(b"\r\n"):
            raise BadForm("no line ends after a mark")
        self._state = self._head
        return True

    def _head(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0 or end > MOST_HEAD:
            if len(self._buffer) > MOST_HEAD:
                raise BadForm("the head of a part is too long")
            return False
        lines = bytes(self._buffer[:end]).decode("utf-8", "replace").split("\r\n")
        del self._buffer[: end + 4]
        said = next((line for line in lines if line.lower().startswith("content-disposition:")), "")
        name, file_name = _quoted(said, "name"), _quoted(said, "filename")
        if name is None:
            raise BadForm("a part without a name")
        self._name, self._field = name, bytearray()
        if file_name is not None:
            if self._sink is not None:
                raise BadForm("a second file")
            self._sink = self._begin(self.fields, name, file_name)
            self._state = self._file
        else:
            if len(self.fields) >= _MOST_FIELDS:
                raise BadForm("too many fields")
            self._state = self._short
        return True

    def _piece(self) -> tuple[bytes, bool] | None:
        """What of the part is here for certain, and whether it ends with it."""
        at = self._buffer.find(self._mark)
        if at >= 0:
            piece = bytes(self._buffer[:at])
            del self._buffer[: at + len(self._mark)]
            return piece, True
        sure = len(self._buffer) - len(self._mark) + 1
        if sure <= 0:
            return None
        piece = bytes(self._buffer[:sure])
        del self._buffer[:sure]
        return piece, False

    def _short(self) -> bool:
        found = self._piece()
        if found is None:
            return False
        self._field += found[0]
        if len(self._field) > MOST_FIELD:
            raise BadForm("a field is too long")
        if found[1]:
            self.fields[self._name] = self._field.decode("utf-8", "replace")
            self._state = self._after_mark
        return True

    def _file(self) -> bool:
        found = self._piece()
        if found is None:
            return False
        if found[0] and self._sink is not None:
            self._sink.write(found[0])
        if found[1]:
            self._state = self._after_mark
        return True


def _parsed(content_type: str) -> Message:
    message = Message()
    message["content-type"] = content_type
    return message


def _quoted(line: str, name: str) -> str | None:
    """A parameter as browsers write it: quotes and line ends in it as %22, %0D and %0A (WHATWG, HTML, 4.10.21.8)."""
    mark = f'; {name}="'
    at = line.find(mark)
    if at < 0:
        return None
    value, closed, _ = line[at + len(mark) :].partition('"')
    if not closed:
        raise BadForm("a name that does not end")
    return value.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
