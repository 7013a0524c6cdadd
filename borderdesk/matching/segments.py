"""A block of listed persons in flat arrays: what is searched, in a form that is saved and loaded as it stands.

A segment never changes but for the marks of persons who were taken out; changes go into a new segment. Names are kept
as numbers of words, so a million persons with three names each fit into some 200 MB.
"""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from borderdesk.ids import ListName, RecordKey
from borderdesk.matching.facts import ListedFacts, facts_of
from borderdesk.matching.lexicon import Lexicon
from borderdesk.matching.parts import ways_to_read
from borderdesk.matching.pool import Pool, distinct, ranges, starts_of
from borderdesk.matching.prepared import ROLES, Names, as_names
from borderdesk.matching.words import Words
from borderdesk.watchlist import Person

_ROLE_OF: Final = {role: at + 1 for at, role in enumerate(ROLES)}
_SURNAME: Final = 8

UNIT: Final = 1024
"""One unit of weight in whole numbers."""

NO_YEAR: Final = 0
SOME_YEAR: Final = 255
FIRST_YEAR: Final = 1900
"""`name_year` of a person without a birth date, and of one with several or a strange one; the year of 1 is 1901."""

_SEXES: Final = ("", "M", "F")
_ARRAYS: Final = {
    "list_start": np.uint32,
    "key_start": np.uint32,
    "person_start": np.uint32,
    "name_start": np.uint32,
    "name_words": np.uint32,
    "name_flags": np.uint8,
    "name_weight": np.uint16,
    "name_year": np.uint8,
    "post_start": np.uint32,
    "post_names": np.uint32,
    "birth_start": np.uint32,
    "births": np.int32,
    "born_day": np.int32,
    "born_person": np.uint32,
    "nation_start": np.uint32,
    "nations": np.uint16,
    "sex": np.uint8,
    "document_hash": np.uint32,
    "document_person": np.uint32,
    "word_start": np.uint32,
    "sound_start": np.uint32,
    "word_weight": np.float32,
    "hashes": np.uint32,
    "filed": np.uint32,
}


@dataclass(slots=True)
class Segment:
    """Persons 0 to n-1 by list and key, their names 0 to m-1, and the words of the names.

    `list_start` says where each list's persons begin, `person_start` where each person's names begin; `name_*` per name
    its words and their roles, their weight in `UNIT`, and the year of birth; `post_*` per word the names that hold it;
    `births` per person numbers like 19710502 (`born_*` the same by day); `document_hash` is sorted. `alive[n]` is False
    for a person who was taken out.
    """

    keys: Pool
    words: Words
    lists: tuple[ListName, ...]
    nation_names: tuple[str, ...]
    arrays: Mapping[str, npt.NDArray[Any]]
    alive: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return int(np.count_nonzero(self.alive))

    @property
    def size(self) -> int:
        """How many names there are."""
        return len(self.arrays["name_start"]) - 1

    def names(self, places: npt.NDArray[Any], lexicon: Lexicon) -> Names:
        """Some of the names, ready for comparing (their parts as sounds, not as written)."""
        start, end = self.arrays["name_start"][places], self.arrays["name_start"][places + 1]
        at = ranges(start, end)
        flags = self.arrays["name_flags"][at].astype(np.uint32)
        words, back = np.unique(self.arrays["name_words"][at], return_inverse=True)
        known = np.array(lexicon.places([key.decode() for key in self.words.keys.some(words)]), np.int64)
        spot = ranges(np.zeros(len(places), np.int64), end - start).astype(np.uint32)
        first = np.cumsum(end.astype(np.int64) - start) - (end - start)
        roles = np.bitwise_or.reduceat((flags & 7) << 3 * spot, first) if len(at) else np.zeros(0, np.uint32)
        surname = np.bitwise_or.reduceat((flags >> 3) << spot, first) if len(at) else np.zeros(0, np.uint32)
        return as_names(known[back].tolist(), roles, surname.astype(np.uint16), lexicon)

    def different(self, places: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
        """Of names that consist of the same words in the same roles the first one each; and for every name which of
        these it equals."""
        start = self.arrays["name_start"][places].astype(np.int64)
        sizes = self.arrays["name_start"][places + 1] - start
        held = np.arange(int(sizes.max(initial=1))) < sizes[:, None]
        at = ranges(start, start + sizes)
        # A word is never 0 here, so that a shorter name differs from a longer one.
        text = np.zeros(held.shape, np.uint64)
        text[held] = (self.arrays["name_words"][at].astype(np.uint64) + 1) << 8 | self.arrays["name_flags"][at]
        rows = text.view(np.dtype((np.void, text.dtype.itemsize * text.shape[1])))[:, 0]
        _, first, back = np.unique(rows, return_index=True, return_inverse=True)
        return places[first], back

    def person_of(self, names: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """Whose these names are."""
        # In one type with what is searched, or numpy would first turn all of that into the other type.
        return np.searchsorted(self.arrays["person_start"], names.astype(np.uint32), "right") - 1

    def names_of(self, persons: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """The names of these persons."""
        return ranges(self.arrays["person_start"][persons], self.arrays["person_start"][persons + 1])

    def facts(self, person: int, asked_documents: frozenset[str]) -> ListedFacts:
        """The facts of one person. Of the documents only those asked for are known; places are not kept."""
        arrays = self.arrays
        first, last = arrays["birth_start"][person : person + 2].tolist()
        low, high = arrays["nation_start"][person : person + 2].tolist()
        return ListedFacts(
            tuple(arrays["births"][first:last].tolist()),
            frozenset(self.nation_names[code] for code in arrays["nations"][low:high].tolist()),
            _SEXES[int(arrays["sex"][person])],
            frozenset(),
            frozenset(number for number in asked_documents if person in self.naming(number)),
        )

    def list_of(self, person: int) -> ListName:
        """The list a person is on."""
        return self.lists[int(np.searchsorted(self.arrays["list_start"], person, "right")) - 1]

    def key_of(self, person: int) -> RecordKey:
        """The key of a person's record."""
        return RecordKey(self.keys[person])

    def place(self, name: ListName, key: RecordKey) -> int | None:
        """Where the person of this list and key stands, if not taken out."""
        if name not in self.lists:
            return None
        low, high = self.range_of(name)
        at = self.keys.find(key, low, high)
        return at if at is not None and self.alive[at] else None

    def range_of(self, name: ListName) -> tuple[int, int]:
        """Where the persons of a list begin and end."""
        at = self.lists.index(name)
        low, high = self.arrays["list_start"][at : at + 2].tolist()
        return low, high

    def naming(self, number: str) -> npt.NDArray[np.uint32]:
        """The persons whose record mentions this document number."""
        code = np.uint32(document_code(number))
        hashes = self.arrays["document_hash"]
        found: npt.NDArray[np.uint32] = self.arrays["document_person"][
            np.searchsorted(hashes, code, "left") : np.searchsorted(hashes, code, "right")
        ]
        return found

    def born(self, days: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
        """The persons with any of these very birth dates (`yyyymmdd`), each once."""
        known = self.arrays["born_day"]
        low, high = np.searchsorted(known, days, "left"), np.searchsorted(known, days, "right")
        return distinct(self.arrays["born_person"][ranges(low, high)]).astype(np.int64)


def build(persons: Iterable[tuple[ListName, Person]]) -> Segment:
    """A segment of these persons, which come in the order of lists and keys, each once.

    Raises ValueError where they do not. Holds one person at a time.
    """
    word_of: dict[str, int] = {}
    lists: dict[ListName, int] = {}
    nations: dict[str, int] = {}
    keys: list[str] = []
    table = {name: array(np.dtype(kind).char) for name, kind in _ARRAYS.items()}
    words, flags, name_start, person_start = (
        table[name] for name in ("name_words", "name_flags", "name_start", "person_start")
    )
    for start in (person_start, name_start, table["birth_start"], table["nation_start"]):
        start.append(0)
    documents: list[tuple[int, int]] = []
    before: tuple[str, str] = ("", "")
    for at, (name, person) in enumerate(persons):
        if at and (name, person.key) <= before:
            raise ValueError(f"out of order or twice: {name}/{person.key}")
        before = (name, person.key)
        keys.append(person.key)
        if name not in lists:
            lists[name] = at
        ways = [way for written in person.names for way in ways_to_read(written.full, written.surname, written.given)]
        for way in ways if len(ways) < 2 else dict.fromkeys(ways):
            for part in way:
                words.append(word_of.setdefault(part.key, len(word_of)))
                flags.append(_ROLE_OF[part.role] | (_SURNAME if part.surname else 0))
            name_start.append(len(words))
        person_start.append(len(name_start) - 1)
        facts = facts_of(person)
        table["births"].extend(facts.births)
        table["birth_start"].append(len(table["births"]))
        table["nations"].extend(nations.setdefault(nation, len(nations)) for nation in sorted(facts.nationalities))
        table["nation_start"].append(len(table["nations"]))
        table["sex"].append(_SEXES.index(person.sex) if person.sex in _SEXES else 0)
        documents.extend((document_code(number), at) for number in facts.documents)
    documents.sort()
    table["document_hash"].extend(code for code, _ in documents)
    table["document_person"].extend(at for _, at in documents)
    table["list_start"].extend([*lists.values(), len(keys)])
    ordered = sorted(word_of)
    renumber = np.zeros(len(word_of), np.uint32)
    renumber[[word_of[key] for key in ordered]] = np.arange(len(ordered), dtype=np.uint32)
    arrays: dict[str, npt.NDArray[Any]] = {name: np.frombuffer(table[name], kind) for name, kind in _ARRAYS.items()}
    arrays["name_words"] = renumber[arrays["name_words"]]
    return segment_of(Pool.of(keys), Words.of(ordered), tuple(lists), tuple(nations), arrays)


def segment_of(
    keys: Pool,
    words: Words,
    lists: tuple[ListName, ...],
    nation_names: tuple[str, ...],
    arrays: Mapping[str, npt.NDArray[Any]],
) -> Segment:
    """A segment of these arrays; what only sorts the others anew (postings, birth days) is made here."""
    births, person = arrays["births"], np.arange(len(keys), dtype=np.uint32)
    order = np.argsort(births, kind="stable")
    made = {
        "born_day": births[order],
        "born_person": np.repeat(person, _sizes(arrays["birth_start"]))[order],
        "name_weight": _name_weights(arrays["name_start"], arrays["name_words"], words.weights),
        "name_year": np.repeat(_years(arrays["birth_start"], births), _sizes(arrays["person_start"])),
        "key_start": keys.start,
        "word_start": words.keys.start,
        "sound_start": words.sounds.start,
        "word_weight": words.weights,
        "hashes": words.hashes,
        "filed": words.filed,
        **_postings(arrays["name_start"], arrays["name_words"], len(words)),
    }
    every = {name: np.asarray(values, _ARRAYS[name]) for name, values in {**arrays, **made}.items()}
    return Segment(keys, words, lists, nation_names, every, np.ones(len(keys), bool))


def _sizes(start: Any) -> Any:
    return np.diff(start.astype(np.int64))


def _name_weights(start: Any, words: Any, weights: Any) -> Any:
    if len(start) < 2:
        return np.zeros(0, np.uint16)
    return np.add.reduceat((weights[words] * UNIT).astype(np.uint16), start[:-1].astype(np.int64), dtype=np.uint16)


def _years(start: Any, births: Any) -> Any:
    """Per person the year of birth in the form of `name_year`."""
    years = np.full(len(start) - 1, NO_YEAR, np.uint8)
    some = np.flatnonzero(_sizes(start))
    if len(some):
        known = births // 10_000
        first, last = (f.reduceat(known, start[some].astype(np.int64)) for f in (np.minimum, np.maximum))
        plain = (first == last) & (first > FIRST_YEAR) & (first < FIRST_YEAR + SOME_YEAR)
        years[some] = np.where(plain, first - FIRST_YEAR, SOME_YEAR)
    return years


def _postings(start: Any, words: Any, count: int) -> dict[str, npt.NDArray[Any]]:
    """Per word the names that hold it, in ascending order."""
    names = np.repeat(np.arange(len(start) - 1, dtype=np.uint32), _sizes(start))
    post_start = starts_of(np.bincount(words, minlength=count))
    return {"post_start": post_start, "post_names": names[np.argsort(words, kind="stable")]}


def document_code(number: str) -> int:
    """A short hash of a document number in its normal form."""
    return zlib.crc32(number.encode())


def to_blobs(segment: Segment) -> Iterator[tuple[str, memoryview]]:
    """Everything of a segment as named blobs; `from_blobs` reads them back."""
    for name in _ARRAYS:
        yield f"a:{name}", np.ascontiguousarray(segment.arrays[name]).view(np.uint8).data
    yield "t:keys", memoryview(segment.keys.data)
    yield "t:words", memoryview(segment.words.keys.data)
    yield "t:sounds", memoryview(segment.words.sounds.data)
    yield "j:names", memoryview(json.dumps([segment.lists, segment.nation_names]).encode())
    yield "alive", np.packbits(segment.alive).data


def from_blobs(blobs: Mapping[str, bytes | bytearray]) -> Segment:
    """The inverse of `to_blobs`. Large arrays stay where the blobs are; nothing is parsed."""
    arrays = {name: np.frombuffer(blobs[f"a:{name}"], kind) for name, kind in _ARRAYS.items()}
    keys = Pool(bytes(blobs["t:keys"]), arrays["key_start"])
    words = Words(
        Pool(bytes(blobs["t:words"]), arrays["word_start"]),
        Pool(bytes(blobs["t:sounds"]), arrays["sound_start"]),
        arrays["word_weight"],
        arrays["hashes"],
        arrays["filed"],
    )
    lists, nation_names = json.loads(bytes(blobs["j:names"]))
    alive = np.unpackbits(np.frombuffer(blobs["alive"], np.uint8), count=len(keys)).astype(bool)
    return Segment(keys, words, tuple(map(ListName, lists)), tuple(nation_names), arrays, alive)
