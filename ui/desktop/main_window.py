"""The window: two screens, the line at the foot, and the ears for the document reader."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from borderdesk.errors import KnownError
from borderdesk.hits import HitAct
from borderdesk.words import say
from ui.desktop.advice_strip import AdviceStrip
from ui.desktop.announcer import Announcer, speak_on
from ui.desktop.closing_note import ClosingNote
from ui.desktop.collector import Collector
from ui.desktop.copied import Copied
from ui.desktop.drill_banner import DrillBanner
from ui.desktop.examine_view import ExamineView
from ui.desktop.fields import Area, Field
from ui.desktop.files import choose_file
from ui.desktop.hit_strip import HitStrip
from ui.desktop.interview_view import InterviewView
from ui.desktop.journal_words import searched_in
from ui.desktop.page import PAGE_KEYS, Page
from ui.desktop.pages import OtherView, Pages
from ui.desktop.parts import Text
from ui.desktop.photo_work import where_pictures_are
from ui.desktop.presenter import Presenter
from ui.desktop.qt_words import QtWords
from ui.desktop.screening_view import ScreeningView
from ui.desktop.serial_reader import SerialReader
from ui.desktop.sign_in_view import SignInView
from ui.desktop.slip import print_slip, save_slip
from ui.desktop.state import WindowState
from ui.desktop.status_line import StatusLine
from ui.desktop.text_size import NORMAL, resize_text, stepped
from ui.desktop.theme import Theme
from ui.desktop.wedge import Wedge

SMALLEST = (1280, 720)
"""The least a post's screen has is 1366×768; frames of window managers take the rest."""


PICTURES: Final = "JPEG, PNG (*.jpg *.jpeg *.png *.JPG *.JPEG *.PNG)"


class MainWindow(QWidget):
    """Renders the presenter's state and hands it the officer's acts. Holds no state of its own."""

    def __init__(self, presenter: Presenter) -> None:
        super().__init__()
        self.setWindowTitle("BorderDesk")
        self.setMinimumSize(*SMALLEST)
        self.presenter = presenter
        self.sign_in = SignInView()
        self.screening = ScreeningView()
        self.message = AdviceStrip()
        self.hit = HitStrip()
        self.status = StatusLine()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.sign_in)
        self.pages.addWidget(self.screening)
        self.at = Pages()
        self.others = self.at.by_page
        for page in self.others.values():
            self.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.banner = DrillBanner()
        column.addWidget(self.banner)
        column.addWidget(self.pages, 1)
        column.addWidget(self.message)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 8, 12, 0)
        foot.addWidget(self.hit)
        column.addLayout(foot)
        column.addWidget(self.status)
        self.message.hide()
        self._closing_note = ClosingNote(self)
        self.wedge = Wedge(self)
        _application().installEventFilter(self.wedge)
        self.copied = Copied(self)
        self._qt_words = QtWords()
        QApplication.installTranslator(self._qt_words)
        self._readers: list[SerialReader] = []
        self.reader_there = False
        self._connect()
        self._theme: Theme | None = None
        self._text = NORMAL
        self._direction: Qt.LayoutDirection | None = None
        self._closing = False
        self._had_hit = self._was_signed_in = False
        self._announcer = Announcer(speak_on(self))
        self._collector = Collector(self)
        self._collector.start()
        self.render(presenter.state)

    def render(self, state: WindowState) -> None:
        """Show this moment."""
        if state.theme is not self._theme:
            self._theme = state.theme
            QApplication.setPalette(state.theme.palette())
        if state.text is not self._text:
            self._text = state.text
            resize_text(self, state.text)
        self._qt_words.speak(state.voice.catalogue)
        rtl = state.voice.catalogue.language.right_to_left
        direction = Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight
        if direction is not self._direction:
            self._direction = direction
            # Of the whole application: painters, menus and dialogs ask it, not the window.
            QApplication.setLayoutDirection(direction)
            for text in self.findChildren(Text):
                text.align_to(direction)
        open_to_all = state.signed_in or state.page is Page.HELP
        page: OtherView | ScreeningView | SignInView = (
            self.others.get(state.page, self.screening) if open_to_all else self.sign_in
        )
        turned = self.pages.currentWidget() is not page
        self.pages.setCurrentWidget(page)
        self.banner.render(state)
        page.render(state)
        # The screening has its own place for messages, so that nothing moves there.
        self.message.render(replace(state, verdict=None))
        self.message.setVisible(self.message.speaks and page in self.others.values())
        self.hit.render(state)
        self.hit.setVisible(state.acts_shown)
        self.status.render(state)
        self._announcer.render(state)
        self.wedge.locked = not state.signed_in
        if state.signed_in is not self._was_signed_in:
            self._was_signed_in = state.signed_in
            self._collector.spare_what_is_held(spare=state.signed_in)
            if not state.signed_in:
                self._forget_what_was_typed()
        if turned:
            self.sign_in.forget()
            self.at.accounts.forget()
            if page is self.screening:
                self.screening.search.setFocus()
            elif page is self.at.form:
                self.at.form.rows[0][1].setFocus()
            elif isinstance(page, ExamineView | InterviewView):
                page.begin()
            elif page is self.sign_in:
                self.sign_in.account.setFocus()
        elif state.signed_in and bool(state.taken_up) != self._had_hit:
            self.screening.search.setFocus()
        self._had_hit = bool(state.taken_up)

    def listen_to(self, device: str) -> None:
        """Take swipes from a reader on a serial line, too."""
        reader = SerialReader(device, self)
        reader.scanned.connect(self._swiped)
        reader.plugged.connect(self._plugged)
        self._readers.append(reader)
        reader.start()

    @Slot(bool)
    def _plugged(self, there: bool) -> None:
        self.reader_there = there

    @Slot(str)
    def _swiped(self, text: str) -> None:
        self.presenter.touch()
        self.presenter.scan(text.strip("\r\n"))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Finish what was begun, join the threads, go. A match without an act says first what leaving it means."""
        note = self.hit.note.text().strip() or self.presenter.state.voice(say("The window was closed."))
        if self._closing or not self.presenter.may_leave(note, ends=True):
            event.setAccepted(self._closing)
            return
        self.presenter.screen_kept()
        self._closing = True
        self._finish()
        # What a full disk did not take is read first; closed once more, the window goes.
        lost = self.presenter.lost()
        event.setAccepted(lost is None)
        if lost is not None:
            self._say_what_is_lost(lost)

    def end(self) -> None:
        """Go at once, because the system asks for it and nobody may be there. A match without an act is left open."""
        if not self._closing:
            self.presenter.leave_open(self.presenter.state.voice(say("The program was ended by the computer.")))
            self.presenter.screen_kept()
            self._closing = True
            self._finish()
        self.close()

    def _finish(self) -> None:
        _application().removeEventFilter(self.wedge)
        QApplication.removeTranslator(self._qt_words)
        for reader in self._readers:
            reader.close()
        self.copied.take_back()
        status = self.presenter.state.status
        self._closing_note.stand_over(
            self, self.presenter.state.voice, full=status is not None and status.unwritten > 0
        )
        self.presenter.finish()
        # Everything is kept: nobody needs to see that the network is still given a moment.
        self.hide()
        self.presenter.close()
        self._collector.stop()

    def _say_what_is_lost(self, lost: KnownError) -> None:
        """The desk is locked and its threads have ended: nothing but the note is of any use."""
        self.presenter.put_away()
        for part in (self.banner, self.pages, self.message, self.hit, self.status):
            part.setEnabled(False)
        self.show()
        self._closing_note.be_read(self, self.presenter.state.voice, lost)

    def _typed(self, text: str) -> None:
        """Letters typed where nothing takes them are the beginning of a search, on whatever page."""
        if self.presenter.state.page is not Page.SCREENING:
            self.presenter.turn_to(Page.SCREENING)
        self.screening.search.take(text)

    def _forget_what_was_typed(self) -> None:
        """Whoever signs in next finds nothing that somebody else began to write, or copied from here."""
        self.copied.take_back()
        fields: list[Field | Area] = [*self.findChildren(Field), *self.findChildren(Area)]
        for field in fields:
            if field is not self.sign_in.account:
                field.forget()
        self.at.form.forget()

    def _choose_photo(self) -> None:
        """A picture of the document or of what was found, from a camera that is plugged in or from a folder."""
        name = self.screening.detail.procedure.photo.accessibleName()
        chosen = choose_file(self, name, where_pictures_are(), kinds=PICTURES)
        if chosen:
            with self.hit.unkept.sent() as note:
                self.presenter.attach(chosen, note)

    def _connect(self) -> None:
        presenter, screening = self.presenter, self.screening
        presenter.changed.connect(self.render)
        self.sign_in.asked.connect(presenter.sign_in)
        self.wedge.scanned.connect(presenter.scan)
        self.wedge.typed.connect(self._typed)
        self.wedge.touched.connect(presenter.touch)
        screening.search.submitted.connect(presenter.scan)
        screening.samples.scanned.connect(presenter.scan)
        screening.reasons.chosen.connect(presenter.choose)
        screening.detail.chosen.connect(presenter.show_detail)
        screening.detail.procedure.ask_again.connect(lambda: presenter.act(HitAct.ASK_AGAIN))
        screening.history.opened.connect(presenter.look_back)
        self.hit.acted.connect(presenter.act)
        self.hit.reason_wanted.connect(presenter.want_reason)
        self.hit.next_asked.connect(presenter.next_kept)
        screening.advice.dismissed.connect(presenter.back)
        self.message.dismissed.connect(presenter.back)
        self.at.cases.opened.connect(presenter.look_back)
        self.at.cases.late_opened.connect(presenter.look_at_late)
        by_voice = self.at.by_voice
        by_voice.entered.connect(presenter.enter_answer)
        by_voice.printed.connect(lambda: presenter.slip(print_slip))
        by_voice.saved.connect(lambda path: presenter.slip(partial(save_slip, path), path))
        self.at.exchange.stick_chosen.connect(presenter.carry)
        numbers = self.at.numbers
        numbers.counted.connect(presenter.count_by_hand)
        numbers.report_asked.connect(lambda path: presenter.save_report(path, numbers.save))
        screening.detail.procedure.by_voice_asked.connect(lambda: presenter.turn_to(Page.PACKET))
        screening.detail.procedure.photo_asked.connect(self._choose_photo)
        self.at.form.submitted.connect(presenter.scan)
        self.at.form.from_paper.connect(presenter.enter_from_paper)
        lists, clearances = self.at.lists, self.at.clearances
        lists.file_chosen.connect(presenter.lists.screen)
        lists.stopped.connect(presenter.lists.stop)
        lists.shown.connect(presenter.lists.show)
        lists.opened.connect(presenter.look_at)
        clearances.reviewed.connect(presenter.review_clearance)
        clearances.revoked.connect(presenter.revoke_clearance)
        self.hit.remembered.connect(presenter.remember_clearance)
        self.at.examine.compared.connect(presenter.compare_print)
        self.at.examine.ticked.connect(presenter.tick)
        self.at.interview.answered.connect(presenter.note_answer)
        second_line = self.at.second_line
        second_line.opened.connect(presenter.look_at)
        second_line.late_opened.connect(presenter.look_at_late)
        second_line.page_asked.connect(presenter.turn_to)
        second_line.settled.connect(presenter.settle)
        self.at.help.page_asked.connect(presenter.turn_to)
        self.at.help.language_asked.connect(presenter.speak)
        self.at.help.text_asked.connect(presenter.resize_text)
        for zoom, step in ((QKeySequence.StandardKey.ZoomIn, 1), (QKeySequence.StandardKey.ZoomOut, -1)):
            # All keys of a platform's zoom: a plus stands at different places of different keyboards.
            for keys in (*QKeySequence.keyBindings(zoom), *((QKeySequence("Ctrl+="),) if step > 0 else ())):
                QShortcut(keys, self).activated.connect(
                    lambda step=step: presenter.resize_text(stepped(presenter.state.text, step))
                )
        self.status.help_asked.connect(lambda: presenter.turn_to(Page.HELP))
        accounts = self.at.accounts
        accounts.added.connect(presenter.office.add)
        accounts.shut_out.connect(presenter.office.shut_out)
        accounts.reset.connect(presenter.office.reset_password)
        accounts.password_changed.connect(presenter.office.change_password)
        journal = self.at.journal
        journal.wanted.connect(lambda words: presenter.office.read_journal(words, searched_in(presenter.state.voice)))
        journal.exported.connect(presenter.office.export_journal)
        self.banner.lesson_asked.connect(lambda: presenter.turn_to(Page.TRAINING))
        training, handover = self.at.training, self.at.handover
        training.chosen.connect(presenter.training.choose)
        training.begun.connect(presenter.training.begin)
        training.skipped.connect(presenter.training.skip)
        training.debrief.marked.connect(presenter.training.mark)
        training.debrief.typed_back.connect(presenter.training.type_back)
        handover.written.connect(presenter.shift.write)
        handover.confirmed.connect(presenter.shift.confirm)
        handover.report_asked.connect(lambda path: presenter.save_report(path, handover.print_to))
        for page, keys in PAGE_KEYS.items():
            way = QShortcut(QKeySequence(keys), self)
            way.activated.connect(lambda page=page: presenter.turn_to(page))
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(lambda: presenter.turn_to(Page.FORM))
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self).activated.connect(presenter.back)
        self.status.exchange_asked.connect(presenter.exchange)
        self.status.theme_asked.connect(presenter.walk_theme)
        self.status.lock_asked.connect(lambda: presenter.sign_out(self.hit.note.text().strip()))
        paste = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), screening)
        paste.activated.connect(screening.search.paste)


def _application() -> QCoreApplication:
    """Qt's application, without which no window was made."""
    application = QApplication.instance()
    if application is None:
        raise RuntimeError("there is no QApplication")
    return application
