"""What the window does before the desk is left: locked, closed, or ended by the computer."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject

from borderdesk.errors import KnownError
from borderdesk.hits import HitAct
from borderdesk.store import DiskFailed, DiskFull
from sync.agent.state import DeskStatus
from sync.agent.unwritten import NotJournalled
from ui.desktop.due import needs_act
from ui.desktop.engine import DeskEngine
from ui.desktop.refusals import ActBeforeLeaving, LostOnClosing, MatchNotKept, Unwritten, WritingWaits
from ui.desktop.state import WindowState
from ui.desktop.tally_work import TallyWork
from ui.desktop.wish import Wish


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A scan that is being answered, or is to be; each is only itself."""

    text: str
    passed_at: datetime | None = None


class LeavingWork(TallyWork):
    """Nobody leaves a match without a word, and what was begun is finished or kept."""

    def __init__(self, engine: DeskEngine, state: WindowState, parent: QObject | None = None) -> None:
        super().__init__(engine, state, parent)
        self.wish_to_leave = Wish()
        self._asked: Asked | None = None
        self._not_kept: MatchNotKept | None = None
        self._locked: DeskStatus | None = None

    def screen_kept(self) -> None:
        """Before the desk is left: answer the scans that were kept, and the one whose answer nobody will see any more.

        A match among them asks at the next sign-in. What cannot be read has no answer to keep.
        """
        unseen = () if self._asked is None else (self._asked,)
        self._asked = None
        asked = (*unseen, *(Asked(text) for text in self.state.kept))
        self._show(kept=())

        def answer_all() -> None:
            for each in asked:
                with suppress(KnownError):
                    verdict = self._engine.answer(each.text, passed_at=each.passed_at)
                    try:
                        self._engine.record(verdict)
                    except (NotJournalled, DiskFull, DiskFailed):
                        if needs_act(verdict, ()):
                            self._not_kept = MatchNotKept()

        if asked:
            self._desk(answer_all, lambda _: None)

    def may_leave(self, note: str, *, ends: bool = False) -> bool:
        """Whether the desk may be locked or closed now. `ends`: the program is closed, and what is in memory is gone.

        A match without an act says first what leaving it means. Asked again, it is recorded as left open with this
        note: a computer must be free to go off. A held key has not read what was said.
        """
        waiting = self.state.status.unwritten if ends and self.state.status is not None else 0
        if not self.state.act_needed and not waiting:
            return True
        new = self.wish_to_leave.is_new()
        if isinstance(self.state.error, ActBeforeLeaving if self.state.act_needed else WritingWaits):
            if new:
                self.leave_open(note)
            return new
        self._show(error=ActBeforeLeaving() if self.state.act_needed else WritingWaits(waiting))
        return False

    def leave_open(self, note: str) -> None:
        """Record that a match without an act is left open, a surprise's too. It comes back, also from a full disk."""
        verdict, record = self.state.verdict, self.state.chosen
        if not self.state.act_needed or verdict is None or record is None:
            return

        def leave() -> None:
            try:
                if verdict.drill is not None:
                    self._engine.leave_drill(verdict)
                else:
                    self._engine.take_up(verdict, record=record, act=HitAct.LEFT_OPEN, note=note)
            except (DiskFull, DiskFailed):
                self._not_kept = MatchNotKept()
                raise

        self._desk(leave, lambda _: None)

    def lost(self) -> KnownError | None:
        """What a full disk did not take, to be read before the window is gone; None where all is written down."""
        count = self._locked.unwritten if self._locked is not None else 0
        return self._not_kept or (LostOnClosing(count) if count else None)

    def _still_waits(self) -> KnownError | None:
        """The same on the locked screen: the program goes on, and what waits with it. Told once."""
        told, self._not_kept = self._not_kept, None
        count = self._locked.unwritten if self._locked is not None else 0
        return told or (Unwritten(count) if count else None)
