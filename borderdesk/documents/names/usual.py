"""How usual the letters of a name are, learned from many languages: for doubts about a scan, never about a person.

No check digit covers names. What is left is that a misread letter mostly makes a run of letters that names do not have
(`MARTLN`, `ERI<SSON`), beside one that they have. A doubt is information: rare names are rare in these tables, too.

Learned from `runs.txt` (every run of three letters, filler standing for where a part begins or ends: how usual it is in
the language that has it most, as a hexadecimal digit, a doubling each) and `parts.txt` (parts that several languages
have); both say where they come from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from math import log2
from types import MappingProxyType

from borderdesk.documents.checks import FILLER
from borderdesk.documents.names.letters import words

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
MISREAD = MappingProxyType({c: group.replace(c, "") for group in ("OQDU", "IL") for c in group})
"""Letters that readers take for each other; K and filler, too, but that parts or joins."""

DOUBT = 9
"""By so many doublings must another reading be more usual: of sound names on public lists that the tables were not
learned from, one in a hundred is then doubted, and of the misread ones half."""

DOUBT_OF_Q = 12
"""The same for a Q that was read: much of the world writes it without U, and the tables know few of its names."""

WHOLE_PART = 6
"""What it counts, in doublings, that the other reading is a part that several languages have and this one is not."""

MOST_AROUND = 26
"""Three runs are hardly ever more usual than this together: where that would be needed, no other reading is tried."""

MOST_READINGS = 3
FEWEST_LETTERS = 3
_LATIN = re.compile("[A-Z]+").fullmatch

_SMALL_LANGUAGE = 1000
"""So many runs are added to the size of every language, lest one name of a small one counts for many."""
_FINEST = 60_000
"""A run that makes up one 60,000th of a language counts as one; what is rarer is not told from what never was seen."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A part of a name (two, where filler may have been a K) as read, and what is more usual, likeliest first."""

    read: str
    usual: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Usual:
    """The tables: doublings per run of three, and parts."""

    runs: Mapping[str, int]
    parts: frozenset[str]


def doubts(names: str, cut: bool) -> tuple[Doubt, ...]:
    """What may be misread in a name field; `cut` says that its last part may be only a beginning."""
    parts = names.split(FILLER)
    if cut:
        parts.pop()
    known = usual().parts
    if known.issuperset(part for part in parts if len(part) >= FEWEST_LETTERS) and "K" not in names:
        # The common case, at the price of looking up the parts; what is joined by a lost K has an unusual part.
        return ()
    found = [doubt for part in parts if part not in known and (doubt := _in_part(part))]
    for one, other in pairwise(parts):
        if one and other and not (one in known and other in known) and (doubt := _between(one, other)):
            found.append(doubt)
    return tuple(found)


@lru_cache(maxsize=65536)
def _in_part(part: str) -> Doubt | None:
    """Another letter for one of them, or two parts for one with a K in it."""
    if len(part) < FEWEST_LETTERS or not _LATIN(part):
        return None
    table = usual()
    ways: dict[str, int] = {}
    for at, letter in enumerate(part):
        if letter not in MISREAD:
            continue
        enough = _around(table.runs, part, at) + (DOUBT_OF_Q if letter == "Q" else DOUBT)
        if enough > MOST_AROUND:
            continue
        before, after = part[:at], part[at + 1 :]
        for twin in MISREAD[letter]:
            other = before + twin + after
            gain = _around(table.runs, other, at) + WHOLE_PART * (other in table.parts)
            if gain >= enough:
                ways[other] = gain
    for at in range(1, len(part) - 1) if "K" in part else ():
        if part[at] == "K":
            pair = (part[:at], part[at + 1 :])
            gain = _around(table.runs, FILLER.join(pair), at) + WHOLE_PART * table.parts.issuperset(pair)
            if gain >= _around(table.runs, part, at) + DOUBT:
                ways[" ".join(pair)] = gain
    return _doubt(part, ways)


@lru_cache(maxsize=65536)
def _between(one: str, other: str) -> Doubt | None:
    """One part with a K in it for two. A single letter stands for a name of its own."""
    if min(len(one), len(other)) < 2 or not _LATIN(one + other):
        return None
    table, at = usual(), len(one)
    joined = f"{one}K{other}"
    gain = _around(table.runs, joined, at) + WHOLE_PART * (joined in table.parts)
    enough = _around(table.runs, f"{one}<{other}", at) + DOUBT
    return _doubt(f"{one} {other}", {joined: gain} if gain >= enough else {})


def _doubt(read: str, ways: dict[str, int]) -> Doubt | None:
    likeliest = sorted(ways, key=lambda way: -ways[way])[:MOST_READINGS]
    return Doubt(read, tuple(likeliest)) if likeliest else None


def _around(runs: Mapping[str, int], part: str, at: int) -> int:
    """How usual the three runs are that a place of a part belongs to."""
    near = f"<{part}<"[max(at - 1, 0) : at + 4]
    return sum([runs[near[i : i + 3]] for i in range(len(near) - 2)])


@cache
def usual() -> Usual:
    """The tables of this package."""
    runs: dict[str, int] = {}
    for line in _lines("runs.txt"):
        two, digits = line.split(" ")
        runs.update({two + letter: int(digit, 16) for letter, digit in zip(LETTERS, digits, strict=True)})
    return Usual(runs, frozenset(_lines("parts.txt")))


def _lines(name: str) -> Iterable[str]:
    text = files("borderdesk.documents.names").joinpath(name).read_text(encoding="ascii")
    return (line for line in text.splitlines() if not line.startswith("#"))


def learn_usual(languages: Iterable[Iterable[str]]) -> Usual:
    """Tables out of printed names, parted by language. Names in scripts without a table of letters teach nothing."""
    runs: dict[str, float] = {}
    seen_in: Counter[str] = Counter()
    for names in languages:
        lines = Counter(part for name in names for part in _parts(name))
        # Three lines of one language count for two languages: lists of one language may be large.
        seen_in.update({part: 2 if lines[part] >= 3 else 1 for part in lines})
        counted = Counter(f"<{part}<"[at : at + 3] for part in lines for at in range(len(part)))
        size = sum(counted.values()) + _SMALL_LANGUAGE
        for run, times in counted.items():
            runs[run] = max(runs.get(run, 0.0), times / size)
    triples = (a + b + c for a in LETTERS for b in LETTERS for c in LETTERS)
    return Usual(
        {run: min(15, round(log2(runs.get(run, 0.0) * _FINEST + 1))) for run in triples},
        frozenset(part for part, times in seen_in.items() if times >= 2 and len(part) >= FEWEST_LETTERS),
    )


def _parts(name: str) -> set[str]:
    spelled = ("".join(choices[0] for choices in word) for word in words(name))
    return {part for part in spelled if _LATIN(part)}


def written(table: Usual, source: str) -> dict[str, str]:
    """The tables as the texts of the files that hold them, by file name."""
    rows = [f"{a}{b} " + "".join(f"{table.runs[a + b + c]:x}" for c in LETTERS) for a in LETTERS for b in LETTERS]
    heads = {
        "runs.txt": "# How usual each run of three letters is in names, as doublings (0 to f): two letters, then a\n"
        f"# digit for each third one from A to Z and filler.\n# {source}\n",
        "parts.txt": f"# Parts of names that several languages have, in the letters of the zone.\n# {source}\n",
    }
    return {
        "runs.txt": heads["runs.txt"] + "\n".join(rows) + "\n",
        "parts.txt": heads["parts.txt"] + "\n".join(sorted(table.parts)) + "\n",
    }
