"""Document numbers: their normal form, and the other numbers a reader or a finger may have made of them.

>>> normal_number("l-898 902c")
'L898902C'
>>> look_alike_class("L898902C")
'189B902C'
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from borderdesk.codes import folded
from borderdesk.documents.checks import check_digit

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LOOK_ALIKES: Final = ("0OQDU", "1IL", "2Z", "5S", "6G", "8B")
"""Characters that OCR-B readers and eyes take for one another; the first stands for the class."""

_TO_CLASS = str.maketrans({other: group[0] for group in LOOK_ALIKES for other in group[1:]})
_NOT_IN_NUMBERS = re.compile(r"[^A-Z0-9]+")


def normal_number(text: str) -> str:
    """The form in which numbers are kept and compared: capitals and digits of ASCII, nothing else.

    Digits of any script become 0-9, letters that look like Latin ones become these, as the zone of the same document
    has them; blanks, hyphens, filler and anything else outside A-Z and 0-9 are dropped.
    """
    if text.isascii() and text.isalnum():
        return text.upper()
    return _NOT_IN_NUMBERS.sub("", folded(text))


def look_alike_class(number: str) -> str:
    """One representative for all numbers in normal form that look alike: 0 for 0OQDU, 1 for 1IL, 2Z, 5S, 6G, 8B."""
    return number.translate(_TO_CLASS)


def one_edit_neighbours(number: str) -> Iterator[str]:
    """Every other number one edit away: one character other, missing or added, or two neighbours swapped.

    Each once, never the number itself. For a number of n characters about 73 n + 36 of them.
    """
    seen = {number}
    for neighbour in _edits(number):
        if neighbour not in seen:
            seen.add(neighbour)
            yield neighbour


def _edits(number: str) -> Iterator[str]:
    for at in range(len(number)):
        before, here, after = number[:at], number[at], number[at + 1 :]
        yield before + after
        if after:
            yield before + after[0] + here + after[1:]
        for other in ALPHABET:
            yield before + other + after
            yield before + other + here + after
    for other in ALPHABET:
        yield number + other


def is_one_edit_away(one: str, other: str) -> bool:
    """True where `other` is among `one_edit_neighbours(one)`, found in linear time."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    at = 0
    shorter = min(len(one), len(other))
    while at < shorter and one[at] == other[at]:
        at += 1
    if len(one) == len(other):
        if one[at + 1 :] == other[at + 1 :]:
            return True
        return one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    longer, other_one = (one, other) if len(one) > len(other) else (other, one)
    return longer[at + 1 :] == other_one[at:]


def overflow_variants(number: str) -> tuple[str, ...]:
    """Other forms in which the same number is listed or read, without the number itself.

    A number of more than nine characters overflows the number field of TD1 and TD2 (ICAO Doc 9303-5 and -6, 4.2.2), so
    others hold only its first nine, or the whole with its check digit counted in. A number that ends in its own check
    digit may be listed without it, and one that fits the field may be listed with it.
    """
    if not number:
        return ()
    variants = [number + str(check_digit(number))]
    if len(number) > 9:
        variants.append(number[:9])
        # Old Belgian and Portuguese cards count the filler between the ninth character and the rest.
        variants.append(number + str(check_digit(number[:9] + "<" + number[9:])))
    if len(number) > 6 and number[-1].isdigit() and int(number[-1]) == check_digit(number[:-1]):
        variants.append(number[:-1])
    if len(number) > 10 and number[-1].isdigit():
        body = number[:-1]
        if int(number[-1]) == check_digit(body[:9] + "<" + body[9:]):
            variants.append(body)
    return tuple(dict.fromkeys(v for v in variants if v != number))
