"""Reading edition files: strict, bounded, block by block. What they look like says `sync.wire.editions`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from borderdesk.ids import RecordKey
from borderdesk.watchlist import (
    Delta,
    DocumentColumns,
    DocumentStatus,
    Edition,
    ListKind,
    Record,
    Snapshot,
    Withdrawal,
    document_key,
)
from borderdesk.watchlist.records import THING_TYPES
from sync.wire.cbor import Fields, decode
from sync.wire.columns import inflate
from sync.wire.documents import (
    BLOCK_ROWS,
    DocumentKey,
    unpack_columns,
    unpack_days,
    unpack_documents,
    unpack_keys,
    unpack_statuses,
)
from sync.wire.manifest import details_in, edition_in
from sync.wire.persons import BLOCK_PERSONS, unpack_persons, unpack_things
from sync.wire.refusals import EDITION, Malformed

MAGIC: Final = b"BDW1"
_MAX_HEADER: Final = 1024 * 1024
_MAX_BLOCKS: Final = 100_000
_MAX_SECTION: Final = 64 * 1024 * 1024
_MAX_REASON: Final = 500
VERSION: Final = 1
SHARE_VERSION: Final = 2
"""Of a file that says whose details it holds; where it holds everything, older programs can read it."""


@dataclass(frozen=True, slots=True)
class Block:
    """Rows, and their sections in the order of the tiers."""

    rows: int
    sections: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class _Records:
    """The records of a snapshot, decoded block by block each time they are asked for."""

    edition: Edition
    blocks: tuple[Block, ...]

    def __iter__(self) -> Iterator[Record]:
        try:
            for block in self.blocks:
                yield from _only_records(block, self.edition)
        except (ValueError, OverflowError) as error:
            raise Malformed(EDITION, str(error)) from error


@dataclass(frozen=True, slots=True)
class _Columns:
    """The documents of a snapshot in columns, decoded block by block each time they are asked for."""

    edition: Edition
    blocks: tuple[Block, ...]

    def __iter__(self) -> Iterator[DocumentColumns]:
        reference = self.edition.published_at.date()
        try:
            for block in self.blocks:
                packed = unpack_keys(block.sections[0])
                if len(packed) != block.rows:
                    raise _another_length()
                yield unpack_columns(packed, block.sections[1], block.sections[2], reference)
        except (ValueError, OverflowError) as error:
            raise Malformed(EDITION, str(error)) from error


@dataclass(frozen=True, slots=True)
class _OddDocuments:
    """The few documents of a snapshot whose numbers do not fit into columns."""

    edition: Edition
    blocks: tuple[Block, ...]

    def __iter__(self) -> Iterator[Record]:
        try:
            for block in self.blocks:
                if odd := len(unpack_keys(block.sections[0]).odd):
                    yield from _only_records(block, self.edition)[-odd:]
        except (ValueError, OverflowError) as error:
            raise Malformed(EDITION, str(error)) from error


def _another_length() -> ValueError:
    return ValueError("a block of another length than the header says")


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself; `withdrawals` is the length of their section in bytes."""

    base: int
    edition: Edition
    withdrawals: int


def read_edition(data: bytes) -> Snapshot | Delta:
    """A whole file. Raises Malformed, ValueError or OverflowError."""
    header, blocks, end = open_file(data)
    edition = header.edition
    if header.base == 0:
        if sum(block.rows for block in blocks) != edition.rows:
            raise ValueError("another number of rows than the edition has")
        if edition.watchlist.kind is ListKind.DOCUMENTS:
            return Snapshot(edition, _OddDocuments(edition, blocks), _Columns(edition, blocks))
        return Snapshot(edition, _Records(edition, blocks))
    records: list[Record] = []
    withdrawn: list[RecordKey] = []
    for block in blocks:
        some, gone = read_block(block, edition)
        records += some
        withdrawn += gone
    return Delta(header.base, edition, _withdrawals_in(data[end:], withdrawn, edition), tuple(records))


def open_file(data: bytes) -> tuple[Header, tuple[Block, ...], int]:
    """The header, the blocks, and where the withdrawals begin."""
    if data[: len(MAGIC)] != MAGIC or len(data) < 8:
        raise ValueError("not an edition")
    size = int.from_bytes(data[4:8], "big")
    if size > _MAX_HEADER:
        raise ValueError("a header that is too long")
    value = decode(data[8 : 8 + size], EDITION, _MAX_HEADER)
    is_share = isinstance(value, list) and value[:1] == [SHARE_VERSION]
    fields = Fields(value, EDITION, 13 if is_share else 12)
    if fields.integer() not in (VERSION, SHARE_VERSION):
        fields.refuse("written by another version of BorderDesk")
    base = fields.integer()
    edition = edition_in(fields)
    if is_share:
        edition = replace(edition, details=details_in(fields))
    is_document = edition.watchlist.kind is ListKind.DOCUMENTS
    tiers = 3 if is_document else 1
    most = BLOCK_ROWS if is_document else BLOCK_PERSONS
    shapes: list[tuple[int, list[int]]] = []
    for value in fields.array(_MAX_BLOCKS):
        shape = Fields(value, EDITION, 1 + tiers)
        shapes.append((shape.integer(1, most), [shape.integer(0, _MAX_SECTION) for _ in range(tiers)]))
    withdrawals = fields.integer(0, _MAX_SECTION)
    if base >= edition.number or (base == 0) != (withdrawals == 0):
        fields.refuse("a delta that leads nowhere")
    blocks, end = _cut(data, 8 + size, shapes, tiers)
    if end + withdrawals != len(data):
        fields.refuse("another length than the header says")
    return Header(base, edition, withdrawals), blocks, end


def _cut(data: bytes, at: int, shapes: list[tuple[int, list[int]]], tiers: int) -> tuple[tuple[Block, ...], int]:
    sections: list[list[bytes]] = [[] for _ in shapes]
    for tier in range(tiers):
        for place, (_, lengths) in enumerate(shapes):
            sections[place].append(data[at : at + lengths[tier]])
            at += lengths[tier]
    blocks = zip(shapes, sections, strict=True)
    return tuple(Block(rows, tuple(parts)) for (rows, _), parts in blocks), at


def read_block(block: Block, edition: Edition) -> tuple[Sequence[Record], list[RecordKey]]:
    """The records of a block, and the keys of documents withdrawn. Raises Malformed or ValueError."""
    """The records of a block, and the keys it says are withdrawn."""
    kind = edition.watchlist.kind
    if kind is not ListKind.DOCUMENTS:
        part = block.sections[0]
        rows: Sequence[Record] = (
            unpack_persons(part) if kind is ListKind.PERSONS else unpack_things(part, THING_TYPES[kind])
        )
        if len(rows) != block.rows:
            raise _another_length()
        return rows, []
    keys = unpack_keys(block.sections[0]).keys()
    if len(keys) != block.rows:
        raise _another_length()
    kept: list[DocumentKey] = []
    kept_statuses: list[DocumentStatus] = []
    withdrawn: list[RecordKey] = []
    for key, status in zip(keys, unpack_statuses(block.sections[1], len(keys)), strict=True):
        if status is None:
            withdrawn.append(document_key(key.state, key.type, key.number))
        else:
            kept.append(key)
            kept_statuses.append(status)
    documents = unpack_documents(kept, kept_statuses, block.sections[2], edition.published_at.date())
    return list(documents), withdrawn


def _only_records(block: Block, edition: Edition) -> Sequence[Record]:
    records, withdrawn = read_block(block, edition)
    if withdrawn:
        raise ValueError("a withdrawal in a snapshot")
    return records


def _withdrawals_in(data: bytes, withdrawn: list[RecordKey], edition: Edition) -> tuple[Withdrawal, ...]:
    fields = Fields(decode(data, EDITION, _MAX_SECTION), EDITION, 4)
    count = fields.integer(0, _MAX_SECTION)
    names = decode(inflate(fields.blob(_MAX_SECTION), _MAX_SECTION), EDITION, _MAX_SECTION)
    keys = [RecordKey(key) for key in Fields([names], EDITION, 1).texts(_MAX_SECTION, 2000)]
    if edition.watchlist.kind is ListKind.DOCUMENTS:
        if keys:
            raise ValueError("the keys of documents twice")
        keys = withdrawn
    days_packed = fields.blob(_MAX_SECTION)
    pair = Fields(decode(inflate(fields.blob(_MAX_SECTION), _MAX_SECTION), EDITION, _MAX_SECTION), EDITION, 2)
    reason_values = pair.array(_MAX_SECTION)
    reason_fields = Fields(reason_values, EDITION, len(reason_values))
    reasons = [reason_fields.text(_MAX_REASON, empty=True) for _ in reason_values]
    place_values = pair.array(_MAX_SECTION)
    if not len(keys) == count == len(place_values):
        raise ValueError("withdrawals that do not fit together")
    places = Fields(place_values, EDITION, count)
    found: list[Withdrawal] = []
    for key, day in zip(keys, unpack_days(days_packed, count, edition.published_at.date()), strict=True):
        if day is None:
            raise ValueError("a withdrawal without its day")
        found.append(Withdrawal(key, day, reasons[places.integer(0, len(reasons) - 1)]))
    return tuple(found)
