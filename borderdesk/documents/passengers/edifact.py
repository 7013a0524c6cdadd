"""UN/EDIFACT syntax (ISO 9735) as it is really sent: any service characters, envelopes around, line breaks inside."""

from __future__ import annotations

import re
from dataclasses import dataclass

_START = re.compile(r"UNA.{6}\s*UN[BGH]|(?<![A-Z0-9])UNB[^A-Z0-9\s]|(?<![A-Z0-9])UNH[^A-Z0-9\s]", re.DOTALL)

_ADVICE = re.compile(r"UNA.{6}\s*UN[BGH]", re.DOTALL)
_TAG = re.compile(r"[A-Z]{3}")
_TAGS = "UNB|UNG|UNH|UNT|UNE|UNZ|BGM|TDT|NAD|CNT|PDT"
"""Segments that are found even behind something that is no segment: losing one would lose people or mix them."""


@dataclass(frozen=True, slots=True)
class Signs:
    """The service characters of one interchange."""

    component: str = ":"
    element: str = "+"
    release: str = "?"
    segment: str = "'"


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its tag, and its elements as lists of components."""

    tag: str
    elements: tuple[tuple[str, ...], ...]

    def get(self, element: int, component: int = 0) -> str:
        """A component, trimmed; empty where it was not sent. Both count from 0."""
        if element < len(self.elements) and component < len(self.elements[element]):
            return self.elements[element][component].strip()
        return ""


def is_edifact(text: str) -> bool:
    """True where an interchange or a message starts somewhere in the text."""
    return _START.search(text) is not None


def segments(text: str) -> list[Segment]:
    """Every segment that holds anything, in order; what stands before the first interchange is left out.

    A file may hold several interchanges, each with service characters of its own, and lines of a log between them.
    """
    found = _START.search(text)
    if not found:
        return []
    starts = [found.start(), *(each.start() for each in _ADVICE.finditer(text, found.end()))]
    return [
        segment
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True)
        for segment in _interchange(text[start:end])
    ]


def _interchange(body: str) -> list[Segment]:
    signs, body = _signs(body)
    if signs.segment not in "\r\n":
        body = body.replace("\r", "").replace("\n", "")
    return [each for raw in _split(body, signs.segment, signs.release) if (each := _segment(raw, signs))]


def _signs(body: str) -> tuple[Signs, str]:
    if body.startswith("UNA"):
        # Position 7 is the decimal mark and 9 is reserved; neither parts anything here.
        return Signs(body[3], body[4], _release(body[6].strip(), body[3] + body[4] + body[8]), body[8]), body[9:]
    element = body[3]
    # Without UNA the standard's own characters hold, unless the first segment shows others: UNB+UNOA:4+…
    shown = re.match(rf"UNB{re.escape(element)}UNO[A-Z]([^A-Z0-9])", body)
    component = shown.group(1) if shown else ":"
    ends = re.search(r"([^A-Z0-9\s])\s*(?:UNG|UNH|BGM)\s?" + re.escape(element), body)
    segment = ends.group(1) if ends else "'"
    if segment not in body and re.search(r"[\r\n]\s*(?:UNG|UNH|BGM|NAD)\s?" + re.escape(element), body):
        # Every segment on a line of its own, and nothing else ends one.
        segment, body = "\n", body.replace("\r\n", "\n").replace("\r", "\n")
    return Signs(component, element, _release("?", component + element + segment), segment), body


def _release(sign: str, parting: str) -> str:
    """A character that parts something releases nothing."""
    return "" if sign in parting else sign


def _split(text: str, sign: str, release: str) -> list[str]:
    if not release or release not in text:
        return text.split(sign)
    r, s = re.escape(release), re.escape(sign)
    parts: list[str] = []
    at = 0
    piece = re.compile(f"(?:[^{r}{s}]|{r}.)*", re.DOTALL)
    while at <= len(text):
        found = piece.match(text, at)
        end = found.end() if found else at
        if end < len(text) and text[end] == release:
            # A release character at the very end releases nothing.
            end = len(text)
        parts.append(text[at:end])
        at = end + 1
    return parts


def _segment(raw: str, signs: Signs) -> Segment | None:
    elements = _split(raw.strip(), signs.element, signs.release)
    tag = elements[0].strip().upper()
    if not _TAG.fullmatch(tag):
        buried = re.search(rf"(?<![A-Z0-9])(?:{_TAGS})\s?{re.escape(signs.element)}", raw)
        return _segment(raw[buried.start() :], signs) if buried else None
    plain = tuple(
        tuple(_plain(component, signs.release) for component in _split(element, signs.component, signs.release))
        for element in elements[1:]
    )
    return Segment(tag, plain)


def _plain(text: str, release: str) -> str:
    return re.sub(re.escape(release) + "(.)", r"\1", text, flags=re.DOTALL) if release and release in text else text
