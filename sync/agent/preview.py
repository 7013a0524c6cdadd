"""What a stick would change, said before anything is taken from it."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from borderdesk.errors import TamperingError
from borderdesk.ids import ListName
from borderdesk.words import Sentence, say
from sync.agent.lanes import in_order
from sync.agent.route import route
from sync.agent.spool import Spool
from sync.carriers import Carrier, NotThere
from sync.trust import Trust
from sync.wire import FileRef
from sync.wire.refusals import Refused, WrongHash

_STEP = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ListChange:
    """One list: which edition is held and which one is offered; how many bytes lead there; why it cannot, if so."""

    name: ListName
    held: int
    offered: int
    bytes: int
    problem: Sentence | None


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything an import would do. `refusal` is set where the page itself would be refused."""

    lists: tuple[ListChange, ...]
    receipts: int
    waiting: int
    refusal: TamperingError | None

    @property
    def lines(self) -> tuple[Sentence, ...]:
        """The same for a person."""
        said = [self.refusal.happened] if self.refusal else []
        if not self.lists and not self.refusal:
            said.append(say("There is nothing for this desk from the bureau on the stick."))
        for change in self.lists:
            if change.problem:
                said.append(change.problem)
            elif change.held == change.offered:
                said.append(say("{name}: edition {held} is already here.", name=change.name, held=change.held))
            else:
                said.append(
                    say(
                        "{name}: edition {held} would become {offered} ({bytes} bytes).",
                        name=change.name,
                        held=change.held,
                        offered=change.offered,
                        bytes=change.bytes,
                    )
                )
        said.append(say("Receipts to be taken in: {count}.", count=self.receipts))
        said.append(say("Reports that wait to be taken along: {count}.", count=self.waiting))
        return tuple(said)


def preview(carrier: Carrier, spool: Spool, trust: Trust) -> Preview:
    """Look at everything and change nothing. Raises StickUnusable, StickTrap or NotThere."""
    kept = spool.manifest()
    held_page = None if kept is None else trust.manifest(kept, None)
    receipts = 0
    for signed in carrier.receipts():
        try:
            receipt = trust.receipt(signed)
        except Refused:
            continue
        receipts += spool.content_hash(receipt.counter) == receipt.content_hash
    signed_page = carrier.manifest(0, 0.0)
    if signed_page is None:
        return Preview((), receipts, spool.count_waiting(), None)
    try:
        page = trust.manifest(signed_page, held_page).manifest
    except TamperingError as error:
        return Preview((), receipts, spool.count_waiting(), error)
    held = spool.held()
    changes: list[ListChange] = []
    for head in in_order(page.lists):
        name = head.edition.watchlist.name
        way = route(head, held.get(name, 0), lambda file: file.length)
        problem = next(filter(None, (_problem(carrier, file) for file in way or ())), None)
        if way is None:
            problem = say("{name}: no file leads from edition {held}.", name=name, held=held.get(name, 0))
        length = sum(file.length for file in way or ())
        changes.append(ListChange(name, held.get(name, 0), head.edition.number, length, problem))
    return Preview(tuple(changes), receipts, spool.count_waiting(), None)


def _problem(carrier: Carrier, file: FileRef) -> Sentence | None:
    """Why a file cannot be taken, if so: it is read to its end and compared with what the bureau signed."""
    digest = sha256()
    at = 0
    try:
        while at < file.length:
            data = carrier.piece(file.name, at, min(_STEP, file.length - at))
            digest.update(data)
            at += len(data)
    except NotThere as error:
        return error.happened
    return None if digest.digest() == file.sha256 else WrongHash(file.name).happened
