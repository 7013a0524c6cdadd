"""Lists of people (bus, train, ferry, event): everybody on the list screened as if each had come to the desk.

A list has no machine readable zones, so a person is asked by name, birth date, nationality and the numbers of all
documents the list gives. What was found about a further document goes into the same verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from borderdesk.codes import find_state
from borderdesk.documents import ListedDocument, ListedPerson, PassengerList, normal_number
from borderdesk.findings import Finding, heaviest_first
from borderdesk.matching.types import Candidate, PersonQuery
from borderdesk.policy import Policy
from borderdesk.screening.engine import most_candidates, word_of
from borderdesk.screening.question import Asked
from borderdesk.screening.verdict import Question, Verdict


class ManyPeople(Protocol):
    """What a list of people asks of the name index."""

    def search_many(
        self, queries: Sequence[PersonQuery], *, limit: int, at_least: float
    ) -> list[tuple[Candidate, ...]]: ...


class SearchedTogether:
    """The name index, asked for some travellers together, which is much faster; for `screen` it stands for the index.

    Knows only these travellers, under this policy; KeyError for anybody else.
    """

    def __init__(self, people: ManyPeople, asked: Iterable[Asked], policy: Policy) -> None:
        limit, least = most_candidates(policy), policy.lowest_score
        queries = list(dict.fromkeys(each.question.person for each in asked if each.question.person is not None))
        found = people.search_many(queries, limit=limit, at_least=least)
        self._found = {(query, limit, least): each for query, each in zip(queries, found, strict=True)}

    def search(self, query: PersonQuery, *, limit: int, at_least: float) -> tuple[Candidate, ...]:
        """What was found for one of them."""
        return self._found[query, limit, at_least]


def title_of(listed: PassengerList, source: str) -> str:
    """What to call a list: its first leg where it has one, else the name of its file."""
    if not listed.legs:
        return source
    leg = listed.legs[0]
    way = " - ".join(part for part in (leg.origin, listed.legs[-1].destination) if part)
    return " ".join(part for part in (leg.number or leg.carrier, way, leg.departs) if part) or source


def questions_of(person: ListedPerson) -> tuple[Asked, ...]:
    """What to ask about one person of a list: name and first document together, then each further document."""
    numbers = tuple(normal_number(each.number) for each in person.documents)
    named = bool(person.surname or person.given)
    query = PersonQuery(
        surname=person.surname,
        given=person.given,
        birth=person.birth_date,
        nationality=_code(person.nationality),
        sex=person.sex if person.sex in ("M", "F") else "",
        document_numbers=tuple(number for number in numbers if number),
    )
    first = person.documents[0] if person.documents else ListedDocument("", "")
    scanned = " ".join(part for part in (f"{person.surname}, {person.given}" if named else "", first.number) if part)
    asked = [_asked(scanned, first, query if named else None)]
    asked += [_asked(scanned, each, None) for each in person.documents[1:] if normal_number(each.number)]
    return tuple(asked)


def together(first: Verdict, others: Iterable[Verdict]) -> Verdict:
    """The verdict on a person: the first one, with what was found about further documents."""
    findings: list[Finding] = list(first.findings)
    for other in others:
        findings += [finding for finding in other.findings if finding not in findings]
    ordered = heaviest_first(tuple(findings))
    return replace(first, findings=ordered, word=word_of(ordered))


def _asked(scanned: str, document: ListedDocument, person: PersonQuery | None) -> Asked:
    return Asked(
        Question(
            scanned=scanned,
            document_state=_code(document.state),
            document_type=document.type[:1].upper(),
            document_number=normal_number(document.number),
            person=person,
        ),
        by_machine=True,
    )


def _code(text: str) -> str:
    """The ICAO letters of a state as a list writes it; what is in no table stays as it was written."""
    found = find_state(text.strip().upper()) or find_state(text)
    return found.code if found is not None else text.strip().upper()[:3]
