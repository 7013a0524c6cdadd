"""What a screening says about listed things, and about genuine documents whose bearer is sought."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

from borderdesk.documents import check_identifier
from borderdesk.findings import Finding, Outcome, Severity
from borderdesk.ids import ListName
from borderdesk.replica.types import MatchClass, NoticeDocumentMatch, ThingMatch
from borderdesk.screening.marks import KIND
from borderdesk.watchlist import Action, Mark, Scheme, Thinglike, ThingStatus
from borderdesk.words import Sentence, say

THING: Final = "list.thing."
BEARER: Final = "list.bearer."
NAMED: Final = "list.person.document."
"""Codes of findings about things, bearers, and documents that a person's record names; what follows is the status, or
the action asked for."""


class Things(Protocol):
    """What a screening asks of the replica about things."""

    def find_things(
        self, scheme: Scheme, number: str, *, scope: str = "", near: bool = True
    ) -> tuple[ThingMatch, ...]: ...

    def find_notice_documents(
        self, number: str, *, state: str = "", type: str = "", near: bool = True
    ) -> tuple[NoticeDocumentMatch, ...]: ...


def mark_findings(marks: Iterable[Mark], things: Things, titles: dict[ListName, str]) -> Iterable[Finding]:
    """About things asked by their own numbers: what is odd about the number, and who lists it."""
    for mark in marks:
        if mark.scheme in KIND:
            check = check_identifier(KIND[mark.scheme], mark.number)
            yield from (each for each in check.findings if each.outcome is Outcome.WRONG)
        for match in things.find_things(mark.scheme, mark.number, scope=mark.scope):
            yield _finding(match, mark.number, titles)


def number_findings(number: str, country: str, things: Things, titles: dict[ListName, str]) -> Iterable[Finding]:
    """About a number of which nobody said what it is the number of: things that have exactly this one. `country` is
    that of its plate, where the letters before it name one; else empty."""
    for scheme in Scheme:
        if scheme is not Scheme.DOCUMENT:
            scope = country if scheme in _OF_A_COUNTRY else ""
            for match in things.find_things(scheme, number, scope=scope, near=False):
                yield _finding(match, number, titles)


def bearer_findings(
    matches: Iterable[NoticeDocumentMatch], number: str, titles: dict[ListName, str]
) -> Iterable[Finding]:
    """About a genuine document whose bearer is sought. Never to be taken for a stolen document."""
    for match in matches:
        document = match.document
        action = document.action if document.action in _ACTIONS else Action.REFER.value
        sure = match.match.is_hit
        yield Finding(
            code=BEARER + action,
            severity=Severity.STOP if sure else Severity.LOOK,
            outcome=Outcome.WRONG if sure else Outcome.UNPROVEN,
            field="document_number",
            record=match.record,
            fits=() if sure else (document.number,),
            sentence=say(
                "The bearer of document {number} of {state} is sought: notice {notice} on {list}, for {name}."
                " The document itself is genuine.",
                number=document.number,
                state=document.state,
                notice=document.notice,
                list=titles.get(match.record.list, match.record.list),
                name=document.holder or "?",
            )
            if sure
            else say(
                "{asked} is not on {list}, but {number} of {state} is: the bearer of that document is sought.",
                asked=number,
                list=titles.get(match.record.list, match.record.list),
                number=document.number,
                state=document.state,
            ),
            todo=say("Compare the bearer with the notice; keep to what the procedure says."),
        )


def _finding(match: ThingMatch, asked: str, titles: dict[ListName, str]) -> Finding:
    title = titles.get(match.record.list, match.record.list)
    scheme = SCHEME[match.scheme]
    if match.withdrawn is not None:
        return Finding(
            code=THING + "withdrawn",
            severity=Severity.INFO,
            outcome=Outcome.FINE,
            record=match.record,
            sentence=say(
                "{kind} {number} was on {list} and was withdrawn on {day}: {reason}.",
                kind=scheme,
                number=match.number,
                list=title,
                day=match.withdrawn.withdrawn_on.isoformat(),
                reason=match.withdrawn.reason,
            ),
        )
    status = getattr(match.entry, "status", ThingStatus.WANTED)
    if match.match.is_hit:
        return Finding(
            code=THING + status.value,
            severity=Severity.STOP,
            record=match.record,
            sentence=say(
                "{kind} {number} is on {list}: {status}. {what}",
                kind=scheme,
                number=match.number,
                list=title,
                status=STATUS[status],
                what=described(match.entry),
            ),
            todo=say("Keep it where it is, refer, and let the bureau confirm before anything is seized."),
        )
    return Finding(
        code=THING + "near",
        severity=Severity.LOOK,
        outcome=Outcome.UNPROVEN,
        record=match.record,
        fits=(match.number,) if match.match is not MatchClass.NUMBER_ONLY else (),
        sentence=say(
            "{asked} may be {kind} {number} on {list} ({status}): {how}. {what}",
            asked=asked,
            kind=scheme,
            number=match.number,
            list=title,
            status=STATUS[status],
            how=_HOW[match.match],
            what=described(match.entry),
        ),
        todo=say("Compare make, model and colour, and read the number again on the thing itself."),
    )


def described(entry: Thinglike | None) -> str:
    """What the list says a thing looks like, in the list's own words."""
    if entry is None:
        return ""
    told = [str(getattr(entry, name, "") or "") for name in ("category", "kind", "name", "make", "model", "calibre")]
    told += [str(getattr(entry, name, "") or "") for name in ("colour", "year", "reference")]
    return ", ".join(each for each in told if each)


SCHEME: Final[dict[Scheme, Sentence]] = {
    Scheme.DOCUMENT: say("Document"),
    Scheme.VIN: say("Vehicle (VIN)"),
    Scheme.ENGINE: say("Engine"),
    Scheme.PLATE: say("Number plate"),
    Scheme.REGISTRATION: say("Registration paper"),
    Scheme.PART: say("Vehicle part"),
    Scheme.IMO: say("Vessel (IMO)"),
    Scheme.MMSI: say("Vessel (MMSI)"),
    Scheme.HULL: say("Vessel (hull)"),
    Scheme.CALL_SIGN: say("Vessel (call sign)"),
    Scheme.SERIAL: say("Serial number"),
    Scheme.CONTAINER: say("Container"),
}
STATUS: Final[dict[ThingStatus, Sentence]] = {
    ThingStatus.STOLEN: say("stolen"),
    ThingStatus.LOST: say("lost"),
    ThingStatus.TRAFFICKED: say("trafficked"),
    ThingStatus.WANTED: say("wanted"),
}
_HOW: Final[dict[MatchClass, Sentence]] = {
    MatchClass.OVERFLOW: say("the numbers differ only in how they are printed"),
    MatchClass.NUMBER_ONLY: say("the number is the same, its state or make is not known"),
    MatchClass.LOOK_ALIKE: say("the numbers differ only in characters that look alike"),
    MatchClass.ONE_EDIT: say("the numbers differ in one place"),
}
_ACTIONS: Final = frozenset(action.value for action in Action)
_OF_A_COUNTRY: Final = frozenset({Scheme.PLATE, Scheme.REGISTRATION})
"""Schemes whose numbers a State gives out, so that the letters of one may stand before them."""
