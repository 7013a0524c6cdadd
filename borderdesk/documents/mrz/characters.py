"""Characters as readers, keyboards and fingers deliver them, into those of the machine readable zone.

A reader that plays a keyboard sends key positions of an American keyboard; a PC set to another language turns them into
other characters. So `<` arrives as `;` on a German keyboard, and whole lines as Cyrillic on a Russian one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType

LAWFUL = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<")
BREAK = "\n"
UNREAD = "?"
"""Stands for a character that is none of the zone's."""

_BREAKS = dict.fromkeys(map(ord, "\r\t\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029"), BREAK)
_RAISED = {ord(c): c.upper() for c in "abcdefghijklmnopqrstuvwxyz"}
_FILLERS = dict.fromkeys(map(ord, "_‹≤〈＜˂ᐸ❮⟨"), "<")
_BLANKS = dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2007\u2009\u202f\u3000"), " ")
_SAME_LETTERS = {ord("ı"): "I", ord("İ"): "I", ord("ſ"): "S"}
_TO_ZONE = _BREAKS | _BLANKS | _RAISED | _FILLERS | _SAME_LETTERS
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ufeff\u200b-\u200f\u202a-\u202e\u2060]")


@dataclass(frozen=True, slots=True)
class Keyboard:
    """What a keyboard of another language makes of the keys an American one would have."""

    name: str
    back: MappingProxyType[int, str]
    telling: frozenset[str]
    """Characters that the zone has not, and this keyboard makes."""


def _keyboard(name: str, typed: str, meant: str) -> Keyboard:
    table = MappingProxyType({ord(a): b for a, b in zip(typed, meant, strict=True)})
    own = frozenset(c for c in typed if c not in LAWFUL)
    # Where the keyboard has letters of its own, punctuation alone does not tell of it.
    return Keyboard(name, table, frozenset(c for c in own if not c.isascii()) or own)


KEYBOARDS = (
    _keyboard("de", "YZ;", "ZY<"),
    _keyboard("fr", "AQZW,?.;&É\"'(-È_ÇÀ", "QAWZMM<M1234567890"),
    _keyboard("cs", "YZ?+ĚŠČŘŽÝÁÍÉ", "ZY<1234567890"),
    _keyboard("ru", "ЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬБ", "QWERTYUIOPASDFGHJKLZXCVBNM<"),
    _keyboard("uk", "ЙЦУКЕНГШЩЗФІВАПРОЛДЯЧСМИТЬБ", "QWERTYUIOPASDFGHJKLZXCVBNM<"),
    _keyboard("el", ":ΕΡΤΥΘΙΟΠΑΣΔΦΓΗΞΚΛΖΧΨΩΒΝΜ", "QERTYUIOPASDFGHJKLZXCVBNM"),
    _keyboard("tr", "Ö", "<"),
)


def to_zone(text: str) -> str:
    """Raise letters, turn every known filler into `<` and every line end into a newline, drop control characters."""
    if "&" in text:
        text = text.replace("&lt;", "<").replace("&LT;", "<")
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return _CONTROLS.sub("", text.translate(_TO_ZONE))


def with_own_filler(text: str) -> str:
    """Where no `<` arrived at all, whatever stands most often in its place is taken for it."""
    if "<" in text:
        return text
    marks = Counter(c for c in text if not c.isalnum() and not c.isspace() and c != "«")
    if not marks:
        return text
    mark, times = marks.most_common(1)[0]
    return text.replace(mark, "<") if times >= 3 else text


def typed_on(keyboard: Keyboard, text: str) -> str:
    """What was meant, if `text` came through this keyboard."""
    return text.upper().translate(keyboard.back)
