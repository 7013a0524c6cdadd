"""Bytes as groups of letters and digits that can be read over a radio or telephone, and typed by whoever listens.

Four characters and a check character make a group. The check is a sum over the 32-element field in which every place,
and the number of the group, has a weight of its own; so one wrong character, two characters in each other's place
anywhere in the group, and a group in another group's place are always noticed, and the listener is told which group to
ask for again. I, L, O and U do not occur: they are heard or read as 1, 1, 0 and V.

    >>> speak(b"hit")
    ('001PF', 'GTBMX')
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DATA: Final = 4
"""Characters of a group before its check character."""

GROUP: Final = DATA + 1
MOST_BYTES: Final = 2048
"""A packet of more bytes is read to nobody."""

_LEAST: Final = 32
_HEARD_AS: Final = str.maketrans("OILU", "011V")
_VALUE: Final = {char: value for value, char in enumerate(ALPHABET)}
_BITS: Final = 5


def _powers() -> tuple[int, ...]:
    """The powers of x modulo x^5 + x^2 + 1: all 31 of them differ."""
    found, value = [], 1
    for _ in range(31):
        found.append(value)
        value <<= 1
        if value & 32:
            value ^= 0b100101
    return tuple(found)


_POWER: Final = _powers()
_LOG: Final = {value: power for power, value in enumerate(_POWER)}


class WrongGroups(KnownError):
    """Groups that were misheard, mistyped, or are not there. `numbers` count from 1."""

    def __init__(self, numbers: Sequence[int]) -> None:
        super().__init__(
            say("These groups are not right: {numbers}.", numbers=", ".join(str(number) for number in numbers)),
            safe=NOTHING_CHANGED,
            todo=say("Let them be read again, each with its number."),
        )
        self.numbers = tuple(numbers)


class NoPacket(KnownError):
    """Groups that are all right, and yet no packet of ours: too few, too many, or of another version."""

    def __init__(self) -> None:
        super().__init__(
            say("These groups are no whole packet."),
            safe=NOTHING_CHANGED,
            todo=say("Ask how many groups there are, and type all of them in their order."),
        )


def speak(data: bytes) -> tuple[str, ...]:
    """The groups for these bytes, with their length in front. Raises ValueError beyond MOST_BYTES."""
    if len(data) > MOST_BYTES:
        raise ValueError(f"{len(data)} bytes are too many to read aloud")
    framed = len(data).to_bytes(2, "big") + data
    bits = int.from_bytes(framed, "big")
    count = -(-len(framed) * 8 // (_BITS * DATA))
    bits <<= count * _BITS * DATA - len(framed) * 8
    values = [(bits >> (_BITS * (count * DATA - 1 - place))) & 31 for place in range(count * DATA)]
    groups = []
    for number in range(count):
        part = values[number * DATA : (number + 1) * DATA]
        groups.append("".join(ALPHABET[value] for value in (*part, _check(part, number))))
    return tuple(groups)


def hear(text: str) -> bytes:
    """The bytes that were read aloud. Blanks, hyphens, case and line ends do not matter.

    Raises WrongGroups where a group does not fit its check, NoPacket where they are no whole packet.
    """
    heard = "".join(char for char in text.upper() if char.isalnum()).translate(_HEARD_AS)
    if not heard or len(heard) > 2 * MOST_BYTES * 8 // _BITS:
        raise NoPacket
    groups = [heard[start : start + GROUP] for start in range(0, len(heard), GROUP)]
    wrong = [number for number, group in enumerate(groups) if not _is_right(group, number)]
    if wrong:
        raise WrongGroups([number + 1 for number in wrong])
    bits = 0
    for group in groups:
        for char in group[:DATA]:
            bits = bits << _BITS | _VALUE[char]
    room = len(groups) * DATA * _BITS
    length = bits >> (room - 16) if room >= 16 else MOST_BYTES
    spare = room - (length + 2) * 8
    if not 0 <= spare < DATA * _BITS or bits & ((1 << spare) - 1):
        raise NoPacket
    return (bits >> spare).to_bytes(length + 2, "big")[2:]


def is_spoken(text: str) -> bool:
    """Whether a scanned text is groups of ours: so many that fit their checks by chance are never met."""
    try:
        return len(hear(text)) > _LEAST
    except (WrongGroups, NoPacket):
        return False


def _is_right(group: str, number: int) -> bool:
    if len(group) != GROUP or any(char not in _VALUE for char in group):
        return False
    *data, check = (_VALUE[char] for char in group)
    return check == _check(data, number)


def _check(values: Sequence[int], number: int) -> int:
    """What the check character has to be: its own weight is 1, the others' x, x^2 …, the group number's the next."""
    total = 0
    for power, value in enumerate((*values, number % 31 + 1), start=1):
        total ^= _POWER[(_LOG[value] + power) % 31] if value else 0
    return total
