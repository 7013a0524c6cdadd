"""Text from a reader, a file or a finger into a reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from borderdesk.documents.checks import FILLER
from borderdesk.documents.mrz import say_delivery as report
from borderdesk.documents.mrz import say_names
from borderdesk.documents.mrz.characters import KEYBOARDS, LAWFUL, to_zone, typed_on, with_own_filler
from borderdesk.documents.mrz.decode import decode
from borderdesk.documents.mrz.delivery import (
    Proposal,
    fillings,
    in_its_place,
    proposals,
    split_lines,
    unframed,
    without_top_lines,
)
from borderdesk.documents.mrz.layouts import LAYOUTS, Format, layout_for
from borderdesk.documents.mrz.lengths import A_LITTLE, is_uneven, keeps_filler
from borderdesk.documents.mrz.repair import MOST_REPAIRS, repairs, unread_repairs, with_digits
from borderdesk.documents.mrz.types import DocumentReading, Repair
from borderdesk.documents.names import doubts
from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.findings import Finding
from borderdesk.words import Sentence, say

MOST_CHARACTERS = 4096
"""More text than this is no machine readable zone."""

FEWEST_CHARACTERS = 12
"""A zone with fewer letters and digits than this says nothing."""

MOST_FAILED = 3
"""With more check digits wrong than this, the text is something else."""

MOST_UNREAD = 2
"""So many characters of a zone may be none of its alphabet before it counts as something else."""

CODE_OF_ANOTHER_FORMAT = 40
"""What a document code costs that the format may not have: more than three wrong check digits."""

LEFT_OUT = 2
"""What each letter or digit costs that a reading leaves out: half a large passport is no small one."""

_SHAPES: tuple[tuple[int, ...], ...] = ((30, 30, 30), (36, 36), (44, 44))
"""Lengths of the ICAO formats' lines, smallest first: what lost filler is most likely the smaller one."""

_BY_SIZE = {sum(shape): shape for shape in _SHAPES}
_GONE = frozenset(
    f"mrz.{code}"
    for code in ("document_code", "state.character", "name.empty", "name.no_given", "name.no_surname", "number.empty")
)
_GONE_IN_TD1 = frozenset(("mrz.check.number", "mrz.check.composite"))
_TWIN = {Format.TD2: Format.FRA_ID, Format.FRA_ID: Format.TD2}


class UnreadableMrz(KnownError):
    """The text holds no machine readable zone of any format this program knows."""

    def __init__(self, happened: Sentence) -> None:
        super().__init__(
            happened,
            safe=NOTHING_CHANGED,
            todo=say("Scan the document again, or type the lines as they are printed."),
        )


def read_mrz(text: str, *, today: date) -> DocumentReading:
    """Read a machine readable zone. `today` decides centuries of birth.

    The text may come as readers send it: framed, joined or split, in lower case, with other filler, lines swapped,
    upper lines missing. What had to be assumed is a finding. Nothing is repaired silently: `repairs` only suggests.

    Raises UnreadableMrz where the text is none, or is longer than 4096 characters.
    """
    if len(text) > MOST_CHARACTERS:
        raise UnreadableMrz(say("{count} characters are no machine readable zone.", count=len(text)))
    whole = _as_they_stand(text.strip("\r\n").replace("\r\n", "\n").split("\n"), today)
    best = whole if whole is not None else _best(text, today)
    if best is None:
        raise UnreadableMrz(say("The text is not a machine readable zone of a known format."))
    if doubted := doubts(f"{best.surname}<<{best.given}".replace(" ", FILLER), best.name_truncated):
        said = [say_names.unusual(doubt.read, doubt.usual) for doubt in doubted]
        return replace(best, findings=(*best.findings, *said))
    return best


def _as_they_stand(lines: list[str], today: date) -> DocumentReading | None:
    """The reading of lines that are whole and in their places, right or wrong, or None where they are not."""
    body = "".join(lines)
    layout = layout_for(tuple(map(len, lines)), body) if body else None
    if layout is None or not LAWFUL.issuperset(body):
        return None
    reading = decode(layout, body, today)
    if reading.valid:
        return reading
    if layout.format is Format.FRA_ID:
        # Its size is that of TD2, which France may issue too.
        other = decode(LAYOUTS[Format.TD2], body, today)
        if other.valid or len(other.failed_checks) < len(reading.failed_checks):
            layout, reading = LAYOUTS[Format.TD2], other
            if other.valid:
                return other
    if not in_its_place(layout, body):
        return None
    repaired = _with_repairs(reading, today)
    if not repaired.repairs and body[2:5] == "FRA" and layout.format in _TWIN:
        # France issues both in this size.
        other = _with_repairs(decode(LAYOUTS[_TWIN[layout.format]], body, today), today)
        return other if other.repairs else repaired
    return repaired


def _best(text: str, today: date) -> DocumentReading | None:
    inner = unframed(text)
    lines = split_lines(with_own_filler(to_zone(inner)))
    whole = _as_they_stand(lines, today)
    best = whole if whole is not None else _cheapest(fillings(lines), (), today)
    if best is None or not best.valid:
        raised = inner.upper()
        for keyboard in KEYBOARDS:
            if keyboard.telling.intersection(raised):
                lines = split_lines(to_zone(typed_on(keyboard, raised)))
                other = _cheapest(fillings(lines), (report.keyboard(keyboard.name),), today)
                if other is not None and other.valid:
                    return other
    if whole is not None:
        return whole
    if best is None or len(best.failed_checks) > MOST_FAILED:
        return None
    # One assumption at a time: where a character is or may be missing, no other is taken for its look-alike.
    alone = not any(finding.code in ("mrz.delivery.unread", "mrz.delivery.uneven") for finding in best.findings)
    if alone and not best.valid and not best.repairs:
        best = _with_repairs(best, today)
    strange = any(finding.code == "mrz.document_code" for finding in best.findings)
    return None if strange and len(best.failed_checks) > 1 and not best.repairs else best


def _cheapest(
    spellings: Iterable[tuple[list[str], int]], said: tuple[Finding, ...], today: date
) -> DocumentReading | None:
    """Of all proposals for all spellings the reading with the fewest faults, and among those the least assumed."""
    found: tuple[int, DocumentReading, Proposal] | None = None
    edited: list[tuple[DocumentReading, Proposal]] = []
    for lines, assumed in spellings:
        if not said and (exact := _exact(lines, today)):
            return exact
        written = sum(character.isalnum() for line in lines for character in line)
        for proposal in [*proposals(lines), *without_top_lines(lines)]:
            reading = _try(proposal, said, today)
            if reading is None:
                continue
            cost = assumed + proposal.assumed + _faults(reading, today) + _odd(reading)
            cost += LEFT_OUT * max(0, written - sum(map(str.isalnum, proposal.body)))
            if proposal.edit is not None:
                if not reading.valid or _strange_state(reading):
                    continue  # what no check digit confirms is not worth a second assumption
                edited.append((reading, proposal))
            if found is None or cost < found[0]:
                found = (cost, reading, proposal)
            if reading.valid and proposal.assumed <= 1 and reading.given:
                break
    if found is None:
        return None
    _, reading, proposal = found
    if proposal.edit is not None:
        return _doubted(reading, edited)
    return replace(reading, repairs=unread_repairs(proposal.layout, proposal.body, today))


def _doubted(best: DocumentReading, edited: list[tuple[DocumentReading, Proposal]]) -> DocumentReading:
    """A reading that needs a character put in or taken out: believed where only filler of optional data is at stake."""
    ways: dict[tuple[object, ...], Repair] = {}
    harmless = True
    for reading, proposal in edited:
        edit = proposal.edit
        if edit is None:
            continue
        ways.setdefault(identity(reading), Repair(reading.lines, (edit,)))
        harmless = harmless and edit.field == "optional" and not (edit.scanned + edit.suggested).strip("<")
    if len(ways) == 1 and harmless:
        return best
    repairs = tuple(ways.values())[:MOST_REPAIRS]
    return replace(best, valid=False, findings=(report.edited(len(ways)), *best.findings), repairs=repairs)


def identity(reading: DocumentReading) -> tuple[object, ...]:
    """The fields of a reading, without its format: two readings with the same are the same document."""
    return (
        reading.document_code, reading.issuing_state, reading.surname, reading.given, reading.number,
        reading.nationality, reading.birth_date_raw, reading.sex, reading.expiry_date_raw, reading.optional,
    )  # fmt: skip


def _faults(reading: DocumentReading, today: date) -> int:
    """The price of what is wrong: every check digit, or little where only letters stand for digits."""
    if reading.valid:
        return 0
    layout = LAYOUTS[reading.format]
    body = "".join(reading.lines)
    digits = with_digits(layout, body)
    faults = 12 * len(reading.failed_checks) + 8
    if digits == body:
        return faults
    other = decode(layout, digits, today)
    return min(faults, 10 if other.valid else 12 * len(other.failed_checks) + 14)


def _strange_state(reading: DocumentReading) -> bool:
    return any(finding.code in ("mrz.state.unknown", "mrz.state.not_icao") for finding in reading.findings)


def _odd(reading: DocumentReading) -> int:
    """What breaks no rule, but speaks for another reading where there is one."""
    codes = [finding.code for finding in reading.findings]
    # A passport with two wrong digits is no visa: what a format may not be outweighs the check digits it lacks.
    strange = CODE_OF_ANOTHER_FORMAT * ("mrz.document_code" in codes and reading.document_code[:1].isalpha())
    return 2 * (not reading.given) + 4 * codes.count("mrz.state.unknown") + 6 * (not reading.number) + strange


def _exact(lines: list[str], today: date) -> DocumentReading | None:
    """The commonest cases, quickly: case, filler, line ends or order; filler lost or added at the end; text around."""
    for shape, parts in _likely(lines) if lines else ():
        whole = "".join(parts)
        layout = layout_for(shape, whole) if whole else None
        if layout is None or not LAWFUL.issuperset(whole) or not in_its_place(layout, whole):
            continue
        reading = decode(layout, whole, today)
        if reading.valid and not _odd(reading):
            if parts is lines:
                return reading
            kept = keeps_filler(lines)
            uneven = len(lines) == len(shape) and any(
                is_uneven(line, width, kept) for line, width in zip(lines, shape, strict=True)
            )
            how = report.uneven() if uneven else report.rearranged()
            return replace(reading, findings=(how, *reading.findings))
    return None


def _likely(lines: list[str]) -> Iterator[tuple[tuple[int, ...], list[str]]]:
    """Line lengths of a format and the parts that make them up, likeliest first."""
    lengths = tuple(map(len, lines))
    body = "".join(lines)
    yield lengths, lines
    if lengths not in _SHAPES and len(body) in _BY_SIZE:
        shape = _BY_SIZE[len(body)]
        if len(lengths) != len(shape) or any(abs(a - b) > A_LITTLE for a, b in zip(lengths, shape, strict=True)):
            yield shape, [body]
    # The nearest length is the likeliest, and of two as near the smaller one: lost filler is commoner than more of it.
    for shape in sorted(_SHAPES, key=lambda shape: sum(abs(length - shape[0]) for length in lengths)):
        width = shape[0]
        if len(shape) != len(lines):
            continue
        if max(lengths) <= width and min(lengths) >= FEWEST_CHARACTERS:
            padded = [line.ljust(width, "<") for line in lines]
            yield shape, padded
            yield shape, padded[::-1]
        elif min(lengths) >= width and not any(line[width:].strip("<") for line in lines):
            yield shape, [line[:width] for line in lines]
    whole = [line for line in lines if len(line) in (30, 36, 44)]
    shape = tuple(map(len, whole))
    if len(whole) < len(lines) and shape in _SHAPES:
        yield shape, whole


def _try(proposal: Proposal, said: tuple[Finding, ...], today: date) -> DocumentReading | None:
    if sum(map(str.isalnum, proposal.body)) < FEWEST_CHARACTERS:
        return None
    unread = [at for at, c in enumerate(proposal.body) if c not in LAWFUL]
    if len(unread) > MOST_UNREAD:
        return None
    body = proposal.body
    for at in unread:
        body = body[:at] + "<" + body[at + 1 :]
    reading = decode(proposal.layout, body, today)
    more = list(said)
    if unread:
        more.append(report.unread(len(unread)))
    if proposal.missing:
        more.append(report.missing_lines(len(proposal.missing)))
    elif proposal.uneven:
        more.append(report.uneven())
    elif proposal.assumed:
        more.append(report.rearranged())
    if not more:
        return reading
    failed, findings = reading.failed_checks, reading.findings
    if proposal.missing:
        # What stands on a missing line is not wrong, it is not there; in TD1 the composite covers the first line.
        gone = _GONE | (_GONE_IN_TD1 if reading.format is Format.TD1 else frozenset())
        findings = tuple(finding for finding in findings if finding.code not in gone)
        failed = tuple(name for name in failed if f"mrz.check.{name}" not in gone)
    valid = reading.valid and not unread and not proposal.missing
    return replace(reading, valid=valid, failed_checks=failed, findings=(*more, *findings))


def _with_repairs(reading: DocumentReading, today: date) -> DocumentReading:
    return replace(reading, repairs=repairs(reading, today))
