"""When editions came in: ask again about the travellers of the last days, and tell post and bureau what is found.

What is due was noted with the edition itself, so a restart in between loses nothing; and a late match is kept, queued
for the bureau and journalled in one transaction, so it is told once.

A traveller is answered before the answer is written down. One whose answer was given before an edition, and written
down when everybody had been compared with it, is asked about again the next time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from sqlite_utils import Database

from borderdesk import journal
from borderdesk.clock import Moment
from borderdesk.hits import outbox, veiled_summary
from borderdesk.hits.types import SealedItem
from borderdesk.people import RIGHTS, Right, Role
from borderdesk.policy import Policy
from borderdesk.replica import Replica
from borderdesk.screening import (
    LATE_KIND,
    KeptLateMatch,
    LateMatch,
    Newcomers,
    Verdict,
    found_late,
    is_discreet_record,
    late,
    late_body,
    memory,
)
from borderdesk.watchlist import DocumentStatus, ListKind, Record, TravelDocument
from sync.agent.unlocked import SYNC, Unlocked


def recheck(
    desk: Unlocked, *, policy: Policy, now: Callable[[], Moment], again: Callable[[Verdict, Moment], Verdict]
) -> tuple[KeptLateMatch, ...]:
    """Compare what is due with the screenings of the policy's days. `again` screens one of them anew, as of then.

    Raises DiskFull or DiskFailed; what was not finished is due again.
    """
    db = desk.store.reader
    due = late.due(db)
    # In this order: whoever is asked about after this moment is answered from what is due, too; and who is written
    # down while the others are looked at is looked at the next time.
    at = now()
    oldest = at.trusted - timedelta(days=policy.recheck_days)
    newest, last = memory.newest(db), late.compared(db)
    missed = list(memory.written_later(db, last.newest, oldest, last.at)) if last is not None else []
    if not due and not missed:
        return ()
    newcomers = Newcomers(policy)
    for each in due:
        if each.keys is None:
            newcomers.add_whole_list()
        else:
            newcomers.add(each.list, _records(desk.replica, each))
    found = [each for before in missed for each in _late(desk, before, again(before, at), at)]
    asked = {before.screening for before in missed}
    others = [before for before in memory.since(db, oldest) if before.screening not in asked] if due else []
    for before in others:
        if newcomers.may_concern(before.question):
            found.extend(_late(desk, before, again(before, at), at))
    new: list[KeptLateMatch] = []
    with desk.store.transaction() as written:
        for match, verdict in found:
            if late.keep(written, match, verdict):
                item = outbox.queue(
                    written, desk.sealer, kind=LATE_KIND, about=match.screening, body=late_body(match), at=at
                )
                _journal(written, match, item, at)
                new.append(KeptLateMatch(match, verdict, seen_by=None))
        details = {"screenings": len(missed) + len(others), "late matches": len(new)}
        editions = {each.list: each.edition for each in due}
        journal.append(written, kind="recheck", who=SYNC, at=at, details=details, editions=editions)
        late.settle(written, due)
        late.note_compared(written, late.Compared(at.trusted if due or last is None else last.at, newest))
    return tuple(new)


def veiled(found: Iterable[KeptLateMatch], role: Role) -> tuple[KeptLateMatch, ...]:
    """The same as this role may read them: of a discreet check that it is one, not whom the list names."""
    if Right.READ_DISCREET in RIGHTS[role]:
        return tuple(found)
    return tuple(
        replace(each, match=replace(each.match, summary=veiled_summary()))
        if is_discreet_record(each.verdict, each.match.record)
        else each
        for each in found
    )


def _late(desk: Unlocked, before: Verdict, again: Verdict, at: Moment) -> Iterator[tuple[LateMatch, Verdict]]:
    for finding in found_late(before, again):
        state, number = before.question.document_on(finding.record)
        match = LateMatch(
            screening=before.screening,
            post=desk.post,
            desk=desk.desk,
            record=finding.record,
            summary=finding.summary,
            asked_at=before.asked_at.trusted,
            found_at=at.trusted,
            document_state=state,
            document_number=number,
            traveller=late.traveller_of(before),
        )
        yield match, again


def _journal(db: Database, match: LateMatch, item: SealedItem, at: Moment) -> None:
    record = match.record
    journal.append(
        db,
        kind="late-match",
        who=SYNC,
        at=at,
        why="would have matched",
        details={"screening": match.screening, "list": record.list, "key": record.key, "outbox": item.counter},
        editions={record.list: record.edition},
    )


def _records(replica: Replica, due: late.Due) -> Iterator[Record]:
    """What is still there of the records an edition brought. A document's key says all that is asked of it."""
    for key in due.keys or ():
        if due.kind is ListKind.DOCUMENTS:
            state, type_, number = key.split("/", 2)
            yield TravelDocument(state, type_, number, DocumentStatus.INVALID)
            continue
        record = replica.person(due.list, key) if due.kind is ListKind.PERSONS else replica.thing(due.list, key)
        if record is not None:
            yield record
