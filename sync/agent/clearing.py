"""Clearances at a desk: made by the officer at the screen, reviewed and revoked by a supervisor, all journalled."""

from __future__ import annotations

from dataclasses import replace

from borderdesk import journal
from borderdesk.clock import Moment
from borderdesk.hits import Hit, HitAct, HitState
from borderdesk.ids import RecordRef
from borderdesk.matching import Candidate, Clearance, clearances
from borderdesk.matching.clearances import CannotClear
from borderdesk.matching.thresholds import Decision
from borderdesk.people import RIGHTS, Right
from borderdesk.policy import Policy
from borderdesk.screening import Verdict, decided
from borderdesk.words import say
from sync.agent.unlocked import Unlocked


def clear(
    desk: Unlocked, verdict: Verdict, record: RecordRef, *, reason: str, days: int | None, at: Moment, policy: Policy
) -> Clearance:
    """Remember that the traveller of this verdict is not this candidate. Raises CannotClear."""
    person = verdict.question.person
    if person is None:
        raise CannotClear(say("no traveller was asked about"))
    clearance = clearances.clear(
        person,
        _candidate(verdict, record),
        reason=reason,
        by=desk.signed_in.account,
        at=at.trusted,
        policy=policy,
        days=days,
        reviewed=Right.CLEAR in RIGHTS[desk.role],
    )
    with desk.store.transaction() as db:
        clearances.remember(db, clearance)
        decided.note(db, verdict, record, cleared=True)
        details = {"clearance": clearance.id, "screening": verdict.screening, "list": record.list, "key": record.key}
        journal.append(
            db,
            kind="clearance",
            who=desk.signed_in.account,
            at=at,
            why=clearance.reason,
            details={**details, "expires": clearance.expires_at.isoformat()},
            editions={record.list: record.edition},
        )
    return clearance


def review(desk: Unlocked, clearance: str, *, at: Moment) -> Clearance:
    """Let a clearance hold until it expires. Raises UnknownClearance."""
    with desk.store.transaction() as db:
        found = clearances.one_remembered(db, clearance)
        reviewed = replace(found, reviewed_by=desk.signed_in.account, reviewed_at=at.trusted)
        clearances.remember(db, reviewed)
        journal.append(
            db, kind="clearance-reviewed", who=desk.signed_in.account, at=at, details={"clearance": clearance}
        )
    return reviewed


def revoke(desk: Unlocked, clearance: str, *, reason: str, at: Moment) -> None:
    """Let the record stop this traveller again. Raises UnknownClearance."""
    with desk.store.transaction() as db:
        clearances.forget(db, clearance)
        journal.append(
            db,
            kind="clearance-revoked",
            who=desk.signed_in.account,
            at=at,
            why=reason,
            details={"clearance": clearance},
        )


def decisions(desk: Unlocked) -> tuple[Decision, ...]:
    """The candidates that were confirmed or refused at this desk, with the scores they were shown with."""
    hits = {(hit.screening, hit.record.list, hit.record.key): hit for hit in desk.hits.all()}
    found: list[Decision] = []
    for each in decided.every(desk.store.reader):
        hit = hits.get((each.screening, each.list, each.key))
        confirmed = hit is not None and hit.state is HitState.CONFIRMED
        refused = each.cleared or (hit is not None and _is_refused(desk, hit))
        if confirmed or refused:
            found.append(Decision(each.score, confirmed, each.list))
    return tuple(found)


def _is_refused(desk: Unlocked, hit: Hit) -> bool:
    acts = {event.act for event in desk.hits.acts(hit.id)}
    return hit.state is HitState.NOT_CONFIRMED or HitAct.NOT_THE_PERSON in acts


def _candidate(verdict: Verdict, record: RecordRef) -> Candidate:
    for candidate in (*verdict.candidates, *(each.candidate for each in verdict.cleared)):
        if candidate.record == record:
            return candidate
    raise CannotClear(say("it is no candidate of this verdict"))
