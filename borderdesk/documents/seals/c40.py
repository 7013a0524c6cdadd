"""C40, as seals write letters and digits: three characters in two bytes (ICAO Doc 9303-13, 2.6)."""

from __future__ import annotations

_UNLATCH = 0xFE
_LETTERS = "\x00\x00\x00 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""By C40 value; the first three are shifts, of which only padding uses one."""


def decode_c40(data: bytes) -> str:
    """The text. Filler was written as a blank and stays one: the caller knows whether it is a zone.

        >>> decode_c40(bytes.fromhex("DE515826"))
        'VISA01'

    Raises ValueError for an odd length, a shift that is no padding, and values beyond the table.
    """
    if len(data) % 2:
        raise ValueError("odd length")
    text: list[str] = []
    for at in range(0, len(data), 2):
        if data[at] == _UNLATCH:
            if at + 2 != len(data):
                raise ValueError("characters behind the last one")
            text.append(chr(data[at + 1] - 1))
            break
        value = data[at] * 256 + data[at + 1] - 1
        first, second, third = value // 1600, value % 1600 // 40, value % 40
        if value < 0 or first > 39:
            raise ValueError("no C40 value")
        text += (_LETTERS[first], _LETTERS[second])
        if third or at + 2 != len(data):
            text.append(_LETTERS[third])
    if "\x00" in text:
        raise ValueError("a shift")
    return "".join(text)
