"""One catalogue of sentences for the window, the console and the commands.

The English text of a sentence is its key (`borderdesk.words.say`); a language is one gettext file `<code>.po` beside
this module. English needs no file. Why gettext and not Qt's own files: docs/adr/0020-one-catalogue-of-sentences.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Final
from unicodedata import bidirectional

from borderdesk.words import Sentence, Value

FOLDER: Final = Path(__file__).parent

_RIGHT_TO_LEFT_MARK: Final = "\u200f"
_RIGHT_TO_LEFT_ISOLATE: Final = "\u2067"
_FIRST_STRONG_ISOLATE: Final = "\u2068"
_FRENCH_SPACE: Final = re.compile(" (?=[:;?!»])|(?<=«) ")
_POP_ISOLATE: Final = "\u2069"


@dataclass(frozen=True, slots=True)
class Language:
    """A language the program can be used in. `own_name` is what its speakers call it."""

    code: str
    own_name: str
    right_to_left: bool = False


LANGUAGES: Final[Mapping[str, Language]] = {
    language.code: language
    for language in (
        Language("en", "English"),
        Language("fr", "Français"),
        Language("es", "Español"),
        Language("ar", "العربية", right_to_left=True),
        Language("lo", "ລາວ"),
        Language("vi", "Tiếng Việt"),
        Language("ru", "Русский"),
    )
}
"""A test fails where one of them lacks a sentence of the program."""


class Catalogue:
    """Sentences in one language."""

    def __init__(self, code: str = "en") -> None:
        """`code` is one of `LANGUAGES`; KeyError for any other."""
        self.language = LANGUAGES[code]
        self._texts = _texts(code)

    def translate(self, text: str) -> str:
        """The text in this language, holes kept; a text that is not in the catalogue stays English."""
        return self._texts.get(text, text)

    def has(self, text: str) -> bool:
        """Whether the text is translated; English always is."""
        return self.language.code == "en" or text in self._texts

    def render(self, sentence: Sentence) -> str:
        """The whole sentence, holes filled.

        In a right-to-left language every value is isolated (Unicode UAX #9, 2.4.2), so that a number, a code or a
        date keeps its own direction inside the sentence.
        """
        if not self.language.right_to_left:
            return sentence.render(self.translate)
        filled = {name: self._isolated(value) for name, value in sentence.params}
        text = self.translate(sentence.text)
        return _lead(text) + text.format_map(filled)

    def _isolated(self, value: Value | Sentence) -> str:
        if isinstance(value, Sentence):
            # Its direction is known, and cannot be guessed where it begins with an isolated value or is nothing else.
            return _RIGHT_TO_LEFT_ISOLATE + self.render(value) + _POP_ISOLATE
        return _FIRST_STRONG_ISOLATE + str(value) + _POP_ISOLATE


def _held_together(text: str, code: str) -> str:
    """French sets a space before `: ; ? !` and inside its quotes: no line may break there, and no colon begin one."""
    return _FRENCH_SPACE.sub("\u00a0", text) if code == "fr" else text


@lru_cache
def _lead(text: str) -> str:
    """What goes before a sentence of holes and signs only, such as `{what}: {count}`.

    Isolated values tell no direction (Unicode UAX #9, rule P2): where it stands alone it would run left to right.
    """
    parts = list(Formatter().parse(text))
    holes = any(hole is not None for _, hole, _, _ in parts)
    strong = any(bidirectional(letter) in ("L", "R", "AL") for literal, *_ in parts for letter in literal)
    return _RIGHT_TO_LEFT_MARK if holes and not strong else ""


@lru_cache
def _texts(code: str) -> Mapping[str, str]:
    if code == "en":
        return {}
    from babel.messages.pofile import read_po  # English needs no file, and no Babel

    with (FOLDER / f"{code}.po").open("rb") as file:
        return {
            message.id: _held_together(message.string, code)
            for message in read_po(file, locale=code)
            if isinstance(message.id, str) and isinstance(message.string, str)
            if message.id and message.string and not message.fuzzy
        }
