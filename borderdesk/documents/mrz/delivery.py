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
from borderdesk.documents.mrz.lengths import Fit, fits, keeps_filler, same_lines
from borderdesk.documents.mrz.types import Change

MOST_LINES = 24
MOST_PROPOSALS = 400
_MOST_FITS = 200

_LIKE_DIGITS = frozenset("0123456789<OQDUILZSGB")
_LINE_LENGTHS = frozenset(length for layout in LAYOUTS.values() for length in layout.lengths)
_FRAMED = re.compile(r"\x02([^\x03]*)")
_QUOTED = re.compile(r"\s*[\"'“„]([^\"'“”„]*)[\"'”“]\s*")
_LABEL = re.compile(r"^[^<«]{0,16}[:=|#>)\]]\s*(?=[A-Z0-9<«]{28})")
_SWISS_FIRST_LINE = re.compile("[A-Z0-9]{7}[<K]{2}")
_DATA_LINE = re.compile(r"(?=[A-Z0-9<]{9}[0-9<][A-Z<]{3}[0-9<]{6}[0-9][A-Z<][0-9<]{6}[0-9<])")
_TD1_MIDDLE = re.compile(r"(?=[0-9OQDUILZSGB<]{7}[MFX<][0-9OQDUILZSGB<]{7}[A-Z<]{3})")


@dataclass(frozen=True, slots=True)
class Proposal:
    """Lines joined, as a layout wants them, and how much had to be assumed (less is better).

    `edit` is the one character (or run of filler) that was put in or taken out, counted in the line as it came.
    `uneven` says that a line came a little too short or too long though it still had filler at its end, so that the
    character that is missing or too many may stand anywhere in it.
    """

    layout: Layout
    body: str
    assumed: int
    missing: tuple[int, ...] = ()
    edit: Change | None = None
    uneven: bool = False


def unframed(text: str) -> str:
    """The text between STX and ETX where a serial reader framed it (Desko, 3M RTE6701), or between quotation marks."""
    found = _FRAMED.search(text) or _QUOTED.fullmatch(text)
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
        if len(text) == layout.size and (layout.icao or _national(layout, text)) and not same_lines(lines, layout):
            yield Proposal(layout, text, 1 if len(lines) > 1 else 0)
    for layout in LAYOUTS.values():
        yield from _by_lines(lines, layout)
    for layout in LAYOUTS.values():
        if not same_lines(lines, layout):
            yield from (each for each in _joined(text, layout) if _looks_like(layout, each.body))


def _by_lines(lines: list[str], layout: Layout) -> Iterator[Proposal]:
    wanted = len(layout.lengths)
    # The first line of a French card ends in optional data: a short one lost more than filler.
    kept = keeps_filler(lines) or layout.format is Format.FRA_ID
    slots = [
        [(at, fit) for at, line in enumerate(lines) for fit in fits(line, layout, slot, kept)] for slot in range(wanted)
    ]
    if not all(slots):
        return
    for order in permutations(range(len(lines)), wanted) if len(lines) <= 6 else _runs(len(lines), wanted):
        chosen = [Proposal(layout, "", 2 * (list(order) != sorted(order)) + len(lines) - wanted)]
        for slot, at in enumerate(order):
            options = [fit for place, fit in slots[slot] if place == at]
            # One character lost or doubled at a time.
            chosen = [
                _with_line(done, slot, fit) for done in chosen for fit in options if not (done.edit and fit.column >= 0)
            ]
            chosen = sorted(chosen, key=lambda proposal: proposal.assumed)[:_MOST_FITS]
        yield from (proposal for proposal in chosen if _looks_like(layout, proposal.body))


def _with_line(done: Proposal, slot: int, fit: Fit) -> Proposal:
    edit = done.edit
    if fit.column >= 0:
        at = min(len(done.body) + fit.column, done.layout.size - 1)
        edit = Change(slot, fit.column, done.layout.field_at(at), fit.scanned, fit.suggested)
    return Proposal(
        done.layout, done.body + fit.text, done.assumed + fit.cost, edit=edit, uneven=done.uneven or fit.uneven
    )


def _runs(count: int, wanted: int) -> Iterator[tuple[int, ...]]:
    for first in range(count - wanted + 1):
        yield tuple(range(first, first + wanted))


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
        return body[layout.code[0]] in "10258" and (layout.icao or _national(layout, body))
    for first, last in (layout.birth, layout.expiry):
        if last and first >= start:
            digits = sum(c in _LIKE_DIGITS for c in body[first:last])
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
    if layout.format is Format.CHE_DL and not _SWISS_FIRST_LINE.match(body):
        return False
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
