"""F1: what the keys do, what the marks mean, and the way to every other page and language."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from borderdesk.screening import VerdictWord
from borderdesk.words import Sentence, say
from ui.desktop.moments import may_open
from ui.desktop.page import PAGE_KEYS, Page
from ui.desktop.parts import KeyButton, Panel, Text, text_font
from ui.desktop.procedure_view import contact_row
from ui.desktop.rows import Line, Row, RowsView
from ui.desktop.state import WindowState
from ui.desktop.text_size import TEXT_SIZES
from ui.desktop.voice import Voice
from ui.desktop.wording import word_of
from ui.locale import LANGUAGES

_KEYS: tuple[tuple[str, Sentence], ...] = (
    ("F2", say("Take up: record that you work on what is marked in the list, and report it to the bureau.")),
    ("F3", say("Refer: send the traveller to the second line. Always allowed.")),
    ("F4", say("Not the person: record that it is somebody else, and why.")),
    ("F5 F6 F7", say("How the hit ended here: document seized, let go and why, victim protected.")),
    ("F8", say("Screen the next scan that was kept while a match asked for an act.")),
    ("F9", say("Exchange with the bureau now: send what waits, fetch what is new.")),
    ("F10", say("Ask the bureau again when it has not answered in time.")),
    ("F11", say("Next palette: light, dark, high contrast.")),
    ("F12", say("Lock the desk.")),
    ("Ctrl + -", say("Larger or smaller letters.")),
    ("Ctrl+F", say("A form for a person, a document, a vehicle, a vessel, a firearm or another thing.")),
    ("Ctrl+O", say("Attach a photo of the document, the person or what was found to the hit on the screen.")),
    ("Esc", say("Back to the screening; puts away a message.")),
)
_MEANINGS: tuple[tuple[VerdictWord, Sentence], ...] = (
    (
        VerdictWord.NO_MATCH,
        say(
            "Nothing in the lists on this desk fits, as of the time that is shown. What is newer, the desk cannot know."
        ),
    ),
    (
        VerdictWord.LOOK_AGAIN,
        say("Something may fit, or the document has a fault. Compare before you decide; you may go on without an act."),
    ),
    (
        VerdictWord.MATCH,
        say("A list names this document. It is no proof. Act on it first; scans that come meanwhile are kept."),
    ),
)


class HelpView(QWidget):
    """`page_asked` carries a Page, `language_asked` a language's code, `text_asked` a TextSize."""

    page_asked = Signal(object)
    language_asked = Signal(str)
    text_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._ways, self._languages, self._text = Panel(), Panel(), Panel()
        self.list = RowsView(pad=6)
        self._text.column.addWidget(self.list, 1)
        self._ways.column.setSpacing(3)
        self.pages = {page: KeyButton() for page in Page if page is not Page.HELP}
        ways = QGridLayout()
        ways.setSpacing(3)
        for place, (page, button) in enumerate(self.pages.items()):
            button.clicked.connect(lambda _checked=False, page=page: self.page_asked.emit(page))
            button.setMinimumSize(0, 30)
            button.setFont(text_font(14))
            ways.addWidget(button, place // 2, place % 2)
        self._ways.column.addLayout(ways)
        self._ways.column.addStretch(1)
        grid = QGridLayout()
        self.languages = {code: KeyButton() for code in LANGUAGES}
        for number, (code, button) in enumerate(self.languages.items()):
            button.setCheckable(True)
            # Of one height, whatever the script on it asks for.
            button.setFixedHeight(38)
            button.setMinimumWidth(0)
            button.clicked.connect(lambda _checked=False, code=code: self.language_asked.emit(code))
            grid.addWidget(button, number // 3, number % 3)
        self._languages.column.addLayout(grid)
        sizes = QHBoxLayout()
        self.sizes = {name: KeyButton() for name in TEXT_SIZES}
        for name, button in self.sizes.items():
            button.setCheckable(True)
            button.setMinimumSize(0, 34)
            button.clicked.connect(lambda _checked=False, name=name: self.text_asked.emit(TEXT_SIZES[name]))
            sizes.addWidget(button)
        self._size_name = Text(13, bold=True, muted=True)
        self._languages.column.addWidget(self._size_name)
        self._languages.column.addLayout(sizes)
        self._languages.column.addStretch(1)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self._ways, 1)
        left.addWidget(self._languages, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 0)
        row.setSpacing(8)
        row.addLayout(left, 4)
        row.addWidget(self._text, 6)

    def render(self, state: WindowState) -> None:
        """Show the help in the language of this moment."""
        voice = state.voice
        self._ways.entitle(voice(say("Pages")))
        self._languages.entitle(voice(say("Language")))
        self._text.entitle(voice(say("Help")))
        self.list.setAccessibleName(voice(say("Help")))
        for page, button in self.pages.items():
            button.label(f"{voice(word_of(page))}   {PAGE_KEYS[page]}")
            button.setEnabled(may_open(state, page))
        self._size_name.setText(voice(say("Size of letters")))
        for name, button in self.sizes.items():
            button.label(voice(TEXT_SIZES[name].title))
            button.setChecked(name == state.text.name)
        for code, button in self.languages.items():
            button.label(LANGUAGES[code].own_name)
            button.setChecked(code == voice.catalogue.language.code)
        calls = (contact_row(each, voice) for each in state.contacts)
        first = () if state.signed_in else (_signing_in(voice),)
        self.list.render_rows((*first, *calls, *_rows(voice)))


def _signing_in(voice: Voice) -> Row:
    how = say("Type your account and your password. A supervisor of this desk makes accounts and lets people in again.")
    return Row(key="sign-in", title=voice(say("To sign in")), lines=(Line(voice(how)),))


def _rows(voice: Voice) -> tuple[Row, ...]:
    scan = say(
        "Put the document on the reader; the scan is taken from anywhere in this window. Without a reader, type or"
        " paste the machine readable lines, a document number (with its state before it), a name with a birth date, or"
        " a thing with its number: plate LAO AB 1234, vin, engine, imo, mmsi, hull, callsign, gun, container."
    )
    return (
        Row(key="scan", title=voice(say("To screen a traveller")), lines=(Line(voice(scan)),)),
        *(
            Row(key=word, badge=word, title=voice(word_of(word)), lines=(Line(voice(meaning)),))
            for word, meaning in _MEANINGS
        ),
        *(Row(key=key, title=voice.words(f"{key}   ", voice(meaning)), light=True) for key, meaning in _KEYS),
    )
