"""XML, one record at a time: bounded in size and depth, without DTDs, entities or anything fetched.

A document type declaration is where entity bombs and outside references live; the lists we read have none, so a file
with one is refused before anything of it is expanded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final
from xml.etree.ElementTree import Element
from xml.parsers import expat

from borderdesk.watchlist.readers.report import UnreadableList
from borderdesk.words import Sentence, say

MAX_BYTES: Final = 1 << 30
"""A whole list is at most so long. OFAC's advanced XML, the longest known, is about a tenth of it."""
MAX_RECORD_BYTES: Final = 4 << 20
MAX_DEPTH: Final = 64
_PIECE: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class XmlRecord:
    """One record element with everything in it, and the line on which it starts. `parent` is the tag around it."""

    line: int
    parent: str
    element: Element


@dataclass(frozen=True, slots=True)
class XmlRoot:
    """The outermost element, seen first: its tag and attributes."""

    tag: str
    attributes: dict[str, str]


class _Builder:
    def __init__(self, format_: str, tags: frozenset[str]) -> None:
        self.format = format_
        self.tags = tags
        self.ready: list[XmlRoot | XmlRecord] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._outside: list[str] = []
        self._inside: list[Element] = []
        self._line = 0
        self._begun_at = 0

    def refuse(self, reason: Sentence) -> UnreadableList:
        return UnreadableList(self.format, self.parser.CurrentLineNumber, reason)

    def _doctype(self, *_: object) -> None:
        raise self.refuse(say("it declares a document type, which no list of this format has."))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if not self._outside:
            self.ready.append(XmlRoot(name, attributes))
        if self._inside:
            if len(self._inside) >= MAX_DEPTH:
                raise self.refuse(say("its elements are nested too deep."))
            if self.parser.CurrentByteIndex - self._begun_at > MAX_RECORD_BYTES:
                raise self.refuse(say("one record is too long."))
            child = Element(name, attributes)
            self._inside[-1].append(child)
            self._inside.append(child)
        elif name in self.tags:
            self._line = self.parser.CurrentLineNumber
            self._begun_at = self.parser.CurrentByteIndex
            self._inside.append(Element(name, attributes))
        else:
            if len(self._outside) >= MAX_DEPTH:
                raise self.refuse(say("its elements are nested too deep."))
            self._outside.append(name)

    def _end(self, _tag: str) -> None:
        if not self._inside:
            self._outside.pop()
            return
        element = self._inside.pop()
        if not self._inside:
            parent = self._outside[-1] if self._outside else ""
            self.ready.append(XmlRecord(self._line, parent, element))

    def _text(self, text: str) -> None:
        if self._inside:
            if self.parser.CurrentByteIndex - self._begun_at > MAX_RECORD_BYTES:
                raise self.refuse(say("one record is too long."))
            node = self._inside[-1]
            node.text = (node.text or "") + text


def xml_records(stream: IO[bytes], format_: str, tags: frozenset[str]) -> Iterator[XmlRoot | XmlRecord]:
    """Yield the root's tag, then every element of `tags` as it closes. Namespace prefixes are left off.

    Raises UnreadableList where the file is not well-formed, too large, too deep, or declares a document type.
    """
    builder = _Builder(format_, tags)
    taken = 0
    while True:
        piece = stream.read(_PIECE)
        taken += len(piece)
        if taken > MAX_BYTES:
            raise builder.refuse(say("it is longer than {limit} bytes.", limit=MAX_BYTES))
        try:
            builder.parser.Parse(piece, not piece)
        except expat.ExpatError as error:
            raise UnreadableList(
                format_,
                error.lineno,
                say("it is not well-formed XML ({what}).", what=expat.ErrorString(error.code) or ""),
            ) from error
        except (LookupError, ValueError) as error:
            # What the parser's own look-up of an encoding raises.
            raise builder.refuse(say("it is in an encoding that cannot be read.")) from error
        yield from builder.ready
        builder.ready.clear()
        if not piece:
            return


def text_of(element: Element, tag: str) -> str:
    """The text of the first child `tag`, white space made single; empty where there is none."""
    child = element.find(tag)
    return clean(child.text) if child is not None else ""


def clean(text: str | None) -> str:
    """White space made single, and none around."""
    return " ".join((text or "").split())
