"""A picture of every screen in every language, and one sheet per language to look at: `make screens`.

python -m tests.desktop.screens OUT [language ...]
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, timedelta
from itertools import product
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QLabel, QTreeView, QWidget

from borderdesk.documents import PrintedFields, Sense
from borderdesk.hits import Contact, ContactRole, interview_for
from borderdesk.hits.spoken import speak
from borderdesk.hits.types import HitAct
from borderdesk.ids import AccountId, DeskId
from borderdesk.operations import Counted, Operation
from borderdesk.operations.beside import DeskNumbers
from borderdesk.operations.handover import Handover
from borderdesk.people import Role
from borderdesk.screening import Seen, VerdictWord
from borderdesk.watchlist import Action
from borderdesk.words import say
from sync.agent.state import LinkState, LinkWord, Progress
from sync.agent.tallies import PostNumbers
from tests.desktop.desk_simulator import CLEAN, LISTED, SLTD, START, STOLEN, UN, DeskSimulator, held, late_match
from ui.desktop.app import application, open_window
from ui.desktop.fields import menu_of
from ui.desktop.files import file_dialog
from ui.desktop.journal_reading import JournalEntry
from ui.desktop.main_window import MainWindow
from ui.desktop.new_account import NewAccount
from ui.desktop.page import Page
from ui.desktop.shots import settle, shoot
from ui.desktop.text_size import LARGEST, NORMAL, TextSize
from ui.desktop.theme import CONTRAST, DARK, LIGHT, Theme
from ui.desktop.work import ListRun
from ui.locale import LANGUAGES

COLUMNS, WIDTH, HEIGHT = 3, 683, 384


@contextmanager
def opened(
    language: str, *, role: str = "supervisor", theme: Theme = LIGHT, text: TextSize = NORMAL
) -> Iterator[tuple[MainWindow, DeskSimulator]]:
    """A window on a scripted desk with something of everything in it."""
    application()
    desk = DeskSimulator(signed_in=True, role=role)
    desk.late = [late_match(desk.answer(CLEAN))]
    for reason in ("Other face, born ten years later", "Fingerprints compared by the bureau"):
        desk.clear_candidate(None, None, reason=reason)  # type: ignore[arg-type]
    desk.book = [
        Contact(
            ContactRole.BUREAU, "NCB duty desk", "+856 21 000 000", "duty@ncb.example", "channel 5", "day and night"
        ),
        Contact(ContactRole.SECOND_LINE, "Sgt. Kham", radio="channel 2"),
        Contact(ContactRole.INTERPRETER, "Mr. Vang", "+856 20 555 0101", languages="vi, ru, zh"),
    ]
    window = open_window(desk, zone=UTC, language=language, theme=theme, text=text)
    window.resize(1366, 768)
    window.show()
    settle(window)
    try:
        yield window, desk
    finally:
        window.end()
        window.deleteLater()


def _scan(text: str) -> Callable[[MainWindow, DeskSimulator], None]:
    def show(window: MainWindow, _desk: DeskSimulator) -> None:
        window.presenter.scan(text)

    return show


def _taken(window: MainWindow, _desk: DeskSimulator) -> None:
    window.presenter.scan(STOLEN)
    settle(window)
    window.presenter.act(HitAct.REFER)


def _late(window: MainWindow, desk: DeskSimulator) -> None:
    _taken(window, desk)
    settle(window)
    desk.now += timedelta(hours=2)
    window.presenter.refresh()


def _no_link(window: MainWindow, desk: DeskSimulator) -> None:
    desk.linked = False
    window.presenter.exchange()


def _help_before_signing_in(window: MainWindow, _desk: DeskSimulator) -> None:
    window.presenter.sign_out()
    settle(window)
    window.presenter.turn_to(Page.HELP)


def _listed(window: MainWindow, _desk: DeskSimulator) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bus = Path(folder) / "bus.csv"
        bus.write_text(";".join([CLEAN] * 6 + [STOLEN, LISTED]))
        window.presenter.lists.screen(bus)
        settle(window)
    window.presenter.turn_to(Page.LISTS)


def _discreet(window: MainWindow, desk: DeskSimulator) -> None:
    desk.action = Action.DISCREET
    window.presenter.scan(LISTED)


def _contacts(window: MainWindow, desk: DeskSimulator) -> None:
    _no_link(window, desk)
    _taken(window, desk)


def _examined(window: MainWindow, _desk: DeskSimulator) -> None:
    window.presenter.scan(CLEAN)
    settle(window)
    window.presenter.compare_print(PrintedFields("ERIKSSON", "ANNA MARIA", "L898902C9"))
    window.presenter.tick(Sense.PERSON, Seen.FINE)
    window.presenter.tick(Sense.TILT, Seen.DOUBTFUL)
    window.presenter.turn_to(Page.EXAMINE)


def _interviewed(window: MainWindow, _desk: DeskSimulator) -> None:
    window.presenter.scan(STOLEN)
    settle(window)
    first, second, *_ = interview_for(window.presenter.state.subject, age=46)
    window.presenter.note_answer(first, "yes", "ar")
    window.presenter.note_answer(second, "three weeks, from an uncle", "ar")
    window.presenter.turn_to(Page.INTERVIEW)
    page = window.others[Page.INTERVIEW]
    other = "ar" if window.presenter.state.voice.catalogue.language.code != "ar" else "lo"
    page.languages[other].click()
    page.after.click()


def _second_line(window: MainWindow, desk: DeskSimulator) -> None:
    _late(window, desk)
    settle(window)
    window.presenter.scan(CLEAN)
    settle(window)
    window.presenter.act(HitAct.REFER, "photo glued, stamp of another colour")
    settle(window)
    window.presenter.turn_to(Page.SECOND_LINE)


def _numbers(window: MainWindow, desk: DeskSimulator) -> None:
    desk.running = [Operation("o", "Sunbird III", "Lorries going north: papers and load.", START, START + DAY)]
    desk.now = START + DAY / 6
    for text in (CLEAN, LISTED, CLEAN):
        window.presenter.scan(text)
        settle(window)
    _taken(window, desk)
    settle(window)
    for counted, number in ((Counted.ARRESTS, 2), (Counted.GOODS, 5)):
        window.presenter.count_by_hand("o", counted, number, "")
    window.presenter.turn_to(Page.NUMBERS)


def _photographed(window: MainWindow, desk: DeskSimulator) -> None:
    _taken(window, desk)
    settle(window)
    page = QImage(1240, 880, QImage.Format.Format_RGB32)
    page.fill(QColor("#d8cfb4"))
    painter = QPainter(page)
    painter.fillRect(QRect(90, 160, 320, 420), QColor("#8a7f68"))
    for line in range(6):
        painter.fillRect(QRect(470, 180 + line * 70, 560 - line * 60, 24), QColor("#4a4436"))
    painter.end()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.png"
        page.save(str(path))
        window.presenter.attach(path, "the data page")
        settle(window)


def _post(window: MainWindow, desk: DeskSimulator) -> None:
    counted = {VerdictWord.NO_MATCH: 811, VerdictWord.LOOK_AGAIN: 12, VerdictWord.MATCH: 1}
    desk.post = PostNumbers(7, counted, (DeskNumbers(DeskId("2"), START - timedelta(hours=14), counted),))
    for text in (CLEAN, LISTED, CLEAN):
        window.presenter.scan(text)
        settle(window)
    window.presenter.turn_to(Page.NUMBERS)


def _page(page: Page) -> Callable[[MainWindow, DeskSimulator], None]:
    def show(window: MainWindow, desk: DeskSimulator) -> None:
        if page in (Page.CASES, Page.PACKET):
            _taken(window, desk)
            settle(window)
        window.presenter.turn_to(page)

    return show


def _practised(window: MainWindow, desk: DeskSimulator) -> None:
    window.presenter.training.begin("practice.bearer")
    settle(window)
    window.presenter.act(HitAct.REFER)
    settle(window)
    for step in window.others[Page.TRAINING].debrief.steps[:2]:
        step.box.setChecked(True)


def _spoken(window: MainWindow, desk: DeskSimulator) -> None:
    window.presenter.training.begin("practice.link")
    settle(window)
    window.presenter.act(HitAct.TAKE_UP)


def _practice(lesson: str) -> Callable[[MainWindow, DeskSimulator], None]:
    return lambda window, _desk: window.presenter.training.begin(lesson)


def _handed_over(window: MainWindow, desk: DeskSimulator) -> None:
    desk.points = (
        say(
            "Open hit: {what}. The bureau was asked at {time}.",
            what="DOE JOHN UTO X12345678",
            time="2026-11-22 17:40 UTC",
        ),
        say("The link has been down since {time}.", time="2026-11-22 16:00 UTC"),
    )
    desk.handovers = [Handover("h", AccountId("noy"), desk.now, desk.points, "The printer in lane 2 is out of paper.")]
    window.presenter.turn_to(Page.HANDOVER)


def _as_officer(show: Callable[[MainWindow, DeskSimulator], None]) -> Callable[[MainWindow, DeskSimulator], None]:
    """The same in the eyes of somebody who may not read what a discreet check is about."""

    def way(window: MainWindow, desk: DeskSimulator) -> None:
        assert desk.user is not None
        desk.user = replace(desk.user, role="officer")
        window.presenter.refresh()
        settle(window)
        show(window, desk)

    return way


def _refused(window: MainWindow, _desk: DeskSimulator) -> None:
    window.presenter.sign_out()
    settle(window)
    window.sign_in.account.setText("demo")
    window.presenter.sign_in("demo", "wrong")


def _leaving(window: MainWindow, _desk: DeskSimulator) -> None:
    window.presenter.scan(STOLEN)
    settle(window)
    window.presenter.scan(CLEAN)
    settle(window)
    window.status.lock.click()


def _reason_wanted(window: MainWindow, desk: DeskSimulator) -> None:
    _taken(window, desk)
    settle(window)
    window.presenter.want_reason(HitAct.LET_GO)


def _answered(window: MainWindow, desk: DeskSimulator) -> None:
    _taken(window, desk)
    settle(window)
    window.presenter.turn_to(Page.PACKET)
    settle(window)
    window.presenter.enter_answer(" ".join(speak(b"confirmed")))
    settle(window)
    window.presenter.turn_to(Page.CASES)


def _stale(window: MainWindow, desk: DeskSimulator) -> None:
    desk.lists = (held(SLTD, "Stolen and lost travel documents", hours=3.2), held(UN, "UN Security Council", hours=80))
    desk.link = LinkState(LinkWord.SLOW, START - timedelta(hours=30), say("nobody answers"))
    window.presenter.refresh()
    settle(window)
    window.presenter.scan(CLEAN)


def _no_lists(window: MainWindow, desk: DeskSimulator) -> None:
    desk.lists = ()
    window.presenter.refresh()
    settle(window)
    window.presenter.scan(CLEAN)


def _not_stored(window: MainWindow, desk: DeskSimulator) -> None:
    window.presenter.scan(STOLEN)
    settle(window)
    desk.disk_full = True
    window.presenter.act(HitAct.TAKE_UP)


def _exchanging(window: MainWindow, desk: DeskSimulator) -> None:
    window.presenter.exchange()
    settle(window)
    desk.coming = Progress(say("whole lists"), 41_200_000, 300_000, 60_000)
    desk.link = LinkState(LinkWord.DOWN, START - timedelta(hours=30), say("nobody answers"))
    desk.next_try, desk.unwritten = START + timedelta(minutes=4), 2
    window.presenter.refresh()
    settle(window)
    window.presenter.turn_to(Page.EXCHANGE)


def _list_under_way(window: MainWindow, _desk: DeskSimulator) -> None:
    window.presenter.turn_to(Page.LISTS)
    settle(window)
    state = window.presenter.state
    window.render(replace(state, lists=replace(state.lists, run=ListRun("bus.csv", 412))))


def _vehicle(window: MainWindow, _desk: DeskSimulator) -> None:
    window.presenter.turn_to(Page.FORM)
    settle(window)
    list(window.at.form.kinds.values())[2].click()


def _journal(window: MainWindow, desk: DeskSimulator) -> None:
    window.presenter.turn_to(Page.JOURNAL)
    settle(window)
    read = window.presenter.state.office.journal
    assert read is not None
    hit = {"hit": "b1f0", "list": "sltd", "key": "UTO/P/X12345678", "outbox": 12}
    entries: tuple[tuple[str, str, dict[str, object]], ...] = (
        ("purge", "older than 5 years", {"entries": 412, "last": 9000}),
        ("clearance", "Other face", {"clearance": "a07", "list": "un", "expires": (START + DAY).isoformat()}),
        ("inspection", "", {"findings": ["print.number"], "senses": {"tilt": "doubtful"}, "late": True}),
        ("hit", "take up", hit),
        ("screening", "border check", {"screening": "77c2", "word": "match"}),
        ("edition", "", {"list": "sltd", "from": 6, "to": 7}),
        ("order", "stolen key", {"letter": 4, "account": "kham", "shut out": True, "done": "yes"}),
        ("sign-in", "", {"wrong passwords before": 2}),
    )
    newest = tuple(
        JournalEntry(len(entries) - place, kind, "noy", START - timedelta(minutes=place), why, details)
        for place, (kind, why, details) in enumerate(entries)
    )
    state = window.presenter.state
    read = replace(read, report=replace(read.report, entries=len(entries)), newest=newest)
    window.render(replace(state, office=replace(state.office, journal=read)))


def _diagnosed(window: MainWindow, desk: DeskSimulator) -> None:
    _no_link(window, desk)
    settle(window)
    desk.free = 200 * 1024**2
    window.presenter.turn_to(Page.DIAGNOSIS)


def _account_taken(window: MainWindow, _desk: DeskSimulator) -> None:
    window.presenter.turn_to(Page.ACCOUNTS)
    settle(window)
    window.presenter.office.add(NewAccount("noy", "Noy K.", Role.OFFICER, "a long password"))


def _history(window: MainWindow, desk: DeskSimulator) -> None:
    for text in (CLEAN, LISTED, CLEAN, LISTED, CLEAN):
        window.presenter.scan(text)
        settle(window)
    desk.now += timedelta(days=1)
    window.presenter.refresh()


def _late_opened(window: MainWindow, desk: DeskSimulator) -> None:
    window.presenter.look_at_late(desk.late[0])


def _choosing(window: MainWindow, _desk: DeskSimulator) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("bus-2026-11-22.csv", "train.xlsx"):
            (Path(folder) / name).write_text("x" * 3000)
        window.presenter.turn_to(Page.LISTS)
        settle(window)
        asked = file_dialog(window, window.at.lists.choose.accessibleName(), folder)
        asked.setModal(False)
        asked.show()
        view = asked.findChild(QTreeView)
        while not view.model().rowCount(view.rootIndex()):
            QApplication.processEvents()
        QApplication.processEvents()
        _over(window, asked, QPoint(230, 90))


def _menu(window: MainWindow, _desk: DeskSimulator) -> None:
    menu = menu_of(window.screening.search)
    menu.adjustSize()
    _over(window, menu, QPoint(560, 330))


def _over(window: MainWindow, thing: QWidget, where: QPoint) -> None:
    """Show what another window shows as a picture in this one, which is the one that is shot."""
    picture = QLabel(window)
    picture.setPixmap(thing.grab())
    picture.adjustSize()
    picture.move(where)
    picture.show()
    thing.close()
    thing.deleteLater()


_OWN_WAY = (Page.SCREENING, Page.LISTS, Page.EXAMINE, Page.INTERVIEW, Page.SECOND_LINE, Page.NUMBERS)
DAY = timedelta(days=1)

SCREENS: dict[str, Callable[[MainWindow, DeskSimulator], None]] = {
    "sign-in": lambda window, _desk: window.presenter.sign_out(),
    "ready": lambda _window, _desk: None,
    "no-match": _scan(CLEAN),
    "look-again": _scan(LISTED),
    "match": _scan(STOLEN),
    "taken-up": _taken,
    "bureau-late": _late,
    "discreet": _discreet,
    "unread": _scan("P<XXX"),
    "help-before-signing-in": _help_before_signing_in,
    "no-link": _no_link,
    "lists": _listed,
    "practice-match": _practice("practice.stolen"),
    "practice-discreet": _practice("practice.discreet"),
    "practice-forged": _practice("practice.forged"),
    "practised": _practised,
    "practice-spoken": _spoken,
    "handed-over": _handed_over,
    "contacts": _contacts,
    "page-examine": _examined,
    "page-interview": _interviewed,
    "page-second-line": _second_line,
    "page-numbers": _numbers,
    "post-numbers": _post,
    "photographed": _photographed,
    "sign-in-refused": _refused,
    "veiled": _as_officer(_discreet),
    "leaving-a-match": _leaving,
    "reason-wanted": _reason_wanted,
    "answered": _answered,
    "stale": _stale,
    "no-lists": _no_lists,
    "not-stored": _not_stored,
    "exchanging": _exchanging,
    "list-under-way": _list_under_way,
    "form-vehicle": _vehicle,
    "journal-entries": _journal,
    "diagnosis-trouble": _diagnosed,
    "account-taken": _account_taken,
    "history": _history,
    "late-opened": _late_opened,
    "file-dialog": _choosing,
    "menu": _menu,
    **{f"page-{page}": _page(page) for page in Page if page not in _OWN_WAY},
}
"""Every screen by its name, and the way to it."""


MAIN = ("sign-in", "look-again", "taken-up", "page-interview", "page-second-line", "page-numbers")
"""Those where most of a shift is spent: in every palette, and in the largest letters."""


def pictures(out: Path, language: str) -> list[Path]:
    """Every screen in one language, and some of them in the other palettes and in the largest letters."""
    made = []
    for name, way in SCREENS.items():
        with opened(language) as (window, desk):
            way(window, desk)
            settle(window)
            made.append(shoot(window, out / f"{language}-{name}.png"))
    for theme, name in product((DARK, CONTRAST), MAIN):
        with opened(language, theme=theme) as (window, desk):
            SCREENS[name](window, desk)
            settle(window)
            made.append(shoot(window, out / f"{language}-{name}-{theme.name}.png"))
    for name in (*MAIN, "practice-spoken", "page-help", "photographed", "post-numbers"):
        with opened(language, text=LARGEST) as (window, desk):
            SCREENS[name](window, desk)
            settle(window)
            made.append(shoot(window, out / f"{language}-{name}-largest.png"))
    return made


def sheet(pictures: list[Path], out: Path) -> Path:
    """All of them on one picture, half as large."""
    rows = -(-len(pictures) // COLUMNS)
    whole = QImage(COLUMNS * (WIDTH + 8), rows * (HEIGHT + 8), QImage.Format.Format_RGB32)
    whole.fill(QColor("#404040"))
    painter = QPainter(whole)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    for place, path in enumerate(pictures):
        box = QRect(place % COLUMNS * (WIDTH + 8), place // COLUMNS * (HEIGHT + 8), WIDTH, HEIGHT)
        smooth = Qt.TransformationMode.SmoothTransformation
        painter.drawImage(box, QImage(str(path)).scaled(box.size(), mode=smooth))
    painter.end()
    whole.save(str(out))
    return out


def main() -> None:
    """All languages, or those named."""
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for language in sys.argv[2:] or LANGUAGES:
        print(sheet(pictures(out, language), out / f"sheet-{language}.png"))


if __name__ == "__main__":
    main()
