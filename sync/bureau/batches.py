"""Records as the database takes them: many at a time, by key, of one key the first.

Documents stay in columns up to the last step. There are millions of them, and to make an object of each takes longer
than the database does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise, repeat
from operator import itemgetter
from struct import Struct
from typing import Final, Protocol

import numpy as np

from borderdesk.ids import RecordKey
from borderdesk.watchlist import RECORD_TYPES, DocumentColumns, Entries, ListKind, TravelDocument
from borderdesk.watchlist.digest import DOCUMENT_HEADER
from borderdesk.watchlist.records import document_key
from sync.bureau.lists import ListRow, OtherKind
from sync.bureau.stored import to_body

Row = tuple[int, RecordKey, bytes]
"""A list's number, a record's key, and its stored form."""

_KIND_OF: Final = {type_: kind for kind, type_ in RECORD_TYPES.items()}
_GIVEN_AT_ONCE: Final = 5000
_KEY: Final = itemgetter(1)
_BEFORE_KEY: Final = Struct(">hiii")
"""How many fields; the length of the list's number, and itself; the length of the key."""
_LENGTH: Final = Struct(">i")


class Batch(Protocol):
    """Some of a list's records, sorted by key: neighbours land on the page of the table's tree that is at hand.

    `duplicates` are the keys of those that were left out, since one with that key came before.
    """

    @property
    def duplicates(self) -> Sequence[RecordKey]: ...
    @property
    def keys(self) -> Sequence[RecordKey]: ...
    def rows(self) -> Iterator[Sequence[Row]]:
        """The rows of a table, some thousand at a time."""

    def packed(self, encoding: str) -> Iterator[bytes]:
        """The same in PostgreSQL's binary format of COPY (its manual, page COPY), without its beginning and end."""

    def without(self, keys: Set[RecordKey]) -> Batch:
        """The same without these."""


def batches(row: ListRow, records: Iterable[Entries], most: int) -> Iterator[Batch]:
    """All of the records in their order, about `most` in each batch. Raises OtherKind."""
    if row.watchlist.kind is ListKind.DOCUMENTS:
        for columns in _documents(row, records, most):
            yield Documents.of(row.id, columns)
        return
    alone: list[Row] = []
    for each in records:
        if isinstance(each, DocumentColumns) or _KIND_OF[type(each)] is not row.watchlist.kind:
            raise OtherKind(row.watchlist.name, row.watchlist.kind)
        alone.append((row.id, RecordKey(each.key), to_body(each)))
        if len(alone) >= most:
            yield Records.of(alone)
            alone = []
    if alone:
        yield Records.of(alone)


def _documents(row: ListRow, records: Iterable[Entries], most: int) -> Iterator[DocumentColumns]:
    blocks: list[DocumentColumns] = []
    alone: list[TravelDocument] = []
    count = 0
    for each in records:
        if isinstance(each, TravelDocument):
            alone.append(each)
            count += 1
        elif isinstance(each, DocumentColumns):
            blocks += [*_together(alone), each]
            alone = []
            count += len(each)
        else:
            raise OtherKind(row.watchlist.name, row.watchlist.kind)
        if count >= most:
            yield DocumentColumns.joined([*blocks, *_together(alone)])
            blocks, alone, count = [], [], 0
    if count:
        yield DocumentColumns.joined([*blocks, *_together(alone)])


def _together(alone: list[TravelDocument]) -> list[DocumentColumns]:
    return [DocumentColumns.of(alone)] if alone else []


@dataclass(frozen=True, slots=True)
class Documents:
    """A batch of travel documents."""

    list: int
    columns: DocumentColumns
    duplicates: Sequence[RecordKey] = ()

    @classmethod
    def of(cls, list_: int, columns: DocumentColumns) -> Documents:
        """Sorted, and without those that come a second time."""
        # Of two keys the state and the type decide, then the number: a slash sorts before every letter and digit.
        _, rank = np.unique([document_key(*kind, "") for kind in columns.kinds], return_inverse=True)
        ranks = rank.astype(">u2")[columns.kind].view(np.uint8).reshape(-1, 2)
        keys = np.hstack((ranks, columns.characters())).view(f"S{2 + columns.number.itemsize}").ravel()
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        again = np.concatenate(([False], keys[1:] == keys[:-1]))
        if not again.any():
            return cls(list_, columns.take(order))
        return cls(list_, columns.take(order[~again]), columns.take(order[again]).keys())

    @property
    def keys(self) -> Sequence[RecordKey]:
        return self.columns.keys()

    def rows(self) -> Iterator[Sequence[Row]]:
        keys, bodies = self.columns.keys(), self.columns.record_bytes()
        for at in range(0, len(keys), _GIVEN_AT_ONCE):
            part = slice(at, at + _GIVEN_AT_ONCE)
            yield list(zip(repeat(self.list), keys[part], bodies[part], strict=False))

    def packed(self, encoding: str) -> Iterator[bytes]:
        # Every row with room for the longest in a matrix of bytes, from which the bytes that are used are then taken:
        # all of it is ASCII, in whatever encoding the database speaks.
        heads = np.array([document_key(*kind, "").encode() for kind in self.columns.kinds])
        longest, width = heads.itemsize, self.columns.number.itemsize
        letters = heads.view(np.uint8).reshape(-1, longest)
        bodies = self.columns.padded()
        row = np.zeros(
            _GIVEN_AT_ONCE,
            np.dtype(
                [("fields", ">i2"), ("wide", ">i4"), ("list", ">i4"), ("key", ">i4"), ("head", "u1", longest),
                 ("number", "u1", width), ("body", ">i4"), ("bytes", "u1", bodies.shape[1])]
            ),
        )  # fmt: skip
        used = np.ones((_GIVEN_AT_ONCE, row.itemsize), bool)
        row["fields"], row["wide"], row["list"] = 3, 4, self.list
        head_at = _BEFORE_KEY.size
        number_at = head_at + longest
        bytes_at = number_at + width + _LENGTH.size
        for at in range(0, len(self.columns), _GIVEN_AT_ONCE):
            part = bodies[at : at + _GIVEN_AT_ONCE]
            head, number = letters[self.columns.kind[at : at + _GIVEN_AT_ONCE]], part[:, DOCUMENT_HEADER.size :]
            given, is_used = row[: len(part)], used[: len(part)]
            given["head"], given["number"], given["bytes"] = head, number, part
            ends = is_used[:, number_at : number_at + width]
            ends[:] = number != 0
            is_used[:, bytes_at + DOCUMENT_HEADER.size :] = ends
            is_used[:, head_at : head_at + longest] = head != 0
            long = np.count_nonzero(ends, axis=1)
            given["key"] = np.count_nonzero(head, axis=1) + long
            given["body"] = DOCUMENT_HEADER.size + long
            yield given.view(np.uint8).reshape(len(part), -1)[is_used].tobytes()

    def without(self, keys: Set[RecordKey]) -> Documents:
        stays = np.array([key not in keys for key in self.keys], bool)
        return Documents(self.list, self.columns.take(stays))


@dataclass(frozen=True, slots=True)
class Records:
    """A batch of any other kind."""

    all: Sequence[Row]
    duplicates: Sequence[RecordKey] = ()

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Records:
        """Sorted, and without those that come a second time."""
        # Of one key the first stays first, for sorting is stable.
        rows = sorted(rows, key=_KEY)
        if len(set(map(_KEY, rows))) == len(rows):
            return cls(rows)
        pairs = list(pairwise(rows))
        return cls(
            [rows[0], *(row for before, row in pairs if row[1] != before[1])],
            [row[1] for before, row in pairs if row[1] == before[1]],
        )

    @property
    def keys(self) -> Sequence[RecordKey]:
        return [key for _, key, _ in self.all]

    def rows(self) -> Iterator[Sequence[Row]]:
        yield self.all

    def packed(self, encoding: str) -> Iterator[bytes]:
        for at in range(0, len(self.all), _GIVEN_AT_ONCE):
            yield b"".join(_packed(self.all[at : at + _GIVEN_AT_ONCE], encoding))

    def without(self, keys: Set[RecordKey]) -> Records:
        return Records([each for each in self.all if each[1] not in keys])


def _packed(rows: Sequence[Row], encoding: str) -> Iterator[bytes]:
    """Packed here, because the driver takes three times as long."""
    for list_, key, body in rows:
        name = key.encode(encoding)
        yield _BEFORE_KEY.pack(3, 4, list_, len(name))
        yield name
        yield _LENGTH.pack(len(body))
        yield body
