"""What might have been meant where a check does not hold: by the kind of each field, and only what then fits whole.

Look-alikes are those of OCR-B readers: 0OQDU, 1IL, 2Z, 5S, 6G, 8B. In a field of digits a letter has one reading; in a
name a 0 may have been O, D, Q or U, which nothing proves, so all are offered. A number is repaired by its check digit,
which most often leaves two readings or more: then the officer is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import islice, product

from borderdesk.documents.checks import CHARACTERS, FILLER, values, weighted
from borderdesk.documents.mrz.decode import decode
from borderdesk.documents.mrz.layouts import LAYOUTS, Format, Layout, Span
from borderdesk.documents.mrz.states import check_states
from borderdesk.documents.mrz.types import Change, DocumentReading, Repair
from borderdesk.documents.numbers import LOOK_ALIKES

MOST_REPAIRS = 8
_ODD_FILLER = re.compile(r"^<[^<]|(?<=[^<])<<<(?=[^<])")
_MOST_READINGS = 64

_TO_DIGIT = {letter: group[0] for group in LOOK_ALIKES for letter in group[1:]}
_TO_LETTERS = {group[0]: group[1:] for group in LOOK_ALIKES}
_TWINS = {c: group.replace(c, "") for group in LOOK_ALIKES for c in group}


def repairs(reading: DocumentReading, today: date) -> tuple[Repair, ...]:
    """Every reading of look-alikes under which the whole zone is valid; at most MOST_REPAIRS, fewest changes first."""
    layout = LAYOUTS[reading.format]
    body = "".join(reading.lines)
    found: dict[str, None] = {}
    for base in _bases(layout, body):
        typed = "".join(base)
        read = reading if typed == body else decode(layout, typed, today)
        if read.valid:
            found[typed] = None
            continue
        # One assumption at a time: a look-alike in the number is not looked for on top of changed digit fields.
        alone = read.failed_checks and typed == body
        for candidate in _by_check_digit(layout, typed, read.failed_checks) if alone else ():
            if candidate not in found and decode(layout, candidate, today).valid:
                found[candidate] = None
        if len(found) >= MOST_REPAIRS:
            break
    changed = {other: sum(a != b for a, b in zip(body, other, strict=True)) for other in found}
    fewest = min(changed.values(), default=0)
    kept = [other for other in found if changed[other] == fewest][:MOST_REPAIRS]
    if len(kept) == 1 and not _likely(body, kept[0]):
        return ()
    return tuple(_repair(layout, body, other) for other in kept)


def unread_repairs(layout: Layout, body: str, today: date) -> tuple[Repair, ...]:
    """What a single character that was not read may have been, where a check digit leaves few ways: none in a name."""
    unread = [at for at, c in enumerate(body) if c not in CHARACTERS]
    if len(unread) != 1 or layout.field_at(unread[0]) == "names":
        return ()
    at = unread[0]
    ways = [
        body[:at] + c + body[at + 1 :] for c in ("0123456789" if at in _digit_places(layout.format) else CHARACTERS)
    ]
    kept = [way for way in ways if decode(layout, way, today).valid]
    return tuple(_repair(layout, body, way) for way in kept) if len(kept) <= MOST_REPAIRS else ()


def _likely(body: str, other: str) -> bool:
    """Whether the only reading that fits is one to believe. One in ten fits by chance.

    A digit between digits is rarely a misread letter, and no name has a Q without its U; so where nothing else fits,
    something else than a look-alike was misread.
    """
    for at, (scanned, suggested) in enumerate(zip(body, other, strict=True)):
        if scanned == suggested:
            continue
        before, after = other[at - 1 : at], other[at + 1 : at + 2]
        if scanned.isdigit() and suggested.isalpha() and before.isdigit() and after.isdigit():
            return False
        if suggested == "Q" and scanned.isalpha() and before.isalpha() and after.isalpha() and after != "U":
            return False
    return True


def with_digits(layout: Layout, body: str) -> str:
    """`body` with every letter that looks like a digit made one, where only digits may stand."""
    digits = _plain_digits(layout, body)
    return _french_number(layout, digits) if layout.format is Format.FRA_ID else digits


def _plain_digits(layout: Layout, body: str) -> str:
    changed = list(body)
    for at in _digit_places(layout.format):
        if body[at] in _TO_DIGIT:
            changed[at] = _TO_DIGIT[body[at]]
        elif body[at] == "K" and FILLER in body[max(at - 1, 0) : at + 2]:
            changed[at] = FILLER
    check = layout.number_check
    if check is not None and layout.long_number and body[check] == "K":
        changed[check] = FILLER
    return "".join(changed)


def _french_number(layout: Layout, body: str) -> str:
    """Year and month, an office of letters or digits, a sequence of digits: where its check digit does not hold."""
    start, stop = layout.number
    if layout.number_check is None or body[layout.number_check] == str(weighted(values(body[start:stop]))):
        return body
    number = [_TO_DIGIT.get(c, c) if at < 4 or at > 6 else c for at, c in enumerate(body[start:stop])]
    return body[:start] + "".join(number) + body[stop:]


@cache
def _digit_places(format: Format) -> tuple[int, ...]:
    layout = LAYOUTS[format]
    places = [at for span in (layout.birth, layout.expiry) for at in range(*span)]
    checks = (layout.birth_check, layout.expiry_check, layout.composite_check, layout.number_check)
    places += [at for at in (*checks, layout.optional_check) if at is not None]
    if format is Format.CHE_DL:
        places += [*range(3, 6), *range(14, 26)]
    return tuple(places)


def _bases(layout: Layout, body: str) -> Iterator[tuple[str, ...]]:
    """The zone with what must be digits as digits; where a French number stays wrong, also with its digits."""
    plain = _plain_digits(layout, body)
    for digits in dict.fromkeys((plain, with_digits(layout, body))):
        yield from islice(product(*_choices(layout, body, digits)), _MOST_READINGS)


def _choices(layout: Layout, body: str, digits: str) -> list[tuple[str, ...]]:
    """What each position may have been, by the kind of its field; a single choice where it is lawful."""
    choices: list[tuple[str, ...]] = [(c,) for c in digits]
    for span in filter(None, (layout.names, layout.given)):
        _name_choices(span, body, choices)
    code = body[layout.code[0]]
    if code not in layout.codes:
        choices[layout.code[0]] = tuple(c for c in layout.codes if c in _TWINS.get(code, "")) or (code,)
    for span in {layout.state, layout.nationality}:
        raw = body[span[0] : span[1]]
        beside = body[slice(*(layout.nationality if span == layout.state else layout.state))]
        if raw and (fits := _state_fits(raw, beside)):
            # One choice stands for the three characters, so that only known codes come out.
            choices[span[0]] = fits
            choices[span[0] + 1] = choices[span[0] + 2] = ("",)
    for span in (*layout.optional, *((layout.names, layout.given) if layout.given else ())):
        for at in range(*span):
            alone = at == span[0] and not body[at + 1 : span[1]].strip(FILLER)
            if body[at] == "K" and body[at + 1 : span[1]][:1] in (FILLER, "") and (body[at - 1] == FILLER or alone):
                choices[at] = (FILLER,)
    if layout.sex is not None and body[layout.sex] in "KC":
        choices[layout.sex] = (FILLER,)
    return choices


def _state_fits(raw: str, beside: str) -> tuple[str, ...]:
    findings = check_states(raw, beside)
    return next((f.fits for f in findings if f.field == "issuing_state" and f.fits and f.fits[0]), ())


def _name_choices(span: Span, body: str, choices: list[tuple[str, ...]]) -> None:
    raw = body[span[0] : span[1]]
    for offset, c in enumerate(raw):
        lone = raw[offset - 1 : offset] in ("<", "") and raw[offset + 1 : offset + 2] in ("<", "")
        if c.isdigit() and c in _TO_LETTERS and not lone:
            choices[span[0] + offset] = tuple(_TO_LETTERS[c])
    # One filler before the names, or three between them: a K was read as filler, or a filler as K.
    for found in _ODD_FILLER.finditer(raw):
        if raw[found.end() : found.end() + 2] in ("K<", "K") and len(found.group()) > 2:
            choices[span[0] + found.end()] = (FILLER,)
            continue
        for offset in (found.start(), found.end() - 1):
            if raw[offset] in "<K":
                choices[span[0] + offset] = ("<", "K")
    seen_two = raw.find("<<", raw.find("<<") + 2 if "<<" in raw.lstrip(FILLER) else 0)
    for offset in range(max(seen_two, 0) + 2, len(raw)):
        lone = raw[offset - 2 : offset] == "<<" and raw[offset + 1 : offset + 2] in ("<", "")
        if seen_two >= 0 and raw[offset].isalpha() and lone:
            choices[span[0] + offset] = (FILLER,)


def _by_check_digit(layout: Layout, body: str, failed: tuple[str, ...]) -> list[str]:
    """Single look-alikes in the number or the optional data that make a failing check digit hold."""
    numbers = values(body)
    found: list[str] = []
    spans: list[tuple[Span, tuple[Span, ...], int | None]] = []
    if layout.number_check is not None and body[layout.number_check] != FILLER:
        spans.append((layout.number, (layout.number_covers or layout.number,), layout.number_check))
    if layout.optional_check is not None and body[layout.optional_check] != FILLER:
        spans.append((layout.optional[0], (layout.optional[0],), layout.optional_check))
    for span, covers, at in spans:
        if at is not None and body[at].isdigit() and int(body[at]) != weighted(_joined(numbers, covers)):
            found += _substitutions(body, numbers, span, covers, at)
            return found
    if "number" in failed and layout.long_number:
        # The number and its overflow: few enough to try each.
        for start, stop in (layout.number, layout.optional[0]):
            found += [
                body[:p] + twin + body[p + 1 :]
                for p in range(start, stop)
                for twin in (FILLER if body[p] == "K" else _TWINS.get(body[p], ""))
            ]
        return found
    at = layout.composite_check
    if at is not None and body[at].isdigit() and int(body[at]) != weighted(_joined(numbers, layout.composite)):
        for span in _seen_by_composite_only(layout):
            found += _substitutions(body, numbers, span, layout.composite, at)
    return found


def _seen_by_composite_only(layout: Layout) -> tuple[Span, ...]:
    """What the composite covers and no other check digit. National formats have it cover names and states, too."""
    if layout.icao:
        return layout.optional if layout.optional_check is None else ()
    checked = {
        at
        for span, digit in (
            (layout.number_covers or layout.number, layout.number_check),
            (layout.birth, layout.birth_check),
        )
        if digit is not None
        for at in (*range(*span), digit)
    }
    return tuple((at, at + 1) for span in layout.composite for at in range(*span) if at not in checked)


def _joined(numbers: bytes, spans: tuple[Span, ...]) -> bytes:
    return b"".join([numbers[a:b] for a, b in spans])


def _substitutions(body: str, numbers: bytes, span: Span, covers: tuple[Span, ...], at: int) -> list[str]:
    wanted = int(body[at])
    found = []
    for position in range(*span):
        for twin in _TWINS.get(body[position], ""):
            changed = numbers[:position] + values(twin) + numbers[position + 1 :]
            if weighted(_joined(changed, covers)) == wanted:
                found.append(body[:position] + twin + body[position + 1 :])
    return found


def _repair(layout: Layout, body: str, other: str) -> Repair:
    changes = []
    for at, (scanned, suggested) in enumerate(zip(body, other, strict=True)):
        if scanned != suggested:
            line, column = layout.place(at)
            changes.append(Change(line, column, layout.field_at(at), scanned, suggested))
    return Repair(layout.split(other), tuple(changes))
