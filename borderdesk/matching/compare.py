"""One question beside one listed person: a score between 0 and 1, and why."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import JaroWinkler, Levenshtein

from borderdesk.dates import PartialDate
from borderdesk.matching.parts import Part, Role, parts_of
from borderdesk.matching.sentences import sentence_for
from borderdesk.matching.types import Explanation, FactMatch, Meeting, PartMatch, PersonQuery, Scored
from borderdesk.watchlist import Person, PersonName

_WEIGHT = {Role.NAME: 1.0, Role.PARTICLE: 0.15, Role.TITLE: 0.1, Role.INITIAL: 0.4}


@dataclass(frozen=True, slots=True)
class _Named:
    listed: str
    odds: float
    parts: tuple[PartMatch, ...]


def asked_name(query: PersonQuery) -> str:
    """The name asked, in one string."""
    return query.full or f"{query.surname} {query.given}".strip()


def compare(query: PersonQuery, person: Person) -> Scored:
    """How likely the traveller is this listed person, with the reasons. The best of the person's names counts."""
    asked = parts_of(asked_name(query))
    named = max((_name(asked, name) for name in person.names), key=lambda n: n.odds, default=_Named("", -9.0, ()))
    facts = tuple(_facts(query, person))
    score = 1 / (1 + math.exp(-(named.odds + sum(fact.added for fact in facts))))
    return Scored(score, Explanation(named.listed, named.parts, facts, sentence_for(named.parts, facts)))


def _name(asked: tuple[Part, ...], name: PersonName) -> _Named:
    listed = parts_of(name.full or f"{name.surname} {name.given}".strip())
    near = sorted(
        ((_alike(a, b), i, j) for i, a in enumerate(asked) for j, b in enumerate(listed)), key=lambda n: -n[0]
    )
    left, right = dict(enumerate(asked)), dict(enumerate(listed))
    matches: list[PartMatch] = []
    good = weight = 0.0
    whole = 0
    for alike, i, j in near:
        if alike < 0.72 or i not in left or j not in right:
            continue
        a, b = left.pop(i), right.pop(j)
        matches.append(PartMatch(a.text, b.text, _how(a, b)))
        heavy = (_WEIGHT[a.role] + _WEIGHT[b.role]) / 2
        good += heavy * max(0.0, (alike - 0.6) / 0.4)
        weight += heavy
        whole += a.role is b.role is Role.NAME
    lost_left = sum(_WEIGHT[part.role] for part in left.values())
    lost_right = sum(_WEIGHT[part.role] for part in right.values())
    contradicted = min(lost_left, lost_right)
    missing = max(lost_left, lost_right) - contradicted
    unmet = Meeting.CONTRADICTED if contradicted >= 0.5 else Meeting.MISSING
    matches += [PartMatch(part.text, "", unmet) for part in left.values()]
    matches += [PartMatch("", part.text, unmet) for part in right.values()]
    base = good / (weight + contradicted + 0.25 * missing) if weight + contradicted + missing else 0.0
    odds = 14 * base - 11.0 - 2.5 * contradicted - 0.4 * missing - (1.5 if whole < 2 else 0.0)
    return _Named(name.full, odds, tuple(matches))


def _alike(a: Part, b: Part) -> float:
    if a.plain == b.plain:
        return 1.0
    if Role.INITIAL in (a.role, b.role):
        return 0.85 if a.plain[:1] == b.plain[:1] else 0.0
    if min(len(a.plain), len(b.plain)) < 3:
        return 0.0
    return max(
        JaroWinkler.similarity(a.plain, b.plain), 0.95 * JaroWinkler.similarity(_sound(a.plain), _sound(b.plain))
    )


_SOUNDS = (
    ("ph", "f"),
    ("kh", "h"),
    ("ch", "c"),
    ("q", "k"),
    ("ou", "u"),
    ("o", "u"),
    ("e", "i"),
    ("y", "i"),
    ("w", "v"),
)


def _sound(plain: str) -> str:
    for old, new in _SOUNDS:
        plain = plain.replace(old, new)
    return plain[:1] + "".join(c for before, c in pairwise(plain) if c != before)


def _how(a: Part, b: Part) -> Meeting:
    if a.plain == b.plain:
        return Meeting.SAME if a.text.lower() == b.text.lower() else Meeting.SCRIPT
    if Role.INITIAL in (a.role, b.role):
        return Meeting.INITIAL
    if _sound(a.plain) == _sound(b.plain) or Levenshtein.distance(a.plain, b.plain) > 1:
        return Meeting.SOUND
    return Meeting.TYPING


def _facts(query: PersonQuery, person: Person) -> list[FactMatch]:
    facts: list[FactMatch] = []
    if query.birth is not None and person.births:
        facts.append(max((_birth(query.birth, listed) for listed in person.births), key=lambda fact: fact.added))
    if query.nationality and person.nationalities:
        same = query.nationality in person.nationalities
        listed = ", ".join(person.nationalities)
        how = "same" if same else "other"
        facts.append(FactMatch("nationality", query.nationality, listed, how, 0.7 if same else -0.7))
    if query.sex in ("M", "F") and person.sex in ("M", "F"):
        same = query.sex == person.sex
        facts.append(FactMatch("sex", query.sex, person.sex, "same" if same else "other", 0.2 if same else -2.0))
    numbers = {mention.number for mention in person.documents} & set(query.document_numbers)
    if numbers:
        number = min(numbers)
        facts.append(FactMatch("document", number, number, "same", 6.0))
    return facts


def _birth(asked: PartialDate, listed: PartialDate) -> FactMatch:
    if asked == listed:
        how, added = "same", 4.0
    elif asked.is_whole and listed.is_whole:
        same = (asked.year == listed.year) + (asked.month == listed.month) + (asked.day == listed.day)
        swapped = asked.year == listed.year and (asked.month, asked.day) == (listed.day, listed.month)
        how, added = ("swapped", 2.0) if swapped else ("near", 1.5) if same == 2 else ("other", -5.0)
    elif asked.year == listed.year and (not asked.month or not listed.month or asked.month == listed.month):
        how, added = "same year", 1.8
    elif abs(asked.year - listed.year) <= 1:
        how, added = "near", 0.3
    else:
        how, added = "other", -5.0
    return FactMatch("birth", asked.iso, listed.iso, how, added)
