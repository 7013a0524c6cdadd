"""Between the window and the desk: takes the officer's acts, asks the engine in its lane, and tells one listener.

It holds the one `WindowState` and replaces it whole. Rules about states are in `ui.desktop.moments`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from borderdesk.errors import BorderDeskError
from borderdesk.hits.spoken import is_spoken
from borderdesk.hits.types import Hit
from borderdesk.ids import ScreeningId
from borderdesk.operations.drills import Run
from borderdesk.operations.handover import Handover
from borderdesk.people import Right
from borderdesk.policy import DEFAULT
from borderdesk.screening import KeptLateMatch
from borderdesk.screening.verdict import Verdict
from borderdesk.words import say
from sync.agent.state import DeskStatus, ExchangeReport
from ui.desktop import moments
from ui.desktop.engine import DeskEngine
from ui.desktop.leaving_work import Asked, LeavingWork
from ui.desktop.list_desk import ListDesk
from ui.desktop.office import Office
from ui.desktop.page import Page
from ui.desktop.refusals import ActNeeded, NobodySignedIn
from ui.desktop.shift import Shift
from ui.desktop.state import WindowState
from ui.desktop.text_size import NORMAL, TextSize
from ui.desktop.theme import LIGHT, Theme, next_theme
from ui.desktop.training import Training
from ui.desktop.voice import Voice
from ui.desktop.work import Sample
from ui.locale import Catalogue

STATUS_EVERY = timedelta(seconds=5)

PATIENCE = timedelta(milliseconds=100)
"""Before a traveller is said to be looked for: painting that only delays an answer, which nearly always comes first."""


class Presenter(LeavingWork):
    """The window's only way to the desk. Lives in the window's thread."""

    def __init__(
        self,
        engine: DeskEngine,
        voice: Voice,
        *,
        samples: Sequence[Sample] = (),
        theme: Theme = LIGHT,
        text: TextSize = NORMAL,
        exchange_every: timedelta | None = None,
        lock_when_idle: bool = False,
        parent: QObject | None = None,
    ) -> None:
        """`exchange_every`: how often to exchange with the bureau by itself; None leaves it to the officer's key.
        `lock_when_idle`: lock where no key, click or scan came for as long as the bureau's policy says."""
        super().__init__(engine, WindowState(voice=voice, theme=theme, text=text, samples=tuple(samples)), parent)
        self.lists = ListDesk(engine, self)
        self.lists.changed.connect(lambda work: self._show(lists=work))
        self.lists.failed.connect(self._failed)
        self.office = Office(engine, self._book_lane, self)
        self.office.changed.connect(lambda work: self._show(office=work))
        self.office.failed.connect(self._failed)
        self.office.began.connect(lambda: self._show(error=None))
        self.training = Training(engine, self._desk_lane, self)
        self.training.changed.connect(lambda work: self._show(training=work))
        self.training.failed.connect(self._failed)
        self.training.began.connect(lambda: self._show(error=None))
        self.training.scan_wanted.connect(self.scan)
        self.training.acted.connect(self._acted_in_drill)
        self.training.overtaken.connect(self._drill_overtaken)
        self.shift = Shift(engine, self._desk_lane, self)
        self.shift.changed.connect(lambda work: self._show(shift=work))
        self.shift.failed.connect(self._failed)
        self.shift.came.connect(self._handover_came)
        self._status_timer = QTimer(self, interval=int(STATUS_EVERY.total_seconds() * 1000))
        self._status_timer.timeout.connect(self.refresh)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE // timedelta(milliseconds=1))
        self._patience.timeout.connect(lambda: self._become(moments.looked_for(self.state)))
        self._idle_timer = QTimer(self, singleShot=True)
        self._idle_timer.timeout.connect(self._nobody_there)
        self._lock_when_idle = lock_when_idle
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

    def get_ready(self, then: Callable[[], None]) -> None:
        """Let the engine load what the sign-in screen does not need, while the officer types the password."""
        self._desk(self._engine.get_ready, lambda _: then())

    def finish(self) -> None:
        """Have everything written down that an officer did, and lock the desk. Waits for this machine alone."""
        self._status_timer.stop()
        self._idle_timer.stop()
        self._exchange_timer.stop()
        self._engine.leave()
        self._desk(self._close_book, lambda _: None)
        self._desk_lane.close()
        self._book_lane.close()
        self.lists.close()

    def put_away(self) -> None:
        """After `finish`: nothing of a traveller stays on a window that still has something to say."""
        self._left()
        self._become(replace(moments.signed_out(self.state), status=self._locked))

    def close(self) -> None:
        """After `finish`: let go of the network, and join its thread."""
        self._link_lane.close()

    @property
    def idle(self) -> bool:
        """Nothing is queued or running."""
        return all(each.idle for each in (self._desk_lane, self._book_lane, self._link_lane, self.lists))

    # --- signing in and out -------------------------------------------------------------------------------------

    def sign_in(self, account: str, password: str) -> None:
        """Open the desk for an officer."""
        self._show(busy=True, error=None)
        self._desk(lambda: self._engine.sign_in(account, password), self._signed_in)

    def sign_out(self, note: str = "") -> None:
        """Close the desk. While a match asks for an act, only where that is asked a second time: see `may_leave`."""
        if self.state.signed_in and self.may_leave(note or self.state.voice(say("The desk was locked."))):
            self.screen_kept()
            self._desk(self._close_book, self._signed_out)

    def touch(self) -> None:
        """Somebody is there: the time to the lock begins anew, the engine's own too."""
        self._engine.touch()
        if self._lock_when_idle:
            policy = self.state.status.policy if self.state.status else DEFAULT
            self._idle_timer.start(timedelta(minutes=policy.idle_lock_minutes) // timedelta(milliseconds=1))

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
        if self.state.may_ask:
            self._ask(kept[0], None, kept[1:])
        else:
            self._show(kept=kept)

    def enter_from_paper(self, text: str, passed_at: datetime) -> None:
        """Screen what was noted on paper, with its real time. Refused while a match asks for an act."""
        if self.state.act_needed:
            self._show(error=ActNeeded())
        elif not self.state.busy:
            self._ask(text, passed_at, self.state.kept)

    def next_kept(self) -> None:
        """Screen the oldest kept scan, if nothing stands against it."""
        if self.state.kept and self.state.may_ask:
            self._ask(self.state.kept[0], None, self.state.kept[1:])

    def _ask(self, text: str, passed_at: datetime | None, kept: tuple[str, ...]) -> None:
        self._hold(busy=True, error=None, unread="", kept=kept)
        self._patience.start()
        self._asked = asked = Asked(text, passed_at)
        self._desk(
            lambda: self._engine.answer(text, passed_at=passed_at),
            lambda verdict: self._answered(asked, verdict),
            lambda error: self._not_answered(asked, error),
        )

    def look_back(self, screening: ScreeningId) -> None:
        """Put an earlier screening back on the screen."""
        self._become(moments.shown_again(self.state, screening))
        shown, record = self.state.verdict, self.state.chosen
        if shown is not None and shown.screening == screening and record is not None:
            # Looking at a listed record again is a search of its own kind: it is journalled.
            self._book_lane.run(
                lambda: self._engine.note_view(record, screening), done=self._recorded, failed=self._not_recorded
            )
        if self.state.hit is not None:
            self._desk(self._read_hits, self._hits_came)
        self._load_looks()

    def look_at(self, verdict: Verdict) -> None:
        """Put a verdict on the screen that is not of this shift's travellers: a line of a list."""
        self._become(moments.shown_now(self.state, verdict))
        self._desk(self._read_hits, self._hits_came)
        self._load_looks()

    def look_at_late(self, match: KeptLateMatch) -> None:
        """Put a traveller on the screen whom a later edition would have stopped; it is now seen."""
        self.look_at(match.verdict)
        if match.seen_by is None and self.state.verdict is match.verdict:
            self._desk(lambda: self._engine.note_late_seen(match), lambda _: self._load_late())

    # --- the rest -----------------------------------------------------------------------------------------------

    def exchange(self) -> None:
        """Exchange with the bureau now, unless that is going on already. Works while the desk is locked, too."""
        if self.state.exchanging or self.state.status is None:
            return
        self._show(exchanging=True)
        self._link_lane.run(self._engine.exchange, done=self._exchanged, failed=self._not_exchanged)

    def carry(self, stick: Path) -> None:
        """Exchange by stick now: take in what it brings, leave on it what waits."""
        if not self.state.exchanging and self.state.status is not None:
            self._show(exchanging=True, error=None)
            self._link_lane.run(lambda: self._engine.carry(stick), done=self._exchanged, failed=self._not_exchanged)

    def turn_to(self, page: Page) -> None:
        """Another page; the same one again leads back to the screening."""
        if not moments.may_open(self.state, page):
            return
        self._show(page=moments.first_page(self.state) if page is self.state.page else page, written=None)
        self.office.turned()
        self._load_page()

    def _load_page(self) -> None:
        load = {
            Page.LISTS: self.lists.load,
            Page.JOURNAL: self.office.read_journal,
            Page.ACCOUNTS: self._load_people,
            Page.DIAGNOSIS: self.office.load_diagnosis,
            Page.TRAINING: self.training.load,
            Page.HANDOVER: self.shift.load,
            Page.NUMBERS: self._load_numbers,
            Page.SECOND_LINE: self._load_second_line,
            Page.PACKET: self._load_packet,
        }.get(self.state.page, lambda: None)
        load()

    def back(self) -> None:
        """Put away what was read: a message first, then the page."""
        if self.state.error is not None or self.state.written is not None:
            self._show(error=None, written=None)
        else:
            self._show(page=moments.first_page(self.state))

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
            self._show(page=moments.first_page(self.state))
            self._load_page()
            self._load_past()
            self._load_late()
            self._load_clearances()
            if self.state.may(Right.SCREEN):
                self.training.load()
                self.shift.load()

    def _acted_in_drill(self, _: Run) -> None:
        """Now the officer may know: nothing of it stays where real travellers stand."""
        self._become(replace(moments.without_drill(self.state), page=Page.TRAINING))
        self.refresh()

    def _drill_overtaken(self, text: str) -> None:
        """What is real takes its place at once, before anything that waits."""
        self._become(replace(moments.without_drill(self.state), kept=(text, *self.state.kept)))
        self.next_kept()

    def _handover_came(self, found: Handover) -> None:
        """Whoever comes is asked to read it first; a match or a scan goes before."""
        user = self.state.status.signed_in if self.state.status else None
        idle = self.state.page is Page.SCREENING and self.state.verdict is None and not self.state.busy
        if user is not None and found.is_for(user.account) and idle and not self.state.kept:
            self._show(page=Page.HANDOVER)

    def _signed_in(self, _: object) -> None:
        self._desk(self._engine.status, self._started)

    def _left(self) -> None:
        self.office.forget()
        self.training.forget()
        self.shift.forget()
        self.lists.forget()

    def _signed_out(self, _: object) -> None:
        self._left()
        status = self._locked or self.state.status
        self._become(replace(moments.signed_out(self.state), status=status, error=self._still_waits()))
        self._desk(self._engine.status, self._status_came)

    def _load_people(self) -> None:
        if self.state.may(Right.MANAGE_PEOPLE):
            self.office.load_people()

    def _load_past(self) -> None:
        if self.state.may(Right.READ_RECORDS):
            self._desk(lambda: (self._engine.recent(), self._engine.hits(), self._engine.drill_left()), self._past_came)
        else:
            self._show(busy=False)

    def _past_came(self, past: tuple[tuple[Verdict, ...], tuple[Hit, ...], Verdict | None]) -> None:
        recent, hits, left = past
        self._become(replace(moments.with_past(self.state, recent, hits), busy=False))
        if left is not None and not self.state.act_needed:
            self._shown(left)
        elif left is not None and left.drill is None:
            # A real list has come to name what was a drill: behind another match it is kept like one, and comes back.
            self._show(history=(left, *self.state.history))
            self._write_down(left)

    def _answered(self, asked: Asked, verdict: Verdict) -> None:
        if asked is not self._asked:
            return  # the desk is being left: it is answered again, and that is written down
        self._asked = None
        self._shown(verdict)

    def _shown(self, verdict: Verdict) -> None:
        self._patience.stop()
        self._become(moments.with_verdict(self.state, verdict))
        self._load_photo()
        self._write_down(verdict)
        self.next_kept()

    def _close_book(self) -> None:
        """In the desk's lane: sign out once everything that was shown is written down."""
        self.lists.drain()
        self._book_lane.drain()
        self._engine.sign_out()
        self._locked = self._engine.status()

    def _not_answered(self, asked: Asked, error: BorderDeskError) -> None:
        if asked is not self._asked:
            return
        self._asked = None
        self._patience.stop()
        self._become(moments.with_unread(self.state, asked.text, error))

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
