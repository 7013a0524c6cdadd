"""The check digit of ICAO Doc 9303-3, 4.9: weights 7, 3, 1; digits count themselves, A to Z 10 to 35, filler 0."""

from __future__ import annotations

from operator import mul
from typing import Final

FILLER: Final = "<"
CHARACTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"

_UNLAWFUL = 255
_VALUES = bytearray([_UNLAWFUL] * 256)
for _value, _character in enumerate(CHARACTERS):
    _VALUES[ord(_character)] = 0 if _character == FILLER else _value
_TABLE: Final = bytes(_VALUES)
_WEIGHTS: Final = bytes((7, 3, 1)) * 60


def values(text: str) -> bytes:
    """The value of each character, for `weighted`. `text` holds only characters of the MRZ alphabet."""
    return text.encode("ascii").translate(_TABLE)


def weighted(numbers: bytes) -> int:
    """The check digit, 0 to 9, over values from `values`; at most 180 of them."""
    total: int = sum(map(mul, numbers, _WEIGHTS))
    return total % 10


def check_digit(text: str) -> int:
    """The check digit, 0 to 9, over characters A-Z, 0-9 and filler.

        >>> check_digit("520727")
        3

    Raises ValueError for any other character, and for more than 180 of them.
    """
    numbers = values(text) if text.isascii() else b"\xff"
    if _UNLAWFUL in numbers or len(numbers) > len(_WEIGHTS):
        raise ValueError(f"no check digit over {text!r}")
    return weighted(numbers)
