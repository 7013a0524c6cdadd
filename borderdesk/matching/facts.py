"""What birth date, nationality, sex, place and document numbers say, each as one of a few ordered answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from borderdesk.codes import folded
from borderdesk.dates import PartialDate
from borderdesk.matching.sounds import fold
from borderdesk.matching.types import PersonQuery
from borderdesk.watchlist import Person

BUDDHIST_YEARS: Final = 543
"""Years the Thai and Lao calendars are ahead of the Gregorian one."""


class Birth(StrEnum):
    """How two birth dates agree, from the strongest agreement to the strongest contradiction."""

    SAME = "same"
    SLIP = "slip"  # one part off by one, two neighbouring digits or day and month swapped
    DIGIT = "one digit"  # one digit of the day or the month is another
    CALENDAR = "other calendar"  # the same day in the Buddhist or Islamic calendar
    YEAR = "same year"  # one of them gives only the year (or 1 January, which stands for it)
    NEAR_YEAR = "near year"  # one of them gives only the year, and they differ by one or two
    PARTS = "some parts"  # two of year, month, day agree, or the year is one off
    NEAR = "near"  # within three years
    OTHER = "other"


BIRTHS: Final = tuple(Birth)

MEASURES: Final = (
    *(f"birth {level.value}" for level in BIRTHS),
    "birth several years",
    "nationality same",
    "nationality other",
    "sex same",
    "sex other",
    "place same",
    "document same",
)
"""The facts in the order of the columns of `measure_facts`; each is 0 or 1, but `birth several years` grows from 0 to
1 with the births listed, where nothing but a year agrees: one of six years agrees easily."""

CONTRADICTING: Final = (Birth.NEAR_YEAR, Birth.PARTS, Birth.NEAR, Birth.OTHER)
"""Births that are not those of one person, unless somebody erred."""

_NONE: Final[frozenset[str]] = frozenset()
_SEVERAL: Final = len(BIRTHS)
_OTHERS: Final = _SEVERAL + 1
_MOST_YEARS: Final = 8


@dataclass(frozen=True, slots=True)
class ListedFacts:
    """The facts of a listed person, ready for comparing. `births` are numbers like 19710502, unknown parts 0."""

    births: tuple[int, ...]
    nationalities: frozenset[str]
    sex: str
    places: frozenset[str]
    documents: frozenset[str]


def date_number(date: PartialDate) -> int:
    """A date as one number, `yyyymmdd`, unknown parts 0."""
    return date.year * 10_000 + date.month * 100 + date.day


def facts_of(person: Person) -> ListedFacts:
    """The facts of a listed person."""
    births = [date_number(birth) for birth in person.births]
    places, documents = person.birth_places, person.documents
    return ListedFacts(
        tuple(births) if len(births) < 2 else tuple(dict.fromkeys(births)),
        frozenset(person.nationalities),
        person.sex,
        frozenset([fold(place.casefold()) for place in places if place]) if places else _NONE,
        frozenset([document_number(mention.number) for mention in documents if mention.number]) if documents else _NONE,
    )


def document_number(number: str) -> str:
    """A document number as it is compared: its letters and digits, those of other scripts as Latin ones where they look
    alike. A letter that looks like none stays, so that no other number is left.

    >>> document_number("ав 1234-567")
    'AB1234567'
    """
    return "".join(c for c in folded(number) if c.isalnum())


def measure_facts(
    queries: Sequence[PersonQuery], listed: Sequence[ListedFacts]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """One row per pair in the columns of `MEASURES`; and which of the listed births spoke (-1: none)."""
    measures = np.zeros((len(queries), len(MEASURES)), np.float32)
    asked = [0 if query.birth is None else date_number(query.birth) for query in queries]
    owner = [n for n, facts in enumerate(listed) if asked[n] for _ in facts.births]
    spoke = np.full(len(queries), -1, np.int64)
    if owner:
        births = [birth for n, facts in enumerate(listed) if asked[n] for birth in facts.births]
        which = [at for n, facts in enumerate(listed) if asked[n] for at in range(len(facts.births))]
        owners = np.array(owner)
        levels = birth_levels(np.array(asked)[owners], np.array(births))
        order = np.lexsort((levels, owners))
        first = order[np.unique(owners[order], return_index=True)[1]]
        measures[owners[first], levels[first]] = 1
        spoke[owners[first]] = np.array(which)[first]
        listings = np.bincount(owners, minlength=len(queries))
        measures[:, _SEVERAL] = several_years(listings) * measures[:, BIRTHS.index(Birth.YEAR)]
    for n, (query, facts) in enumerate(zip(queries, listed, strict=True)):
        if query.nationality and facts.nationalities:
            measures[n, _OTHERS + (query.nationality not in facts.nationalities)] = 1
        if query.sex in ("M", "F") and facts.sex in ("M", "F"):
            measures[n, _OTHERS + 2 + (query.sex != facts.sex)] = 1
        if query.birth_place and fold(query.birth_place.casefold()) in facts.places:
            measures[n, _OTHERS + 4] = 1
        if query.document_numbers and not facts.documents.isdisjoint(map(document_number, query.document_numbers)):
            measures[n, _OTHERS + 5] = 1
    return measures, spoke


def several_years(listings: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """The measure of `birth several years` by how many births are listed: 0 for one, 1 for eight and more."""
    share: npt.NDArray[np.float64] = np.log2(np.clip(listings, 1, _MOST_YEARS)) / np.log2(_MOST_YEARS)
    return share


def birth_levels(asked: npt.NDArray[np.int64], listed: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """For each pair of `yyyymmdd` the place of its `Birth` in `BIRTHS`."""
    year1, month1, day1 = asked // 10_000, asked // 100 % 100, asked % 100
    year2, month2, day2 = listed // 10_000, listed // 100 % 100, listed % 100
    only_year = ((month1 == 0) | (month2 == 0) | ((month2 == 1) & (day2 == 1)) | ((month1 == 1) & (day1 == 1))) & (
        (asked != listed) | (month1 == 0)
    )
    no_day = ((day1 == 0) | (day2 == 0)) & ~only_year
    apart = np.abs(year1 - year2)
    same = (year1 == year2).astype(int) + (month1 == month2) + (day1 == day2)
    swapped = (year1 == year2) & (month1 == day2) & (day1 == month2)
    parts = ((year1, year2), (month1, month2), (day1, day2))
    slip = swapped | ((same == 2) & np.logical_and.reduce([_one_slip(a, b) for a, b in parts]))
    # Another digit in the year is as often a namesake as a slip.
    digit = (same == 2) & (year1 == year2) & np.logical_and.reduce([_digits_apart(a, b) <= 1 for a, b in parts[1:]])
    calendar = _other_calendar(year1, month1, day1, year2, month2, day2)
    level = np.full(len(asked), BIRTHS.index(Birth.OTHER))
    level[apart <= 3] = BIRTHS.index(Birth.NEAR)
    level[(same == 2) | ((apart <= 1) & (same >= 1))] = BIRTHS.index(Birth.PARTS)
    level[digit] = BIRTHS.index(Birth.DIGIT)
    level[slip] = BIRTHS.index(Birth.SLIP)
    level[no_day & (year1 == year2)] = BIRTHS.index(Birth.PARTS)
    level[no_day & (year1 == year2) & (month1 == month2)] = BIRTHS.index(Birth.YEAR)
    level[only_year & (level > BIRTHS.index(Birth.NEAR_YEAR)) & (apart <= 2)] = BIRTHS.index(Birth.NEAR_YEAR)
    level[only_year & (apart == 0)] = BIRTHS.index(Birth.YEAR)
    level[calendar] = BIRTHS.index(Birth.CALENDAR)
    # Two years that are equal say no more than one year beside a whole date.
    level[(asked == listed) & (day1 > 0)] = BIRTHS.index(Birth.SAME)
    return level


def _one_slip(first: Any, second: Any) -> Any:
    """Equal, one apart, or two neighbouring digits swapped."""
    a = np.stack([first // 1000, first // 100 % 10, first // 10 % 10, first % 10])
    b = np.stack([second // 1000, second // 100 % 10, second // 10 % 10, second % 10])
    differ = (a != b).sum(0)
    swapped = np.zeros(len(first), bool)
    for at in range(3):
        # Two zeros in front are equal either way round: only digits that differ can have been swapped.
        swapped |= (a[at] == b[at + 1]) & (a[at + 1] == b[at]) & (a[at] != a[at + 1]) & (differ == 2)
    return (np.abs(first - second) <= 1) | swapped


def _digits_apart(first: Any, second: Any) -> Any:
    return sum((first // 10**place % 10 != second // 10**place % 10).astype(int) for place in range(4))


def _other_calendar(year1: Any, month1: Any, day1: Any, year2: Any, month2: Any, day2: Any) -> Any:
    """The same day where one side counts years as the Buddhist or the Islamic calendar does."""
    buddhist = (
        (np.abs(year1 - year2) == BUDDHIST_YEARS)
        & ((month1 == month2) | (month1 == 0) | (month2 == 0))
        & ((day1 == day2) | (day1 == 0) | (day2 == 0))
    )
    islamic = ((year1 < 1500) ^ (year2 < 1500)) & (year1 > 1200) & (year2 > 1200)
    if islamic.any():
        hijri = np.where(year1 < 1500, _islamic_day(year1, month1, day1), _islamic_day(year2, month2, day2))
        gregorian = np.where(year1 < 1500, _gregorian_day(year2, month2, day2), _gregorian_day(year1, month1, day1))
        whole = (day1 > 0) & (day2 > 0)
        islamic &= np.where(whole, np.abs(hijri - gregorian) <= 2, np.abs(hijri - gregorian) <= 366)
    return buddhist | islamic


def _islamic_day(year: Any, month: Any, day: Any) -> Any:
    """Julian day number in the tabular Islamic calendar (civil epoch); unknown parts count as the middle."""
    month, day = np.where(month == 0, 6, month), np.where(day == 0, 15, day)
    return day + np.ceil(29.5 * (month - 1)) + (year - 1) * 354 + (3 + 11 * year) // 30 + 1948439


def _gregorian_day(year: Any, month: Any, day: Any) -> Any:
    """Julian day number (Fliegel and Van Flandern, CACM 11, 1968); unknown parts count as the middle."""
    month, day = np.where(month == 0, 6, month), np.where(day == 0, 15, day)
    shift = np.where(month <= 2, -1, 0)
    return (
        (1461 * (year + 4800 + shift)) // 4
        + (367 * (month - 2 - 12 * shift)) // 12
        - (3 * ((year + 4900 + shift) // 100)) // 4
        + day
        - 32075
    )


def listed_facts(persons: Iterable[Person]) -> list[ListedFacts]:
    """`facts_of` each."""
    return [facts_of(person) for person in persons]
