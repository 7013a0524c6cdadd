"""One cell of a table as the value of a record's field, whatever kind of record it is."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Any, Final, get_args, get_origin

from borderdesk.codes import find_state, state
from borderdesk.dates import PartialDate
from borderdesk.watchlist.readers.days import read_days
from borderdesk.watchlist.readers.spreadsheets import ALTERED, is_altered, why_no_day
from borderdesk.watchlist.things import Plate
from borderdesk.words import Sentence, say

_STATES: Final = frozenset({"state", "country", "flag", "issued_by"})
_DAYS: Final = (date, date | None)
NUMBERS: Final = frozenset(
    {
        "vin",
        "engines",
        "registration",
        "serial",
        "hull",
        "imo",
        "mmsi",
        "container",
        "number",
        "first",
        "last",
        "notice",
    }
)
"""What a thing is found by: where a spreadsheet has altered it, it would be looked for in vain."""
NO_VALUE: Final = say("It is no value of this field.")


class NoValue(Exception):
    """The text is no value of the field."""

    def __init__(self, why: Sentence = NO_VALUE) -> None:
        super().__init__(why.text)
        self.why = why


def value_of(hint: Any, name: str, text: str) -> Any:
    """The text as a value of the field `name`, whose type is `hint`. Raises NoValue, ValueError."""
    hint = getattr(hint, "__supertype__", hint)
    if get_origin(hint) is tuple:
        (inner, _) = get_args(hint)
        if inner is PartialDate:
            read = read_days(text)
            if read is None:
                raise NoValue(why_no_day(text))
            return read.days
        return tuple(value_of(inner, name, part.strip()) for part in text.split(";") if part.strip())
    if hint in _DAYS:
        return _day(text)
    if hint is Plate:
        country, _, number = text.partition(" ")
        if not number:
            raise NoValue
        return Plate(_state(country), number.strip())
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(text.lower())
    if hint is int:
        return int(text)
    if hint is str:
        if name in NUMBERS and is_altered(text):
            raise NoValue(ALTERED)
        return _state(text) if name in _STATES else text
    raise NoValue


def _state(text: str) -> str:
    found = state(text.upper()) if len(text) <= 3 else find_state(text)
    if found is None:
        found = find_state(text)
    if found is None:
        raise NoValue
    return found.code


def _day(text: str) -> date:
    read = read_days(text)
    if read is None or len(read.days) != 1 or not read.days[0].is_whole:
        raise NoValue(why_no_day(text))
    return date.fromisoformat(read.days[0].iso)
