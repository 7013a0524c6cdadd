"""Hits as the bureau works on them: which wait, for how long, what was answered, forwarded, and what came of them.

An answer is one transaction: the hit's new state, the answer, and the signed letter that takes it to the desk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.hits import (
    ANSWER_KIND,
    HIT_KIND,
    AnswerKind,
    BureauAnswer,
    Hit,
    HitAct,
    HitEvent,
    HitState,
    Urgency,
    answer_body,
    read_event_body,
    read_hit_body,
)
from borderdesk.ids import DeskId, HitId, ListName, RecordKey
from borderdesk.policy import Policy
from borderdesk.screening import LateMatch, read_late_body
from borderdesk.words import say
from sync.bureau import tables as t

_STATE_AFTER = {
    AnswerKind.CONFIRMED: HitState.CONFIRMED,
    AnswerKind.NOT_CONFIRMED: HitState.NOT_CONFIRMED,
    AnswerKind.MORE_NEEDED: HitState.MORE_NEEDED,
    AnswerKind.CLOSED: HitState.CLOSED,
}
_NOTICED = 3
"""A record with so many hits, more false than true, is worth mending."""


class UnknownCase(KnownError):
    """A hit this bureau never received."""

    def __init__(self, hit: str) -> None:
        super().__init__(
            say("This bureau has no hit {hit}.", hit=hit),
            safe=NOTHING_CHANGED,
            todo=say("Look at the ids with: borderdesk-bureau hits list"),
        )


class CaseClosed(KnownError):
    """A hit that is closed is answered no more."""

    def __init__(self, hit: str) -> None:
        super().__init__(
            say("The hit {hit} is closed.", hit=hit),
            safe=NOTHING_CHANGED,
            todo=say("If it was closed in error, call the post."),
        )


class OutcomeNeeded(KnownError):
    """A hit was to be closed without saying what came of it."""

    def __init__(self) -> None:
        super().__init__(
            say("A hit is closed with its outcome, so that false hits are counted and bad records mended."),
            safe=NOTHING_CHANGED,
            todo=say("Say what came of it, and whether it was the person or document that is listed."),
        )


@dataclass(frozen=True, slots=True)
class CaseClock:
    """Until when the bureau should have answered, and from when on it is the supervisor's."""

    request: int
    asked_at: datetime
    due_at: datetime
    supervisor_at: datetime

    def is_late(self, now: datetime) -> bool:
        """Whether the time is over."""
        return now >= self.due_at

    def is_supervisors(self, now: datetime) -> bool:
        """Whether it goes to the supervisor: by its age, or because the desk had to ask a third time."""
        return now >= self.supervisor_at or self.request > 2


@dataclass(frozen=True, slots=True)
class ReceivedHit:
    """A hit at the bureau: the report as the desk sealed it, every act known so far, and what the bureau did.

    `clock` runs while the desk waits for an answer; `outcome` stands once the hit is closed.
    """

    hit: Hit
    events: tuple[HitEvent, ...]
    counter: int
    received_at: datetime
    urgency: Urgency
    clock: CaseClock | None
    answers: tuple[BureauAnswer, ...]
    outcome: str
    closed_at: datetime | None
    forwarded_to: str
    forwarded_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReceivedLate:
    """A *would have matched* item: a traveller who was let go on before the edition came that lists them."""

    desk: DeskId
    counter: int
    found: LateMatch
    received_at: datetime
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class FalseHits:
    """How often a list, or one record of it (`key`; empty for the whole list), was hit, and how often in error."""

    list: ListName
    key: RecordKey
    hits: int
    confirmed: int
    false: int

    @property
    def rate(self) -> float:
        """False hits among those decided, 0 to 1."""
        decided = self.confirmed + self.false
        return self.false / decided if decided else 0.0

    @property
    def needs_mending(self) -> bool:
        """Whether it is worth asking the record's owner."""
        return bool(self.key) and self.hits >= _NOTICED and self.rate > 0.5


Post = Callable[[sa.Connection, DeskId, str, Callable[[int], bytes]], int]
"""Writes a letter to a desk inside the caller's transaction: the desk, its kind, and its body from its number."""


def answer(
    db: sa.Connection, post: Post, hit: str, kind: AnswerKind, words: str, *, by: str, now: datetime
) -> BureauAnswer:
    """Answer a hit: its state, the answer and the letter at once. Raises UnknownCase, CaseClosed, AnswerTooLong."""
    row = _open_row(db, hit)
    draft = BureauAnswer(HitId(hit), 1, kind, words.strip(), by, now)
    number = post(db, DeskId(row.desk), ANSWER_KIND, lambda number: answer_body(replace(draft, number=number)))
    db.execute(t.answers.insert().values(hit=hit, letter=number, kind=kind.value, words=draft.words, by=by, at=now))
    state = _STATE_AFTER.get(kind)
    if state is not None:
        db.execute(t.hits.update().where(t.hits.c.id == hit).values(state=state.value))
    return replace(draft, number=number)


def close(
    db: sa.Connection, post: Post, hit: str, outcome: str, *, true_hit: bool, by: str, now: datetime
) -> BureauAnswer:
    """Close a hit with what came of it. `true_hit`: it was the person or document that is listed.

    Raises UnknownCase, CaseClosed, OutcomeNeeded, AnswerTooLong.
    """
    if not outcome.strip():
        raise OutcomeNeeded
    done = answer(db, post, hit, AnswerKind.CLOSED, outcome, by=by, now=now)
    values = {"outcome": outcome.strip(), "closed_at": now, "true_hit": int(true_hit)}
    db.execute(t.hits.update().where(t.hits.c.id == hit).values(**values))
    return done


def forward(db: sa.Connection, hit: str, to: str, *, now: datetime) -> None:
    """Note that the list's owner was asked. Raises UnknownCase, CaseClosed."""
    _open_row(db, hit)
    note_forwarded(db, hit, to, now=now)


def note_forwarded(db: sa.Connection, hit: str, to: str, *, now: datetime) -> None:
    """Note that the list's owner was asked, whether the hit is open or not."""
    db.execute(t.hits.update().where(t.hits.c.id == hit).values(forwarded_to=to, forwarded_at=now))


def _open_row(db: sa.Connection, hit: str) -> Any:
    row = db.execute(sa.select(t.hits.c.desk, t.hits.c.closed_at).where(t.hits.c.id == hit)).one_or_none()
    if row is None:
        raise UnknownCase(hit)
    if row.closed_at is not None:
        raise CaseClosed(hit)
    return row


def cases(
    db: sa.Connection,
    policy: Policy,
    *,
    only_open: bool = False,
    only: str = "",
    among: Collection[str] = (),
    most: int = 0,
    longest_first: bool = False,
    hidden: Collection[str] = (),
    words: str = "",
) -> tuple[ReceivedHit, ...]:
    """Hits, newest first: all of them, those not closed, the one of an id, those `among` ids, or the newest `most`.

    None on a record of a `hidden` list. `longest_first`: those that have waited longest instead of the newest. Every
    one of the `words` stands somewhere in what `words_of` says of a hit.
    """
    joined = sa.and_(t.uploads.c.desk == t.hits.c.desk, t.uploads.c.counter == t.hits.c.counter)
    query = sa.select(t.hits, t.uploads.c.body).join(t.uploads, joined)
    if only_open:
        query = query.where(t.hits.c.closed_at.is_(None))
    if hidden:
        query = query.where(t.hits.c.list.not_in(hidden))
    if only:
        query = query.where(t.hits.c.id == only)
    if among:
        query = query.where(t.hits.c.id.in_(among))
    for word in words.casefold().split():
        query = query.where(t.hits.c.words.contains(word, autoescape=True))
    if longest_first:
        waits = sa.case((t.hits.c.state == HitState.REPORTED.value, 0), else_=1)
        query = query.order_by(waits, t.hits.c.received_at, t.hits.c.counter)
    else:
        query = query.order_by(t.hits.c.received_at.desc(), t.hits.c.counter.desc())
    rows = db.execute(query.limit(most) if most else query).all()
    ids = [row.id for row in rows]
    said, done = _answers(db, ids), _events(db, ids)
    return tuple(_case(row, said.get(row.id, ()), done.get((row.id, row.desk), ()), policy) for row in rows)


def words_of(hit: Hit) -> str:
    """What a hit is searched by: the traveller, the document, the record, where and by whom it was taken up."""
    where = (hit.traveller, hit.document_state, hit.document_number, hit.record.list, hit.record.key)
    return " ".join((*where, hit.desk, hit.post, hit.taken_up_by, hit.id)).casefold()


def note_words(db: sa.Connection) -> None:
    """Note what all hits are searched by: of a database that an older program kept."""
    joined = sa.and_(t.uploads.c.desk == t.hits.c.desk, t.uploads.c.counter == t.hits.c.counter)
    bodies = sa.select(t.uploads.c.body).join(t.hits, joined)
    own = t.hits.update().where(t.hits.c.id == sa.bindparam("of_hit"))
    ids = list(db.execute(sa.select(t.hits.c.id).order_by(t.hits.c.id)).scalars())
    for part in _parts(ids):
        hits = [read_hit_body(body)[0] for body in db.execute(bodies.where(t.hits.c.id.in_(part))).scalars()]
        db.execute(own, [{"of_hit": hit.id, "words": words_of(hit)} for hit in hits])


def case(db: sa.Connection, policy: Policy, hit: str) -> ReceivedHit:
    """One hit. Raises UnknownCase."""
    found = cases(db, policy, only=hit)
    if not found:
        raise UnknownCase(hit)
    return found[0]


def _case(row: Any, said: tuple[BureauAnswer, ...], done: tuple[HitEvent, ...], policy: Policy) -> ReceivedHit:
    hit, _ = read_hit_body(row.body)
    state, urgency = HitState(row.state), Urgency(row.urgency)
    clock = None
    if state is HitState.REPORTED:
        asked_at = row.asked_at or row.received_at
        minutes = policy.urgent_reply_minutes if urgency is Urgency.URGENT else policy.routine_reply_minutes
        clock = CaseClock(
            row.requests,
            asked_at,
            asked_at + timedelta(minutes=minutes),
            row.received_at + timedelta(hours=policy.late_reply_hours),
        )
    return ReceivedHit(
        hit=replace(hit, state=state, answer=said[-1] if said else None),
        events=done,
        counter=row.counter,
        received_at=row.received_at,
        urgency=urgency,
        clock=clock,
        answers=said,
        outcome=row.outcome or "",
        closed_at=row.closed_at,
        forwarded_to=row.forwarded_to or "",
        forwarded_at=row.forwarded_at,
    )


def _answers(db: sa.Connection, ids: list[str]) -> dict[str, tuple[BureauAnswer, ...]]:
    found: dict[str, tuple[BureauAnswer, ...]] = {}
    for part in _parts(ids):
        for row in db.execute(sa.select(t.answers).where(t.answers.c.hit.in_(part)).order_by(t.answers.c.letter)):
            answer_ = BureauAnswer(HitId(row.hit), row.letter, AnswerKind(row.kind), row.words, row.by, row.at)
            found[row.hit] = (*found.get(row.hit, ()), answer_)
    return found


def _events(db: sa.Connection, ids: list[str]) -> dict[tuple[str, str], tuple[HitEvent, ...]]:
    """The acts on hits, by hit and by the desk that reported them; another desk has no say in it."""
    same = sa.and_(t.uploads.c.desk == t.hit_events.c.desk, t.uploads.c.counter == t.hit_events.c.counter)
    query = sa.select(t.hit_events.c.hit, t.uploads.c.desk, t.uploads.c.kind, t.uploads.c.body).join(t.uploads, same)
    found: dict[tuple[str, str], tuple[HitEvent, ...]] = {}
    for part in _parts(ids):
        for row in db.execute(query.where(t.hit_events.c.hit.in_(part)).order_by(t.hit_events.c.counter)):
            event = read_hit_body(row.body)[1] if row.kind == HIT_KIND else read_event_body(row.body)
            found[row.hit, row.desk] = (*found.get((row.hit, row.desk), ()), event)
    return found


def _parts(ids: list[str]) -> Iterable[list[str]]:
    """A statement takes only so many values."""
    return (ids[at : at + 500] for at in range(0, len(ids), 500))


def late_matches(db: sa.Connection, hidden: Collection[str] = ()) -> tuple[ReceivedLate, ...]:
    """Everything that would have matched, newest first; nothing of a `hidden` list."""
    same = sa.and_(t.uploads.c.desk == t.late_matches.c.desk, t.uploads.c.counter == t.late_matches.c.counter)
    query = (
        sa.select(t.late_matches, t.uploads.c.body).join(t.uploads, same).order_by(t.late_matches.c.received_at.desc())
    )
    return tuple(
        ReceivedLate(DeskId(row.desk), row.counter, read_late_body(row.body), row.received_at, row.seen_at)
        for row in db.execute(query.where(t.late_matches.c.list.not_in(hidden)) if hidden else query)
    )


def false_hits(db: sa.Connection, *, by_record: bool, hidden: Collection[str] = ()) -> tuple[FalseHits, ...]:
    """The false-hit rate of every list that is not `hidden`, or of every record that was hit; most false ones first.

    False is what the bureau did not confirm or closed as false, or, where it has not said, what the officer did.
    """
    said_no = (
        sa.select(t.hit_events.c.hit)
        .where(t.hit_events.c.act == HitAct.NOT_THE_PERSON.value, t.hit_events.c.desk == t.hits.c.desk)
        .where(t.hit_events.c.hit == t.hits.c.id)
        .exists()
    )
    query = sa.select(t.hits.c.list, t.hits.c.record_key, t.hits.c.state, t.hits.c.true_hit, said_no.label("said_no"))
    hits: Counter[tuple[str, str]] = Counter()
    confirmed: Counter[tuple[str, str]] = Counter()
    false: Counter[tuple[str, str]] = Counter()
    for row in db.execute(query.where(t.hits.c.list.not_in(hidden)) if hidden else query):
        what = (row.list, row.record_key if by_record else "")
        hits[what] += 1
        if row.true_hit is not None:
            (confirmed if row.true_hit else false)[what] += 1
        elif row.state == HitState.CONFIRMED.value:
            confirmed[what] += 1
        elif row.state == HitState.NOT_CONFIRMED.value or row.said_no:
            false[what] += 1
    found = (
        FalseHits(ListName(what[0]), RecordKey(what[1]), count, confirmed[what], false[what])
        for what, count in hits.items()
    )
    return tuple(sorted(found, key=lambda one: (-one.false, one.list, one.key)))
