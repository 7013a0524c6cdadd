"""Comparing the numbers of things: plates, VINs, serials."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from borderdesk.codes import folded
from borderdesk.documents import (
    is_one_edit_away,
    look_alike_class,
    normal_number,
    one_edit_neighbours,
    overflow_variants,
    state_aliases,
)
from borderdesk.replica.types import MatchClass
from borderdesk.watchlist import Mark, Scheme

FILED_BY: Final = 2
"""Counts the changes of `normal_mark` and of the numbers it rests on, after which marks that an older program filed are
filed anew. 2: letters of other scripts stay."""

_SCOPED_BY_STATE: Final = frozenset({Scheme.PLATE, Scheme.DOCUMENT, Scheme.REGISTRATION})
_NOT_UNIQUE: Final = frozenset({Scheme.SERIAL, Scheme.PART, Scheme.ENGINE})
"""Numbers that several makers give: without the same make they are near, not a hit."""


_NOT_IN_MARKS: Final = re.compile(r"[\W_]+")

_DISTRICT: Final = re.compile(r"\s*([A-Z]{1,3})[^A-Z0-9]+[A-Z]{1,2}[^A-Z0-9]*[0-9]")
"""The letters before the first gap of a plate on which letters follow: B-MW 1, but not B-1."""


def gap_of(plate: str) -> str:
    """The letters before a plate's first gap, where the writing shows that there is one: B for B-MW 1, BM for BM-W 1.

    Empty where the writing leaves it open. In Germany and other states with districts on their plates the place of the
    gap tells two plates apart (Fahrzeug-Zulassungsverordnung, annex 4).
    """
    found = _DISTRICT.match(folded(plate))
    return found[1] if found else ""


def normal_mark(mark: Mark) -> str:
    """A mark's number in the form in which it is kept and compared.

    Letters of other scripts stay: a Lao, Thai or Arabic plate is known by them, and its digits alone are those of many.
    """
    if mark.scheme is Scheme.DOCUMENT:
        return normal_number(mark.number)
    number = _NOT_IN_MARKS.sub("", folded(mark.number))
    return number.removeprefix("IMO") if mark.scheme is Scheme.IMO else number


def normal_scope(mark: Mark) -> str:
    """The state or the make in the form in which it is kept and compared."""
    return normal_number(mark.scope)


def look(scheme: Scheme, number: str) -> str:
    """One representative for all numbers that look alike. Zeros before a serial are often dropped."""
    alike = look_alike_class(number)
    return alike.lstrip("0") or "0" if scheme is Scheme.SERIAL else alike


class AskedMark:
    """A question for a mark, prepared once."""

    def __init__(self, mark: Mark, *, near: bool) -> None:
        self.scheme, self.number, self.near = mark.scheme, normal_mark(mark), near
        self.look = look(self.scheme, self.number)
        self._scope = normal_scope(mark)
        self._gap = gap_of(mark.number) if self.scheme is Scheme.PLATE else ""
        by_state = self.scheme in _SCOPED_BY_STATE and self._scope
        self._aliases = frozenset(state_aliases(self._scope)) if by_state else frozenset()
        self.variants = overflow_variants(self.number) if self.scheme is Scheme.DOCUMENT else ()

    def near_looks(self) -> set[str]:
        """The look-alike representatives of everything one edit away."""
        return {look(self.scheme, neighbour) for neighbour in one_edit_neighbours(self.number) if neighbour}

    def classify(self, number: str, scope: str) -> MatchClass | None:
        """How a listed mark answers, or None where it does not."""
        same = not self._scope or not scope or self._scope == scope
        if self.scheme in _SCOPED_BY_STATE and not same and scope not in self._aliases:
            return None
        if number == self.number:
            if self.scheme in _NOT_UNIQUE and (self._scope != scope or not scope):
                return MatchClass.NUMBER_ONLY
            return MatchClass.EXACT if same or self.scheme not in _SCOPED_BY_STATE else MatchClass.STATE_ALIAS
        if number in self.variants:
            return MatchClass.OVERFLOW
        if not self.near:
            return None
        if look(self.scheme, number) == self.look:
            return MatchClass.LOOK_ALIKE
        return MatchClass.ONE_EDIT if is_one_edit_away(self.number, number) else None

    def with_gap(self, match: MatchClass, marks: Iterable[Mark]) -> MatchClass:
        """The same match, where `marks` are the record's: near where a gap says that it is another plate.

        BM-W 1 is not B-MW 1, though both are BMW1. Where either was written without its gap, the number decides.
        """
        if not self._gap or not match.is_hit:
            return match
        gaps = {
            gap_of(mark.number) for mark in marks if mark.scheme is self.scheme and normal_mark(mark) == self.number
        }
        return match if not gaps or "" in gaps or self._gap in gaps else MatchClass.LOOK_ALIKE
