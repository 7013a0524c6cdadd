"""The part of the presenter that works for the office: accounts, diagnosis, journal. It shows no traveller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from borderdesk.words import Sentence, say
from ui.desktop.engine import DeskEngine
from ui.desktop.journal_reading import JournalEntry, read_journal
from ui.desktop.lanes import Lane
from ui.desktop.new_account import NewAccount, NotADay
from ui.desktop.work import OfficeWork


class Office(QObject):
    """Manages accounts and looks at the machine. `changed` carries the new OfficeWork, `failed` a BorderDeskError.

    `began`: an act was begun, so that what the last one failed of is read no more.
    """

    began = Signal()
    changed = Signal(object)
    failed = Signal(object)

    def __init__(self, engine: DeskEngine, lane: Lane, parent: QObject) -> None:
        """`lane` is one that no traveller waits for: a password takes a second to be sealed."""
        super().__init__(parent)
        self._engine = engine
        self._lane = lane
        self.work = OfficeWork()

    def forget(self) -> None:
        """The desk locks: keep nothing of it on the screen."""
        self._become(OfficeWork())

    def load_people(self) -> None:
        """Fetch the accounts."""
        self._run(self._engine.people, lambda people: self._become(replace(self.work, people=people)))

    def load_diagnosis(self) -> None:
        """Look at the machine anew."""
        self._run(self._engine.diagnosis, lambda found: self._become(replace(self.work, diagnosis=found)))

    def read_journal(self, wanted: str = "", told: Callable[[JournalEntry], str] = str) -> None:
        """Check the journal, and read what is newest in it or holds the wanted words, as `told` writes them."""
        # A journal of years takes a moment to check.
        self._run(
            lambda: read_journal(*self._engine.journal_lines(), wanted, told),
            lambda read: self._become(replace(self.work, journal=read)),
        )

    def export_journal(self, path: Path) -> None:
        """Write the whole journal to where an auditor takes it away."""
        self.began.emit()

        def done(lines: int) -> None:
            told = say(
                "{lines} lines were written to {path}. They are outside the encryption.", lines=lines, path=str(path)
            )
            self._become(replace(self.work, told=told))

        self._run(lambda: self._engine.export_journal(path), done)

    def turned(self) -> None:
        """Another page: what was done last is read no more."""
        self._become(replace(self.work, told=None))

    def add(self, new: NewAccount) -> None:
        """Give somebody an account and a first password."""
        self.began.emit()
        try:
            until = new.until
        except NotADay as error:
            self.failed.emit(error)
            return
        self._do(
            lambda: self._engine.add_person(
                new.account,
                name=new.name,
                role=new.role,
                password=new.password,
                until=until,
                operation=new.operation,
            ),
            say("{account} was added. Let them change the first password.", account=new.account),
        )

    def reset_password(self, account: str, password: str) -> None:
        """Give somebody who forgot the password a new first one."""
        self.began.emit()
        self._do(
            lambda: self._engine.reset_password(account, password),
            say("{account} has a new first password. Let them change it.", account=account),
        )

    def shut_out(self, account: str, disabled: bool) -> None:
        """Let somebody sign in no more, or again."""
        self.began.emit()
        if disabled:
            told = say("{account} can sign in no more.", account=account)
        else:
            told = say("{account} can sign in again.", account=account)
        self._do(lambda: self._engine.shut_out(account, disabled=disabled), told)

    def change_password(self, old: str, new: str) -> None:
        """Another password for whoever is signed in."""
        self.began.emit()
        self._run(
            lambda: self._engine.change_password(old, new),
            lambda _: self._become(replace(self.work, told=say("Your password was changed."))),
        )

    def _do(self, job: Callable[[], None], told: Sentence) -> None:
        def done(_: object) -> None:
            self._become(replace(self.work, told=told))
            self.load_people()

        self._run(job, done)

    def _run(self, job: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self._lane.run(job, done=done, failed=self.failed.emit)

    def _become(self, work: OfficeWork) -> None:
        if work != self.work:
            self.work = work
            self.changed.emit(work)
