"""Why a score is what it is: which part met which and how, what each fact added, and one plain sentence."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from borderdesk.dates import PartialDate
from borderdesk.matching import facts
from borderdesk.matching.align import Aligned
from borderdesk.matching.alike import By
from borderdesk.matching.facts import date_number
from borderdesk.matching.model import coefficients
from borderdesk.matching.parts import MOST_PARTS, Part, Role
from borderdesk.matching.prepared import Prepared, build_of
from borderdesk.matching.scoring import Asked, Listed, Scores
from borderdesk.matching.scripts import Kind, script_of
from borderdesk.matching.sentences import sentence_for
from borderdesk.matching.types import Explanation, FactMatch, Meeting, PartMatch
from borderdesk.watchlist import Person

_MEETINGS: Final = {
    By.SAME: Meeting.SAME,
    By.SPELLING: Meeting.TYPING,
    By.SOUND: Meeting.SOUND,
    By.SCRIPT: Meeting.SCRIPT,
    By.LANGUAGE: Meeting.SOUND,
    By.NICKNAME: Meeting.NICKNAME,
    By.INITIAL: Meeting.INITIAL,
    By.BEGINNING: Meeting.TYPING,
}
_BYS: Final = tuple(By)
_FACTS: Final = tuple((name, *name.split(" ", 1)) for name in facts.MEASURES)
_CLEARLY: Final = 0.72
"""Parts that met less well than this are called different."""


def explain(asked: Asked, listed: Listed, person: Person, scores: Scores, at: int) -> Explanation:
    """The reasons of the score at place `at`."""
    way = scores.way[at]
    parts: tuple[PartMatch, ...] = ()
    name = ""
    if way is not None:
        first, second = asked.ways[way.asked], listed.ways[way.listed]
        written = person.names[listed.name_of[way.listed]]
        name = written.full or f"{written.surname} {written.given}".strip()
        parts = part_matches(first, second, way.aligned, way.row)
    found = tuple(_facts(asked, listed, person, scores, at))
    return Explanation(name, parts, found, sentence_for(parts, found))


def part_matches(first: Prepared, second: Prepared, found: Aligned, row: int) -> tuple[PartMatch, ...]:
    """Which part of the first name met which of the second, in the order of the first."""
    met, hows, values = found.met[row].tolist(), found.how[row].tolist(), found.value[row].tolist()
    left, right = set(range(len(first.parts))), set(range(len(second.parts)))
    matches: list[PartMatch] = []
    for spot, place in enumerate(met):
        if place < 0:
            continue
        if spot < MOST_PARTS > place:
            mine, theirs = first.parts[spot], second.parts[place]
            left.discard(spot)
            right.discard(place)
            # Half of all parts that meet are written alike.
            alike = mine.text == theirs.text and hows[spot] == By.SAME and mine.key[:1].isalpha()
            how = Meeting.SAME if alike else _how([mine], [theirs], _BYS[hows[spot]], values[spot])
            matches.append(PartMatch(mine.text, theirs.text, how))
            continue
        one, two = _span(first, spot), _span(second, place)
        left.difference_update(one)
        right.difference_update(two)
        how = _how([first.parts[n] for n in one], [second.parts[n] for n in two], _BYS[hows[spot]], values[spot])
        matches.append(PartMatch(_text(first, one), _text(second, two), how))
    if not left and not right:
        return tuple(matches)
    lost = [n for n in sorted(left) if first.parts[n].role not in (Role.TITLE, Role.PARTICLE)]
    missed = [n for n in sorted(right) if second.parts[n].role not in (Role.TITLE, Role.PARTICLE)]
    contradicted = Meeting.CONTRADICTED if lost and missed else Meeting.MISSING
    matches += [PartMatch(first.parts[n].text, "", contradicted) for n in lost]
    matches += [PartMatch("", second.parts[n].text, contradicted) for n in missed]
    return tuple(matches)


def _span(name: Prepared, place: int) -> tuple[int, ...]:
    """The parts behind a place that met another."""
    if place < MOST_PARTS:
        return (place,)
    first, second = build_of(name.roles).joins[place - MOST_PARTS]
    return (first, second) if first < second else (second, first)


def _text(name: Prepared, span: tuple[int, ...]) -> str:
    if len(span) == 1:
        return name.parts[span[0]].text
    return " ".join(dict.fromkeys([name.parts[n].text for n in span]))


def _how(one: list[Part], two: list[Part], by: By, value: float) -> Meeting:
    if value < _CLEARLY and by is not By.INITIAL:
        return Meeting.CONTRADICTED
    if script_of(one[0].text) != script_of(two[0].text) or one[0].readings[0].kind is not two[0].readings[0].kind:
        return Meeting.SCRIPT if by is not By.NICKNAME else Meeting.NICKNAME
    if by is By.SAME and len(one) == len(two) == 1 and one[0].readings[0].kind is Kind.FULL:
        text, other = one[0].text, two[0].text
        if text == other:
            return Meeting.SAME
        same = "".join(text.casefold().split()) == "".join(other.casefold().split())
        return Meeting.SAME if same or one[0].text.isascii() == two[0].text.isascii() else Meeting.SCRIPT
    return _MEETINGS[by]


def _facts(asked: Asked, listed: Listed, person: Person, scores: Scores, at: int) -> list[FactMatch]:
    learned = coefficients().facts
    row = scores.fact_measures[at]
    query = asked.query
    found: list[FactMatch] = []
    for (name, fact, how), value in zip(_FACTS, row.tolist(), strict=True):
        if not value:
            continue
        mine, theirs = "", ""
        if fact == "birth" and query.birth is not None:
            mine, theirs = date_of(date_number(query.birth)), date_of(listed.facts.births[int(scores.birth[at])])
        elif fact == "nationality":
            mine, theirs = query.nationality, ", ".join(person.nationalities)
        elif fact == "sex":
            mine, theirs = query.sex, person.sex
        elif fact == "place":
            mine, theirs = query.birth_place, ", ".join(person.birth_places)
        elif fact == "document":
            mine = theirs = ", ".join(query.document_numbers)
        found.append(FactMatch(fact, mine, theirs, how, value * float(learned[name])))
    return found


@lru_cache(maxsize=65_536)
def date_of(number: int) -> str:
    """A `yyyymmdd` number in ISO 8601, reduced where parts are unknown."""
    return PartialDate(number // 10_000, number // 100 % 100, number % 100).iso
