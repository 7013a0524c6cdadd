"""What this desk's own passages say about a document: the same number with another holder, the same holder with
other papers, a number of a shape not seen before.

Travellers with several passports change a letter of the name or a digit of the birth date (NCTC, *Terrorist Travel*
indicators). Nothing is kept for this beyond the screenings remembered anyway (`memory`), and beyond counts of number
shapes, which name nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from borderdesk.dates import PartialDate
from borderdesk.findings import Finding, Outcome, Severity
from borderdesk.ids import RecordKey
from borderdesk.matching import Meeting, PersonQuery, compare_many
from borderdesk.policy import Policy
from borderdesk.screening.question import Asked
from borderdesk.watchlist import Person, PersonName
from borderdesk.words import Sentence, say

ENOUGH_FOR_SHAPES: Final = 30
"""Documents of one State that must have been seen before an unseen shape says anything."""

_SAME = frozenset({Meeting.SAME, Meeting.MISSING, Meeting.INITIAL})


@dataclass(frozen=True, slots=True)
class Passage:
    """A remembered screening of a document whose check digits held."""

    day: date
    state: str
    number: str
    person: PersonQuery


@dataclass(frozen=True, slots=True)
class ShapeCount:
    """How many numbers of this shape, and of this State and kind of document at all, were seen before today."""

    same: int
    all: int


class Passages(Protocol):
    """What a screening asks of the desk's memory."""

    def with_number(self, number: str) -> Iterable[Passage]: ...

    def with_holder(self, person: PersonQuery) -> Iterable[Passage]:
        """Of somebody born that day, or with exactly this name."""

    def shapes(self, state: str, kind: str, shape: str, before: date) -> ShapeCount: ...


class NothingRemembered:
    """The passages of a desk without memory."""

    def with_number(self, number: str) -> Iterable[Passage]:
        return ()

    def with_holder(self, person: PersonQuery) -> Iterable[Passage]:
        return ()

    def shapes(self, state: str, kind: str, shape: str, before: date) -> ShapeCount:
        return ShapeCount(0, 0)


def shape_of(number: str) -> str:
    """`AA9999999`: A for a letter, 9 for a digit."""
    return "".join("9" if character.isdigit() else "A" for character in number)


def is_sound(asked: Asked) -> bool:
    """Whether a document was read from a zone all of whose check digits hold: only then is it worth comparing."""
    return asked.reading is not None and not asked.reading.failed_checks and bool(asked.question.document_number)


def passage_findings(asked: Asked, passages: Passages, *, policy: Policy, today: date) -> tuple[Finding, ...]:
    """What earlier passages say about this document; nothing about one that was typed or misread."""
    question, person = asked.question, asked.question.person
    if not is_sound(asked) or person is None:
        return ()
    found = [_unseen_shape(asked, passages, today)]
    same_number = [
        each for each in passages.with_number(question.document_number) if each.state == question.document_state
    ]
    other_holder = _first_other_holder(person, same_number, policy)
    if other_holder is not None:
        found.append(_other_holder(other_holder))
    papers = [each for each in passages.with_holder(person) if each.number != question.document_number]
    shifted = _first_shifted(person, papers, policy)
    if shifted is not None:
        found.append(_other_papers(shifted))
    return tuple(finding for finding in found if finding is not None)


def _unseen_shape(asked: Asked, passages: Passages, today: date) -> Finding | None:
    question = asked.question
    shape = shape_of(question.document_number)
    seen = passages.shapes(question.document_state, question.document_type, shape, today)
    if seen.same or seen.all < ENOUGH_FOR_SHAPES:
        return None
    return Finding(
        "passage.number.shape",
        Severity.INFO,
        say(
            "This desk has seen {count} such documents of {state}, but no number of the shape {shape}.",
            count=seen.all,
            state=question.document_state,
            shape=shape,
        ),
        Outcome.UNPROVEN,
        field="number",
    )


def _other_holder(before: Passage) -> Finding:
    return Finding(
        "passage.number.holder",
        Severity.LOOK,
        say(
            "On {day} this desk saw the number {number} with another holder: {name}, born {born}.",
            day=before.day.isoformat(),
            number=before.number,
            name=_name(before.person),
            born=_born(before.person),
        ),
        Outcome.UNPROVEN,
        field="number",
        todo=say("Scan the document again; then compare its photo, page and number closely."),
    )


def _other_papers(before: Passage) -> Finding:
    return Finding(
        "passage.holder.papers",
        Severity.LOOK,
        say(
            "On {day} this desk saw {name}, born {born}, with document {number} of {state}: nearly the same person.",
            day=before.day.isoformat(),
            name=_name(before.person),
            born=_born(before.person),
            number=before.number,
            state=before.state,
        ),
        Outcome.UNPROVEN,
        field="names",
        todo=say("Ask for the other document. Twins, relatives and two nationalities are common reasons."),
    )


def _first_other_holder(one: PersonQuery, passages: Sequence[Passage], policy: Policy) -> Passage | None:
    others = [each for each in passages if not (_same_name(one, each.person) and _same_birth(one, each.person))]
    likenesses = _likenesses(one, (each.person for each in others if _same_birth(one, each.person)))
    for each in others:
        if not _same_birth(one, each.person) or next(likenesses).score < policy.look_again_score:
            return each
    return None


def _same_birth(one: PersonQuery, other: PersonQuery) -> bool:
    """Whether nothing speaks against it: a birth that was not read says nothing."""
    return not (one.birth and other.birth) or one.birth == other.birth


def _first_shifted(one: PersonQuery, passages: Sequence[Passage], policy: Policy) -> Passage | None:
    """Nearly the same person, but not quite: another spelling and the same birth, or the same name and another digit
    in the birth."""
    likenesses = _likenesses(one, (each.person for each in passages if _may_be_respelt(one, each.person)))
    for each in passages:
        if _has_shifted_birth(one, each.person):
            return each
        if _may_be_respelt(one, each.person):
            likeness = next(likenesses)
            if likeness.score >= policy.look_again_score and likeness.respelt:
                return each
    return None


def _has_shifted_birth(one: PersonQuery, other: PersonQuery) -> bool:
    if one.birth is None or other.birth is None or _differ_in_sex(one, other):
        return False
    return _same_name(one, other) and _is_near(one.birth, other.birth)


def _may_be_respelt(one: PersonQuery, other: PersonQuery) -> bool:
    """Whether only the names are left to compare."""
    if one.birth is None or one.birth != other.birth or _differ_in_sex(one, other) or _same_name(one, other):
        return False
    return not _is_cut(one, other) and not _is_cut(other, one)


def _same_name(one: PersonQuery, other: PersonQuery) -> bool:
    return (one.surname, one.given) == (other.surname, other.given)


def _differ_in_sex(one: PersonQuery, other: PersonQuery) -> bool:
    return bool(one.sex and other.sex and one.sex != other.sex)


def _is_cut(short: PersonQuery, whole: PersonQuery) -> bool:
    """Whether one name is the other, cut where its document had no room for more: a visa beside its passport."""
    *words, last = f"{short.surname} {short.given}".split() or [""]
    others = f"{whole.surname} {whole.given}".split()
    return short.truncated and others[: len(words)] == words and any(each.startswith(last) for each in others)


@dataclass(frozen=True, slots=True)
class _Likeness:
    score: float
    respelt: bool


def _likenesses(one: PersonQuery, others: Iterable[PersonQuery]) -> Iterator[_Likeness]:
    """Names beside this one as the watchlist search compares them; no other fact takes part. Many at once: on a day
    when half a village was born, one after the other would keep the traveller waiting."""
    for scored in compare_many(_as_listed(one, other) for other in others):
        meetings = {part.how for part in scored.explanation.parts}
        yield _Likeness(scored.score, Meeting.CONTRADICTED not in meetings and not meetings <= _SAME)


def _as_listed(one: PersonQuery, other: PersonQuery) -> tuple[PersonQuery, Person]:
    if other.truncated and not one.truncated:
        one, other = other, one
    names = PersonQuery(surname=one.surname, given=one.given, truncated=one.truncated)
    return names, Person(RecordKey("passage"), (PersonName(f"{other.surname} {other.given}".strip()),))


def _is_near(one: PartialDate, other: PartialDate) -> bool:
    """One digit changed, two neighbouring digits swapped, or day and month swapped."""
    if one == other or not (one.is_whole and other.is_whole):
        return False
    if one.year == other.year and (one.month, one.day) == (other.day, other.month):
        return True
    left, right = one.iso, other.iso
    differ = [at for at, (a, b) in enumerate(zip(left, right, strict=True)) if a != b]
    if len(differ) == 1:
        return True
    if len(differ) != 2 or differ[1] != differ[0] + 1:
        return False
    return left[differ[0]] == right[differ[1]] and left[differ[1]] == right[differ[0]]


def _name(person: PersonQuery) -> str:
    return ", ".join(part for part in (person.surname, person.given) if part)


def _born(person: PersonQuery) -> str | Sentence:
    return person.birth.iso if person.birth else say("on an unknown day")
