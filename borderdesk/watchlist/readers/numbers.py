"""Document numbers as lists write them, with words, countries and dates around them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from borderdesk.codes import State, find_state, folded

_LONGEST_NUMBER: Final = 24
"""Longer than any number of a travel document; Ugandan and Senegalese identity numbers have some twenty characters."""
_PASSPORT: Final = re.compile(r"passe?port|pasaporte|reisepass", re.IGNORECASE)
_CARD: Final = re.compile(r"identi|national id|tazkira|cedula|d\.n\.i\.", re.IGNORECASE)


_NO_PAPER: Final = re.compile(r"\btax|fiscal|\bvat\b|regist|social|license|licence|imo\b", re.IGNORECASE)
_TRAVEL_PAPER: Final = re.compile(
    r"passport|national id|identification|cedula|d\.n\.i\.|travel document", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A document number as a list writes it, taken apart: the number alone (empty: none), and the words around it."""

    bare: str
    words: tuple[str, ...]

    @property
    def state(self) -> State | None:
        """The state that the words name: `French` of `French passport number 05AT521433`."""
        stated = (word for word in self.words if word != "NO")  # `NO` is a number here, never Norway
        return next((found for word in stated if (found := find_state(word))), None)


def written_number(written: str) -> WrittenNumber:
    """Take `French passport number 05AT521433` or `381110042 (Expired 25 Jan. 2016)` apart."""
    number: list[str] = []
    words: list[str] = []
    inside = re.findall(r"\(([^()]*)\)", written)
    head, _, after = re.sub(r"\([^()]*\)", " ", written).partition(",")
    for token in re.sub(r"\bN[o°]\.?\s*(?=\d)", " ", head).split():
        if any(c.isdigit() for c in token) or (len(token) < 4 and token.isupper()):
            number.append(token)
        else:
            # Short capitals before words belong to the words (`CAR diplomatic passport no. D00000898`).
            if not any(c.isdigit() for part in number for c in part):
                words += number
                number.clear()
            words.append(token.strip(".:"))
    together = folded("".join(number))
    bare = re.sub(r"[^A-Z0-9]", "", together)
    # Without its letters of another script it would be another number, and somebody else's.
    is_latin = all(c.isascii() for c in together if c.isalnum())
    usable = is_latin and any(c.isdigit() for c in bare) and len(bare) <= _LONGEST_NUMBER
    return WrittenNumber(bare if usable else "", (*words, after.strip(), *inside))


def document_letter(words: str) -> str:
    """`P` where the words speak of a passport, `I` where of an identity card, else empty."""
    if _PASSPORT.search(words):
        return "P"
    if _NO_PAPER.search(words):
        return ""
    return "I" if _CARD.search(words) else ""


def is_travel_paper(kind: str) -> bool:
    """Whether a list means a passport or an identity card by a kind of number, not a tax or a company number."""
    return bool(_TRAVEL_PAPER.search(kind)) and not _NO_PAPER.search(kind)
