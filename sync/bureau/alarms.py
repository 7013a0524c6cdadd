"""What somebody at the bureau has to look at now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from borderdesk.policy import Policy
from borderdesk.words import Sentence, say
from sync.bureau import foreign, inbox, lists, looked
from sync.bureau import tables as t
from sync.bureau import twin_tables as t2
from sync.bureau.cases import ReceivedHit
from sync.bureau.looked import Watched
from sync.bureau.posts import Desk


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing: its kind (`gap`, `quarantine`, `late`, `silent`, `unread`, `partner`) and a sentence for a person."""

    kind: str
    sentence: Sentence


def alarms(
    db: sa.Connection, desks: Sequence[Desk], open_hits: Sequence[ReceivedHit], policy: Policy, now: datetime
) -> tuple[Alarm, ...]:
    """Everything that is not as it should be."""
    known = looked.every(db, Watched.GAP)
    found = [
        Alarm("gap", gap(desk))
        for desk in desks
        if desk.missing and desk.revoked_at is None and looked.gap_key(desk) not in known
    ]
    settled = looked.every(db, Watched.QUARANTINE)
    quarantined = sum(str(id_) not in settled for id_ in db.execute(sa.select(t.quarantine.c.id)).scalars())
    if quarantined:
        found.append(Alarm("quarantine", say("{count} uploads are in quarantine.", count=quarantined)))
    late = sum(one.clock is not None and one.clock.is_late(now) for one in open_hits)
    if late:
        found.append(Alarm("late", say("{count} hits wait longer than they may.", count=late)))
    read = looked.every(db, Watched.UNREAD)
    unread = sum(looked.report_key(one.desk, one.counter) not in read for one in inbox.unread(db))
    if unread:
        found.append(Alarm("unread", say("{count} reports could not be read.", count=unread)))
    for desk in desks:
        hours = int((now - (desk.seen_at or desk.enrolled_at)).total_seconds() // 3600)
        if desk.revoked_at is None and hours > policy.red_after_hours:
            found.append(
                Alarm("silent", say("Desk {desk} has not been seen for {hours} hours.", desk=desk.id, hours=hours))
            )
    return (*found, *_of_partners(db, policy, now))


def _of_partners(db: sa.Connection, policy: Policy, now: datetime) -> list[Alarm]:
    """Partners that are silent, or send what was not agreed."""
    found = []
    for one in foreign.partner_lists(db):
        names = {"partner": one.partner, "list": one.name}
        if one.held_back:
            text = say("{count} records of {list} from {partner} are not agreed.", count=one.held_back, **names)
            found.append(Alarm("partner", text))
        if one.own and not lists.difference(db, lists.row_of(db, one.own)).is_empty:
            text = say("Changes of {list} wait to be published: publish, or finish the other drafts.", list=one.own)
            found.append(Alarm("partner", text))
    for row in db.execute(sa.select(t2.partners).where(t2.partners.c.ended_at.is_(None))):
        hours = int((now - (row.heard_at or row.added_at)).total_seconds() // 3600)
        if hours > policy.red_after_hours:
            found.append(
                Alarm("partner", say("Nothing heard from {partner} for {hours} hours.", partner=row.name, hours=hours))
            )
    return found


def gap(desk: Desk) -> Sentence:
    """Which reports of a desk never came: lost, suppressed, or still under way by stick."""
    numbers = ", ".join(map(str, desk.missing[:20])) + (" …" if len(desk.missing) > 20 else "")
    return say("Desk {desk}: reports {numbers} never came.", desk=desk.id, numbers=numbers)
