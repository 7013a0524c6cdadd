"""Travel documents as columns: keys sorted by natural key, then status, then dates.

Numbers are grouped by state, type and length; a group says for each position which of four alphabets it uses, so a
number becomes one integer and a sorted group of them becomes gaps (`columns.pack_sorted`). Numbers that fit no
alphabet, or are too long to become an exact integer, travel as text behind the groups.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from borderdesk.watchlist import DocumentColumns, DocumentStatus, TravelDocument
from borderdesk.watchlist.digest import STATUS_CODES
from sync.wire.cbor import Fields, decode, encode
from sync.wire.columns import (
    Ints,
    deflate,
    inflate,
    pack_numbers,
    pack_sorted,
    unpack_numbers,
    unpack_sorted,
)
from sync.wire.refusals import EDITION

_KIND: Final = re.compile(r"[A-Z]{1,3}/[A-Z]{0,2}")
_NUMBER: Final = re.compile(r"[0-9A-Z]{1,9}")

BLOCK_ROWS: Final = 2**19
"""Rows that are packed together: bounds the memory of both ends."""

_ALPHABETS: Final = {
    "D": "0123456789",
    # The letters and digits of German document numbers (chosen so that no number spells a word or is misread).
    "G": "0123456789CFGHJKLMNPRTVWXYZ",
    "L": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "N": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
}
_CHOICES: Final = [(name, frozenset(letters.encode())) for name, letters in _ALPHABETS.items()]
_STATUSES: Final = (
    DocumentStatus.LOST,
    DocumentStatus.STOLEN,
    DocumentStatus.STOLEN_BLANK,
    DocumentStatus.REVOKED,
    DocumentStatus.INVALID,
    None,
    DocumentStatus.LISTED,
)
"""Codes on the wire; None says that the document is withdrawn."""

_WITHDRAWN: Final = _STATUSES.index(None)
LONGEST: Final = 9
"""Thirty-six letters to the ninth power still fit a double exactly."""

_MAX_PART: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, order=True)
class DocumentKey:
    """State, type and number: what a record of a list of documents is addressed by."""

    state: str
    type: str
    number: str


def wire_order(key: DocumentKey) -> tuple[bool, str, str, int, str]:
    """What keys are sorted by before `pack_keys`: those that fit no group last."""
    return (_is_odd(key), key.state, key.type, len(key.number), key.number)


def _is_odd(key: DocumentKey) -> bool:
    return not (_NUMBER.fullmatch(key.number) and _KIND.fullmatch(f"{key.state}/{key.type}"))


def pack_keys(keys: list[DocumentKey]) -> bytes:
    """Pack distinct keys that are in wire order."""
    odd = next((place for place, key in enumerate(keys) if _is_odd(key)), len(keys))
    groups = []
    for (state, type_, width), members in groupby(keys[:odd], key=lambda key: (key.state, key.type, len(key.number))):
        letters = np.frombuffer("".join(key.number for key in members).encode(), dtype=np.uint8).reshape(-1, width)
        groups.append(Group(state, type_, letters))
    return pack_groups(groups, [[key.state, key.type, key.number] for key in keys[odd:]])


@dataclass(frozen=True, slots=True)
class Group:
    """Sorted numbers of one length, of one state and type: a row of ASCII letters each."""

    state: str
    type: str
    letters: NDArray[np.uint8]


def pack_groups(groups: Iterable[Group], odd: list[list[str]]) -> bytes:
    """The same from groups in wire order, and the state, type and number of the keys that fit none."""
    heads: list[tuple[str, str, str, int]] = []
    values: list[Ints] = []
    ranges: list[int] = []
    for group in groups:
        pattern = "".join(_narrowest(group.letters[:, position]) for position in range(group.letters.shape[1]))
        heads.append((group.state, group.type, pattern, len(group.letters)))
        values.append(_to_integers(group.letters, pattern))
        ranges.append(_range(pattern))
    counts = np.array([head[3] for head in heads], dtype=np.int64)
    whole = np.concatenate([*values, np.zeros(0, dtype=np.int64)])
    return encode(
        [
            deflate(encode([[head[column] for head in heads] for column in range(4)])),
            pack_sorted(whole, counts, np.array(ranges, dtype=np.int64)),
            deflate(encode(odd)),
        ]
    )


@dataclass(frozen=True, slots=True)
class PackedKeys:
    """The keys of one block: groups with their sorted numbers as integers, and the keys that fit no group."""

    heads: tuple[tuple[str, str, str], ...]
    counts: Ints
    values: Ints
    odd: tuple[DocumentKey, ...]

    def __len__(self) -> int:
        return len(self.values) + len(self.odd)

    def keys(self) -> list[DocumentKey]:
        """All of them, in wire order."""
        found: list[DocumentKey] = []
        for (state, type_, pattern), values in self._groups():
            letters = _to_letters(values, pattern)
            text, width = letters.tobytes().decode("ascii"), len(pattern)
            found += [DocumentKey(state, type_, text[start : start + width]) for start in range(0, len(text), width)]
        return [*found, *self.odd]

    def numbers(self) -> NDArray[np.bytes_]:
        """The numbers of the groups, in wire order, as fixed-width bytes."""
        letters = np.zeros((len(self.values), LONGEST), dtype=np.uint8)
        start = 0
        for (_, _, pattern), values in self._groups():
            letters[start : start + len(values), : len(pattern)] = _to_letters(values, pattern)
            start += len(values)
        return letters.view(f"S{LONGEST}").reshape(-1)

    def _groups(self) -> Iterator[tuple[tuple[str, str, str], Ints]]:
        ends = np.cumsum(self.counts)
        for head, start, end in zip(self.heads, (ends - self.counts).tolist(), ends.tolist(), strict=True):
            yield head, self.values[start:end]


def unpack_keys(data: bytes) -> PackedKeys:
    """What `pack_keys` was given. Raises Malformed or ValueError."""
    parts = Fields(decode(data, EDITION, _MAX_PART), EDITION, 3)
    head_bytes, bits, odd_bytes = parts.blob(_MAX_PART), parts.blob(_MAX_PART), parts.blob(_MAX_PART)
    columns = Fields(decode(inflate(head_bytes, _MAX_PART), EDITION, _MAX_PART), EDITION, 4)
    states, types, patterns = (columns.texts(BLOCK_ROWS, 16) for _ in range(3))
    count_values = columns.array(BLOCK_ROWS)
    count_fields = Fields(count_values, EDITION, len(count_values))
    counts = np.array([count_fields.integer(1, BLOCK_ROWS) for _ in count_values], dtype=np.int64)
    if not len(states) == len(types) == len(patterns) == len(counts) or int(counts.sum()) > BLOCK_ROWS:
        raise ValueError("groups that do not fit together")
    heads = tuple(zip(states, types, patterns, strict=True))
    if any(not 0 < len(pattern) <= LONGEST or not set(pattern) <= _ALPHABETS.keys() for pattern in patterns):
        raise ValueError("an unknown alphabet")
    if not all(_KIND.fullmatch(f"{state}/{type_}") for state, type_, _ in heads):
        raise ValueError("a state or type in the wrong place")
    order = [(state, type_, len(pattern)) for state, type_, pattern in heads]
    if any(not earlier < later for earlier, later in pairwise(order)):
        raise ValueError("groups out of order")
    values = unpack_sorted(bits, counts, np.array([_range(pattern) for pattern in patterns], dtype=np.int64))
    odd: list[DocumentKey] = []
    for entry in Fields([decode(inflate(odd_bytes, _MAX_PART), EDITION, _MAX_PART)], EDITION, 1).array(BLOCK_ROWS):
        fields = Fields(entry, EDITION, 3)
        odd.append(DocumentKey(fields.text(16, empty=True), fields.text(16, empty=True), fields.text(64, empty=True)))
    places = [wire_order(key) for key in odd]
    if len(values) + len(odd) > BLOCK_ROWS or not all(place[0] for place in places):
        raise ValueError("a number in the wrong place")
    if any(not earlier < later for earlier, later in pairwise(places)):
        raise ValueError("odd numbers out of order")
    return PackedKeys(heads, counts, values, tuple(odd))


def status_codes() -> NDArray[np.uint8]:
    """The wire's code of each status by its code in columns (`STATUS_CODES`)."""
    codes = np.zeros(256, np.uint8)
    for place, status in enumerate(_STATUSES):
        if status is not None:
            codes[STATUS_CODES[status]] = place
    return codes


def pack_statuses(statuses: Iterable[DocumentStatus | None]) -> bytes:
    """One status per key; None where the document is withdrawn."""
    return deflate(bytes(_STATUSES.index(status) for status in statuses))


def unpack_statuses(data: bytes, count: int) -> list[DocumentStatus | None]:
    """What `pack_statuses` was given. Raises ValueError."""
    codes = inflate(data, count)
    if len(codes) != count or (count and max(codes) >= len(_STATUSES)):
        raise ValueError("a status this program does not know")
    return [_STATUSES[code] for code in codes]


def pack_days(days: list[date | None], reference: date) -> bytes:
    """Days as how long before `reference` they were; None where unknown."""
    start = reference.toordinal()
    return pack_numbers(
        np.array([start - day.toordinal() if day else 0 for day in days], dtype=np.int64),
        np.array([day is not None for day in days], dtype=bool),
    )


def unpack_days(data: bytes, count: int, reference: date) -> list[date | None]:
    """What `pack_days` was given. Raises Malformed or ValueError."""
    values, known = unpack_numbers(data, count)
    start = reference.toordinal()
    return [date.fromordinal(start - value) if there else None for value, there in _rows(values, known)]


def pack_dates(documents: list[TravelDocument], reference: date) -> bytes:
    """When documents were reported, and how long before that they were lost."""
    today = reference.toordinal()
    bases = [document.reported_on.toordinal() if document.reported_on else today for document in documents]
    # How long before the report: mostly days, where the date itself spreads over decades.
    lags = [
        base - document.lost_on.toordinal() if document.lost_on else 0
        for base, document in zip(bases, documents, strict=True)
    ]
    lost_known = np.array([document.lost_on is not None for document in documents], dtype=bool)
    return encode(
        [
            pack_days([document.reported_on for document in documents], reference),
            pack_numbers(np.array(lags, dtype=np.int64), lost_known),
        ]
    )


def unpack_documents(
    keys: list[DocumentKey], statuses: list[DocumentStatus], dates: bytes, reference: date
) -> Iterator[TravelDocument]:
    """The documents of one block. Raises Malformed or ValueError."""
    columns = Fields(decode(dates, EDITION, _MAX_PART), EDITION, 2)
    reported = unpack_days(columns.blob(_MAX_PART), len(keys), reference)
    lags, lost_known = unpack_numbers(columns.blob(_MAX_PART), len(keys))
    for key, status, day, (lag, is_lost) in zip(keys, statuses, reported, _rows(lags, lost_known), strict=True):
        lost = date.fromordinal((day or reference).toordinal() - lag) if is_lost else None
        yield TravelDocument(key.state, key.type, key.number, status, lost, day)


def unpack_columns(packed: PackedKeys, statuses: bytes, dates: bytes, reference: date) -> DocumentColumns:
    """The documents of a block's groups at once, of a snapshot. Raises Malformed or ValueError."""
    count, total = len(packed.values), len(packed)
    codes = np.frombuffer(inflate(statuses, total), dtype=np.uint8)
    if len(codes) != total or np.any((codes == _WITHDRAWN) | (codes >= len(_STATUSES))):
        raise ValueError("a status that a whole list cannot have")
    columns = Fields(decode(dates, EDITION, _MAX_PART), EDITION, 2)
    today = reference.toordinal()
    ages, reported_known = unpack_numbers(columns.blob(_MAX_PART), total)
    lags, lost_known = unpack_numbers(columns.blob(_MAX_PART), total)
    reported = np.where(reported_known, today - ages, today)
    lost = reported - lags
    for days, known in ((reported, reported_known), (lost, lost_known)):
        if np.any((days[known] < 1) | (days[known] > date.max.toordinal())):
            raise ValueError("a date beyond the calendar")
    kinds = sorted({(state, type_) for state, type_, _ in packed.heads})
    places = np.array([kinds.index((state, type_)) for state, type_, _ in packed.heads], dtype=np.uint16)
    return DocumentColumns(
        kinds=tuple(kinds),
        kind=np.repeat(places, packed.counts),
        number=packed.numbers(),
        status=np.array([STATUS_CODES[status] if status else 0 for status in _STATUSES], dtype=np.uint8)[codes[:count]],
        lost=np.where(lost_known, lost, 0)[:count].astype(np.uint32),
        reported=np.where(reported_known, reported, 0)[:count].astype(np.uint32),
    )


def _rows(values: Ints, known: NDArray[np.bool_]) -> Iterator[tuple[int, bool]]:
    return zip(values.tolist(), known.tolist(), strict=True)


def _narrowest(letters: NDArray[np.uint8]) -> str:
    used = set(np.unique(letters).tolist())
    return next(name for name, alphabet in _CHOICES if used <= alphabet)


def _range(pattern: str) -> int:
    size = 1
    for name in pattern:
        size *= len(_ALPHABETS[name])
    return size


def _to_integers(letters: NDArray[np.uint8], pattern: str) -> Ints:
    values = np.zeros(len(letters), dtype=np.int64)
    for position, name in enumerate(pattern):
        table = np.zeros(256, dtype=np.int64)
        table[np.frombuffer(_ALPHABETS[name].encode(), dtype=np.uint8)] = np.arange(len(_ALPHABETS[name]))
        values = values * len(_ALPHABETS[name]) + table[letters[:, position]]
    return values


def _to_letters(values: Ints, pattern: str) -> NDArray[np.uint8]:
    letters = np.zeros((len(values), len(pattern)), dtype=np.uint8)
    rest = values
    for position in range(len(pattern) - 1, -1, -1):
        alphabet = np.frombuffer(_ALPHABETS[pattern[position]].encode(), dtype=np.uint8)
        rest, digit = np.divmod(rest, len(alphabet))
        letters[:, position] = alphabet[digit]
    return letters
