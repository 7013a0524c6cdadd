"""From the spool into the store: receipts and editions that came while the desk was locked or at work."""

from __future__ import annotations

from dataclasses import dataclass, field

from borderdesk import journal
from borderdesk.errors import TamperingError
from borderdesk.hits import ANSWER_KIND, BureauAnswer, UnreadableAnswer, outbox, read_answer_body
from borderdesk.ids import ListName
from borderdesk.operations import OPERATION_KIND, Operation, UnreadableOperation, read_operation_body, running
from borderdesk.words import Sentence, say
from sync.agent.link import DeskLink
from sync.agent.unlocked import SYNC, Unlocked


@dataclass(slots=True)
class Taken:
    """What was taken in: names of lists, lines for a person, and what was refused."""

    applied: tuple[ListName, ...] = ()
    lines: list[Sentence] = field(default_factory=list)
    refused: list[TamperingError] = field(default_factory=list)

    def add(self, later: Taken) -> None:
        """What was taken in after this."""
        self.applied = tuple(dict.fromkeys((*self.applied, *later.applied)))
        self.lines += later.lines
        self.refused += later.refused

    def refuse(self, error: TamperingError) -> None:
        """Note a refusal; whatever else came goes on."""
        self.refused.append(error)
        self.lines.append(error.happened)


def take_in(link: DeskLink, desk: Unlocked, *, refused: list[TamperingError]) -> Taken:
    """Take in what is ready. `refused` is what the link refused since the last time: it is journalled here.

    Raises DiskFull or DiskFailed; what was taken in before stays, the rest is taken in the next time.
    """
    taken = Taken()
    _take_receipts(link, desk, taken)
    _take_letters(link, desk, taken)
    _take_editions(link, desk, taken)
    at = link.now()
    with desk.store.transaction() as db:
        for error in (*refused, *taken.refused):
            journal.append(db, kind="refused", who=SYNC, at=at, why=type(error).__name__, details={"said": str(error)})
    return taken


def _take_receipts(link: DeskLink, desk: Unlocked, taken: Taken) -> None:
    receipts = link.receipts()
    counters: list[int] = []
    for receipt in receipts:
        try:
            with desk.store.transaction() as db:
                fresh = outbox.accept_receipt(
                    db, counter=receipt.counter, content_hash=receipt.content_hash, received_at=receipt.received_at
                )
        except TamperingError as error:
            taken.refuse(error)
            continue
        if fresh:
            counters.append(receipt.counter)
    if counters:
        with desk.store.transaction() as db:
            journal.append(db, kind="receipts", who=SYNC, at=link.now(), details={"counters": counters})
    link.forget_receipted(receipts)


def _take_letters(link: DeskLink, desk: Unlocked, taken: Taken) -> None:
    """Open the letters that came; each answer, its journal entry and the hit's new state are one transaction."""
    letters = link.letters()
    for letter in letters:
        try:
            body = letter.open(link.desk, desk.keys.sealing)
            if letter.kind == ANSWER_KIND:
                _take_answer(read_answer_body(letter.number, body), link, desk, taken)
            elif letter.kind == OPERATION_KIND:
                _take_operation(read_operation_body(body), letter.number, link, desk, taken)
            else:
                taken.lines.append(say("A letter of the bureau is for a newer desk ({kind}).", kind=letter.kind))
        except TamperingError as error:
            taken.refuse(error)
        except (UnreadableAnswer, UnreadableOperation) as error:
            taken.lines.append(error.happened)
    link.forget_letters(letters)


def _take_answer(answer: BureauAnswer, link: DeskLink, desk: Unlocked, taken: Taken) -> None:
    with desk.store.transaction() as db:
        if desk.hits.answered(db, answer, link.now()):
            taken.lines.append(say("The bureau answered a hit: {words}", words=answer.words))


def _take_operation(operation: Operation, letter: int, link: DeskLink, desk: Unlocked, taken: Taken) -> None:
    with desk.store.transaction() as db:
        if running.enter(db, operation, letter):
            details = {"operation": operation.id, "letter": letter, "until": operation.ends_at.isoformat()}
            journal.append(db, kind="operation", who=SYNC, at=link.now(), why=operation.name, details=details)
            until = operation.ends_at.strftime("%Y-%m-%d %H:%M UTC")
            taken.lines.append(say("Operation {name} until {time}.", name=operation.name, time=until))


def _take_editions(link: DeskLink, desk: Unlocked, taken: Taken) -> None:
    refused: set[ListName] = set()
    held = desk.replica.editions()
    staged = link.staged(desk.keys, held)
    while True:
        try:
            change = next(staged, None)
        except TamperingError as error:
            # The file is forgotten already; what is left of the other lists goes on.
            taken.refuse(error)
            staged = link.staged(desk.keys, held)
            continue
        if change is None:
            break
        watchlist = change.edition.watchlist
        if watchlist.name in refused:
            continue
        try:
            desk.apply(change, link.now())
        except TamperingError as error:
            taken.refuse(error)
            refused.add(watchlist.name)
            link.drop_staged(watchlist.name)
            continue
        held[watchlist.name] = change.edition.number
        taken.applied = (*taken.applied, watchlist.name)
        taken.lines.append(
            say("{list}: edition {edition} is in use.", list=watchlist.title, edition=change.edition.number)
        )
    link.note_held(held)
