"""What somebody at the bureau has to look at now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from borderdesk.ids import DeskId, PostId
from borderdesk.policy import Policy
from borderdesk.words import Sentence, say
from sync.bureau import foreign, inbox, lists, looked
from sync.bureau import tables as t
from sync.bureau import twin_tables as t2
from sync.bureau.cases import ReceivedHit
from sync.bureau.health import DeskHealth
from sync.bureau.looked import Watched
from sync.bureau.posts import Desk


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing: its kind (`gap`, `quarantine`, `late`, `silent`, `unread`, `journal`, `partner`), a sentence for a
    person, and the posts that it is about."""

    kind: str
    sentence: Sentence
    posts: tuple[PostId, ...] = ()


def alarms(
    db: sa.Connection,
    desks: Sequence[Desk],
    healths: Mapping[DeskId, DeskHealth],
    open_hits: Sequence[ReceivedHit],
    policy: Policy,
    now: datetime,
) -> tuple[Alarm, ...]:
    """Everything that is not as it should be."""
    known = looked.every(db, Watched.GAP)
    found = [
        Alarm("gap", gap(desk), (desk.post,))
        for desk in desks
        if desk.missing and desk.revoked_at is None and looked.gap_key(desk) not in known
    ]
    settled = looked.every(db, Watched.QUARANTINE)
    quarantined = sum(str(id_) not in settled for id_ in db.execute(sa.select(t.quarantine.c.id)).scalars())
    if quarantined:
        found.append(Alarm("quarantine", say("Uploads in quarantine: {count}.", count=quarantined)))
    late = [one for one in open_hits if one.clock is not None and one.clock.is_late(now)]
    if late:
        posts = tuple(sorted({one.hit.post for one in late}))
        found.append(Alarm("late", say("Hits that wait longer than they may: {count}.", count=len(late)), posts))
    read = looked.every(db, Watched.UNREAD)
    unread = sum(looked.report_key(one.desk, one.counter) not in read for one in inbox.unread(db))
    if unread:
        found.append(Alarm("unread", say("Reports that could not be read: {count}.", count=unread)))
    for desk in desks:
        hours = int((now - (desk.seen_at or desk.enrolled_at)).total_seconds() // 3600)
        if desk.revoked_at is None and hours > policy.red_after_hours:
            silent = say("Desk {desk} has not been seen for {hours} hours.", desk=desk.id, hours=hours)
            found.append(Alarm("silent", silent, (desk.post,)))
        said = healths.get(desk.id)
        if desk.revoked_at is None and said is not None and said.journal_broken:
            found.append(Alarm("journal", say("The journal of desk {desk} is not whole.", desk=desk.id), (desk.post,)))
    return (*found, *_of_partners(db, policy, now))


def _of_partners(db: sa.Connection, policy: Policy, now: datetime) -> list[Alarm]:
    """Partners that are silent, or send what was not agreed."""
    found = []
    for one in foreign.partner_lists(db):
        names = {"partner": one.partner, "list": one.name}
        if one.held_back:
            text = say("Records of {list} from {partner} that are not agreed: {count}.", count=one.held_back, **names)
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
