"""A name as people have it: parts with roles, in plain Latin letters.

The order of parts is not trusted: passports, lists and typists disagree on which part is the surname.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from borderdesk.matching.tables import table

MOST_LETTERS: Final = 200
"""Characters of a name that are read; the longest passport name line has 39 (ICAO Doc 9303-4). Bounds hostile input."""

MOST_PARTS: Final = 12
"""Parts of a name that are compared, for the same reason."""

_ROLES: Final = table("roles")
PARTICLES: Final = frozenset(_ROLES["particle"].split())
TITLES: Final = frozenset(_ROLES["title"].split())
_SPECIAL: Final = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "ə": "e"}
)
_CYRILLIC: Final = str.maketrans(table("cyrillic")["letters"])
_WORD: Final = re.compile(r"[^\W_]+")


class Role(StrEnum):
    """What a part is to the name."""

    NAME = "name"
    PARTICLE = "particle"
    TITLE = "title"
    INITIAL = "initial"


@dataclass(frozen=True, slots=True)
class Part:
    """One part: `text` as written, `plain` in lower-case Latin letters."""

    text: str
    plain: str
    role: Role


@lru_cache(maxsize=65536)
def parts_of(name: str) -> tuple[Part, ...]:
    """The parts of a name in the order written, at most `MOST_PARTS`, read from at most `MOST_LETTERS` characters."""
    text = re.sub(r"['’‘`ʼʻ]", "", name[:MOST_LETTERS])
    return tuple(_part(word) for word in _WORD.findall(text)[:MOST_PARTS])


def _part(word: str) -> Part:
    plain = _plain(word)
    if len(plain) == 1:
        role = Role.INITIAL
    elif plain in PARTICLES:
        role = Role.PARTICLE
    elif plain in TITLES:
        role = Role.TITLE
    else:
        role = Role.NAME
    return Part(word, plain, role)


def _plain(word: str) -> str:
    lower = word.lower().translate(_SPECIAL).translate(_CYRILLIC)
    return "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))
