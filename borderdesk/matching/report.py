"""How good the score is, per kind of difference, on labelled pairs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from borderdesk.matching.practice import Example, area, found_at
from borderdesk.matching.reliability import Reliability, reliability
from borderdesk.matching.scoring import asked_of, listed_of, score

Scorer = Callable[[Sequence[Example]], npt.NDArray[np.float64]]
"""One score for every example."""

SCRIPT: Final = "script"
UNRELATED: Final = "alias-unrelated"


@dataclass(frozen=True, slots=True)
class Row:
    """One question to all pairs: area under the curve, and the share found where 1 % and 0.1 % of false pairs pass."""

    title: str
    area: float
    at_1: float
    at_01: float
    same: int
    other: int


@dataclass(frozen=True, slots=True)
class KindRow:
    """The share of one kind of true pairs found where 1 % of all false pairs pass."""

    kind: str
    by_names: float
    by_all: float
    pairs: int


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report."""

    rows: tuple[Row, ...]
    kinds: tuple[KindRow, ...]
    calibration: Reliability

    def as_plain(self) -> dict[str, Any]:
        """The form that JSON carries."""
        return asdict(self)


def our_scores(found: Sequence[Example]) -> npt.NDArray[np.float64]:
    """The score of this room."""
    return score([asked_of(e.query) for e in found], [listed_of(e.person) for e in found]).chance


def names_only(found: Sequence[Example]) -> list[Example]:
    """The same pairs, nothing being asked but the name."""
    return [replace(e, query=replace(e.query, birth=None, nationality="", sex="")) for e in found]


def report_on(found: Sequence[Example], by: Scorer = our_scores) -> Report:
    """Score all examples, by names only and by all facts. Needs some pairs of either label.

    Names only leaves out the pairs that names cannot tell. Aliases that share nothing with the name are counted in
    rows of their own.
    """
    whole, named = by(found), by(names_only(found))
    same = np.array([example.same_person for example in found])
    telling = np.array([example.names_tell for example in found])
    related = np.array([example.kind != UNRELATED for example in found])
    script = np.array([example.kind == SCRIPT for example in found])
    every = np.ones(len(found), bool)
    rows = [
        _row("names only", named, same, telling & related),
        _row("names only, unrelated aliases too", named, same, telling),
        _row("other scripts, names only", named, same, telling & (script | ~same)),
        _row("all facts", whole, same, related),
        _row("all facts, unrelated aliases too", whole, same, every),
    ]
    names_line, whole_line = _line(named[telling & ~same]), _line(whole[~same])
    kinds = [
        KindRow(
            kind, float((named[mine] > names_line).mean()), float((whole[mine] > whole_line).mean()), int(mine.sum())
        )
        for kind in sorted({example.kind for example in found if example.same_person})
        if (mine := np.array([e.same_person and e.kind == kind for e in found])).any()
    ]
    bins = reliability(whole[related], same[related])
    return Report(tuple(row for row in rows if row is not None), tuple(kinds), bins)


def _row(title: str, scores: Any, same: Any, mine: Any) -> Row | None:
    if not (same & mine).any() or not (~same & mine).any():
        return None
    kept, truth = scores[mine], same[mine]
    return Row(
        title,
        area(kept, truth),
        found_at(kept, truth, 0.01),
        found_at(kept, truth, 0.001),
        int(truth.sum()),
        int((~truth).sum()),
    )


def _line(false: Any) -> float:
    ordered = np.sort(false)[::-1]
    return float(ordered[int(0.01 * len(ordered))]) if len(ordered) else 0.0
