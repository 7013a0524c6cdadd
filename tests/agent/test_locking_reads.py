"""The desk locks itself in the very moment anything is asked of it: whatever was begun ends, whatever comes later is
told that nobody is signed in, and nothing meets a store that is closed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from sqlite_utils import Database

from borderdesk.documents import PrintedFields, Sense
from borderdesk.hits import Hit, HitAct
from borderdesk.ids import RecordRef
from borderdesk.operations import Counted
from borderdesk.operations.drills import LESSONS
from borderdesk.screening import Answered, Seen, Verdict
from borderdesk.store import Store
from borderdesk.watchlist import DocumentStatus, TravelDocument
from borderdesk.watchlist.synthetic import stolen_documents
from borderdesk.words import say
from sync.agent import Desk, NobodySignedIn
from sync.agent.tallies import OUTSIDE
from tests.agent.conftest import DOCUMENTS, SEED


@dataclass(frozen=True)
class Begun:
    """A match that somebody has acted on."""

    verdict: Verdict
    record: RecordRef
    hit: Hit


WAYS: Final[dict[str, Callable[[Desk, Begun], object]]] = {
    "status": lambda desk, _: desk.status(),
    "a program's scan": lambda desk, _: desk.screen("P UTO XK7703915"),
    "recent": lambda desk, _: desk.recent(),
    "remembered": lambda desk, begun: desk.remembered(begun.verdict.screening),
    "screened lists": lambda desk, _: desk.screened_lists(),
    "late matches": lambda desk, _: desk.late_matches(),
    "a record seen again": lambda desk, begun: desk.note_view(begun.record, begun.verdict.screening),
    "photos": lambda desk, begun: desk.photos(begun.record),
    "decisions": lambda desk, _: desk.decisions(),
    "clearances": lambda desk, _: desk.clearances(),
    "look-outs": lambda desk, _: desk.look_outs(),
    "looking out": lambda desk, _: desk.look_out(
        TravelDocument("UTO", "P", "LK5512345", DocumentStatus.INVALID), reason="asked for by the judge"
    ),
    "hits": lambda desk, _: desk.hits(),
    "reported": lambda desk, _: desk.reported(),
    "contacts": lambda desk, _: desk.contacts(),
    "acts": lambda desk, begun: desk.acts(begun.hit.id),
    "answers": lambda desk, begun: desk.answers(begun.hit.id),
    "packet": lambda desk, begun: desk.packet(begun.hit.id),
    "photos of a hit": lambda desk, begun: desk.hit_photos(begun.hit.id),
    "operations": lambda desk, _: desk.operations(),
    "closer looks": lambda desk, begun: desk.closer_looks(begun.verdict.screening),
    "inspecting": lambda desk, begun: desk.inspect(begun.verdict, PrintedFields(), {next(iter(Sense)): Seen.DOUBTFUL}),
    "interview": lambda desk, begun: desk.interview(
        begun.verdict, [Answered("route", say("Where from?"), "Vinh")], language="en"
    ),
    "referring": lambda desk, begun: desk.refer(begun.verdict, note="nervous"),
    "settling": lambda desk, begun: desk.settle(begun.verdict.screening, note="let go"),
    "second line": lambda desk, _: desk.second_line(),
    "numbers": lambda desk, _: desk.numbers(),
    "counting by hand": lambda desk, _: desk.count_by_hand(OUTSIDE, next(iter(Counted)), 1),
    "open points": lambda desk, _: desk.open_points(),
    "handing over": lambda desk, _: desk.hand_over("quiet"),
    "newest hand-over": lambda desk, _: desk.newest_handover(),
    "training": lambda desk, _: desk.training(),
    "skipping a lesson": lambda desk, _: desk.skip_lesson(LESSONS[0].id),
    "surprises left": lambda desk, _: desk.drill_left(),
    "the journal": lambda desk, _: desk.journal_lines(),
    "a note in the journal": lambda desk, _: desk.note("journal export"),
    "a stick": lambda desk, _: desk.carry(Path(desk.folder)),
    "locking": lambda desk, _: desk.sign_out(),
}


@pytest.mark.parametrize("way", WAYS)
def test_whatever_was_begun_ends_where_the_desk_locks_itself_in_between(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    document = next(iter(stolen_documents(DOCUMENTS, SEED)))
    verdict = desk.screen(document.number)
    record = next(finding.record for finding in verdict.findings if finding.record)
    begun = Begun(verdict, record, desk.take_up(verdict, record=record, act=HitAct.REFER))
    with locked_at_the_first_read(desk, monkeypatch) as locker:
        WAYS[way](desk, begun)
    assert not locker.is_alive()
    assert desk.status().signed_in is None
    if way not in ("status", "a stick", "locking"):
        with pytest.raises(NobodySignedIn):
            WAYS[way](desk, begun)


@contextmanager
def locked_at_the_first_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Thread]:
    """Somebody else locks the desk once this thread has asked for its store, and before it has read anything."""
    locker = threading.Thread(target=desk.sign_out, args=("nobody worked here",))
    here, unlocked = threading.get_ident(), desk._unlocked
    reader, transaction = Store.reader, Store.transaction

    def lock() -> None:
        if threading.get_ident() != here or locker.ident is not None:
            return
        locker.start()
        assert unlocked is not None and unlocked.leaving.wait(20)
        locker.join(0.1)  # where nothing holds it up the store is closed now

    def read(store: Store) -> Database:
        found: Any = reader
        database: Database = found.fget(store)
        lock()
        return database

    def write(store: Store) -> Any:
        lock()
        return transaction(store)

    monkeypatch.setattr(Store, "reader", property(read))
    monkeypatch.setattr(Store, "transaction", write)
    yield locker
    locker.join(20)
    monkeypatch.undo()
