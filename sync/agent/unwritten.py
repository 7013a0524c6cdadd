"""Answers that were shown and could not be written down: kept in memory, and written as soon as there is room.

A full disk must never hide a match, so the answer comes first (docs/adr/0006). What waits here is lost where the desk
loses its power before there is room again; the officer is told so at once, with every such answer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlite_utils import Database

from borderdesk import journal
from borderdesk.clock import Moment
from borderdesk.errors import KnownError
from borderdesk.findings import Finding, Outcome, Severity
from borderdesk.ids import AccountId, ListName
from borderdesk.store import DiskFailed, DiskFull, Store
from borderdesk.words import say


class NotJournalled(KnownError):
    """The answer stands; its entry in the journal waits for room on the disk."""

    def __init__(self, waiting: int) -> None:
        super().__init__(
            say("NOT WRITTEN DOWN: {waiting} entries wait for the journal, because the disk is full.", waiting=waiting),
            safe=say(
                "The answer itself is good: act on it. The entries are in memory and are written as soon as possible."
            ),
            todo=say(
                "Do not switch the desk off. Note the screening on paper, and have the technician free some space."
            ),
        )
        self.waiting = waiting

    def finding(self) -> Finding:
        """The same beside the answer."""
        return Finding("journal.not-written", Severity.LOOK, self.happened, Outcome.UNPROVEN, todo=self.todo)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the journal, and what to remember with it of the traveller."""

    kind: str
    who: AccountId
    at: Moment
    why: str
    details: Mapping[str, Any]
    editions: Mapping[ListName, int]
    remember: Callable[[Database], None] | None = None

    def write(self, db: Database, *, late: bool) -> None:
        """Write it. A late one says so: entries stand in the order in which they were written."""
        if self.remember is not None:
            self.remember(db)
        details = {**self.details, "late": True} if late else self.details
        journal.append(
            db, kind=self.kind, who=self.who, at=self.at, why=self.why, details=details, editions=self.editions
        )


class Unwritten:
    """What waits, in order. For all threads."""

    def __init__(self) -> None:
        self._waiting: list[Entry] = []
        self._guard = threading.Lock()

    def __len__(self) -> int:
        return len(self._waiting)

    def write(self, store: Store, *entries: Entry) -> None:
        """Write what waits and these. Raises NotJournalled where there is no room; they then wait too."""
        with self._guard:
            try:
                self._write(store, *entries)
            except (DiskFull, DiskFailed) as error:
                self._waiting.extend(entries)
                raise NotJournalled(len(self._waiting)) from error

    def keep(self, entry: Entry) -> None:
        """Let an entry wait."""
        with self._guard:
            self._waiting.append(entry)

    def retry(self, store: Store) -> bool:
        """Write what waits. False where there still is no room."""
        with self._guard:
            try:
                self._write(store)
            except (DiskFull, DiskFailed):
                return False
            return True

    def forget_travellers(self) -> None:
        """The desk is locked: what waits keeps who, when, why and on which editions, and no traveller."""
        with self._guard:
            self._waiting = [replace(entry, remember=None) for entry in self._waiting]

    def _write(self, store: Store, *fresh: Entry) -> None:
        if not self._waiting and not fresh:
            return
        with store.transaction() as db:
            for entry in self._waiting:
                entry.write(db, late=True)
            for entry in fresh:
                entry.write(db, late=False)
        self._waiting = []
