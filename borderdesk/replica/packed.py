"""Documents as the table's rows hold them: four whole numbers or short texts instead of objects.

`skeleton` and `rest` are the number (`borderdesk.replica.numbers`); `which` tells apart what shares them: the number's
variant, and in the low 16 bits the code of state and type; `facts` holds reported (22 bits) and lost (22 bits) as
ordinals, 0 where unknown, and the status (3 bits): together six bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from borderdesk.replica.numbers import BASE, PLACES, read_number, read_numbers, write_number, write_numbers
from borderdesk.watchlist import DocumentColumns, TravelDocument
from borderdesk.watchlist.columns import STATUS_OF
from borderdesk.watchlist.digest import STATUS_CODES

KIND_BITS: Final = 16
_STATUS_BITS: Final = 3
_DAY_BITS: Final = 22

PARTS: Final = BASE**2
"""A list is sorted in parts by the first two places of its skeletons."""

_PART_SIZE: Final = BASE ** (PLACES - 2)

_SQUEEZED: Final = (("skeleton", 6), ("which", 5), ("facts", 6))
"""Bytes that hold 27 to the 9, five to the 9 beside 16 bits, and 47 bits."""

Packed = npt.NDArray[Any]
"""Structured array with the fields skeleton, which, facts and rest."""

Row = tuple[int, str, int, int]


def packed_type(rest_width: int) -> np.dtype[Any]:
    """The type of packed documents whose numbers go on for at most so many characters after the ninth."""
    return np.dtype([("skeleton", "<i8"), ("which", "<i8"), ("facts", "<i8"), ("rest", f"S{max(1, rest_width)}")])


def pack(block: DocumentColumns, codes: npt.NDArray[np.int64]) -> Packed:
    """A block as rows, in its own order. `codes` gives each of its kinds its code."""
    characters = block.characters()
    skeletons, rests, variants = write_numbers(characters)
    rows = np.empty(len(block), packed_type(characters.shape[1] - PLACES))
    rows["skeleton"] = skeletons
    rows["rest"] = rests
    rows["which"] = (variants << KIND_BITS) | codes[block.kind]
    facts = (block.reported.astype(np.int64) << _DAY_BITS) | block.lost
    rows["facts"] = (facts << _STATUS_BITS) | block.status
    return rows


def together(parts: list[Packed]) -> Packed:
    """All of them in one array, in the order of the table."""
    width = max((part.dtype["rest"].itemsize for part in parts), default=1)
    whole = np.concatenate(
        [part.astype(packed_type(width), copy=False) for part in parts] or [np.empty(0, packed_type(1))]
    )
    order = np.argsort(whole["skeleton"], kind="stable")
    ordered: Packed = whole[order]
    return ordered


def split(rows: Packed) -> Iterator[tuple[int, Packed]]:
    """The same rows by the part of the list they belong to."""
    part = parts_of(rows["skeleton"])
    order = np.argsort(part, kind="stable")
    ordered = part[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    for start, end in zip(starts, [*starts[1:], len(order)], strict=True):
        yield int(ordered[start]), rows[order[start:end]]


def squeeze(rows: Packed) -> tuple[int, bytes]:
    """Rows as they wait to be sorted: how many characters their rests take, and the columns one after the other.

    Each column has as many bytes as its values can need (`_SQUEEZED`). Unpacked they would wait in more room than the
    table takes, and a file never shrinks.
    """
    characters = _bytes_of(rows["rest"])
    used = np.flatnonzero(characters.any(axis=0))
    width = int(used[-1]) + 1 if len(used) else 0
    columns = [_bytes_of(rows[name])[:, :size].tobytes() for name, size in _SQUEEZED]
    return width, b"".join([*columns, characters[:, :width].tobytes()])


def loosen(width: int, squeezed: bytes) -> Packed:
    """The inverse of `squeeze`."""
    count = len(squeezed) // (sum(size for _, size in _SQUEEZED) + width)
    rows, at = np.zeros(count, packed_type(width)), 0
    for name, size in (*_SQUEEZED, ("rest", width)):
        column = np.zeros((count, rows[name].itemsize), np.uint8)
        column[:, :size] = np.frombuffer(squeezed, np.uint8, count * size, at).reshape(count, size)
        rows[name] = column.view(rows.dtype[name]).ravel()
        at += count * size
    return rows


def _bytes_of(column: Packed) -> npt.NDArray[np.uint8]:
    return np.ascontiguousarray(column).view(np.uint8).reshape(len(column), column.itemsize)


def parts_of(skeletons: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The part each skeleton belongs to."""
    parts: npt.NDArray[np.int64] = skeletons // _PART_SIZE
    return parts


def part_bounds(part: int) -> tuple[int, int]:
    """The skeletons of a part: from the first, up to but without the second."""
    return part * _PART_SIZE, (part + 1) * _PART_SIZE


def as_rows(rows: Packed) -> Iterator[Row]:
    """One tuple per document, for the database."""
    rests = [""] * len(rows)
    for place in np.flatnonzero(rows["rest"] != b"").tolist():
        rests[place] = rows["rest"][place].decode("ascii")
    return zip(rows["skeleton"].tolist(), rests, rows["which"].tolist(), rows["facts"].tolist(), strict=True)


def unpack(rows: list[Row], kinds: dict[int, tuple[str, str]]) -> DocumentColumns:
    """Many rows of the database as a block. `kinds` gives each code its state and type."""
    skeletons, rests, whiches, facts = zip(*rows, strict=True)
    which, fact = np.array(whiches, np.int64), np.array(facts, np.int64)
    codes, kind = np.unique(which & ((1 << KIND_BITS) - 1), return_inverse=True)
    days = fact >> _STATUS_BITS
    return DocumentColumns(
        tuple(kinds[code] for code in codes.tolist()),
        kind.astype(np.uint16),
        read_numbers(np.array(skeletons, np.int64), list(rests), which >> KIND_BITS),
        (fact & ((1 << _STATUS_BITS) - 1)).astype(np.uint8),
        (days & ((1 << _DAY_BITS) - 1)).astype(np.uint32),
        (days >> _DAY_BITS).astype(np.uint32),
    )


def row_of(document: TravelDocument, code: int) -> Row:
    """One document as a row."""
    written = write_number(document.number)
    reported = document.reported_on.toordinal() if document.reported_on else 0
    lost = document.lost_on.toordinal() if document.lost_on else 0
    facts = ((reported << _DAY_BITS) | lost) << _STATUS_BITS | STATUS_CODES[document.status]
    return written.skeleton, written.rest, (written.variant << KIND_BITS) | code, facts


def document_of(row: Row, kind: tuple[str, str]) -> TravelDocument:
    """The inverse of `row_of`. `kind` is the state and type that `code_of` the row stands for."""
    skeleton, rest, which, facts = row
    days = facts >> _STATUS_BITS
    lost, reported = days & ((1 << _DAY_BITS) - 1), days >> _DAY_BITS
    return TravelDocument(
        kind[0],
        kind[1],
        read_number(skeleton, rest, which >> KIND_BITS),
        STATUS_OF[facts & ((1 << _STATUS_BITS) - 1)],
        date.fromordinal(lost) if lost else None,
        date.fromordinal(reported) if reported else None,
    )


def code_of(row: Row) -> int:
    """The code of a row's state and type."""
    return row[2] & ((1 << KIND_BITS) - 1)
