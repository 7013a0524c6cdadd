"""Mending lists while somebody is signed in: saying what is to be fetched, and putting in its place what has come."""

from __future__ import annotations

from collections.abc import Mapping

from borderdesk.errors import TamperingError
from borderdesk.ids import ListName
from borderdesk.watchlist import Delta, Edition, Record, Snapshot
from borderdesk.watchlist.shards import SHARDS
from borderdesk.words import Sentence, say
from sync.agent.link import DeskLink
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
        busy[repair.list] = done.number
        if repair.list not in {each.list for each in link.repairs.all()}:
            lines.append(
                say(
                    "{list}: {count} of {all} shards were mended; edition {edition} is in use.",
                    list=done.watchlist.title,
                    count=len(repair.shards),
                    all=SHARDS,
                    edition=done.number,
                )
            )
    return busy, lines


def _one(link: DeskLink, desk: Unlocked, repair: Repair, held: Mapping[ListName, int]) -> Edition | None:
    """The edition a list is at while it is mended; None where nothing stands in the way of ordinary changes."""
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
        link.repairs.ask(repair.list, RepairAsked(goal.number, goal.digest, values, ()))
        return now
    if not repair.is_complete:
        return now
    shards = {
        shard: _records(link.open_sealed(desk.keys, repair.list, sealed), goal)
        for shard, sealed in repair.shards.items()
    }
    desk.mend(goal, deltas, shards, link.now())
    link.repairs.forget(repair.list)
    return goal


def _records(found: Snapshot | Delta, goal: Edition) -> list[Record]:
    if isinstance(found, Delta) or (found.edition.watchlist, found.edition.number) != (goal.watchlist, goal.number):
        raise WrongEdition("shard", str(found.edition.number), str(goal.number))
    return [*found.records, *(document for block in found.columns for document in block.documents())]
