"""A block of listed persons in flat arrays: what is searched, in a form that is saved and loaded as it stands.

A segment never changes but for the marks of persons who were taken out; changes go into a new segment. Names are kept
as numbers of words, so a million persons with three names each fit into some 200 MB.
"""

from __future__ import annotations

import bisect
import zlib
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from borderdesk.ids import ListName, RecordKey
from borderdesk.matching.facts import ListedFacts, facts_of
from borderdesk.matching.parts import PARTICLES, TITLES, Part, Role, ways_to_read
from borderdesk.matching.prepared import Prepared, prepared
from borderdesk.matching.rarity import rarity
from borderdesk.matching.scripts import Kind, Reading
from borderdesk.matching.words import Words
from borderdesk.watchlist import Person

_ROLES: Final = tuple(Role)
_SURNAME: Final = 8
_ARRAYS: Final = {
    "name_start": np.uint32,
    "name_words": np.uint32,
    "name_flags": np.uint8,
    "name_person": np.uint32,
    "post_start": np.uint32,
    "post_names": np.uint32,
    "birth_start": np.uint32,
    "births": np.int32,
    "birth_order": np.uint32,
    "birth_person": np.uint32,
    "nation_start": np.uint32,
    "nations": np.uint16,
    "sex": np.uint8,
    "list_of": np.uint8,
    "document_hash": np.uint32,
    "document_person": np.uint32,
    "word_weight": np.float32,
}


@dataclass(slots=True)
class Segment:
    """Persons 0 to n-1, their names 0 to m-1, and the words of the names.

    `name_*` say per name its words, their roles, and whose it is; `post_*` per word the names that hold it; `births`
    per person numbers like 19710502 (`birth_order` sorts them); `document_hash` is sorted. `alive[n]` is False for a
    person who was taken out.
    """

    words: Words
    keys: tuple[RecordKey, ...]
    lists: tuple[ListName, ...]
    nation_names: tuple[str, ...]
    arrays: dict[str, npt.NDArray[Any]]
    alive: npt.NDArray[np.bool_]
    name_weight: npt.NDArray[np.float32] = field(init=False)
    years: npt.NDArray[np.int16] = field(init=False)
    scratch: npt.NDArray[np.float32] = field(init=False)

    def __post_init__(self) -> None:
        arrays = self.arrays
        counts = np.diff(arrays["name_start"].astype(np.int64))
        self.name_weight = np.zeros(len(counts), np.float32)
        if len(counts):
            self.name_weight = np.add.reduceat(
                np.append(arrays["word_weight"][arrays["name_words"]], np.float32(0)),
                arrays["name_start"][:-1].astype(np.int64),
            ).astype(np.float32)
        self.years = _first_and_last_year(arrays["birth_start"], arrays["births"])
        self.scratch = np.zeros(len(counts), np.float32)

    def __len__(self) -> int:
        return int(self.alive.sum())

    def name(self, at: int) -> Prepared:
        """One way of reading one name, ready for comparing (its parts as sounds, not as written)."""
        start, end = self.arrays["name_start"][at : at + 2].tolist()
        words = self.arrays["name_words"][start:end].tolist()
        flags = self.arrays["name_flags"][start:end].tolist()
        keys = [self.words.keys[word] for word in words]
        return prepared(tuple([_part(key, flag) for key, flag in zip(keys, flags, strict=True)]))

    def facts(self, person: int, asked_documents: frozenset[str]) -> ListedFacts:
        """The facts of one person. Of the documents only those asked for are known; places are not kept."""
        arrays = self.arrays
        first, last = arrays["birth_start"][person : person + 2].tolist()
        low, high = arrays["nation_start"][person : person + 2].tolist()
        return ListedFacts(
            tuple(arrays["births"][first:last].tolist()),
            frozenset(self.nation_names[code] for code in arrays["nations"][low:high].tolist()),
            ("", "M", "F")[int(arrays["sex"][person])],
            frozenset(),
            frozenset(number for number in asked_documents if person in self.naming(number)),
        )

    def place(self, name: ListName, key: RecordKey) -> int | None:
        """Where the person of this list and key stands, if not taken out."""
        if name not in self.lists:
            return None
        code = self.lists.index(name)
        low, high = (int(np.searchsorted(self.arrays["list_of"], code, side)) for side in ("left", "right"))
        at = bisect.bisect_left(self.keys, key, low, high)
        return at if at < high and self.keys[at] == key and self.alive[at] else None

    def naming(self, number: str) -> npt.NDArray[np.uint32]:
        """The persons whose record mentions this document number."""
        code = np.uint32(document_code(number))
        low = int(np.searchsorted(self.arrays["document_hash"], code, "left"))
        high = int(np.searchsorted(self.arrays["document_hash"], code, "right"))
        found: npt.NDArray[np.uint32] = self.arrays["document_person"][low:high]
        return found

    def born(self, day: int) -> npt.NDArray[np.uint32]:
        """The persons with this very birth date (`yyyymmdd`)."""
        order = self.arrays["birth_order"]
        sorted_births = _Sorted(self.arrays["births"], order)
        low, high = sorted_births.range(day)
        found: npt.NDArray[np.uint32] = self.arrays["birth_person"][order[low:high]]
        return found

    def names_of(self, persons: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """The names of these persons. Names stand in the order of their persons."""
        owners = self.arrays["name_person"]
        low = np.searchsorted(owners, persons, "left")
        high = np.searchsorted(owners, persons, "right")
        if not len(low):
            return np.empty(0, np.int64)
        return np.concatenate([np.arange(a, b) for a, b in zip(low.tolist(), high.tolist(), strict=True)])


class _Sorted:
    """Binary search in an array through its sorting order."""

    def __init__(self, values: npt.NDArray[Any], order: npt.NDArray[Any]) -> None:
        self._values, self._order = values, order

    def range(self, value: int) -> tuple[int, int]:
        return self._first(lambda found: found >= value), self._first(lambda found: found > value)

    def _first(self, reached: Callable[[int], bool]) -> int:
        low, high = 0, len(self._order)
        while low < high:
            middle = (low + high) // 2
            if reached(int(self._values[self._order[middle]])):
                high = middle
            else:
                low = middle + 1
        return low


def build(persons: Iterable[tuple[ListName, Person]]) -> Segment:
    """A segment of these persons, which come in the order of lists and keys, each once.

    Raises ValueError where they do not. Holds one person at a time.
    """
    word_of: dict[str, int] = {}
    lists: dict[ListName, int] = {}
    nations: dict[str, int] = {}
    keys: list[RecordKey] = []
    table = {name: array(np.dtype(kind).char) for name, kind in _ARRAYS.items()}
    before: tuple[str, str] = ("", "")
    for start in ("name_start", "birth_start", "nation_start"):
        table[start].append(0)
    documents: list[tuple[int, int]] = []
    for at, (name, person) in enumerate(persons):
        if at and (name, person.key) <= before:
            raise ValueError(f"out of order or twice: {name}/{person.key}")
        before = (name, person.key)
        keys.append(person.key)
        table["list_of"].append(lists.setdefault(name, len(lists)))
        facts = facts_of(person)
        ways = [way for written in person.names for way in ways_to_read(written.full, written.surname, written.given)]
        for way in dict.fromkeys(ways):
            for part in way:
                table["name_words"].append(word_of.setdefault(part.key, len(word_of)))
                table["name_flags"].append(_ROLES.index(part.role) | (_SURNAME if part.surname else 0))
            table["name_start"].append(len(table["name_words"]))
            table["name_person"].append(at)
        table["births"].extend(facts.births)
        table["birth_person"].extend([at] * len(facts.births))
        table["birth_start"].append(len(table["births"]))
        table["nations"].extend(nations.setdefault(nation, len(nations)) for nation in sorted(facts.nationalities))
        table["nation_start"].append(len(table["nations"]))
        table["sex"].append({"M": 1, "F": 2}.get(person.sex, 0))
        documents.extend((document_code(number), at) for number in facts.documents)
    documents.sort()
    table["document_hash"].extend(code for code, _ in documents)
    table["document_person"].extend(at for _, at in documents)
    arrays: dict[str, npt.NDArray[Any]] = {name: np.array(table[name], kind) for name, kind in _ARRAYS.items()}
    words = Words.of(word_of)
    arrays["word_weight"] = np.array([_weight_of(key) for key in words.keys], np.float32)
    renumber = np.zeros(len(word_of), np.uint32)
    for key, old in word_of.items():
        place = words.place(key)
        assert place is not None  # noqa: S101 - every word was filed a line above
        renumber[old] = place
    arrays["name_words"] = renumber[arrays["name_words"]] if len(word_of) else arrays["name_words"]
    arrays["birth_order"] = np.argsort(arrays["births"], kind="stable").astype(np.uint32)
    arrays.update(_postings(arrays["name_start"], arrays["name_words"], len(words.keys)))
    return Segment(words, tuple(keys), tuple(lists), tuple(nations), arrays, np.ones(len(keys), bool))


def _postings(start: Any, words: Any, count: int) -> dict[str, npt.NDArray[Any]]:
    """Per word the names that hold it, each once, in ascending order."""
    names = np.repeat(np.arange(len(start) - 1, dtype=np.int64), np.diff(start.astype(np.int64)))
    pairs = np.unique(words.astype(np.int64) * (len(start) or 1) + names)
    owners = pairs // (len(start) or 1)
    post_start = np.searchsorted(owners, np.arange(count + 1)).astype(np.uint32)
    return {"post_start": post_start, "post_names": (pairs % (len(start) or 1)).astype(np.uint32)}


def _first_and_last_year(start: Any, births: Any) -> npt.NDArray[np.int16]:
    """Per person the earliest and the latest birth year listed; 0 where none is."""
    count = len(start) - 1
    years = np.zeros((count, 2), np.int16)
    some = np.flatnonzero(np.diff(start.astype(np.int64)) > 0)
    if len(some):
        known = (births // 10_000).astype(np.int16)
        at = start[some].astype(np.int64)
        years[some, 0] = np.minimum.reduceat(known, at)
        years[some, 1] = np.maximum.reduceat(known, at)
    return years


def document_code(number: str) -> int:
    """A short hash of a document number in its normal form."""
    return zlib.crc32(number.encode())


def _weight_of(key: str) -> float:
    latin = key.lstrip("~^").partition("/")[0]
    if latin in PARTICLES or latin in TITLES:
        return 0.1
    return rarity(latin) if len(latin) > 1 else 0.35


@lru_cache(maxsize=65_536)
def _part(key: str, flag: int) -> Part:
    kind = Kind(key[0]) if key[:1] in ("~", "^") else Kind.FULL
    found = tuple(Reading(latin, kind) for latin in (key[1:] if kind else key).split("/"))
    return Part(found[0].latin, found, _ROLES[flag & 7], bool(flag & _SURNAME))


def to_blobs(segment: Segment) -> dict[str, bytes]:
    """Everything of a segment as named blobs; `from_blobs` reads them back."""
    blobs = {f"a:{name}": values.tobytes() for name, values in segment.arrays.items()}
    blobs |= {f"w:{name}": values.tobytes() for name, values in segment.words.as_arrays().items()}
    blobs["alive"] = np.packbits(segment.alive).tobytes()
    for name, texts in (("keys", segment.keys), ("lists", segment.lists), ("nations", segment.nation_names)):
        blobs[f"t:{name}"] = "\n".join(texts).encode()
    return blobs


def from_blobs(blobs: dict[str, bytes]) -> Segment:
    """The inverse of `to_blobs`. Large arrays stay where the blobs are; nothing is parsed."""
    arrays = {name: np.frombuffer(blobs[f"a:{name}"], kind) for name, kind in _ARRAYS.items()}
    words = Words.from_arrays(
        {
            "keys": np.frombuffer(blobs["w:keys"], np.uint8),
            "folds": np.frombuffer(blobs["w:folds"], np.uint8),
            "hashes": np.frombuffer(blobs["w:hashes"], np.uint32),
            "filed": np.frombuffer(blobs["w:filed"], np.uint32),
        }
    )
    keys = tuple(RecordKey(key) for key in _texts(blobs["t:keys"]))
    alive = np.unpackbits(np.frombuffer(blobs["alive"], np.uint8), count=len(keys)).astype(bool)
    lists = tuple(ListName(name) for name in _texts(blobs["t:lists"]))
    return Segment(words, keys, lists, tuple(_texts(blobs["t:nations"])), arrays, alive)


def _texts(blob: bytes) -> Sequence[str]:
    return blob.decode().split("\n") if blob else ()
