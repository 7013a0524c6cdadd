"""One traveller in, one verdict out. The order of the questions, and what each answer weighs, stand here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from borderdesk.clock import Moment
from borderdesk.documents import check_authenticity, check_digit
from borderdesk.findings import Finding, Outcome, Severity, heaviest_first
from borderdesk.ids import ListName, RecordRef, ScreeningId
from borderdesk.matching.clearances import Clearance, Cleared, sift
from borderdesk.matching.types import Candidate, PersonQuery
from borderdesk.policy import Policy, ScreeningPurpose
from borderdesk.replica.types import DocumentMatch, HeldList, MatchClass
from borderdesk.screening.limits import limits_of, nothing_compared
from borderdesk.screening.passages import NothingRemembered, Passages, passage_findings
from borderdesk.screening.question import Asked
from borderdesk.screening.things import NAMED, Things, bearer_findings, mark_findings, number_findings
from borderdesk.screening.verdict import Question, Verdict, VerdictWord
from borderdesk.watchlist import Action, DocumentStatus, Person
from borderdesk.words import Sentence, say

LIST_FINDING: Final = "list."
"""Findings whose code begins so come from a watchlist; only they can make a verdict a match."""

_NOTHING_REMEMBERED: Final = NothingRemembered()


class Documents(Things, Protocol):
    """What a screening asks of the replica."""

    def find_documents(
        self, number: str, *, state: str = "", type: str = "", one_edit: bool = True
    ) -> tuple[DocumentMatch, ...]: ...

    def persons_naming_document(self, number: str) -> Iterable[tuple[RecordRef, Person]]: ...


class People(Protocol):
    """What a screening asks of the name index."""

    def search(self, query: PersonQuery, *, limit: int, at_least: float) -> tuple[Candidate, ...]: ...


def screen(
    asked: Asked,
    *,
    documents: Documents,
    people: People,
    held: tuple[HeldList, ...],
    policy: Policy,
    at: Moment,
    screening: ScreeningId,
    passages: Passages = _NOTHING_REMEMBERED,
    clearances: tuple[Clearance, ...] = (),
    purpose: ScreeningPurpose = ScreeningPurpose.CHECK,
) -> Verdict:
    """Answer one question from the lists held, and from the desk's own passages where it remembers any.

    Changes nothing; the caller journals it.

    `clearances` are the traveller's, void ones included. A candidate cleared earlier is shown as such and does not stop
    the traveller; what a list says of the document is never cleared.
    """
    titles = {each.name: each.title for each in held}
    findings: list[Finding] = []
    candidates: tuple[Candidate, ...] = ()
    cleared: tuple[Cleared, ...] = ()
    question = asked.question
    if not held:
        findings.append(_EMPTY_DESK)
    elif nothing_compared(held, asked):
        findings.append(_NOTHING_COMPARED)
    doubts = asked.doubts
    if asked.reading is not None:
        doubts += asked.reading.findings
        doubts += check_authenticity(asked.reading, today=at.trusted.date(), policy=policy)
    findings.extend(finding for finding in doubts if finding.outcome is not Outcome.FINE)
    findings.extend(passage_findings(asked, passages, policy=policy, today=at.trusted.date()))
    for each in _numbers(question):
        findings.extend(_document_findings(each, documents, asked, titles))
        findings.extend(_bearers(each, documents, asked, titles))
        if question.of_anything:
            findings.extend(number_findings(each.number, each.state, documents, titles))
    findings.extend(mark_findings(question.marks, documents, titles))
    if question.person is not None:
        sifted = sift(question.person, _candidates(question.person, people, policy, purpose), clearances, at.trusted)
        candidates, cleared = sifted.open[: policy.candidates_shown], sifted.cleared
        findings.extend(_candidate_finding(candidate, titles) for candidate in candidates)
        findings.extend(_cleared_finding(each, titles) for each in cleared)
    if question.passed_at is not None:
        findings.append(_typed_later(question.passed_at))
    ordered = heaviest_first(tuple(findings))
    return Verdict(
        screening=screening,
        word=word_of(ordered),
        question=question,
        findings=ordered,
        candidates=candidates,
        cleared=cleared,
        lists=held,
        limits=limits_of(held, asked),
        as_of=min((each.published_at for each in held), default=None),
        asked_at=at,
    )


def _typed_later(passed_at: datetime) -> Finding:
    return Finding(
        code="desk.typed-later",
        severity=Severity.INFO,
        outcome=Outcome.FINE,
        sentence=say(
            "Typed in from paper: this traveller passed on {time}.", time=passed_at.strftime("%Y-%m-%d %H:%M UTC")
        ),
        todo=say("Where something is found, the traveller is gone: record it, so that the bureau can find them."),
    )


def _candidates(
    person: PersonQuery, people: People, policy: Policy, purpose: ScreeningPurpose
) -> tuple[Candidate, ...]:
    """All that reach the threshold of their list, best first; so many that none is hidden behind those cleared."""
    found = people.search(person, limit=most_candidates(policy), at_least=policy.lowest_score)
    return tuple(each for each in found if each.score >= policy.score_for(each.record.list, purpose))


def most_candidates(policy: Policy) -> int:
    """How many listed persons are looked at for one traveller: more than are shown, for some may be cleared."""
    return 2 * policy.candidates_shown


def word_of(findings: tuple[Finding, ...]) -> VerdictWord:
    """The verdict that these findings make. Only what a list says can make it a match."""
    if any(each.severity is Severity.STOP and each.code.startswith(LIST_FINDING) for each in findings):
        return VerdictWord.MATCH
    if any(each.severity in (Severity.STOP, Severity.LOOK) for each in findings):
        return VerdictWord.LOOK_AGAIN
    return VerdictWord.NO_MATCH


@dataclass(frozen=True, slots=True)
class _Number:
    """One way to read the number that was asked."""

    number: str
    state: str
    type: str
    near: bool = True
    """Whether a number that is merely like it is worth showing."""


def _numbers(question: Question) -> Iterable[_Number]:
    if question.document_number:
        yield _Number(question.document_number, question.document_state, question.document_type)
    if question.other is not None:
        # Most numbers that begin with two letters are no short number of a state; its neighbours say nothing.
        yield _Number(
            question.other.number, question.other.state, question.document_type, near=not question.other.state
        )


def _document_findings(
    each: _Number, documents: Documents, asked: Asked, titles: dict[ListName, str]
) -> Iterable[Finding]:
    # What is never worth showing need not be looked for: see `_worth_showing`.
    one_edit = each.near and _may_be_misread(asked)
    for match in documents.find_documents(each.number, state=each.state, type=each.type, one_edit=one_edit):
        if _worth_showing(match, each.number, asked) and (each.near or _is_sure(match)):
            yield _document_finding(match, each.number, titles)
    for record, person in documents.persons_naming_document(each.number):
        yield _named_document_finding(record, person, each, titles)


def _bearers(each: _Number, documents: Documents, asked: Asked, titles: dict[ListName, str]) -> Iterable[Finding]:
    near = each.near and _may_be_misread(asked)
    found = documents.find_notice_documents(each.number, state=each.state, type=each.type, near=near)
    return bearer_findings(found, each.number, titles)


def _worth_showing(match: DocumentMatch, number: str, asked: Asked) -> bool:
    """Whether a listed number says something about this document.

    In a list of millions most numbers have a neighbour, so *near* may only mean that the number asked may have been
    misread. Typed numbers and failed check digits leave that open. Where the scanned check digit holds, only the
    look-alikes it cannot see do (0 and U, 1 and L, 6, G and Q: equal modulo 10, ICAO Doc 9303-3, 4.9).
    """
    if _is_sure(match):
        return True
    if _may_be_misread(asked):
        return True
    if asked.by_machine:
        return match.match is MatchClass.LOOK_ALIKE
    return match.match is MatchClass.LOOK_ALIKE and check_digit(match.document.number) == check_digit(number)


def _may_be_misread(asked: Asked) -> bool:
    """Whether the number may be another one than was written: somebody typed it, or its check digit fails."""
    return not asked.by_machine and (asked.reading is None or "number" in asked.reading.failed_checks)


def _is_sure(match: DocumentMatch) -> bool:
    return match.withdrawn is not None or match.match.is_hit or match.match is MatchClass.OVERFLOW


def _document_finding(match: DocumentMatch, asked_number: str, titles: dict[ListName, str]) -> Finding:
    document = match.document
    title = titles.get(match.record.list, match.record.list)
    if match.withdrawn is not None:
        return Finding(
            code="list.document.withdrawn",
            severity=Severity.INFO,
            outcome=Outcome.FINE,
            field="document_number",
            record=match.record,
            sentence=say(
                "{number} of {state} was on {list} and was withdrawn on {day}: {reason}.",
                number=document.number,
                state=document.state,
                list=title,
                day=match.withdrawn.withdrawn_on.isoformat(),
                reason=match.withdrawn.reason,
            ),
        )
    if match.match.is_hit:
        return Finding(
            code=f"list.document.{document.status.value}",
            severity=Severity.STOP,
            field="document_number",
            record=match.record,
            sentence=say(
                "Document {number} of {state} is on {list}: {status}.",
                number=document.number,
                state=document.state,
                list=title,
                status=_STATUS[document.status],
            ),
            todo=_KEEP_AND_CONFIRM,
        )
    return Finding(
        code="list.document.near",
        severity=Severity.LOOK,
        outcome=Outcome.UNPROVEN,
        field="document_number",
        fits=(document.number,),
        record=match.record,
        sentence=say(
            "{asked} is not on {list}, but {number} of {state} is ({status}), and {how}.",
            asked=asked_number,
            list=title,
            number=document.number,
            state=document.state,
            status=_STATUS[document.status],
            how=_NEAR[match.match],
        ),
        todo=say("Compare the printed number character by character; scan it again."),
    )


def _named_document_finding(record: RecordRef, person: Person, each: _Number, titles: dict[ListName, str]) -> Finding:
    """A listed person's record names the very number on this document."""
    number, state = each.number, each.state
    same_state = any(
        mention.state == state for mention in person.documents if mention.number == number and mention.state and state
    )
    return Finding(
        code=NAMED + person.action.value,
        severity=Severity.STOP if same_state else Severity.LOOK,
        outcome=Outcome.WRONG if same_state else Outcome.UNPROVEN,
        field="document_number",
        record=record,
        sentence=say(
            "{list} names document {number} in the record of {name} ({reference}).",
            list=titles.get(record.list, record.list),
            number=number,
            name=person.names[0].full,
            reference=person.reference or record.key,
        ),
        todo=_ACTION[person.action],
    )


def _candidate_finding(candidate: Candidate, titles: dict[ListName, str]) -> Finding:
    return Finding(
        code="list.person.candidate",
        severity=Severity.LOOK,
        outcome=Outcome.UNPROVEN,
        field="name",
        record=candidate.record,
        sentence=say(
            "{name} is on {list}; the traveller may be this person ({percent} of 100).",
            name=candidate.explanation.listed_name,
            list=titles.get(candidate.record.list, candidate.record.list),
            percent=min(99, round(candidate.score * 100)),
        ),
        todo=say("Compare birth date, face and papers with the record before you decide."),
    )


def _cleared_finding(cleared: Cleared, titles: dict[ListName, str]) -> Finding:
    candidate, clearance = cleared.candidate, cleared.clearance
    return Finding(
        code="list.person.cleared",
        severity=Severity.INFO,
        outcome=Outcome.FINE,
        field="name",
        record=candidate.record,
        sentence=say(
            "{name} on {list} is another person: cleared by {who} on {day}, until {until} ({reason}).",
            name=candidate.explanation.listed_name,
            list=titles.get(candidate.record.list, candidate.record.list),
            who=clearance.cleared_by,
            day=clearance.cleared_at.date().isoformat(),
            until=clearance.expires_at.date().isoformat(),
            reason=clearance.reason,
        ),
    )


_EMPTY_DESK = Finding(
    code="desk.no-lists",
    severity=Severity.LOOK,
    outcome=Outcome.UNPROVEN,
    sentence=say("This desk holds no list yet, so it knows nothing about this traveller."),
    todo=say("Ask the bureau by telephone, and have the lists brought by the link or by stick."),
)

_NOTHING_COMPARED = Finding(
    code="desk.no-such-list",
    severity=Severity.LOOK,
    outcome=Outcome.UNPROVEN,
    sentence=say("This desk holds no list of what was asked, so nothing was compared."),
    todo=say("Ask the bureau by telephone; it decides which lists this post has."),
)

_KEEP_AND_CONFIRM = say(
    "Keep the document in your hand, refer the traveller, and let the bureau confirm: a recovered document may be"
    " with its owner."
)

_STATUS: Final[dict[DocumentStatus, Sentence]] = {
    DocumentStatus.LOST: say("lost"),
    DocumentStatus.STOLEN: say("stolen"),
    DocumentStatus.STOLEN_BLANK: say("stolen blank"),
    DocumentStatus.REVOKED: say("revoked"),
    DocumentStatus.INVALID: say("invalid"),
    DocumentStatus.LISTED: say("why is not in this post's copy, the bureau knows"),
}

_NEAR: Final[dict[MatchClass, Sentence]] = {
    MatchClass.OVERFLOW: say("the numbers differ only in how the machine readable zone splits them"),
    MatchClass.LOOK_ALIKE: say("the numbers differ only in characters that look alike"),
    MatchClass.ONE_EDIT: say("the numbers differ in one place"),
}

_ACTION: Final[dict[Action, Sentence]] = {
    Action.ARREST: say("Refer at once; arrest only under national law and after the bureau has confirmed."),
    Action.SEIZE: say("Keep the document in your hand and refer; the bureau confirms before it is seized."),
    Action.LOCATE: say("Note where the person goes and inform the bureau; do not hold the person."),
    Action.DISCREET: say("Let the traveller notice nothing; report to the bureau."),
    Action.PROTECT: say("This person may be a victim: refer calmly, apart from companions, and inform the bureau."),
    Action.REFER: say("Refer the traveller and ask the bureau."),
}
