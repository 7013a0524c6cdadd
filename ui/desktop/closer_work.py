"""What the window does for a closer look: print, senses, interview, the second line."""

from __future__ import annotations

from dataclasses import replace

from borderdesk.documents import PrintedFields, Sense
from borderdesk.hits import HitAct, Question
from borderdesk.ids import ScreeningId
from borderdesk.people import Right
from borderdesk.screening import Answered, CloserLook, Seen, Verdict, looked_closer
from sync.agent.second_line import SecondLine
from ui.desktop.page import Page
from ui.desktop.photo_work import PhotoWork


class CloserWork(PhotoWork):
    """Everything noted here is kept at once, in the lane of the desk; a page of it holds no unsaved work."""

    def compare_print(self, printed: PrintedFields) -> None:
        """Compare what was typed from the printed page with the zone."""
        verdict = self.state.verdict
        if verdict is not None:
            self._show(error=None)
            self._desk(lambda: self._engine.inspect(verdict, printed, {}), lambda look: self._noted(verdict, look))

    def tick(self, sense: Sense, seen: Seen) -> None:
        """A sense check was done."""
        verdict = self.state.verdict
        if verdict is not None:
            self._desk(
                lambda: self._engine.inspect(verdict, PrintedFields(), {sense: seen}),
                lambda look: self._noted(verdict, look),
            )

    def note_answer(self, question: Question, note: str, language: str) -> None:
        """The traveller answered one question."""
        verdict = self.state.verdict
        if verdict is not None:
            told = (Answered(question.key, question.text, note),)
            self._desk(
                lambda: self._engine.interview(verdict, told, language=language),
                lambda look: self._noted(verdict, look),
            )

    def _noted(self, verdict: Verdict, look: CloserLook) -> None:
        self._looked(verdict, look)
        if self.state.hit is not None:
            # It went to the bureau as a further act.
            self._desk(self._read_hits, self._hits_came)

    def act(self, act: HitAct, note: str = "") -> None:
        """Record what the officer did; a traveller whom no list names can be sent to the second line, too."""
        verdict = self.state.verdict
        if act is not HitAct.REFER or verdict is None or verdict.drill is not None or self.state.chosen is not None:
            super().act(act, note)
        elif not self.state.busy:
            self._desk(lambda: self._engine.refer(verdict, note=note), lambda _: self._load_looks())

    def settle(self, screening: ScreeningId, note: str) -> None:
        """The second line has dealt with a traveller who was referred."""
        self._desk(lambda: self._engine.settle(screening, note=note), lambda _: self._load_second_line())

    def _looked(self, verdict: Verdict, look: CloserLook) -> None:
        """Show what was noted. Of an invented traveller nothing is kept, but the screen shows it like any other."""
        if verdict.drill is None:
            self._load_looks()
        else:
            self._looks_came(verdict.screening, (*self.state.looks, look))

    def _load_looks(self) -> None:
        verdict = self.state.verdict
        if verdict is not None and self.state.may(Right.READ_RECORDS):
            screening = verdict.screening
            self._desk(
                lambda: (screening, self._engine.closer_looks(screening)), lambda found: self._looks_came(*found)
            )

    def _looks_came(self, screening: ScreeningId, looks: tuple[CloserLook, ...]) -> None:
        verdict = self.state.verdict
        if verdict is None or verdict.screening != screening:
            return
        looked = looked_closer(verdict, looks)
        history = tuple(looked if one.screening == screening else one for one in self.state.history)
        self._show(looks=looks, verdict=looked, history=history)

    def _load_second_line(self) -> None:
        if self.state.may(Right.CLEAR):
            self._desk(self._engine.second_line, self._second_line_came)

    def _second_line_came(self, found: SecondLine) -> None:
        self._become(replace(self.state, second_line=found))

    def refresh(self) -> None:
        """The status; and what waits for the second line, while somebody looks at it."""
        free = self._desk_lane.idle and not self.state.exchanging
        super().refresh()
        if free and self.state.page is Page.SECOND_LINE:
            self._load_second_line()
