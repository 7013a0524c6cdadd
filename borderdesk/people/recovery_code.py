"""The code that opens a desk whose supervisors all forgot their passwords: printed once, typed by hand."""

from __future__ import annotations

import base64
from typing import Final

from borderdesk.people.slots import Entropy

_BYTES: Final = 20


def new(entropy: Entropy) -> str:
    """A fresh code: 160 random bits in base 32 (RFC 4648, section 6)."""
    return base64.b32encode(entropy(_BYTES)).decode()


def grouped(code: str) -> str:
    """The code as it is printed, in groups of four."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def bare(code: str) -> str:
    """A code as it was made, however it was typed: O and I are what people write for 0 and 1, which base 32 lacks."""
    return "".join(c for c in code.upper().replace("0", "O").replace("1", "I") if c.isalnum())
