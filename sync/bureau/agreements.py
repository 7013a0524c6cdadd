"""Agreements with other bureaus, as data: offered, accepted, ended; of our lists, and of theirs.

What is agreed is the hash of an agreement's bytes. Both sides keep the bytes, journal every step, and end it by
themselves when its time is over: whatever the other one does, nothing is passed on after that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.ids import DeskId, ListName
from borderdesk.words import say
from sync.bureau import journal, lists
from sync.bureau import twin_tables as t
from sync.bureau.cases import Post
from sync.wire.agreements import (
    ACCEPTED_KIND,
    AGREEMENT_KIND,
    ENDED_KIND,
    AgreedList,
    Agreement,
    AgreementWord,
    may_be_withheld,
)


class AgreementState(StrEnum):
    """Where an agreement stands. One whose time is over counts as ended, noted or not."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    ENDED = "ended"


class UnknownAgreement(KnownError):
    """An agreement that there is not, or that does not stand where it would have to."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say("There is no agreement {name} for which that could be done now.", name=name),
            safe=NOTHING_CHANGED,
            todo=say("Look at how it stands with: borderdesk-bureau twin show"),
        )


class BadAgreement(KnownError):
    """An agreement that says nothing, ends before it begins, or leaves out what no record can do without."""

    def __init__(self, why: str) -> None:
        super().__init__(
            say("This cannot be agreed: {why}.", why=why),
            safe=NOTHING_CHANGED,
            todo=say("Name lists of this bureau, states in ICAO letters, and an end in the future."),
        )


@dataclass(frozen=True, slots=True)
class Agreed:
    """One agreement and how it stands. `given`: of our own lists; `partner` is who the other side is here."""

    agreement: Agreement
    given: bool
    partner: str
    desk: DeskId | None
    state: AgreementState
    accepted_by: str
    accepted_at: datetime | None
    ended_by: str
    ended_at: datetime | None
    why: str

    def holds(self, now: datetime) -> bool:
        """Whether anything may be passed on because of it."""
        return self.state is AgreementState.ACCEPTED and self.agreement.runs(now)


def all_agreed(db: sa.Connection) -> tuple[Agreed, ...]:
    """Every agreement there ever was, the newest first."""
    query = sa.select(t.agreements).order_by(t.agreements.c.offered_at.desc(), t.agreements.c.id)
    return tuple(_agreed(row) for row in db.execute(query))


def one(db: sa.Connection, id_: str) -> Agreed:
    """The agreement of that id. Raises UnknownAgreement."""
    row = db.execute(sa.select(t.agreements).where(t.agreements.c.id == id_)).one_or_none()
    if row is None:
        raise UnknownAgreement(id_)
    return _agreed(row)


def of_partner(db: sa.Connection, partner: str, *, given: bool) -> tuple[Agreed, ...]:
    """The agreements with one partner, the newest first."""
    return tuple(each for each in all_agreed(db) if each.partner == partner and each.given is given)


def _agreed(row: Any) -> Agreed:
    return Agreed(
        Agreement.decode(bytes(row.body)),
        bool(row.given),
        row.partner,
        DeskId(row.desk) if row.desk else None,
        AgreementState(row.state),
        row.accepted_by or "",
        row.accepted_at,
        row.ended_by or "",
        row.ended_at,
        row.why,
    )


# --- of our lists ----------------------------------------------------------------------------------------------------


def agreed_lists(
    db: sa.Connection, names: Sequence[str], *, states: Sequence[str], withheld: Sequence[str]
) -> tuple[AgreedList, ...]:
    """The same limits for every list named. A field is left out where records have it.

    Raises UnknownList, BadAgreement.
    """
    found = []
    for name in names:
        kind = lists.row_of(db, name).watchlist.kind
        out = tuple(sorted(set(withheld) & may_be_withheld(kind)))
        found.append(AgreedList(ListName(name), kind, tuple(sorted(set(states))), out))
    unknown = set(withheld) - {field for one in found for field in one.withheld}
    if unknown:
        raise BadAgreement(f"records cannot do without {', '.join(sorted(unknown))}")
    return tuple(found)


def offer(db: sa.Connection, post: str, agreement: Agreement, now: datetime) -> None:
    """Keep an offer for the partner that will enrol as a desk of this post. Raises BadAgreement."""
    if not agreement.lists:
        raise BadAgreement("no list is named")
    if agreement.ends <= max(now, agreement.begins):
        raise BadAgreement("it would end before it begins")
    _enter(db, agreement, given=True, partner=post, now=now)


def enrolled(db: sa.Connection, write: Post, post: str, desk: DeskId) -> None:
    """A desk of a post was enrolled: where an agreement waits for it, it is written to the desk."""
    waiting = (t.agreements.c.given == 1) & (t.agreements.c.partner == post) & t.agreements.c.desk.is_(None)
    for row in db.execute(sa.select(t.agreements).where(waiting)).all():
        body = bytes(row.body)
        write(db, desk, AGREEMENT_KIND, lambda _number, body=body: body)  # type: ignore[misc]
        db.execute(t.agreements.update().where(t.agreements.c.id == row.id).values(desk=desk))


def heard(db: sa.Connection, desk: DeskId, kind: str, word: AgreementWord, now: datetime) -> None:
    """A partner accepts, or ends, what we offered to its desk: noted and journalled, also where it fits nothing."""
    found = _ours(db, desk, word)
    details: dict[str, Any] = {"agreement": word.id, "desk": desk, "hash": word.hash.hex()}
    if kind == ACCEPTED_KIND and found is not None and found.state is AgreementState.OFFERED:
        _set(db, word.id, AgreementState.ACCEPTED, word.by, now)
    elif kind == ENDED_KIND and found is not None and found.state is not AgreementState.ENDED:
        _set(db, word.id, AgreementState.ENDED, word.by, now, word.why)
    elif found is None or found.state is AgreementState.OFFERED:
        details["fits"] = "nothing"
    journal.note(db, kind, f"{desk} {word.by}", now, why=word.why, details=details)


def _ours(db: sa.Connection, desk: DeskId, word: AgreementWord) -> Agreed | None:
    row = db.execute(sa.select(t.agreements).where(t.agreements.c.id == word.id)).one_or_none()
    found = _agreed(row) if row is not None else None
    if found is None or not found.given or found.desk != desk or found.agreement.hash != word.hash:
        return None
    return found


def end_given(db: sa.Connection, write: Post, id_: str, *, by: str, why: str, now: datetime) -> Agreed:
    """End an agreement about our lists, and tell the partner. Raises UnknownAgreement."""
    found = one(db, id_)
    if not found.given or found.state is AgreementState.ENDED:
        raise UnknownAgreement(id_)
    if found.desk is not None:
        word = AgreementWord(id_, found.agreement.hash, by, now, why)
        write(db, found.desk, ENDED_KIND, lambda _number: word.encode())
    return _set(db, id_, AgreementState.ENDED, by, now, why)


# --- of a partner's lists --------------------------------------------------------------------------------------------


def offered_to_us(db: sa.Connection, partner: str, agreement: Agreement, now: datetime) -> bool:
    """Keep what a partner offers; False where it is here already."""
    if db.execute(sa.select(t.agreements.c.id).where(t.agreements.c.id == agreement.id)).first():
        return False
    _enter(db, agreement, given=False, partner=partner, now=now)
    return True


def accept(db: sa.Connection, partner: str, *, by: str, now: datetime) -> Agreed:
    """Accept the newest offer of a partner. Raises UnknownAgreement."""
    for found in of_partner(db, partner, given=False):
        if found.state is AgreementState.OFFERED and now < found.agreement.ends:
            return _set(db, found.agreement.id, AgreementState.ACCEPTED, by, now)
    raise UnknownAgreement(partner)


def end_taken(db: sa.Connection, id_: str, *, by: str, why: str, now: datetime) -> Agreed:
    """An agreement about a partner's lists is over. Raises UnknownAgreement."""
    found = one(db, id_)
    if found.given or found.state is AgreementState.ENDED:
        raise UnknownAgreement(id_)
    return _set(db, id_, AgreementState.ENDED, by, now, why)


def running(db: sa.Connection, partner: str, now: datetime) -> Agreement | None:
    """What holds now between us and a partner about its lists; None where nothing does."""
    return next((each.agreement for each in of_partner(db, partner, given=False) if each.holds(now)), None)


def lapsed(db: sa.Connection, now: datetime) -> tuple[Agreed, ...]:
    """Agreements whose time is over and which nobody has noted as ended yet."""
    over = (each for each in all_agreed(db) if now >= each.agreement.ends)
    return tuple(each for each in over if each.state is not AgreementState.ENDED)


def _enter(db: sa.Connection, agreement: Agreement, *, given: bool, partner: str, now: datetime) -> None:
    db.execute(
        t.agreements.insert().values(
            id=agreement.id,
            given=int(given),
            partner=partner,
            body=agreement.encode(),
            state=AgreementState.OFFERED.value,
            offered_at=now,
        )
    )


def _set(db: sa.Connection, id_: str, state: AgreementState, by: str, at: datetime, why: str = "") -> Agreed:
    name = "ended" if state is AgreementState.ENDED else "accepted"
    values = {"state": state.value, f"{name}_by": by, f"{name}_at": at, "why": why}
    db.execute(t.agreements.update().where(t.agreements.c.id == id_).values(**values))
    return one(db, id_)
