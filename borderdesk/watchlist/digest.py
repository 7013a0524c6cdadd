"""The state digest: one value for what a list holds, kept up to date record by record.

After applying an edition a desk proves that it holds exactly what the bureau published. Hashing 128 million records
again for every delta would take minutes, so the digest is an incremental multiset hash: adding and removing a record
costs a microsecond, the order does not matter, and parts of a list can be hashed apart and combined.

How: a record's canonical bytes are hashed with SHA-256; the hash is stretched to 4,096 bits with AES-256 under a fixed,
public key; those are added to the state as 64 words of 64 bits, without carry between words. It has the form of AdHash
and LtHash (Bellare and Micciancio 1997; Lewi, Kim, Maykov and Weis, ePrint 2019/227). At 4,096 bits a generalised
birthday search (Wagner 2002) for two lists with one digest costs about 2 to the 128. `docs/adr/0003` has the reasons.

    >>> one, other = StateDigest(), StateDigest()
    >>> one.add(a); one.add(b); other.add(b); other.add(a)         # doctest: +SKIP
    >>> one.value() == other.value()                               # doctest: +SKIP
    True
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from borderdesk.watchlist.plain import to_plain
from borderdesk.watchlist.records import DocumentStatus, Record, TravelDocument

WORDS: Final = 64
STATE_BYTES: Final = WORDS * 8
VALUE_BYTES: Final = 32

_DOMAIN: Final = b"BorderDesk state digest 1"
_BATCH: Final = 256
_BLOCKS_PER_HALF: Final = WORDS // 4

STATUS_CODES: Final = {
    DocumentStatus.LOST: 1,
    DocumentStatus.STOLEN: 2,
    DocumentStatus.STOLEN_BLANK: 3,
    DocumentStatus.REVOKED: 4,
    DocumentStatus.INVALID: 5,
    DocumentStatus.LISTED: 6,
}
"""Small numbers for statuses, in record bytes and in the replica. Never renumbered."""

DOCUMENT_HEADER: Final = struct.Struct("<c3s2sBII")
"""`T`, state and type padded with NUL, status code, days (proleptic Gregorian ordinal, 0 where unknown) lost and
reported; the number follows in ASCII to the end."""

_DAYS: Final = struct.Struct("<II")
_DOCUMENT_KIND = re.compile(r"[A-Z]{1,3}/[A-Z]{0,2}")

Words = npt.NDArray[np.uint64]


def record_bytes(record: Record) -> bytes:
    """The canonical bytes of a record: two records have the same bytes exactly where they are equal.

    A travel document is `DOCUMENT_HEADER` and its number, because there are many; every other kind is its type's name
    and its plain form as JSON with sorted keys. Raises ValueError for a document whose state is not one to three
    letters, whose type is more than two, or whose number is not in its normal form: no list may hold such a thing.
    """
    if isinstance(record, TravelDocument):
        return _document_bytes(record)
    text = json.dumps(to_plain(record), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return f"{type(record).__name__}{text}".encode("ascii")


def _document_bytes(document: TravelDocument) -> bytes:
    number, lost, reported = document.number, document.lost_on, document.reported_on
    # Asked of millions: by the methods of the text, which take a quarter of the time of a pattern.
    if not (number.isascii() and number.isalnum() and number == number.upper()):
        raise ValueError(f"not a document a list can hold: {document.key!r}")
    days = _DAYS.pack(lost.toordinal() if lost else 0, reported.toordinal() if reported else 0)
    return _document_head(document.state, document.type, document.status) + days + number.encode()


@lru_cache(4096)
def _document_head(state: str, type_: str, status: DocumentStatus) -> bytes:
    """What `DOCUMENT_HEADER` begins with: a list has few states, types and statuses, and millions of numbers."""
    if not _DOCUMENT_KIND.fullmatch(f"{state}/{type_}"):
        raise ValueError(f"not a document a list can hold: {state!r}, {type_!r}")
    return DOCUMENT_HEADER.pack(b"T", state.encode(), type_.encode(), STATUS_CODES[status], 0, 0)[: -_DAYS.size]


class StateDigest:
    """The digest of a multiset of records, while it changes.

        digest = StateDigest(); digest.add(record); digest.remove(other); digest.value()

    `state` is what to store to go on later (512 bytes); `value` is what is published and compared (32 bytes).
    Removing a record that was never added is not noticed here: the value will not be the bureau's.
    """

    def __init__(self, state: bytes = bytes(STATE_BYTES)) -> None:
        """An empty list, or one whose `state` was stored. Raises ValueError for a state of another length."""
        if len(state) != STATE_BYTES:
            raise ValueError(f"a digest state has {STATE_BYTES} bytes, not {len(state)}")
        self._words: Words = np.frombuffer(state, "<u8").astype(np.uint64)
        self._waiting: list[bytes] = []
        self._leaving: list[bytes] = []

    def add(self, record: Record) -> None:
        """Put one record in."""
        self._waiting.append(record_bytes(record))
        if len(self._waiting) >= _BATCH:
            self._settle()

    def remove(self, record: Record) -> None:
        """Take one record out."""
        self._leaving.append(record_bytes(record))
        if len(self._leaving) >= _BATCH:
            self._settle()

    def add_all(self, records: Iterable[Record]) -> None:
        """Put many records in."""
        for record in records:
            self.add(record)

    def add_bytes(self, rows: Sequence[bytes]) -> None:
        """Put many records in, given as their `record_bytes`."""
        self._words += _sum(rows)

    def remove_bytes(self, rows: Sequence[bytes]) -> None:
        """Take many records out, given as their `record_bytes`."""
        self._words -= _sum(rows)

    def combine(self, other: StateDigest) -> None:
        """Put in everything that `other` holds: digests of parts of a list make the digest of the whole."""
        other._settle()
        self._words += other._words

    @property
    def state(self) -> bytes:
        """512 bytes from which `StateDigest(state)` goes on."""
        self._settle()
        return self._words.astype("<u8").tobytes()

    def value(self) -> bytes:
        """32 bytes: SHA-256 over the state, separated from every other use of SHA-256."""
        return hashlib.sha256(_DOMAIN + self.state).digest()

    def _settle(self) -> None:
        if self._waiting:
            self._words += _sum(self._waiting)
            self._waiting.clear()
        if self._leaving:
            self._words -= _sum(self._leaving)
            self._leaving.clear()


def digest_of(records: Iterable[Record]) -> bytes:
    """The state digest of a whole list."""
    digest = StateDigest()
    digest.add_all(records)
    return digest.value()


_COUNTERS: Final = np.arange(2 * _BLOCKS_PER_HALF, dtype=np.uint64).reshape(2, _BLOCKS_PER_HALF)
"""What tells the 32 blocks of one record apart, in the second word of each: block 0 to 15 are made from the hash's
first half, 16 to 31 from its second. Shape (2 halves, 16 blocks)."""

# A public, fixed permutation, not encryption: nothing here is secret. Inputs are hashes, so no structure of the
# records reaches it, which is what electronic code book would otherwise show.
_PERMUTATION: Final = Cipher(algorithms.AES(hashlib.sha256(_DOMAIN).digest()), modes.ECB())  # noqa: S305


def _sum(rows: Sequence[bytes]) -> Words:
    """The sum of the stretched hashes of `rows`, word by word modulo 2 to the 64."""
    total = np.zeros(WORDS, np.uint64)
    stretch = _PERMUTATION.encryptor()
    sha256 = hashlib.sha256
    # Two buffers small enough for the processor's cache, used again and again. The cipher wants one block to spare.
    plain, stretched = np.empty((2, min(_BATCH, len(rows)) + 1, *_COUNTERS.shape, 2), "<u8")
    for start in range(0, len(rows), _BATCH):
        hashes = b"".join([sha256(row).digest() for row in rows[start : start + _BATCH]])
        halves = np.frombuffer(hashes, "<u8").reshape(-1, 2, 1, 2)
        count = len(halves)
        # The words one by one: numpy's inner loop is then sixteen long, not two, which is four times as fast.
        plain[:count, ..., 0] = halves[..., 0]
        np.bitwise_xor(halves[..., 1], _COUNTERS, out=plain[:count, ..., 1])
        stretch.update_into(plain[:count].data.cast("B"), stretched[: count + 1].data.cast("B"))
        total += stretched[:count].reshape(-1, WORDS).sum(axis=0, dtype=np.uint64)
    return total
