"""Asking the owner of a record about a hit: by itself where the owner is a partner, else by a ready message.

What goes to a partner is what a desk sends to its bureau: the hit under its own id, and what was done about it since.
No name of an officer leaves the bureau. Requests are numbered, and each has its clock; from the third on, or when it
has waited too long, it is the supervisor's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.hits import (
    EVENT_KIND,
    HIT_KIND,
    AnswerKind,
    BureauAnswer,
    Hit,
    HitAct,
    HitEvent,
    Urgency,
    event_body,
    hit_body,
    read_event_body,
    read_hit_body,
)
from borderdesk.ids import AccountId, RecordRef
from borderdesk.policy import Policy
from borderdesk.words import say
from sync.bureau import agreements, cases, foreign, partners
from sync.bureau import tables as main
from sync.bureau import twin_tables as t
from sync.bureau.cases import CaseClock, CaseClosed, Post
from sync.bureau.foreign import PartnerList
from sync.bureau.partners import Partner

MAX_NOTE = 1000
MAX_WORDS = 500


class NothingAsked(KnownError):
    """An owner's answer was to be noted, but nobody was asked, or it has answered."""

    def __init__(self, hit: str) -> None:
        super().__init__(
            say("No request about the hit {hit} waits for its owner's answer.", hit=hit),
            safe=NOTHING_CHANGED,
            todo=say("Forward the hit first."),
        )


class WordsTooLong(KnownError):
    """A request to an owner that is too long."""

    def __init__(self) -> None:
        super().__init__(
            say("A request to the owner of a record has at most {most} characters.", most=MAX_WORDS),
            safe=say("Nothing was sent."),
            todo=say("Ask in fewer words."),
        )


@dataclass(frozen=True, slots=True)
class Forward:
    """One request to the owner of a record. `partner` is empty where a person carries the message."""

    hit: str
    number: int
    to: str
    partner: str
    words: str
    by: str
    at: datetime
    answer: str
    answered_at: datetime | None
    clock: CaseClock | None


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is to go to a partner: `about` says what, so that it goes once."""

    partner: str
    hit: str
    about: str
    kind: str
    row: Any
    behind: PartnerList


def forwards(db: sa.Connection, policy: Policy, hit: str) -> tuple[Forward, ...]:
    """Every request about a hit, in order; the clock runs on the last one while it has no answer."""
    query = sa.select(t.forwards, main.hits.c.urgency, main.hits.c.closed_at).join(
        main.hits, main.hits.c.id == t.forwards.c.hit
    )
    rows = db.execute(query.where(t.forwards.c.hit == hit).order_by(t.forwards.c.number)).all()
    return tuple(_forward(row, rows[0].at, policy, last=row is rows[-1]) for row in rows)


def _forward(row: Any, first: datetime, policy: Policy, *, last: bool) -> Forward:
    clock = None
    if last and row.answered_at is None and row.closed_at is None:
        urgent = Urgency(row.urgency) is Urgency.URGENT
        minutes = policy.urgent_reply_minutes if urgent else policy.routine_reply_minutes
        late = first + timedelta(hours=policy.late_reply_hours)
        clock = CaseClock(row.number, row.at, row.at + timedelta(minutes=minutes), late)
    partner, answer = row.partner or "", row.answer or ""
    return Forward(row.hit, row.number, row.to, partner, row.words, row.by, row.at, answer, row.answered_at, clock)


def ask(db: sa.Connection, hit: str, to: str, words: str, *, by: str, now: datetime) -> int:
    """Ask the owner of a hit's record, or ask again; the number of the request.

    Where the record is a partner's it goes to the partner, whatever `to` says. Raises UnknownCase, CaseClosed.
    """
    if len(words) > MAX_WORDS:
        raise WordsTooLong
    cases.forward(db, hit, to, now=now)
    list_ = db.execute(sa.select(main.hits.c.list).where(main.hits.c.id == hit)).scalar_one()
    behind = foreign.behind(db, list_)
    partner = behind.partner if behind is not None and agreements.running(db, behind.partner, now) else None
    return _note(db, hit, to, partner, words.strip(), by, now)


def note_answer(db: sa.Connection, hit: str, words: str, *, now: datetime) -> int:
    """Note what the owner answered to the last request; its number. Raises NothingAsked."""
    waits = (t.forwards.c.hit == hit) & t.forwards.c.answered_at.is_(None)
    number: int | None = db.execute(sa.select(sa.func.max(t.forwards.c.number)).where(waits)).scalar()
    if number is None or not words.strip():
        raise NothingAsked(hit)
    db.execute(t.forwards.update().where(waits).values(answer=words.strip(), answered_at=now))
    return number


def due(db: sa.Connection, now: datetime) -> tuple[Due, ...]:
    """What is to go to partners and has not been queued yet: hits, what was done since, requests, outcomes."""
    found: list[Due] = []
    said = _said(db)
    for behind in foreign.partner_lists(db):
        agreement = agreements.running(db, behind.partner, now)
        if agreement is None or not behind.own:
            continue
        for row in _hits(db, behind):
            sent = (behind.partner, f"hit {row.id}") in said
            if not sent and not (agreement.hits or row.asked):
                continue
            for about, kind, part in _parts(db, row):
                if (behind.partner, about) not in said:
                    found.append(Due(behind.partner, row.id, about, kind, part, behind))
    return tuple(found)


def _said(db: sa.Connection) -> set[tuple[str, str]]:
    query = sa.select(t.partner_outbox.c.partner, t.partner_outbox.c.about)
    return {(row.partner, row.about) for row in db.execute(query)}


def _hits(db: sa.Connection, behind: PartnerList) -> list[Any]:
    joined = sa.and_(main.uploads.c.desk == main.hits.c.desk, main.uploads.c.counter == main.hits.c.counter)
    asked = sa.select(t.forwards.c.hit).where(t.forwards.c.hit == main.hits.c.id).exists().label("asked")
    query = sa.select(main.hits, main.uploads.c.body, asked).join(main.uploads, joined)
    where = main.hits.c.list == behind.own
    return list(db.execute(query.where(where).order_by(main.hits.c.received_at)).all())


def _parts(db: sa.Connection, row: Any) -> Iterator[tuple[str, str, Any]]:
    """A hit, each further act on it by its own desk, each further request of ours, and its outcome."""
    yield f"hit {row.id}", HIT_KIND, row
    same = sa.and_(main.uploads.c.desk == main.hit_events.c.desk, main.uploads.c.counter == main.hit_events.c.counter)
    further = (
        sa.select(main.hit_events.c.counter, main.uploads.c.body)
        .join(main.uploads, same)
        .where(main.hit_events.c.hit == row.id, main.hit_events.c.desk == row.desk)
        .where(main.hit_events.c.counter != row.counter)
        .order_by(main.hit_events.c.counter)
    )
    for event in db.execute(further):
        yield f"event {row.desk} {event.counter}", EVENT_KIND, read_event_body(bytes(event.body))
    hit, first = read_hit_body(bytes(row.body))
    asked = sa.select(t.forwards).where(t.forwards.c.hit == row.id).order_by(t.forwards.c.number)
    for request in db.execute(asked):
        if request.number > 1 or request.words:
            act = HitAct.ASK_AGAIN if request.number > 1 else HitAct.REPLY
            yield f"request {row.id} {request.number}", EVENT_KIND, replace(first, act=act, note=request.words)
    if row.closed_at is not None:
        outcome = f"{'True' if row.true_hit else 'False'} hit. {row.outcome}"
        yield f"closed {hit.id}", EVENT_KIND, replace(first, act=HitAct.REPLY, note=outcome)


def send(db: sa.Connection, to: Partner, one: Due, now: datetime) -> bool:
    """Queue it, with the note that the owner was asked."""
    reply = to.link.reply
    us = AccountId(reply.desk)
    if one.kind == HIT_KIND:
        hit, event = read_hit_body(bytes(one.row.body))
        record = RecordRef(one.behind.name, hit.record.key, one.behind.edition)
        ours: Hit = replace(hit, desk=reply.desk, post=reply.post, record=record, taken_up_by=us)
        note = f"{hit.post}: {event.note}" if event.note else hit.post
        body = hit_body(ours, replace(event, officer=us, note=note[:MAX_NOTE]))
        if not one.row.asked:
            cases.note_forwarded(db, one.hit, to.bureau, now=now)
            _note(db, one.hit, to.bureau, one.partner, "", reply.desk, now)
    else:
        said: HitEvent = one.row
        body = event_body(replace(said, officer=us, note=said.note[:MAX_NOTE]))
    return partners.queue(db, to, one.kind, one.about, body, now)


def take_answer(db: sa.Connection, post: Post, partner: str, bureau: str, answer: BureauAnswer, now: datetime) -> bool:
    """Pass a partner's answer on to the post; False where the hit is closed here already.

    Raises UnknownCase for a hit that was never sent to this partner.
    """
    if not partners.was_said(db, partner, f"hit {answer.hit}"):
        raise cases.UnknownCase(answer.hit)
    waits = (t.forwards.c.hit == answer.hit) & t.forwards.c.answered_at.is_(None)
    db.execute(t.forwards.update().where(waits).values(answer=answer.words, answered_at=now))
    # The owner's closing is its word, not the end of our case: that takes an outcome of our own.
    kind = AnswerKind.INSTRUCTIONS if answer.kind is AnswerKind.CLOSED else answer.kind
    try:
        cases.answer(db, post, answer.hit, kind, answer.words, by=f"{bureau}: {answer.by}"[:200], now=now)
    except CaseClosed:
        return False
    return True


def _note(db: sa.Connection, hit: str, to: str, partner: str | None, words: str, by: str, now: datetime) -> int:
    last = db.execute(sa.select(sa.func.coalesce(sa.func.max(t.forwards.c.number), 0)).where(t.forwards.c.hit == hit))
    number: int = last.scalar_one() + 1
    values = {"hit": hit, "number": number, "to": to, "partner": partner, "words": words, "by": by, "at": now}
    db.execute(t.forwards.insert().values(**values))
    return number
