"""Edition files: snapshots and deltas as bytes, and back. Encryption goes around it (`chunks`).

A file is a header and sections. The header says which edition of which list it is, and how many rows and bytes each
block has. Sections stand tier by tier: the keys of all blocks first (a desk that has them can already answer), then
what is said about them. Persons have one tier. A delta's withdrawals come last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import chain, islice
from typing import TypeVar

from borderdesk.ids import RecordKey
from borderdesk.watchlist import (
    Delta,
    DocumentStatus,
    Edition,
    ListKind,
    Person,
    Record,
    Snapshot,
    TravelDocument,
    Withdrawal,
    document_key,
)
from borderdesk.watchlist.records import THING_TYPES
from sync.wire.cbor import encode
from sync.wire.columns import deflate
from sync.wire.document_columns import pack_blocks
from sync.wire.documents import (
    BLOCK_ROWS,
    DocumentKey,
    pack_dates,
    pack_days,
    pack_keys,
    pack_statuses,
    wire_order,
)
from sync.wire.edition_reader import MAGIC, SHARE_VERSION, VERSION, Block, read_block, read_edition
from sync.wire.manifest import FileRef, FileRole, details_out, edition_out
from sync.wire.persons import BLOCK_PERSONS, BLOCK_PHOTOS, pack_persons, pack_things
from sync.wire.refusals import EDITION, Malformed, WrongEdition, WrongHash, WrongLength

_Item = TypeVar("_Item")


def encode_snapshot(snapshot: Snapshot) -> bytes:
    """A whole list. Raises ValueError where records are not of the list's kind, not `edition.rows`, or not distinct."""
    edition = snapshot.edition
    if edition.watchlist.kind is ListKind.DOCUMENTS and snapshot.records == ():
        blocks = list(pack_blocks(snapshot.columns, edition.published_at.date()))
        rows_in = sum(count for count, _ in blocks)
        _check_rows(edition, rows_in, rows_in)
        return write_file(0, edition, blocks, b"")
    if edition.watchlist.kind is ListKind.DOCUMENTS:
        # What fits into no column, beside what does: written one by one.
        everything = chain(snapshot.records, *(block.documents() for block in snapshot.columns))
        documents = sorted(_all_of(TravelDocument, everything), key=lambda one: wire_order(_key(one)))
        _check_rows(edition, len(documents), len({document.key for document in documents}))
        blocks = [_document_block(part, [], edition) for part in _blocks(documents, BLOCK_ROWS)]
    else:
        rows = sorted(snapshot.records, key=lambda record: record.key)
        _check_rows(edition, len(rows), len({record.key for record in rows}))
        blocks = _row_blocks(rows, edition)
    return write_file(0, edition, blocks, b"")


def encode_delta(delta: Delta) -> bytes:
    """What changed. Raises ValueError where a key is withdrawn and recorded at once, or a record is of another kind."""
    edition = delta.edition
    gone = {withdrawal.key: withdrawal for withdrawal in delta.withdrawals}
    if edition.watchlist.kind is ListKind.DOCUMENTS:
        rows: dict[DocumentKey, TravelDocument | None] = {_parse_key(key): None for key in gone}
        rows.update({_key(document): document for document in _all_of(TravelDocument, delta.records)})
        keys = sorted(rows, key=wire_order)
        blocks = []
        for part in _blocks(keys, BLOCK_ROWS):
            kept = [document for key in part if (document := rows[key])]
            blocks.append(_document_block(kept, [key for key in part if rows[key] is None], edition))
        withdrawals = [gone[document_key(key.state, key.type, key.number)] for key in keys if rows[key] is None]
        changes = len(keys)
    else:
        blocks = _row_blocks(sorted(delta.records, key=lambda record: record.key), edition)
        withdrawals = sorted(delta.withdrawals, key=lambda withdrawal: withdrawal.key)
        changes = len({record.key for record in delta.records} | gone.keys())
    if changes != len(delta.withdrawals) + len(delta.records):
        raise ValueError("a record twice in one delta")
    return write_file(delta.base, edition, blocks, _withdrawals_out(withdrawals, edition))


def decode_edition(data: bytes) -> Snapshot | Delta:
    """Read what `encode_snapshot` or `encode_delta` wrote. Raises Malformed.

    A snapshot's records are read block by block as they are asked for, and raise Malformed then.
    """
    try:
        return read_edition(data)
    except (ValueError, OverflowError) as error:
        raise Malformed(EDITION, str(error)) from error


def check_file(file: FileRef, data: bytes) -> None:
    """Compare a file as it travelled with what the manifest says of it. Raises WrongLength or WrongHash."""
    if len(data) != file.length:
        raise WrongLength(file.name, len(data), file.length)
    if sha256(data).digest() != file.sha256:
        raise WrongHash(file.name)


def check_edition(file: FileRef, head: Edition, found: Snapshot | Delta) -> None:
    """Compare what a file holds with what the manifest says it holds. Raises WrongEdition."""
    base = found.base if isinstance(found, Delta) else 0
    if file.role is FileRole.MEMBERSHIP:
        # Its digest is its own: the file's hash in the manifest vouches for it.
        head = replace(head, details=(), digest=found.edition.digest)
    is_head = file.edition == head.number
    if (
        (found.edition.watchlist, found.edition.details) != (head.watchlist, head.details)
        or (base, found.edition.number) != (file.base, file.edition)
        or (is_head and found.edition != head)
        or isinstance(found, Delta) != (file.role is FileRole.DELTA)
    ):
        raise WrongEdition(
            file.name,
            _named(found.edition.watchlist.name, base, found.edition.number),
            _named(head.watchlist.name, file.base, file.edition),
        )


def _named(name: str, base: int, number: int) -> str:
    return f"{name} {base}→{number}" if base else f"{name} {number}"


# --- writing -------------------------------------------------------------------------------------------------------


def _document_block(
    documents: list[TravelDocument], withdrawn: list[DocumentKey], edition: Edition
) -> tuple[int, list[bytes]]:
    """Rows and sections of one block; both lists are in wire order."""
    rows: list[tuple[DocumentKey, DocumentStatus | None]] = [(_key(one), one.status) for one in documents]
    rows += [(key, None) for key in withdrawn]
    rows.sort(key=lambda row: wire_order(row[0]))
    return len(rows), [
        pack_keys([key for key, _ in rows]),
        pack_statuses(status for _, status in rows),
        pack_dates(documents, edition.published_at.date()),
    ]


def _row_blocks(records: list[Record], edition: Edition) -> list[tuple[int, list[bytes]]]:
    """Rows and sections of records other than documents, which are sorted by key."""
    kind = edition.watchlist.kind
    if kind is ListKind.PERSONS:
        packed = [(len(part), [pack_persons(part)]) for part in _blocks(_all_of(Person, records), BLOCK_PERSONS)]
    else:
        things = _all_of(THING_TYPES[kind], records)
        size = BLOCK_PHOTOS if kind is ListKind.PHOTOS else BLOCK_PERSONS
        packed = [(len(part), [pack_things(part)]) for part in _blocks(things, size)]
    for rows, sections in packed:
        # What desks would refuse (a text beyond all bounds) must come to light here, not at every post.
        read_block(Block(rows, tuple(sections)), edition)
    return packed


def _withdrawals_out(withdrawals: Sequence[Withdrawal], edition: Edition) -> bytes:
    """Withdrawals in the order of their keys on the wire; documents have said their keys already."""
    reasons = sorted({withdrawal.reason for withdrawal in withdrawals})
    places = {reason: place for place, reason in enumerate(reasons)}
    is_document = edition.watchlist.kind is ListKind.DOCUMENTS
    return encode(
        [
            len(withdrawals),
            deflate(encode([] if is_document else [withdrawal.key for withdrawal in withdrawals])),
            pack_days([withdrawal.withdrawn_on for withdrawal in withdrawals], edition.published_at.date()),
            deflate(encode([reasons, [places[withdrawal.reason] for withdrawal in withdrawals]])),
        ]
    )


def write_file(base: int, edition: Edition, blocks: list[tuple[int, list[bytes]]], withdrawals: bytes) -> bytes:
    """A file from the rows and sections of its blocks; `withdrawals` is empty in a whole list."""
    header = encode(
        [
            VERSION if edition.details is None else SHARE_VERSION,
            base,
            *edition_out(edition),
            *([] if edition.details is None else [details_out(edition.details)]),
            [[rows, *(len(section) for section in sections)] for rows, sections in blocks],
            len(withdrawals),
        ]
    )
    tiers = zip(*(sections for _, sections in blocks), strict=True)
    return b"".join(
        [MAGIC, len(header).to_bytes(4, "big"), header, *(part for tier in tiers for part in tier), withdrawals]
    )


def _check_rows(edition: Edition, rows: int, distinct: int) -> None:
    if rows != edition.rows or distinct != rows:
        raise ValueError(f"edition {edition.number} has {edition.rows} rows, not {rows} of which {distinct} distinct")


def _all_of(kind: type[_Item], records: Iterable[Record]) -> list[_Item]:
    found: list[_Item] = []
    for record in records:
        if not isinstance(record, kind):
            raise ValueError(f"a {type(record).__name__} in a list of {kind.__name__}s")
        found.append(record)
    return found


def _blocks(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    rest = iter(items)
    while block := list(islice(rest, size)):
        yield block


def _key(document: TravelDocument) -> DocumentKey:
    return DocumentKey(document.state, document.type, document.number)


def _parse_key(key: RecordKey) -> DocumentKey:
    state, type_, number = key.split("/", 2)
    return DocumentKey(state, type_, number)
