"""A line of the wrong length brought to that of its place: filler restored or dropped, one character put in or out.

Readers strip the filler at the end of a line, or miscount a run of it; fingers double a character or miss one. Only
what check digits can confirm is tried in the middle of a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from borderdesk.documents.checks import CHARACTERS, FILLER
from borderdesk.documents.mrz.layouts import Layout

A_LITTLE = 4
"""So many characters too few or too many come from miscounting; more are lost filler or other text."""

MOST_LOST = 10
MOST_BEFORE = 24


@dataclass(frozen=True, slots=True)
class Fit:
    """A line of the right length, and what it cost.

    Where something was put into the middle of the line or taken out of it, `column` says where (else it is -1), and
    `scanned` and `suggested` what. `uneven`: the length was wrong though filler stood at the end.
    """

    text: str
    cost: int
    column: int = -1
    scanned: str = ""
    suggested: str = ""
    uneven: bool = False


def same_lines(lines: list[str], layout: Layout) -> bool:
    """Whether these are the lines of the layout, one for one, give or take a few characters."""
    return 1 < len(lines) == len(layout.lengths) and all(
        abs(len(line) - length) <= A_LITTLE for line, length in zip(lines, layout.lengths, strict=True)
    )


def keeps_filler(lines: list[str]) -> bool:
    """Whether the reader left filler at the end of any line: then a short line has lost something else."""
    return any(line.endswith(FILLER) for line in lines)


def is_uneven(line: str, length: int, kept: bool) -> bool:
    """Whether a line came a little too short or too long though the reader does not strip filler (`keeps_filler`)."""
    short = length - len(line)
    return (kept and 0 < short <= A_LITTLE) or -A_LITTLE <= short < 0


def fits(line: str, layout: Layout, slot: int, kept: bool) -> Iterator[Fit]:
    """Every way to bring the line to the length of its slot, with its cost."""
    length = layout.lengths[slot]
    short = length - len(line)
    if short == 0:
        yield Fit(line, 0)
    elif short > 0:
        yield from _filled(line, layout, slot, short, kept)
    else:
        yield from _shortened(line, layout, slot, -short)


def _filled(line: str, layout: Layout, slot: int, short: int, kept: bool) -> Iterator[Fit]:
    length = layout.lengths[slot]
    if len(line) >= 5:
        # The nearer length is the likelier one: a small visa is not a large one that lost more.
        yield Fit(line.ljust(length, FILLER), 1 + short // 4, uneven=is_uneven(line, length, kept))
    start = sum(layout.lengths[:slot])
    if short == 1 and start <= layout.code[0] < start + length and line[1:2] != FILLER:
        yield Fit(line[:1] + FILLER + line[1:], 2, uneven=True)
    if short > MOST_LOST or len(line) <= length // 2:
        return
    seen = set()
    for column in _soft_columns(line, layout, start):
        text = line[:column] + FILLER * short + line[column:]
        if text not in seen:
            seen.add(text)
            yield Fit(text, 5 + short // 4, column, "", FILLER * short, uneven=is_uneven(line, length, kept))


def _soft_columns(line: str, layout: Layout, start: int) -> list[int]:
    """Where filler may have been lost inside a line: in optional data. In a number any character may have been lost."""
    spans = [(first + 1, last) for first, last in layout.optional]
    return [
        column
        for column in range(1, len(line))
        if line[column - 1] == FILLER != line[column] and any(a <= start + column <= b for a, b in spans)
    ]


def _shortened(line: str, layout: Layout, slot: int, excess: int) -> Iterator[Fit]:
    length = layout.lengths[slot]
    lost = line[length:]
    if not lost.strip(FILLER):
        yield Fit(line[:length], 1 + excess // 4, uneven=excess <= A_LITTLE)
        if slot == 0 and excess > A_LITTLE:
            yield Fit(line[1 : length + 1], 4)  # a flag before it, and filled up to the longest line a reader knows
    elif excess > 1 or lost not in CHARACTERS:
        yield Fit(line[:length], 6)
    checked = _is_checked(layout, slot)
    if excess <= MOST_BEFORE and (excess > 1 or slot == 0 or line[0] not in CHARACTERS or not checked):
        # Readers put flags and labels before the first line.
        yield Fit(line[excess:], 3)
    if excess == 1 and checked:
        seen = {line[1:]} if slot == 0 else set()
        for column in range(len(line)):
            text = line[:column] + line[column + 1 :]
            if text not in seen:
                seen.add(text)
                yield Fit(text, 4, column, line[column], "")
    elif excess <= A_LITTLE and checked:
        for run in re.finditer(f"<{{{excess + 1},}}", line):
            column = run.end() - excess
            yield Fit(line[:column] + line[run.end() :], 3, column, FILLER * excess, "")


def _is_checked(layout: Layout, slot: int) -> bool:
    """Whether check digits cover the line, so that they can tell which character is one too many."""
    start = sum(layout.lengths[:slot])
    stop = start + layout.lengths[slot]
    return any(start <= first < stop for first, _ in (layout.number, layout.birth))
