"""What the window does about hits and clearances: acts, answers, what stands against a record.

Rules about states are in `ui.desktop.moments`; `ui.desktop.presenter` adds everything else an officer does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Final

from PySide6.QtCore import QTimer

from borderdesk.errors import BorderDeskError, KnownError
from borderdesk.hits import KeptPhoto
from borderdesk.hits.types import Hit, HitAct, HitEvent
from borderdesk.ids import HitId, RecordRef
from borderdesk.people import Right
from borderdesk.screening import Verdict, records_of
from borderdesk.watchlist import Photo
from borderdesk.words import say
from sync.agent.state import DeskStatus
from ui.desktop.holder import Holder
from ui.desktop.moments import shown_again, signed_out, written_to
from ui.desktop.page import Page
from ui.desktop.training import Training
from ui.desktop.work import Detail

PAINTED_WITHIN: Final = timedelta(milliseconds=50)
"""How long writing an answer down waits for its being painted, at most: a window that closes paints no more."""


@dataclass(frozen=True, slots=True)
class HitNews:
    """The hits of this desk; what was done about the one `shown`, and its pictures."""

    hits: tuple[Hit, ...]
    shown: HitId | None = None
    acts: tuple[HitEvent, ...] = ()
    photos: tuple[KeptPhoto, ...] = ()


class HitWork(Holder):
    """The acts on hits, and the status, because news of the bureau is news about hits."""

    training: Training

    def refresh(self) -> None:
        """Ask for a new status, unless the desk is busy anyway.

        While an exchange goes on the engine may be applying an edition; asking then could keep a scan waiting.
        """
        if self._desk_lane.idle and not self.state.exchanging:
            self._desk(self._engine.status, self._status_came)

    def remember_clearance(self, reason: str) -> None:
        """Remember that the traveller on the screen is not the chosen candidate."""
        verdict, record = self.state.verdict, self.state.chosen
        if verdict is not None and record is not None and verdict.drill is None:
            self._desk(
                lambda: self._engine.clear_candidate(verdict, record, reason=reason), lambda _: self._load_clearances()
            )

    def review_clearance(self, clearance: str) -> None:
        """A supervisor lets one hold."""
        self._desk(lambda: self._engine.review_clearance(clearance), lambda _: self._load_clearances())

    def revoke_clearance(self, clearance: str, reason: str) -> None:
        """A supervisor ends one."""
        self._desk(lambda: self._engine.revoke_clearance(clearance, reason=reason), lambda _: self._load_clearances())

    def _load_clearances(self) -> None:
        if self.state.may(Right.CLEAR):
            self._desk(self._engine.clearances, lambda found: self._show(clearances=found))

    def _load_late(self) -> None:
        if self.state.may(Right.READ_RECORDS):
            self._desk(self._engine.late_matches, lambda found: self._show(late=found))
            self._desk(self._engine.contacts, lambda found: self._show(contacts=found))
        self._load_operations()

    def _load_operations(self) -> None:
        if self.state.may(Right.READ_RECORDS):
            self._desk(self._engine.operations, lambda found: self._show(operations=found))

    def choose(self, record: RecordRef) -> None:
        """Make `record` the one that an act is about, unless it asks for none."""
        if self.state.verdict is None or record not in records_of(self.state.verdict):
            return
        if record != self.state.chosen:
            self._show(chosen=record, photo=None, acts=(), photos=(), packet=())
            if self.state.hit is not None:
                self._desk(self._read_hits, self._hits_came)
        self._load_photo()

    def enter_answer(self, code: str) -> None:
        """Enter the bureau's answer as it was read out or scanned."""
        self._show(busy=True, error=None)
        self._desk(lambda: self._engine.enter_answer(code), self._answer_entered)

    def _answer_entered(self, hit: Hit) -> None:
        if not self.state.act_needed:
            self._become(shown_again(self.state, hit.screening))
        self._show(page=Page.CASES)
        self._desk(self._read_hits, self._hits_came)

    def _load_packet(self) -> None:
        if self.state.hit is not None:
            hit = self.state.hit.id
            self._desk(lambda: self._engine.packet(hit), lambda groups: self._show(packet=groups))

    def slip(self, put: Callable[[tuple[str, ...], tuple[str, ...]], None], path: Path | None = None) -> None:
        """Have the slip of the hit on the screen printed, or saved to `path`."""
        hit, voice, status = self.state.hit, self.state.voice, self.state.status
        if hit is None or status is None or not self.state.packet:
            return
        place = say("post {post}, desk {desk}", post=status.post, desk=status.desk)
        lines = (
            "BorderDesk",
            voice.line(voice(place), voice.moment(status.at), hit.taken_up_by),
            voice(hit.summary),
            voice(say("Read the groups out with their numbers, or let the code be scanned.")),
        )
        try:
            put(self.state.packet, lines)
        except KnownError as error:
            self._show(error=error)
        else:
            self._show(error=None, written=written_to(path) if path is not None else None)

    def save_report(self, path: Path, save: Callable[[Path], None]) -> None:
        """Have a page written to a file, and say where it lies, or what stands against it."""
        try:
            save(path)
        except KnownError as error:
            self._show(error=error)
        else:
            self._show(error=None, written=written_to(path))

    def _load_photo(self) -> None:
        candidate = self.state.candidate
        if candidate is None or not candidate.person.photos or self.state.photo is not None:
            return
        record = candidate.record

        def came(photos: tuple[Photo | None, ...]) -> None:
            first = next((photo for photo in photos if photo is not None), None)
            if first is not None and self.state.chosen == record:
                self._show(photo=first.content)

        # In the lane that writes, because looking at a photo is journalled.
        self._book_lane.run(lambda: self._engine.photos(record), done=came, failed=self._not_recorded)

    def want_reason(self, act: HitAct) -> None:
        """An act was asked for without the reason it needs."""
        self._show(reason_for=act)

    def show_detail(self, detail: Detail) -> None:
        """Put the comparison or the procedure below the reasons."""
        self._show(detail=detail)

    def act(self, act: HitAct, note: str = "") -> None:
        """Record what the officer did about the chosen record."""
        verdict, record = self.state.verdict, self.state.chosen
        if verdict is None or self.state.busy:
            return
        if verdict.drill is not None:
            self._show(busy=True, error=None, reason_for=None)
            self.training.act(verdict, act)
            return
        if record is None:
            return
        self._show(busy=True, error=None, reason_for=None)
        self._desk(lambda: self._engine.take_up(verdict, record=record, act=act, note=note), self._acted)

    def _status_came(self, status: DeskStatus) -> None:
        if self.state.status is not None and self.state.signed_in and status.signed_in is None:
            self._left()
            self._become(signed_out(self.state))
        before = self.state.status
        self._show(status=status)
        if before is None:
            return
        # The courier exchanges by itself: what it brought is read again, so that nothing of it waits for a key.
        heard = before.last_good_exchange != status.last_good_exchange
        if heard and self.state.may(Right.READ_HITS):
            self._desk(self._read_hits, self._hits_came)
        if heard or before.late_matches != status.late_matches:
            self._load_late()
        elif before.at.replace(second=0, microsecond=0) != status.at.replace(second=0, microsecond=0):
            # An operation that was ordered before begins by itself, also while the link is down.
            self._load_operations()

    def _left(self) -> None:
        """The desk is locked: nothing that was read for whoever worked here is kept."""

    def _write_down(self, verdict: Verdict) -> None:
        """In the lane that writes: an edition that is being applied must not keep a traveller waiting.

        Begun once the answer is painted, for which both threads would else wait for each other.
        """
        painted = Event()
        QTimer.singleShot(0, painted.set)

        def write() -> None:
            painted.wait(PAINTED_WITHIN.total_seconds())
            self._engine.record(verdict)

        self._book_lane.run(write, done=self._recorded, failed=self._not_recorded)

    def _recorded(self, _: object) -> None:
        self.refresh()

    def _not_recorded(self, error: BorderDeskError) -> None:
        # The answer stands; what could not be kept is said beside it.
        self._show(error=error)

    def _acted(self, _: Hit) -> None:
        self._show(detail=None)
        self._desk(self._read_hits, self._hits_came)

    def _read_hits(self) -> HitNews:
        """In the desk's lane: the hits, and what was done about the one on the screen."""
        hits = self._engine.hits()
        shown = replace(self.state, hits=hits).hit
        if shown is None:
            return HitNews(hits)
        return HitNews(hits, shown.id, self._engine.acts(shown.id), self._engine.hit_photos(shown.id))

    def _hits_came(self, news: HitNews) -> None:
        self._show(hits=news.hits, busy=False)
        if self.state.hit is not None and self.state.hit.id == news.shown:
            self._show(acts=news.acts, photos=news.photos)
        self._desk(self._engine.status, self._status_came)
