"""Which listed documents answer a number, and in which way each of them does."""

from __future__ import annotations

from typing import Final

from borderdesk.documents import is_one_edit_away, look_alike_class, overflow_variants, state_aliases
from borderdesk.replica.documents import DocumentTable
from borderdesk.replica.numbers import PLACES
from borderdesk.replica.types import MatchClass
from borderdesk.watchlist import TravelDocument

_CARDS: Final = frozenset("IAC")
"""Document codes that states use for one and the same card (ICAO Doc 9303-5, 4.2.2: A, C or I)."""

ORDER: Final = tuple(MatchClass)
"""Hits before near."""


class Asked:
    """A document question, prepared once for all lists. `state` and `type` may be empty: then any will do."""

    def __init__(self, number: str, state: str, type_: str, *, near: bool, one_edit: bool = True) -> None:
        self.number = number
        self.near = near
        self.one_edit = near and one_edit
        self._state = state.rstrip("<").upper()
        self._aliases = frozenset(state_aliases(self._state)) if self._state else frozenset()
        self._type = type_[:1].upper()
        self._look = look_alike_class(number)
        self.variants = overflow_variants(number)

    def tail_may_answer(self, tail: str) -> bool:
        """Whether a number whose first nine characters look alike may answer, judged by what follows them."""
        own = self.number[PLACES:]
        if tail == own or look_alike_class(tail) == look_alike_class(own):
            return True
        return is_one_edit_away(own, tail) or any(tail == variant[PLACES:] for variant in self.variants)

    def classify(self, document: TravelDocument) -> MatchClass | None:
        """How a listed document answers the question, or None where it does not."""
        if not same_type(self._type, document.type):
            return None
        same_state = not self._state or document.state == self._state
        if not same_state and document.state not in self._aliases:
            return None
        found = document.number
        if found == self.number:
            return MatchClass.EXACT if same_state else MatchClass.STATE_ALIAS
        if found in self.variants:
            return MatchClass.OVERFLOW
        if look_alike_class(found) == self._look:
            return MatchClass.LOOK_ALIKE
        if self.one_edit and is_one_edit_away(self.number, found):
            return MatchClass.ONE_EDIT
        return None


def same_type(asked: str, listed: str) -> bool:
    """Whether a document code may mean the other; unknown ones (empty) may mean any."""
    if not asked or not listed or listed[0] == asked:
        return True
    return listed[0] in _CARDS and asked in _CARDS


def search(table: DocumentTable, asked: Asked) -> list[tuple[MatchClass, TravelDocument]]:
    """All documents of one list that answer, hits first."""
    met = table.alike(asked.number, asked.tail_may_answer) if asked.near else table.numbered(asked.number)
    for variant in asked.variants:
        met.extend(table.numbered(variant))
    if asked.one_edit:
        met.extend(table.near(asked.number))
    found: dict[str, tuple[MatchClass, TravelDocument]] = {}
    for document in met:
        match = asked.classify(document)
        if match is not None:
            found[document.key] = (match, document)
    return sorted(found.values(), key=lambda each: (ORDER.index(each[0]), each[1].key))
