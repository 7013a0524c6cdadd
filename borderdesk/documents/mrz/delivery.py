"""Lines as they arrive into lines as they are printed: framing, joins, splits, swaps, lost and extra filler, prefixes.

Everything here only proposes; a proposal is believed as far as its check digits hold (`read`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

from borderdesk.documents.checks import FILLER
from borderdesk.documents.mrz.characters import BREAK
from borderdesk.documents.mrz.layouts import LAYOUTS, Format, Layout

MOST_LINES = 24
MOST_PROPOSALS = 160

_LINE_LENGTHS = frozenset(length for layout in LAYOUTS.values() for length in layout.lengths)
_FRAMED = re.compile(r"\x02([^\x03]*)")
_LABEL = re.compile(r"^[^<«]{0,16}[:=|#>)\]]\s*(?=[A-Z0-9<«]{28})")
_DATA_LINE = re.compile(r"(?=[A-Z0-9<]{9}[0-9<][A-Z<]{3}[0-9<]{6}[0-9][A-Z<][0-9<]{6}[0-9<])")
_TD1_MIDDLE = re.compile(r"(?=[0-9OQDUILZSGB<]{7}[MFX<][0-9OQDUILZSGB<]{7}[A-Z<]{3})")


@dataclass(frozen=True, slots=True)
class Proposal:
    """Lines joined, as a layout wants them, and how much had to be assumed (less is better)."""

    layout: Layout
    body: str
    assumed: int
    missing: tuple[int, ...] = ()


def unframed(text: str) -> str:
    """The text between STX and ETX where a serial reader framed it (Desko, 3M RTE6701), else the text."""
    found = _FRAMED.search(text)
    return found.group(1) if found else text


def split_lines(text: str) -> list[str]:
    """Lines that hold anything, trimmed and without a label before them; blanks inside are for the caller to judge."""
    return [_LABEL.sub("", line.strip()) for line in text.split(BREAK) if line.strip()][:MOST_LINES]


def fillings(lines: list[str]) -> Iterator[tuple[list[str], int]]:
    """The ways to read blanks and guillemets: a guillemet is one filler or two, a blank is nothing or a filler."""
    text = BREAK.join(lines)
    guillemets = ("<", "<<") if "«" in text or "»" in text else ("",)
    blanks: tuple[tuple[str, int], ...] = (("", 0),)
    if " " in text:
        # Lines that are whole with their blanks have blanks for filler; otherwise blanks came in between.
        whole = any(" " in line and len(line) in _LINE_LENGTHS for line in lines)
        blanks = (("<", 0), ("", 6)) if whole else (("", 0), ("<", 3))
    for blank, cost in blanks:
        for guillemet in guillemets:
            filled = text.replace("«", guillemet).replace("»", guillemet) if guillemet else text
            yield [line.replace(" ", blank) for line in filled.split(BREAK)], cost


def proposals(lines: list[str]) -> list[Proposal]:
    """Every way in which these lines might be a zone, best first; at most MOST_PROPOSALS."""
    found: dict[tuple[Format, str], Proposal] = {}
    for proposal in _all(lines):
        key = (proposal.layout.format, proposal.body)
        if key not in found or found[key].assumed > proposal.assumed:
            found[key] = proposal
        if len(found) >= MOST_PROPOSALS:
            break
    return sorted(found.values(), key=lambda proposal: proposal.assumed)


def _all(lines: list[str]) -> Iterator[Proposal]:
    text = "".join(lines)
    for layout in LAYOUTS.values():
        if len(text) == layout.size and (layout.icao or _national(layout, text)):
            yield Proposal(layout, text, 1 if len(lines) > 1 else 0)
    for layout in LAYOUTS.values():
        yield from _by_lines(lines, layout)
    for layout in LAYOUTS.values():
        yield from (each for each in _joined(text, layout) if _looks_like(layout, each.body))


def _by_lines(lines: list[str], layout: Layout) -> Iterator[Proposal]:
    wanted = len(layout.lengths)
    slots = [
        [(at, *fit) for at, line in enumerate(lines) for fit in _fits(line, layout, slot)] for slot in range(wanted)
    ]
    if not all(slots):
        return
    for order in permutations(range(len(lines)), wanted) if len(lines) <= 6 else _runs(len(lines), wanted):
        chosen: list[tuple[str, int]] = [("", 0)]
        for slot, at in enumerate(order):
            options = [(text, cost) for place, text, cost in slots[slot] if place == at]
            chosen = [(body + text, cost + more) for body, cost in chosen for text, more in options]
        swapped = 2 * (list(order) != sorted(order)) + (len(lines) - wanted)
        for body, cost in chosen[:64]:
            if _looks_like(layout, body):
                yield Proposal(layout, body, cost + swapped)


def _runs(count: int, wanted: int) -> Iterator[tuple[int, ...]]:
    for first in range(count - wanted + 1):
        yield tuple(range(first, first + wanted))


def _fits(line: str, layout: Layout, slot: int) -> Iterator[tuple[str, int]]:
    """The line brought to the length of its slot: filler restored at the end or in a run, prefix or excess dropped."""
    length = layout.lengths[slot]
    short = length - len(line)
    if short == 0:
        yield line, 0
    elif short > 0:
        if len(line) >= 5:
            # The nearer length is the likelier one: a small visa is not a large one that lost more.
            yield line.ljust(length, FILLER), 1 + short // 4
        if short <= 10 and len(line) > length // 2:
            for run in re.finditer("<+", line):
                if run.end() < len(line):
                    yield line[: run.end()] + FILLER * short + line[run.end() :], 5 + short // 4
    else:
        excess = -short
        lost = line[length:].strip(FILLER)
        yield line[:length], 6 if lost else 1 + excess // 4
        if excess <= 24:
            yield line[excess:], 3
        if excess <= 4:
            for run in re.finditer(f"<{{{excess + 1},}}", line):
                yield line[: run.end() - excess] + line[run.end() :], 3


def _joined(text: str, layout: Layout) -> Iterator[Proposal]:
    size = layout.size
    if len(text) > size:
        yield Proposal(layout, text[-size:], 4)
        yield Proposal(layout, text[:size], 5)
        for at in range(1, min(len(text) - size, 40)):
            if text[at] in layout.codes and _looks_like(layout, text[at : at + size]):
                yield Proposal(layout, text[at : at + size], 6)
    if len(layout.lengths) == 2 and layout.lengths[0] + 5 < len(text) < size + 24:
        # Filler lost at the end of the first line, or a prefix before it: the second line is counted from the end.
        second = text[-layout.lengths[1] :]
        first = text[: -layout.lengths[1]]
        if 5 <= len(first) < layout.lengths[0]:
            yield Proposal(layout, first.ljust(layout.lengths[0], FILLER) + second, 3)
    if layout.icao and len(layout.lengths) == 2 and len(text) < size:
        width = layout.lengths[0]
        for found in _DATA_LINE.finditer(text, 5, 5 + width + 28):
            first, second = text[: found.start()], text[found.start() :]
            if len(first) <= width and len(second) <= width:
                body = first.ljust(width, FILLER) + second.ljust(width, FILLER)
                yield Proposal(layout, body, 3 + (size - len(text)) // 8)
    if layout.format is Format.TD1 and 50 <= len(text) < size + 24:
        for found in _TD1_MIDDLE.finditer(text, 5):
            at = found.start()
            first, second, third = text[:at], text[at : at + 30], text[at + 30 :]
            if len(first) > 45 or not third:
                continue
            top = first[-30:] if len(first) > 30 else first.ljust(30, FILLER)
            yield Proposal(layout, top + second + third[:30].ljust(30, FILLER), 4)


def without_top_lines(lines: list[str]) -> Iterator[Proposal]:
    """Readings of a zone whose upper lines were not read: what is there is read, the rest stays filler."""
    for format in (Format.TD3, Format.TD2, Format.TD1):
        layout = LAYOUTS[format]
        for missing in range(1, len(layout.lengths)):
            kept = layout.lengths[missing:]
            if len(lines) == len(kept) and all(len(a) == b for a, b in zip(lines, kept, strict=True)):
                top = sum(layout.lengths[:missing])
                body = FILLER * top + "".join(lines)
                if _looks_like(layout, body, top):
                    yield Proposal(layout, body, 20 + missing, tuple(range(missing)))


def _looks_like(layout: Layout, body: str, start: int = 0) -> bool:
    """A quick look at what no reading error explains: letters first, digits in most places of the dates."""
    if layout.code[0] >= start and not body[layout.code[0]].isalpha():
        return body[layout.code[0]] in "10258" and layout.icao
    for first, last in (layout.birth, layout.expiry):
        if last and first >= start:
            digits = sum(c.isdigit() or c == FILLER for c in body[first:last])
            if digits < 4:
                return False
    if layout.icao:
        names = body[layout.names[0] : layout.names[1]]
        if layout.names[0] >= start and sum(c.isdigit() for c in names) > 4:
            return False
    else:
        return _national(layout, body)
    return True


def _national(layout: Layout, body: str) -> bool:
    state = body[layout.state[0] : layout.state[1]]
    return state == {
        Format.FRA_ID: "FRA",
        Format.FRA_DL: "FRA",
        Format.CHE_DL: "CHE",
        Format.NLD_DL: "NLD",
        Format.SVK_ID: "SVK",
    }.get(layout.format)


def in_its_place(layout: Layout, body: str) -> bool:
    """True where lines of the right length also stand in the right order."""
    if not layout.icao:
        return _national(layout, body)
    return _looks_like(layout, body) and body[layout.code[0]] in layout.codes
