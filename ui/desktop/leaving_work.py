"""What the window does before the desk is left: locked, closed, or ended by the computer."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject

from borderdesk.errors import KnownError
from borderdesk.hits import HitAct
from ui.desktop.engine import DeskEngine
from ui.desktop.refusals import ActBeforeLeaving
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
                    self._engine.record(self._engine.answer(each.text, passed_at=each.passed_at))

        if asked:
            self._desk(answer_all, lambda _: None)

    def may_leave(self, note: str) -> bool:
        """Whether the desk may be locked or closed now.

        A match without an act says first what leaving it means. Asked again, it is recorded as left open with this
        note: a computer must be free to go off. A held key has not read what was said.
        """
        if not self.state.act_needed:
            return True
        new = self.wish_to_leave.is_new()
        if isinstance(self.state.error, ActBeforeLeaving):
            if new:
                self.leave_open(note)
            return new
        self._show(error=ActBeforeLeaving())
        return False

    def leave_open(self, note: str) -> None:
        """Record that a match without an act is left open, a surprise's too. It comes back, also from a full disk."""
        verdict, record = self.state.verdict, self.state.chosen
        if self.state.act_needed and verdict is not None and verdict.drill is not None:
            self.training.leave(verdict)
        elif self.state.act_needed and verdict is not None and record is not None:
            self._desk(
                lambda: self._engine.take_up(verdict, record=record, act=HitAct.LEFT_OPEN, note=note),
                lambda _: None,
            )
