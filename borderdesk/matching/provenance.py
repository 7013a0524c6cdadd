"""Whether the coefficients in use are those that the command wrote, by the rules as they are now.

`borderdesk names learn` writes into its file which rules and which learner made it, and a digest of the numbers. A rule
that reads or compares names otherwise, a learner that learns otherwise, another bound and a number changed by hand each
show as another text. Judged by what the rules do on a fixed panel of names, not by the letters of the program: a new
comment asks for no new lesson.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from borderdesk.dates import PartialDate
from borderdesk.ids import RecordKey
from borderdesk.matching import align, facts
from borderdesk.matching.align import align_all
from borderdesk.matching.facts import birth_levels, date_number
from borderdesk.matching.learning import LabelledPair, constraints, learn
from borderdesk.matching.model import Coefficients
from borderdesk.matching.practice import as_pair
from borderdesk.matching.rarity import Counts
from borderdesk.matching.scoring import asked_of, listed_of
from borderdesk.matching.tables import table
from borderdesk.matching.types import PersonQuery
from borderdesk.watchlist import Person, PersonName

_ASIDE: Final = 0.317
"""Added before rounding, so that round values stand far from where rounding turns."""

NUMBERS: Final = ("name_bias", "names", "bias", "slopes", "facts")


def made_by(learned: Coefficients, counts: Counts) -> dict[str, str]:
    """What `coefficients.json` says of itself; `counts` are those that were learned with, and are in use."""
    return {
        "rules": rules(),
        "counts": digest({"persons": counts.persons, "counts": dict(counts.bearers)}),
        "numbers": digest(learned.as_plain()),
    }


def expected(plain: Mapping[str, Any], common: Mapping[str, Any]) -> dict[str, str]:
    """What these two data files ought to say of themselves, where nobody changed a number or a rule."""
    return {
        "rules": rules(),
        "counts": digest({"persons": common["persons"], "counts": common["counts"]}),
        "numbers": digest({name: plain[name] for name in NUMBERS}),
    }


def rules() -> str:
    """A short text that stands for the rules of reading and comparing and for the learner, with the counts in use."""
    pairs = panel()
    ways = [(a, b) for pair in pairs for a in pair.asked for b in pair.listed]
    measured = align_all([a for a, _ in ways], [b for _, b in ways]).measures
    found = learn(pairs)
    shown = [found.name_bias, *found.names.values(), found.bias, *found.slopes, *found.facts.values()]
    return digest(
        {
            "measures": [align.MEASURES, facts.MEASURES],
            "panel": _rounded(measured.ravel().tolist(), 500),
            "learned": _rounded(shown, 10),
            "births": birth_levels(*_dates()).tolist(),
            "constraints": constraints(),
        }
    )


def panel() -> list[LabelledPair]:
    """Invented pairs in many scripts, each as it is and as hands damage it, ready to be learned from."""
    return [
        as_pair(
            asked_of(PersonQuery(full=asked, birth=_date(one["born"]))),
            listed_of(_person(one["listed"], _date(one["listed_born"]))),
            bool(one["same"]),
        )
        for one in table("panel")["pairs"]
        for asked in _damaged(one["asked"])
    ]


def _damaged(name: str) -> tuple[str, ...]:
    """The name; with a letter too few, with another letter, two swapped; its words reversed, joined, one left out."""
    at, words = 1 + len(name) // 2, name.split()
    return (
        name,
        name[:at] + name[at + 1 :],
        f"{name[:-1]}q",
        name[: at - 2] + name[at - 2 : at][::-1] + name[at:],
        " ".join(reversed(words)),
        "".join(words[:2]) + " " + " ".join(words[2:]),
        " ".join(words[:-1]) or name,
    )


def _dates() -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Every pair of some dates that differ in every way that counts."""
    each = np.array([date_number(PartialDate.parse(text)) for text in table("panel")["dates"]], np.int64)
    return np.repeat(each, len(each)), np.tile(each, len(each))


def digest(plain: Mapping[str, Any]) -> str:
    """Sixteen hexadecimal digits that stand for this content."""
    text = json.dumps(plain, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _rounded(values: Iterable[float], steps: int) -> list[int]:
    return [math.floor(value * steps + _ASIDE) for value in np.asarray(list(values), float).tolist()]


def _person(full: str, birth: PartialDate | None) -> Person:
    return Person(RecordKey("panel"), (PersonName(full),), () if birth is None else (birth,))


def _date(text: str) -> PartialDate | None:
    return PartialDate.parse(text) if text else None
