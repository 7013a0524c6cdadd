"""Several segments made one: everybody who is still in them, without reading a name again."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from borderdesk.ids import ListName
from borderdesk.matching.pool import Pool, ranges, starts_of
from borderdesk.matching.segments import Segment, segment_of
from borderdesk.matching.words import Words


def merged(segments: Sequence[Segment]) -> Segment:
    """One segment of everybody who is alive in these. Nobody may be alive in two of them."""
    ordered = sorted((segment for segment in segments if len(segment)), key=_first)
    people = _in_order(ordered)
    words, numbers = _all_words(ordered)
    starts = {name: _joined_starts(ordered, name) for name in ("person_start", "name_start", "birth_start")}
    names = ranges(starts["person_start"][people], starts["person_start"][people + 1])
    parts = ranges(starts["name_start"][names], starts["name_start"][names + 1])
    births = ranges(starts["birth_start"][people], starts["birth_start"][people + 1])
    name_words = np.concatenate([numbers[n][s.arrays["name_words"]] for n, s in enumerate(ordered)])[parts]
    words, name_words = _only_used(words, name_words)
    lists, list_start = _lists(ordered, people)
    nation_names, nations, nation_start = _nations(ordered, people)
    arrays = {
        "list_start": list_start,
        "person_start": starts_of(_sizes(starts["person_start"], people)),
        "name_start": starts_of(_sizes(starts["name_start"], names)),
        "name_words": name_words,
        "name_flags": _joined(ordered, "name_flags")[parts],
        "birth_start": starts_of(_sizes(starts["birth_start"], people)),
        "births": _joined(ordered, "births")[births],
        "nation_start": nation_start,
        "nations": nations,
        "sex": _joined(ordered, "sex")[people],
        **_documents(ordered, people),
    }
    keys = [key for segment in ordered for key in segment.keys.all()]
    return segment_of(Pool.of_raw([keys[at] for at in people.tolist()]), words, lists, nation_names, arrays)


def _first(segment: Segment) -> tuple[str, str]:
    at = int(np.argmax(segment.alive))
    return segment.list_of(at), segment.keys[at]


def _last(segment: Segment) -> tuple[str, str]:
    at = len(segment.alive) - 1 - int(np.argmax(segment.alive[::-1]))
    return segment.list_of(at), segment.keys[at]


def _in_order(segments: Sequence[Segment]) -> npt.NDArray[np.int64]:
    """The living, by list and key, by their place among all persons of all segments."""
    alive = np.flatnonzero(np.concatenate([segment.alive for segment in segments] or [np.zeros(0, bool)]))
    if all(_last(one) < _first(other) for one, other in pairwise(segments)):
        return alive
    known = [
        (segment.lists[n], key)
        for segment in segments
        for n, (low, high) in enumerate(pairwise(segment.arrays["list_start"].tolist()))
        for key in segment.keys.some(np.arange(low, high))
    ]
    found: npt.NDArray[np.int64] = np.array(sorted(alive.tolist(), key=known.__getitem__), np.int64)
    return found


def _joined(segments: Sequence[Segment], name: str) -> npt.NDArray[Any]:
    return np.concatenate([segment.arrays[name] for segment in segments])


def _joined_starts(segments: Sequence[Segment], name: str) -> npt.NDArray[np.int64]:
    """The `*_start` arrays of all segments as one, each shifted behind those before."""
    found, end = [np.zeros(1, np.int64)], 0
    for segment in segments:
        found.append(segment.arrays[name][1:].astype(np.int64) + end)
        end = int(found[-1][-1]) if len(found[-1]) else end
    return np.concatenate(found)


def _sizes(start: npt.NDArray[np.int64], places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    sizes: npt.NDArray[np.int64] = start[places + 1] - start[places]
    return sizes


def _all_words(segments: Sequence[Segment]) -> tuple[Words, list[npt.NDArray[np.uint32]]]:
    """The words of all segments, each once, and the new number of every word of each segment."""
    theirs = [segment.words.keys.all() for segment in segments]
    keys = sorted(set().union(*theirs))
    number = {key: at for at, key in enumerate(keys)}
    numbers = [np.array([number[key] for key in mine], np.uint32) for mine in theirs]
    sounds: list[bytes] = [b""] * len(keys)
    weights = np.zeros(len(keys), np.float32)
    for segment, mine in zip(segments, numbers, strict=True):
        weights[mine] = segment.words.weights
        for at, sound in zip(mine.tolist(), segment.words.sounds.all(), strict=True):
            sounds[at] = sound
    filed = [
        segment.words.hashes.astype(np.uint64) << 32 | mine[segment.words.filed]
        for segment, mine in zip(segments, numbers, strict=True)
    ]
    pairs = np.unique(np.concatenate([*filed, np.zeros(0, np.uint64)]))
    hashes, places = (pairs >> 32).astype(np.uint32), (pairs & 0xFFFFFFFF).astype(np.uint32)
    return Words(Pool.of_raw(keys), Pool.of_raw(sounds), weights, hashes, places), numbers


def _only_used(words: Words, name_words: Any) -> tuple[Words, Any]:
    """Without the words that only those who were taken out had."""
    used = np.unique(name_words)
    number = np.full(len(words), -1, np.int64)
    number[used] = np.arange(len(used))
    kept = number[words.filed] >= 0
    filed = number[words.filed[kept]].astype(np.uint32)
    keys, sounds = Pool.of_raw(words.keys.some(used)), Pool.of_raw(words.sounds.some(used))
    return Words(keys, sounds, words.weights[used], words.hashes[kept], filed), number[name_words].astype(np.uint32)


def _lists(segments: Sequence[Segment], people: Any) -> tuple[tuple[ListName, ...], Any]:
    names = sorted({name for segment in segments for name in segment.lists})
    of: list[npt.NDArray[np.int64]] = []
    for segment in segments:
        sizes: Any = np.diff(segment.arrays["list_start"].astype(np.int64))
        of.append(np.repeat([names.index(name) for name in segment.lists], sizes))
    counts = np.bincount(np.concatenate([*of, np.zeros(0, np.int64)])[people], minlength=len(names))
    return tuple(names), starts_of(counts)


def _nations(segments: Sequence[Segment], people: Any) -> tuple[tuple[str, ...], Any, Any]:
    names = sorted({name for segment in segments for name in segment.nation_names})
    codes = [
        np.array([names.index(name) for name in segment.nation_names], np.uint16)[segment.arrays["nations"]]
        for segment in segments
    ]
    start = _joined_starts(segments, "nation_start")
    nations = np.concatenate([*codes, np.zeros(0, np.uint16)])[ranges(start[people], start[people + 1])]
    return tuple(names), nations, starts_of(_sizes(start, people))


def _documents(segments: Sequence[Segment], people: Any) -> dict[str, npt.NDArray[np.uint32]]:
    before = np.cumsum([0, *(len(segment.alive) for segment in segments)])
    persons = np.concatenate([s.arrays["document_person"] + at for s, at in zip(segments, before, strict=False)])
    hashes = _joined(segments, "document_hash")
    new = np.full(int(before[-1]), -1, np.int64)
    new[people] = np.arange(len(people))
    persons = new[persons.astype(np.int64)]
    hashes, persons = hashes[persons >= 0], persons[persons >= 0]
    order = np.argsort(hashes, kind="stable")
    return {"document_hash": hashes[order], "document_person": persons[order].astype(np.uint32)}
