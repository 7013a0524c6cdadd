"""From the spool into the store: receipts and editions that came while the desk was locked or at work."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from borderdesk import journal
from borderdesk.errors import TamperingError
from borderdesk.hits import (
    ANSWER_KIND,
    CONTACTS_KIND,
    BureauAnswer,
    UnreadableAnswer,
    UnreadableContacts,
    enter_contacts,
    outbox,
    read_answer_body,
)
from borderdesk.ids import ListName
from borderdesk.operations import (
    OPERATION_KIND,
    Operation,
    UnreadableOperation,
    beside,
    drills,
    read_operation_body,
    running,
)
from borderdesk.replica import ApplyStopped, EditionRefused, StateDiffers
from borderdesk.watchlist import Delta, Snapshot
from borderdesk.words import Sentence, say
from sync.agent.entitled import destroy_what_ended, note_ends, usable
from sync.agent.link import DeskLink
from sync.agent.mending import mend
from sync.agent.staged import is_first_part
from sync.agent.unlocked import SYNC, Unlocked
from sync.agent.whole_lists import WholeLists
from sync.wire import Manifest

_UNREADABLE: Final = (
    UnreadableAnswer,
    UnreadableContacts,
    UnreadableOperation,
    drills.UnreadableDrill,
    beside.UnreadableNumbers,
)

MANY: Final = 20_000
"""Changes that take some seconds to put in use."""


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


def take_in(
    link: DeskLink, desk: Unlocked, whole_lists: WholeLists, *, refused: list[TamperingError], large: bool = True
) -> Taken:
    """Take in what is ready. `refused` is what the link refused since the last time: it is journalled here.

    A large whole list is begun, and its end collected another time. Without `large` a change of `MANY` records waits
    for the next time: nobody who signs in waits for it.
    Raises DiskFull or DiskFailed; what was taken in before stays, the rest is taken in the next time.
    """
    taken = Taken()
    taken.lines += destroy_what_ended(desk, link.page(), whole_lists, link.now())
    _take_receipts(link, desk, taken)
    _take_letters(link, desk, taken)
    _take_editions(link, desk, whole_lists, taken, large=large)
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
            elif letter.kind == drills.DRILL_KIND:
                _take_drill(drills.read_order_body(body), letter.number, link, desk)
            elif letter.kind == CONTACTS_KIND:
                _take_contacts(body, letter.number, link, desk, taken)
            elif letter.kind == beside.BESIDE_KIND:
                _take_numbers(beside.read_beside_body(body), desk)
            else:
                taken.lines.append(say("A letter of the bureau is for a newer desk ({kind}).", kind=letter.kind))
        except TamperingError as error:
            taken.refuse(error)
        except _UNREADABLE as error:
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


def _take_drill(order: drills.DrillOrder, letter: int, link: DeskLink, desk: Unlocked) -> None:
    """Without a line for the screen: whoever reads it is to be surprised."""
    with desk.store.transaction() as db:
        if drills.enter(db, order, letter, link.policy()):
            details = {"drill": order.id, "letter": letter, "until": order.ends_at.isoformat(), "done": "ordered"}
            journal.append(db, kind="drill", who=SYNC, at=link.now(), details=details)


def _take_contacts(body: bytes, letter: int, link: DeskLink, desk: Unlocked, taken: Taken) -> None:
    with desk.store.transaction() as db:
        if enter_contacts(db, body, letter):
            journal.append(db, kind="contacts", who=SYNC, at=link.now(), details={"letter": letter})
            taken.lines.append(say("The bureau sent whom to call."))


def _take_numbers(report: beside.DeskReport, desk: Unlocked) -> None:
    """Without a line for the screen: it comes every day, and asks nothing of anybody."""
    with desk.store.transaction() as db:
        beside.enter(db, report)


def _take_editions(link: DeskLink, desk: Unlocked, whole_lists: WholeLists, taken: Taken, *, large: bool) -> None:
    later: set[ListName] = set()
    page = link.page()
    _collect(link, whole_lists, later, taken, page)
    held = usable(desk.replica.shares(), page)
    _mend(link, desk, held, later, taken)

    def skip(name: ListName) -> bool:
        return name in later or name == whole_lists.busy_with

    def has_any(name: ListName) -> bool:
        return desk.replica.edition(name) is not None

    staged = link.staged(desk.keys, held, skip, has_any)
    while True:
        try:
            change = next(staged, None)
        except TamperingError as error:
            # The file is forgotten already; what is left of the other lists goes on.
            taken.refuse(error)
            staged = link.staged(desk.keys, held, skip, has_any)
            continue
        if change is None:
            break
        if not large and isinstance(change, Delta) and len(change.records) + len(change.withdrawals) >= MANY:
            later.add(change.edition.watchlist.name)
            continue
        if (whole := whole_lists.for_here(change)) is not None:
            whole_lists.begin(desk, whole, link.now())
            later.add(change.edition.watchlist.name)  # whatever follows it must wait for it
            continue
        try:
            desk.apply(change, link.now())
        except StateDiffers as error:
            # What is held is not what it should be: fetching the change again would not help.
            taken.refuse(error)
            later.add(change.edition.watchlist.name)
            link.repairs.want(change.edition.watchlist.name)
            continue
        except TamperingError as error:
            _refuse(error, change.edition.watchlist.name, link, later, taken)
            continue
        except ApplyStopped:
            # The desk is being locked. The change stays in the spool, for whoever signs in next.
            link.note_held(held)
            return
        if not is_first_part(change, page):
            held[change.edition.watchlist.name] = change.edition.number
        _in_use(change, taken, page)
    _mend(link, desk, held, later, taken)
    note_ends(desk, page)
    link.note_held(held)


def _mend(link: DeskLink, desk: Unlocked, held: dict[ListName, int], later: set[ListName], taken: Taken) -> None:
    refused: list[TamperingError] = []
    busy, lines = mend(link, desk, held, refused)
    for error in refused:
        taken.refuse(error)
    held.update(busy)
    later.update(busy)
    taken.lines += lines


def _collect(
    link: DeskLink, whole_lists: WholeLists, refused: set[ListName], taken: Taken, page: Manifest | None
) -> None:
    """A large list that has come to its end meanwhile."""
    try:
        change = whole_lists.collect()
    except EditionRefused as error:
        _refuse(error, error.edition.watchlist.name, link, refused, taken)
        return
    if change is not None:
        _in_use(change, taken, page)


def _refuse(error: TamperingError, name: ListName, link: DeskLink, refused: set[ListName], taken: Taken) -> None:
    taken.refuse(error)
    refused.add(name)
    link.drop_staged(name)


def _in_use(change: Snapshot | Delta, taken: Taken, page: Manifest | None) -> None:
    watchlist = change.edition.watchlist
    taken.applied = (*taken.applied, watchlist.name)
    if is_first_part(change, page):
        taken.lines.append(
            say("{list}: the numbers are in use; why each is listed is still to come.", list=watchlist.title)
        )
        return
    taken.lines.append(say("{list}: edition {edition} is in use.", list=watchlist.title, edition=change.edition.number))
