"""Counts and sizes as a person reads them, the same in every language."""

from __future__ import annotations

THIN_GAP = "\u00a0"
"""Between groups of three digits: a comma is a decimal mark in half of the languages."""


def count(number: int) -> str:
    """A whole number in groups of three digits, `200 000`."""
    return f"{number:,}".replace(",", THIN_GAP)


def size(number: int) -> str:
    """Bytes in the largest unit that gives a number of at least 1."""
    amount = float(number)
    for unit in ("B", "KiB", "MiB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}"
        amount /= 1024
    return f"{amount:.1f} GiB"
