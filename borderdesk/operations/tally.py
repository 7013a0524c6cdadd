"""A shift in numbers, counted from its screenings and hits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from borderdesk.hits.types import Hit
from borderdesk.screening.verdict import Verdict, VerdictWord


@dataclass(frozen=True, slots=True)
class Hour:
    """The screenings of one full hour that begins at `start`."""

    start: datetime
    screened: int
    look_again: int
    match: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What was screened and found between `since` and `until` (the end not included).

    `unreported` are hits of which the bureau's receipt is not here yet. `hours` has every hour of the time, also empty
    ones.
    """

    since: datetime
    until: datetime
    screened: int
    no_match: int
    look_again: int
    match: int
    hits: int
    unreported: int
    hours: tuple[Hour, ...]


def tally(
    counted: Mapping[tuple[datetime, VerdictWord], int], hits: Iterable[Hit], *, since: datetime, until: datetime
) -> Tally:
    """Put together what was counted by hour and word, and the hits. Times are trusted times, in UTC.

    `counted` holds only screenings between the two, as `screening.memory.count_by_hour` gives them. Raises ValueError
    where the end lies before the beginning.
    """
    if until < since:
        raise ValueError("a time that ends before it begins")
    words: Counter[VerdictWord] = Counter()
    for (_, word), number in counted.items():
        words[word] += number
    taken = [hit for hit in hits if since <= hit.taken_up_at.trusted < until]
    hours = []
    start = _hour(since)
    while start < until:
        counts = {word: counted.get((start, word), 0) for word in VerdictWord}
        hours.append(Hour(start, sum(counts.values()), counts[VerdictWord.LOOK_AGAIN], counts[VerdictWord.MATCH]))
        start += timedelta(hours=1)
    return Tally(
        since=since,
        until=until,
        screened=words.total(),
        no_match=words[VerdictWord.NO_MATCH],
        look_again=words[VerdictWord.LOOK_AGAIN],
        match=words[VerdictWord.MATCH],
        hits=len(taken),
        unreported=sum(hit.reported_at is None for hit in taken),
        hours=tuple(hours),
    )


def count_verdicts(
    verdicts: Iterable[Verdict], *, since: datetime, until: datetime
) -> dict[tuple[datetime, VerdictWord], int]:
    """The same count from verdicts at hand."""
    return Counter((_hour(one.asked_at.trusted), one.word) for one in verdicts if since <= one.asked_at.trusted < until)


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
