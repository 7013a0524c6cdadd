"""Travel documents in bulk: one array per field instead of one object per document.

128 million documents as objects would take an hour to make; as columns they load as fast as the disk writes. The wire
codec hands these blocks over, the replica stores them, the state digest reads them.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

from borderdesk.ids import RecordKey
from borderdesk.watchlist.digest import DOCUMENT_HEADER, STATUS_CODES
from borderdesk.watchlist.records import Record, TravelDocument, document_key

STATUS_OF: Final = {code: status for status, code in STATUS_CODES.items()}

_KIND = re.compile(rb"[A-Z]{1,3}\0[A-Z]{0,2}")
_NUMBER_BYTES: Final = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ\0")
_IN_NUMBERS: Final = np.array([byte in _NUMBER_BYTES for byte in range(256)])


@lru_cache(64)
def _are_kinds(kinds: tuple[tuple[str, str], ...]) -> bool:
    """Remembered, because the blocks of one list mostly have the same."""
    return all(_KIND.fullmatch(f"{state}\0{type_}".encode()) for state, type_ in kinds)


@dataclasses.dataclass(frozen=True, slots=True)
class DocumentColumns:
    """A block of travel documents, all arrays of the same length, in any order.

    `kinds` lists the (state, type) pairs that may occur and `kind` points into it; `number` holds ASCII numbers in
    normal form as fixed-width bytes (`S…`); `status` the codes of `STATUS_CODES`; `lost` and `reported` days as
    proleptic Gregorian ordinals, 0 where unknown. Raises ValueError where lengths differ or a field holds what no list
    may hold.
    """

    kinds: tuple[tuple[str, str], ...]
    kind: npt.NDArray[np.uint16]
    number: npt.NDArray[np.bytes_]
    status: npt.NDArray[np.uint8]
    lost: npt.NDArray[np.uint32]
    reported: npt.NDArray[np.uint32]

    def __post_init__(self) -> None:
        if len({len(array) for array in (self.kind, self.number, self.status, self.lost, self.reported)}) != 1:
            raise ValueError("the columns of a block differ in length")
        if not _are_kinds(self.kinds):
            raise ValueError(f"not states and types: {self.kinds!r}")
        if not len(self):
            return
        characters = self.characters()
        ended = characters == 0
        if not _IN_NUMBERS[characters].all() or ended[:, 0].any() or (ended[:, :-1] & ~ended[:, 1:]).any():
            raise ValueError("a number is empty or not in its normal form")
        if int(self.kind.max()) >= len(self.kinds) or not np.isin(self.status, list(STATUS_OF)).all():
            raise ValueError("a document has an unknown kind or status")
        if max(int(self.lost.max()), int(self.reported.max())) > date.max.toordinal():
            raise ValueError("a date is beyond the calendar")

    def __len__(self) -> int:
        return len(self.kind)

    def characters(self) -> npt.NDArray[np.uint8]:
        """The numbers as bytes, one row each, NUL after the last character. Shape (documents, longest number)."""
        return np.ascontiguousarray(self.number).view(np.uint8).reshape(len(self), self.number.itemsize)

    def take(self, which: npt.NDArray[Any]) -> DocumentColumns:
        """The documents at these places, in this order."""
        return DocumentColumns(
            self.kinds,
            self.kind[which],
            self.number[which],
            self.status[which],
            self.lost[which],
            self.reported[which],
        )

    def keys(self) -> list[RecordKey]:
        """The key of every document, computed at once."""
        before = [document_key(state, type_, "") for state, type_ in self.kinds]
        numbers = self.number.astype(str).tolist()
        # Not named one by one: with millions of them that takes as long as making them.
        keys = [before[kind] + number for kind, number in zip(self.kind.tolist(), numbers, strict=True)]
        return cast("list[RecordKey]", keys)

    def record_bytes(self) -> list[bytes]:
        """What `borderdesk.watchlist.digest.record_bytes` says of every document, computed at once."""
        padded = self.padded()
        # Reading a fixed-width field strips the NULs after the number, which is what the canonical bytes do.
        whole: list[bytes] = padded.view(f"S{padded.shape[1]}").ravel().tolist()
        return whole

    def padded(self) -> npt.NDArray[np.uint8]:
        """The same bytes, one row each, NUL after the last. Shape (documents, header and longest number)."""
        header, width = DOCUMENT_HEADER.size, self.number.itemsize
        names = np.array([(state.encode(), type_.encode()) for state, type_ in self.kinds], dtype="S3,S2")
        rows = np.zeros(
            len(self),
            np.dtype(
                [("t", "S1"), ("state", "S3"), ("type", "S2"), ("status", "u1"), ("lost", "<u4"), ("reported", "<u4"),
                 ("number", f"S{width}")]
            ),
        )  # fmt: skip
        rows["t"] = b"T"
        rows["state"], rows["type"] = names["f0"][self.kind], names["f1"][self.kind]
        rows["status"], rows["lost"], rows["reported"] = self.status, self.lost, self.reported
        rows["number"] = self.number
        return rows.view(np.uint8).reshape(len(self), header + width)

    def documents(self) -> Iterator[TravelDocument]:
        """The same documents as objects."""
        for kind, number, status, lost, reported in zip(
            self.kind.tolist(),
            self.number.tolist(),
            self.status.tolist(),
            self.lost.tolist(),
            self.reported.tolist(),
            strict=True,
        ):
            state, type_ = self.kinds[kind]
            yield TravelDocument(
                state,
                type_,
                number.decode("ascii"),
                STATUS_OF[status],
                date.fromordinal(lost) if lost else None,
                date.fromordinal(reported) if reported else None,
            )

    @classmethod
    def joined(cls, blocks: Sequence[DocumentColumns]) -> DocumentColumns:
        """The documents of all these blocks, one block after the other. There must be one."""
        if len(blocks) == 1:
            return blocks[0]
        places: dict[tuple[str, str], int] = {}
        moved = [
            np.array([places.setdefault(kind, len(places)) for kind in block.kinds] or [0], np.uint16)[block.kind]
            for block in blocks
        ]
        return cls(
            tuple(places),
            np.concatenate(moved),
            np.concatenate([block.number for block in blocks]),
            np.concatenate([block.status for block in blocks]),
            np.concatenate([block.lost for block in blocks]),
            np.concatenate([block.reported for block in blocks]),
        )

    @classmethod
    def of(cls, documents: Iterable[TravelDocument]) -> DocumentColumns:
        """Columns from objects."""
        rows = list(documents)
        kinds = {kind: place for place, kind in enumerate(sorted({(row.state, row.type) for row in rows}))}
        return cls(
            tuple(kinds),
            np.array([kinds[row.state, row.type] for row in rows], np.uint16),
            np.array([row.number.encode() for row in rows] or [b"0"], np.bytes_)[: len(rows)],
            np.array([STATUS_CODES[row.status] for row in rows], np.uint8),
            np.array([row.lost_on.toordinal() if row.lost_on else 0 for row in rows], np.uint32),
            np.array([row.reported_on.toordinal() if row.reported_on else 0 for row in rows], np.uint32),
        )


Entries = Record | DocumentColumns
"""What comes on the way into a list: one record of any kind, or a block of documents."""


def one_by_one(entries: Iterable[Entries]) -> Iterator[Record]:
    """The same records, each as an object."""
    for each in entries:
        if isinstance(each, DocumentColumns):
            yield from each.documents()
        else:
            yield each
