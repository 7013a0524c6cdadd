"""Publishing with four eyes: one person proposes what stands in the drafts, another one publishes exactly that."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from borderdesk.errors import KnownError
from borderdesk.words import say
from sync.bureau import lists
from sync.bureau import tables as t

_SETTING: Final = "four_eyes"


class SecondPersonNeeded(KnownError):
    """Publishing takes two persons at this bureau."""

    def __init__(self) -> None:
        super().__init__(
            say("At this bureau one person proposes and another one publishes."),
            safe=say("Nothing was published; the drafts stay as they are."),
            todo=say("Propose it, and let somebody else approve: borderdesk-bureau publish --propose, --approve"),
        )


class ProposalOver(KnownError):
    """A proposal was settled before, or the drafts have changed since."""

    def __init__(self, number: int) -> None:
        super().__init__(
            say("Proposal {number} no longer holds: it was settled, or a draft has changed since.", number=number),
            safe=say("Nothing was published; the drafts stay as they are."),
            todo=say("Look at the difference and propose it again."),
        )


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal. `holds`: the drafts are still as they were proposed."""

    number: int
    proposed_by: str
    proposed_at: datetime
    holds: bool


def required(db: sa.Connection) -> bool:
    """Whether this bureau publishes with four eyes."""
    return db.execute(sa.select(t.settings.c.value).where(t.settings.c.name == _SETTING)).scalar() == "on"


def require(db: sa.Connection, wanted: bool) -> None:
    """Say whether this bureau publishes with four eyes."""
    db.execute(t.settings.delete().where(t.settings.c.name == _SETTING))
    db.execute(t.settings.insert().values(name=_SETTING, value="on" if wanted else "off"))


def propose(db: sa.Connection, *, by: str, now: datetime) -> Proposal:
    """Propose the drafts as they stand. An earlier proposal ends with it."""
    _settle(db, t.proposals.c.settled_at.is_(None), by, now, "replaced")
    number = (db.execute(sa.select(sa.func.max(t.proposals.c.id))).scalar() or 0) + 1
    db.execute(
        t.proposals.insert().values(id=number, proposed_by=by, proposed_at=now, versions=json.dumps(_versions(db)))
    )
    return Proposal(number, by, now, holds=True)


def approve(db: sa.Connection, number: int, *, by: str, now: datetime) -> Proposal:
    """Settle a proposal so that it may be published. Raises ProposalOver, and SecondPersonNeeded for the proposer."""
    row = db.execute(sa.select(t.proposals).where(t.proposals.c.id == number)).one_or_none()
    if row is None or row.settled_at is not None or json.loads(row.versions) != _versions(db):
        raise ProposalOver(number)
    if row.proposed_by == by:
        raise SecondPersonNeeded
    _settle(db, t.proposals.c.id == number, by, now, "published")
    return Proposal(number, row.proposed_by, row.proposed_at, holds=True)


def reject(db: sa.Connection, number: int, *, by: str, now: datetime) -> None:
    """Say no to a proposal. Raises ProposalOver."""
    if not _settle(db, (t.proposals.c.id == number) & t.proposals.c.settled_at.is_(None), by, now, "rejected"):
        raise ProposalOver(number)


def open_proposal(db: sa.Connection) -> Proposal | None:
    """The proposal that waits for somebody else, if there is one."""
    row = db.execute(sa.select(t.proposals).where(t.proposals.c.settled_at.is_(None))).one_or_none()
    if row is None:
        return None
    return Proposal(row.id, row.proposed_by, row.proposed_at, json.loads(row.versions) == _versions(db))


def _settle(db: sa.Connection, where: Any, by: str, now: datetime, outcome: str) -> int:
    values = {"settled_by": by, "settled_at": now, "outcome": outcome}
    return db.execute(t.proposals.update().where(where).values(**values)).rowcount


def _versions(db: sa.Connection) -> dict[str, list[int]]:
    """Every list's draft: how often it was changed, and which edition it goes beyond."""
    changed = {row.id: row.version for row in db.execute(sa.select(t.lists.c.id, t.lists.c.version))}
    return {row.watchlist.name: [changed[row.id], row.head] for row in lists.all_rows(db)}
