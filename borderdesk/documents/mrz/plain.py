"""A textbook reader of machine readable zones: what is measured against, and nothing else.

Strict shapes, fixed columns, all check digits, no delivery forms, no long numbers, no repair; written as one would from
the tables of ICAO Doc 9303 parts 4 to 7 alone.
"""

from __future__ import annotations

_COLUMNS = {
    (30, 30, 30): ((0, 5, 14, 14), (1, 0, 6, 6), (1, 8, 14, 14)),
    (36, 36): ((1, 0, 9, 9), (1, 13, 19, 19), (1, 21, 27, 27)),
    (44, 44): ((1, 0, 9, 9), (1, 13, 19, 19), (1, 21, 27, 27)),
}
_COMPOSITES = {
    (30, 30, 30): ((0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29)),
    (36, 36): ((1, 0, 10), (1, 13, 20), (1, 21, 35)),
    (44, 44): ((1, 0, 10), (1, 13, 20), (1, 21, 43)),
}
_LAST = {(30, 30, 30): (1, 29), (36, 36): (1, 35), (44, 44): (1, 43)}


def textbook_accepts(text: str) -> bool:
    """True where text of exact lines passes every check digit."""
    lines = text.split("\n")
    shape = tuple(len(line) for line in lines)
    if shape not in _COLUMNS:
        return False
    for line, start, stop, at in _COLUMNS[shape]:
        if str(_digit(lines[line][start:stop])) != lines[line][at]:
            return False
    if lines[0][0] == "V":
        return True
    covered = "".join(lines[line][start:stop] for line, start, stop in _COMPOSITES[shape])
    line, at = _LAST[shape]
    return str(_digit(covered)) == lines[line][at]


def _digit(text: str) -> int:
    total = 0
    for place, character in enumerate(text):
        if character.isdigit():
            value = int(character)
        elif "A" <= character <= "Z":
            value = ord(character) - 55
        else:
            value = 0
        total += value * (7, 3, 1)[place % 3]
    return total % 10
