"""Mending lists while somebody is signed in: saying what is to be fetched, and putting in its place what has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from borderdesk.errors import TamperingError
from borderdesk.ids import ListName
from borderdesk.watchlist import Delta, Edition, Record, Snapshot
from borderdesk.watchlist.shards import SHARDS
from borderdesk.words import Sentence, say
from sync.agent.link import DeskLink
from sync.agent.narrowing import WholeList
from sync.agent.repairs import Repair
from sync.agent.unlocked import Unlocked
from sync.wire.refusals import WrongEdition
from sync.wire.repair import RepairAsked


def mend(
    link: DeskLink, desk: Unlocked, held: Mapping[ListName, int], refused: list[TamperingError]
) -> tuple[dict[ListName, int], list[Sentence]]:
    """Go on with every repair. The lists that are being mended, with the edition each is at now; and what to say.

    A list that is being mended is not to be changed otherwise.
    """
    busy: dict[ListName, int] = {}
    lines: list[Sentence] = []
    for repair in link.repairs.all():
        try:
            done = _one(link, desk, repair, held)
        except TamperingError as error:
            refused.append(error)
            link.repairs.forget(repair.list)
            link.drop_staged(repair.list)
            continue
        if done is None:
            continue
        busy[repair.list] = done.edition.number
        if done.shards is not None:
            lines.append(
                say(
                    "{list}: {count} of {all} shards were mended; edition {edition} is in use.",
                    list=done.edition.watchlist.title,
                    count=done.shards,
                    all=SHARDS,
                    edition=done.edition.number,
                )
            )
    return busy, lines


@dataclass(frozen=True, slots=True)
class _Stand:
    """The edition a list is at while it is mended; how many shards were, once it is."""

    edition: Edition
    shards: int | None = None


def _one(link: DeskLink, desk: Unlocked, repair: Repair, held: Mapping[ListName, int]) -> _Stand | None:
    """How far a list is; None where nothing stands in the way of ordinary changes."""
    head = link.head(repair.list)
    now = desk.replica.edition(repair.list)
    if head is None or now is None:
        link.repairs.forget(repair.list)
        return None
    changes = list(link.staged(desk.keys, held, lambda name: name != repair.list))
    deltas = [change for change in changes if isinstance(change, Delta)]
    if len(deltas) < len(changes):  # it comes whole
        link.repairs.forget(repair.list)
        return None
    goal = deltas[-1].edition if deltas else now
    if goal.number != head.number:
        return None  # ordinary changes lead on first
    asked = repair.asked
    if asked is None or (asked.number, asked.digest) != (goal.number, goal.digest):
        values = desk.replica.shards_after(repair.list, deltas, at=link.now())
        asked = RepairAsked(goal.number, goal.digest, values, ())
        link.repairs.ask(repair.list, asked)
        repair = replace(repair, asked=asked, is_complete=False, shards={})
    if repair.is_complete:
        shards: Mapping[int, Sequence[Record]] = {
            shard: _records(link.open_sealed(desk.keys, repair.list, link.repairs.read(staged)), goal)
            for shard, staged in repair.shards.items()
        }
    else:
        whole = _whole(link, desk, repair.list, goal)
        if whole is None:
            return _Stand(now)
        shards = whole.shards_differing(asked.values)
    desk.mend(goal, deltas, shards, link.now())
    link.repairs.forget(repair.list)
    return _Stand(goal, len(shards))


def _whole(link: DeskLink, desk: Unlocked, name: ListName, goal: Edition) -> WholeList | None:
    """The whole list as it lies in the spool, where a stick or another desk has brought it."""
    changes = list(link.staged(desk.keys, {name: 0}, lambda other: other != name))
    first, deltas = changes[:1], [change for change in changes[1:] if isinstance(change, Delta)]
    if not first or not isinstance(first[0], Snapshot) or changes[-1].edition.number != goal.number:
        return None
    return WholeList(first[0], deltas)


def _records(found: Snapshot | Delta, goal: Edition) -> list[Record]:
    if isinstance(found, Delta) or (found.edition.watchlist, found.edition.number) != (goal.watchlist, goal.number):
        raise WrongEdition("shard", str(found.edition.number), str(goal.number))
    return [*found.records, *(document for block in found.columns for document in block.documents())]
