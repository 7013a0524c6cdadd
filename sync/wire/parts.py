"""A whole list of travel documents in two files: the numbers alone, from which a desk can answer, and all the rest.

The first is an ordinary snapshot of the share that knows of every document only that it is listed, with a digest of
its own; it may be used by itself. The second holds what the first does not. Joined they are the whole file, byte for
byte, so that the two together cost a header more than one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from borderdesk.watchlist import DocumentStatus, Edition, ListKind
from sync.wire.cbor import encode
from sync.wire.columns import pack_numbers
from sync.wire.documents import pack_statuses
from sync.wire.edition_reader import MAGIC, Block, open_file
from sync.wire.editions import write_file
from sync.wire.refusals import EDITION, Malformed

_REST: Final = b"BDR1"
_BEGIN: Final = 8
"""Magic number and length of the header."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The two files, in the clear."""

    membership: bytes
    rest: bytes


def divide(whole: bytes, listed: Edition) -> Parts:
    """Divide a snapshot of documents. `listed` is the same edition where all documents are only listed.

    Raises ValueError where it is not.
    """
    header, blocks, _ = open_file(whole)
    edition = header.edition
    same = (listed.watchlist, listed.number, listed.rows) == (edition.watchlist, edition.number, edition.rows)
    if header.base or edition.watchlist.kind is not ListKind.DOCUMENTS or not same or listed.details != ():
        raise ValueError("two parts of different lists")
    numbers = [(block.rows, [block.sections[0], *_nothing_more(block.rows)]) for block in blocks]
    begin = _BEGIN + int.from_bytes(whole[4:_BEGIN], "big")
    return Parts(
        write_file(0, listed, numbers, b""), _REST + whole[4:begin] + whole[begin + len(_numbers_of(blocks)) :]
    )


def join(parts: Parts) -> bytes:
    """The inverse: the whole file, to be read like any other. Raises Malformed where they do not belong together."""
    try:
        return _joined(parts.membership, parts.rest)
    except (ValueError, OverflowError) as error:
        raise Malformed(EDITION, str(error)) from error


def _joined(membership: bytes, rest: bytes) -> bytes:
    if rest[:4] != _REST or len(rest) < _BEGIN:
        raise ValueError("not the rest of an edition")
    _, blocks, _ = open_file(membership)
    begin = _BEGIN + int.from_bytes(rest[4:_BEGIN], "big")
    whole = MAGIC + rest[4:begin] + _numbers_of(blocks) + rest[begin:]
    _, joined, _ = open_file(whole)
    if [(each.rows, each.sections[0]) for each in joined] != [(each.rows, each.sections[0]) for each in blocks]:
        raise ValueError("two parts that do not belong together")
    return whole


def _numbers_of(blocks: tuple[Block, ...]) -> bytes:
    return b"".join(block.sections[0] for block in blocks)


def _nothing_more(rows: int) -> list[bytes]:
    """Status and dates of documents of which nothing more is known than that they are listed."""
    unknown = pack_numbers(np.zeros(rows, np.int64), np.zeros(rows, bool))
    return [pack_statuses([DocumentStatus.LISTED] * rows), encode([unknown, unknown])]
