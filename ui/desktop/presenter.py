"""Between the window and the desk: takes the officer's acts, asks the engine in its lane, and tells one listener.

It holds the one `WindowState` and replaces it whole. Rules about states are in `ui.desktop.state`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from borderdesk.errors import BorderDeskError, KnownError
from borderdesk.hits.spoken import is_spoken
from borderdesk.hits.types import Hit, HitAct, HitEvent
from borderdesk.ids import HitId, RecordRef, ScreeningId
from borderdesk.people import Right
from borderdesk.screening import KeptLateMatch
from borderdesk.screening.verdict import Verdict
from borderdesk.watchlist import Photo
from borderdesk.words import say
from sync.agent.state import DeskStatus, ExchangeReport
from ui.desktop.engine import DeskEngine
from ui.desktop.journal_reading import read_journal
from ui.desktop.lanes import Lane
from ui.desktop.list_desk import ListDesk
from ui.desktop.office import Office
from ui.desktop.refusals import ActNeeded, NobodySignedIn
from ui.desktop.state import (
    NEEDED,
    Detail,
    Page,
    Sample,
    WindowState,
    first_page,
    records_of,
    shown_again,
    shown_now,
    signed_out,
    with_fault,
    with_past,
    with_verdict,
)
from ui.desktop.text_size import NORMAL, TextSize
from ui.desktop.theme import LIGHT, Theme, next_theme
from ui.desktop.voice import Voice
from ui.locale import Catalogue

STATUS_EVERY = timedelta(seconds=5)


class Presenter(QObject):
    """The window's only way to the desk. Lives in the window's thread."""

    changed = Signal(object)
    """The new WindowState."""

    def __init__(
        self,
        engine: DeskEngine,
        voice: Voice,
        *,
        samples: Sequence[Sample] = (),
        theme: Theme = LIGHT,
        text: TextSize = NORMAL,
        exchange_every: timedelta | None = None,
        lock_after: timedelta | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`exchange_every`: how often to exchange with the bureau by itself; None leaves it to the officer's key.
        `lock_after`: time without a key, click or scan after which the desk locks; None never.
        """
        super().__init__(parent)
        self._engine = engine
        self.state = WindowState(voice=voice, theme=theme, text=text, samples=tuple(samples))
        self._desk_lane = Lane("desk", finish_on_close=True, parent=self)
        self._book_lane = Lane("book", finish_on_close=True, parent=self)
        self._link_lane = Lane("link", finish_on_close=False, parent=self)
        self.lists = ListDesk(engine, self)
        self.lists.changed.connect(lambda work: self._show(lists=work))
        self.lists.failed.connect(self._failed)
        self.office = Office(engine, self._book_lane, self)
        self.office.changed.connect(lambda work: self._show(office=work))
        self.office.failed.connect(self._failed)
        self._status_timer = QTimer(self, interval=int(STATUS_EVERY.total_seconds() * 1000))
        self._status_timer.timeout.connect(self.refresh)
        self._idle_timer = QTimer(self, singleShot=True)
        self._idle_timer.timeout.connect(self._nobody_there)
        if lock_after is not None:
            self._idle_timer.setInterval(int(lock_after.total_seconds() * 1000))
        self._exchange_timer = QTimer(self)
        if exchange_every is not None:
            self._exchange_timer.setInterval(int(exchange_every.total_seconds() * 1000))
            self._exchange_timer.timeout.connect(self.exchange)

    def start(self) -> None:
        """Ask for the first status; a desk that is already open goes straight to screening."""
        self._desk(self._engine.status, self._started)
        self._status_timer.start()
        self.touch()
        if self._exchange_timer.interval():
            self._exchange_timer.start()

    def close(self) -> None:
        """Finish what the officer did, drop what the network does, join both threads."""
        self._status_timer.stop()
        self._idle_timer.stop()
        self._exchange_timer.stop()
        self.lists.close()
        self._link_lane.close()
        self._desk_lane.close()
        self._book_lane.close()

    @property
    def idle(self) -> bool:
        """Nothing is queued or running."""
        return all(each.idle for each in (self._desk_lane, self._book_lane, self._link_lane, self.lists))

    def refresh(self) -> None:
        """Ask for a new status, unless the desk is busy anyway.

        While an exchange goes on the engine may be applying an edition; asking then could keep a scan waiting.
        """
        if self._desk_lane.idle and not self.state.exchanging:
            self._desk(self._engine.status, self._status_came)

    # --- signing in and out -------------------------------------------------------------------------------------

    def sign_in(self, account: str, password: str) -> None:
        """Open the desk for an officer."""
        self._show(busy=True, error=None)
        self._desk(lambda: self._engine.sign_in(account, password), self._signed_in)

    def sign_out(self) -> None:
        """Close the desk. Refused while a match asks for an act."""
        if self.state.act_needed:
            self._show(error=ActNeeded())
        elif self.state.signed_in:
            self._desk(self._close_book, self._signed_out)

    def touch(self) -> None:
        """Somebody is there: the time to the lock begins anew, the engine's own too."""
        self._engine.touch()
        if self._idle_timer.interval():
            self._idle_timer.start()

    def _nobody_there(self) -> None:
        # A match without an act stays on the screen: no time limit ever ends a hit.
        if self.state.act_needed or self.state.busy:
            self.touch()
        else:
            self.sign_out()

    # --- screening ----------------------------------------------------------------------------------------------

    def scan(self, text: str) -> None:
        """Screen a scan; keep it while a match on the screen still asks for an act."""
        if not self.state.signed_in:
            self._show(error=NobodySignedIn())
            return
        if is_spoken(text):
            self.enter_answer(text)
            return
        kept = self.state.kept if text in self.state.kept else (*self.state.kept, text)
        self._show(kept=kept)
        self.next_kept()

    def enter_from_paper(self, text: str, passed_at: datetime) -> None:
        """Screen what was noted on paper, with its real time. Refused while a match asks for an act."""
        if self.state.act_needed:
            self._show(error=ActNeeded())
        elif not self.state.busy:
            self._ask(text, passed_at)

    def next_kept(self) -> None:
        """Screen the oldest kept scan, if nothing stands against it."""
        if self.state.busy or self.state.act_needed or not self.state.kept:
            return
        text, *rest = self.state.kept
        self._show(kept=tuple(rest))
        self._ask(text, None)

    def _ask(self, text: str, passed_at: datetime | None) -> None:
        self._show(busy=True, error=None, unread="")
        self._desk(
            lambda: self._engine.answer(text, passed_at=passed_at),
            self._answered,
            lambda error: self._not_answered(error, text),
        )

    def look_back(self, screening: ScreeningId) -> None:
        """Put an earlier screening back on the screen."""
        self._become(shown_again(self.state, screening))
        shown, record = self.state.verdict, self.state.chosen
        if shown is not None and shown.screening == screening and record is not None:
            # Looking at a listed record again is a search of its own kind: it is journalled.
            self._book_lane.run(
                lambda: self._engine.note_view(record, screening), done=self._recorded, failed=self._not_recorded
            )
        if self.state.hit is not None:
            self._desk(self._read_hits, self._hits_came)

    def look_at(self, verdict: Verdict) -> None:
        """Put a verdict on the screen that is not of this shift's travellers: a line of a list."""
        self._become(shown_now(self.state, verdict))
        self._desk(self._read_hits, self._hits_came)

    def look_at_late(self, match: KeptLateMatch) -> None:
        """Put a traveller on the screen whom a later edition would have stopped; somebody has now looked at it."""
        self.look_at(match.verdict)
        if match.seen_by is None and self.state.verdict is match.verdict:
            self._desk(lambda: self._engine.note_late_seen(match), lambda _: self._load_late())

    # --- not the person -----------------------------------------------------------------------------------------

    def remember_clearance(self, reason: str) -> None:
        """Remember that the traveller on the screen is not the chosen candidate."""
        verdict, record = self.state.verdict, self.state.chosen
        if verdict is not None and record is not None:
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
            self._desk(self._engine.operations, lambda found: self._show(operations=found))

    # --- hits ---------------------------------------------------------------------------------------------------

    def choose(self, record: RecordRef) -> None:
        """Make `record` the one that an act is about, unless it asks for none."""
        if self.state.verdict is not None and record in records_of(self.state.verdict):
            self._show(chosen=record, photo=None if record != self.state.chosen else self.state.photo)
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

    def slip(self, put: Callable[[tuple[str, ...], tuple[str, ...]], None]) -> None:
        """Have the slip of the hit on the screen printed or saved."""
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

    def save_report(self, save: Callable[[], None]) -> None:
        """Have the numbers written; what stands against it is said."""
        try:
            save()
        except KnownError as error:
            self._show(error=error)

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
        if verdict is None or record is None or self.state.busy:
            return
        self._show(busy=True, error=None, reason_for=None)
        self._desk(lambda: self._engine.take_up(verdict, record=record, act=act, note=note), self._acted)

    # --- the rest -----------------------------------------------------------------------------------------------

    def exchange(self) -> None:
        """Exchange with the bureau now, unless that is going on already. Works while the desk is locked, too."""
        if self.state.exchanging or self.state.status is None:
            return
        self._show(exchanging=True)
        self._link_lane.run(self._engine.exchange, done=self._exchanged, failed=self._not_exchanged)

    def turn_to(self, page: Page) -> None:
        """Another page; the same one again leads back to the screening."""
        if not self.state.signed_in or (page in NEEDED and not self.state.may(NEEDED[page])):
            return
        self._show(page=first_page(self.state) if page is self.state.page else page)
        if self.state.page is Page.LISTS:
            self.lists.load()
        if self.state.page is Page.JOURNAL:
            self._read_journal()
        if self.state.page is Page.ACCOUNTS and self.state.may(Right.MANAGE_PEOPLE):
            self.office.load_people()
        if self.state.page is Page.DIAGNOSIS:
            self.office.load_diagnosis()
        if self.state.page is Page.PACKET and self.state.hit is not None:
            hit = self.state.hit.id
            self._desk(lambda: self._engine.packet(hit), lambda groups: self._show(packet=groups))

    def _read_journal(self) -> None:
        # A journal of years takes a moment to check: not in the lane that scans wait for.
        self._book_lane.run(
            lambda: read_journal(*self._engine.journal_lines()),
            done=lambda read: self._show(journal=read),
            failed=self._failed,
        )

    def back(self) -> None:
        """Put away what was read: a message first, then the page."""
        if self.state.error is not None:
            self._show(error=None)
        else:
            self._show(page=first_page(self.state))

    def walk_theme(self) -> None:
        """The next palette."""
        self._show(theme=next_theme(self.state.theme))

    def resize_text(self, size: TextSize) -> None:
        """Letters of another size, at once."""
        self._show(text=size)

    def speak(self, language: str) -> None:
        """Another language, at once."""
        self._show(voice=replace(self.state.voice, catalogue=Catalogue(language)))

    # --- what comes back ----------------------------------------------------------------------------------------

    def _started(self, status: DeskStatus) -> None:
        self._show(status=status)
        if self.state.signed_in:
            self._show(page=first_page(self.state))
            if self.state.page is Page.JOURNAL:
                self._read_journal()
            if self.state.page is Page.DIAGNOSIS:
                self.office.load_diagnosis()
            self._load_past()
            self._load_late()
            self._load_clearances()

    def _status_came(self, status: DeskStatus) -> None:
        if self.state.status is not None and self.state.signed_in and status.signed_in is None:
            self._become(signed_out(self.state))
        before = self.state.status
        self._show(status=status)
        # The courier exchanges by itself: what it brought about hits is read again.
        if before and before.last_good_exchange != status.last_good_exchange and self.state.may(Right.READ_HITS):
            self._desk(self._read_hits, self._hits_came)

    def _signed_in(self, _: object) -> None:
        self._desk(self._engine.status, self._started)

    def _signed_out(self, _: object) -> None:
        self.office.forget()
        self.lists.forget()
        self._become(signed_out(self.state))
        self._desk(self._engine.status, self._status_came)

    def _load_past(self) -> None:
        if not self.state.may(Right.READ_RECORDS):
            self._show(busy=False)
            return
        self._desk(lambda: (self._engine.recent(), self._engine.hits()), self._past_came)

    def _past_came(self, past: tuple[tuple[Verdict, ...], tuple[Hit, ...]]) -> None:
        recent, hits = past
        self._become(replace(with_past(self.state, recent, hits), busy=False))

    def _answered(self, verdict: Verdict) -> None:
        self._become(with_verdict(self.state, verdict))
        self._load_photo()
        # Written down right after it is shown: an edition that is being applied must not keep a traveller waiting.
        self._book_lane.run(lambda: self._engine.record(verdict), done=self._recorded, failed=self._not_recorded)
        self.next_kept()

    def _recorded(self, _: object) -> None:
        self.refresh()

    def _not_recorded(self, error: BorderDeskError) -> None:
        # The answer stands; what could not be kept is said beside it.
        self._show(error=error)

    def _close_book(self) -> None:
        """In the desk's lane: sign out once everything that was shown is written down."""
        self.lists.drain()
        self._book_lane.drain()
        self._engine.sign_out()

    def _not_answered(self, error: BorderDeskError, text: str) -> None:
        # The verdict of the traveller before must not stand beside the document of this one.
        self._show(error=error, unread=text, busy=False, verdict=None, chosen=None, page=Page.SCREENING)

    def _acted(self, _: Hit) -> None:
        self._show(detail=None)
        self._desk(self._read_hits, self._hits_came)

    def _read_hits(self) -> tuple[tuple[Hit, ...], dict[HitId, tuple[HitEvent, ...]]]:
        """In the desk's lane: the hits, and what was done about the one on the screen."""
        hits, verdict = self._engine.hits(), self.state.verdict
        shown = [hit.id for hit in hits if verdict is not None and hit.screening == verdict.screening][:1]
        return hits, {hit: self._engine.acts(hit) for hit in shown}

    def _hits_came(self, news: tuple[tuple[Hit, ...], dict[HitId, tuple[HitEvent, ...]]]) -> None:
        hits, acts = news
        self._show(hits=hits, busy=False)
        if self.state.hit is not None and self.state.hit.id in acts:
            self._show(acts=acts[self.state.hit.id])
        self._desk(self._engine.status, self._status_came)

    def _exchanged(self, report: ExchangeReport) -> None:
        self._show(exchanging=False, last_exchange=report)
        self._load_late()
        if self.state.may(Right.READ_HITS):
            self._desk(self._read_hits, self._hits_came)
        else:
            self.refresh()

    def _not_exchanged(self, error: BorderDeskError) -> None:
        self._show(exchanging=False, error=error)
        self.refresh()

    def _failed(self, error: BorderDeskError) -> None:
        self._show(error=error, busy=False)

    # --- helpers ------------------------------------------------------------------------------------------------

    def _desk(self, job: Any, done: Any, failed: Any = None) -> None:
        self._desk_lane.run(job, done=done, failed=failed or self._failed)

    def _show(self, **changes: Any) -> None:
        self._become(replace(self.state, **changes))

    def _become(self, state: WindowState) -> None:
        state = with_fault(state, self.state)
        if state != self.state:
            self.state = state
            self.changed.emit(state)
