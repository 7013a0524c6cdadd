"""Judging what is learned on all people, without one of them being judged by what was learned from himself.

The people are cut into folds; one after the other is left out of the lesson and judged by it. So nobody can say that
the split was a lucky one: every number comes as mean and worst of the folds, and from all pairs together, each scored
by the lesson that did not see it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt

from borderdesk.matching.practice import Example, fold_of
from borderdesk.matching.report import Report, Row, Scorer, names_only, our_scores, report_on
from borderdesk.matching.teaching import MET, teach
from borderdesk.matching.trial import Trial, Tried, by_yardstick, take_off, trial_of, try_search
from borderdesk.matching.trying import trying
from borderdesk.matching.types import PersonQuery
from borderdesk.matching.yardstick import yardstick
from borderdesk.watchlist import Person

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Across:
    """One number: of all pairs together, on average of the folds, and in the worst of them."""

    together: float
    mean: float
    worst: float


@dataclass(frozen=True, slots=True)
class FoldRow:
    """One question to all pairs, as in `report.Row`."""

    title: str
    area: Across
    at_1: Across
    at_01: Across


@dataclass(frozen=True, slots=True)
class FoldReport:
    """`together` is the report on all pairs, each scored by the lesson that did not see it; `rows` its numbers beside
    those of the folds."""

    folds: int
    rows: tuple[FoldRow, ...]
    together: Report

    def as_plain(self) -> dict[str, Any]:
        """The form that JSON carries."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Judged:
    """This room's numbers and, from the same run, those of the yardstick."""

    ours: FoldReport
    yardstick: FoldReport


@dataclass(frozen=True, slots=True)
class Lesson:
    """All there is to learn from: pairs, and the persons of a list with whose entry each is."""

    examples: Sequence[Example]
    persons: Mapping[str, Person]
    cluster_of: Mapping[str, str]

    def without(self, fold: int, folds: int) -> Lesson:
        """What is left where the people of one fold are left out."""

        def stays(entity: str) -> bool:
            return fold_of(entity, folds) != fold

        return Lesson(
            [example for example in self.examples if stays(example.entity)],
            {key: person for key, person in self.persons.items() if stays(self.cluster_of.get(key, key))},
            self.cluster_of,
        )


Told = Callable[[int], None]
"""Is told how many folds are done."""


def judge_pairs(lesson: Lesson, folds: int, *, searched: int = MET, told: Told | None = None) -> Judged:
    """Learn as often as there are folds, and judge the pairs of the fold left out. Minutes for each fold."""
    fold = np.array([fold_of(example.entity, folds) for example in lesson.examples])
    whole, named = np.zeros(len(fold)), np.zeros(len(fold))
    for at in range(folds):
        rest = lesson.without(at, folds)
        taught = teach(rest.examples, rest.persons, rest.cluster_of, searched=searched)
        mine = np.flatnonzero(fold == at)
        part = [lesson.examples[n] for n in mine.tolist()]
        with trying(learned=taught.coefficients, bearers=taught.counts):
            whole[mine], named[mine] = our_scores(part), our_scores(names_only(part))
        if told is not None:
            told(at + 1)
    found = lesson.examples
    return Judged(
        _report(found, fold, folds, whole, named),
        _report(found, fold, folds, yardstick(found), yardstick(names_only(found))),
    )


def judge_search(
    lesson: Lesson,
    travellers: Sequence[tuple[str, PersonQuery]],
    folds: int,
    *,
    most: int,
    seed: int,
    searched: int = MET,
    told: Told | None = None,
) -> tuple[Trial, Trial]:
    """The same for searching the list: this room's trial and the yardstick's. A traveller comes with the person beside
    whom he is labelled, and passes by in that person's fold. `most` people are asked for in each fold."""
    ours: list[Tried] = []
    theirs: list[Tried] = []
    for at in range(folds):
        rest = lesson.without(at, folds)
        taught = teach(rest.examples, rest.persons, rest.cluster_of, searched=searched)
        passing = [query for entity, query in travellers if fold_of(entity, folds) == at]
        with trying(learned=taught.coefficients, bearers=taught.counts):
            withheld = take_off(
                lesson.persons,
                lesson.cluster_of,
                chosen=lambda entity, at=at: fold_of(entity, folds) == at,  # type: ignore[misc]
                most=most,
                random=Random(seed),
            )
            ours.append(try_search(withheld, passing))
            theirs.append(try_search(withheld, passing, by_yardstick(withheld)))
        if told is not None:
            told(at + 1)
    return trial_of(ours), trial_of(theirs)


def _report(found: Sequence[Example], fold: Any, folds: int, whole: Floats, named: Floats) -> FoldReport:
    together = report_on(found, _known(found, whole, named))
    parts: list[Report] = []
    for at in range(folds):
        mine = np.flatnonzero(fold == at)
        part = [found[n] for n in mine.tolist()]
        if len({example.same_person for example in part}) == 2:
            parts.append(report_on(part, _known(part, whole[mine], named[mine])))
    rows = [
        FoldRow(row.title, *(_across(row, parts, name) for name in ("area", "at_1", "at_01"))) for row in together.rows
    ]
    return FoldReport(folds, tuple(rows), together)


def _across(row: Row, parts: Sequence[Report], name: str) -> Across:
    together: float = getattr(row, name)
    values = [getattr(one, name) for part in parts for one in part.rows if one.title == row.title] or [together]
    return Across(together, sum(values) / len(values), min(values))


def _known(found: Sequence[Example], whole: Floats, named: Floats) -> Scorer:
    """Scores that were given already: for the pairs as they are, and for their names alone."""
    return lambda examples: whole if examples is found else named
