"""Questions and persons as JSON lines carry them: fields missing, empty or null, nationalities in either alphabet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from borderdesk.codes import find_state
from borderdesk.dates import PartialDate
from borderdesk.ids import RecordKey
from borderdesk.matching.types import Explanation, PersonQuery
from borderdesk.matching.written_dates import read_date
from borderdesk.watchlist import DocumentMention, Person, PersonName

_JSON: Final = json.encoder.encode_basestring

MOST_VALUES: Final = 200
"""Values of one field that are read; a person with more names or dates than this is no person."""


def query_from_plain(plain: Mapping[str, Any]) -> PersonQuery:
    """A question from its JSON form. Whatever cannot be read is taken as not given."""
    return PersonQuery(
        full=_text(plain.get("full")),
        surname=_text(plain.get("surname")),
        given=_text(plain.get("given")),
        birth=_date(plain.get("dob")),
        nationality=state_letters(_text(plain.get("nationality"))),
        sex=_sex(plain.get("sex")),
        birth_place=_text(plain.get("birth_place")),
        document_numbers=tuple(_texts(plain.get("documents"))),
        truncated=plain.get("truncated") is True,
    )


def person_from_plain(plain: Mapping[str, Any]) -> Person:
    """A listed person from either JSON form: names as texts or as objects (or one name in
    the object itself), dates under `dobs` or `dob`."""
    get = plain.get
    names = [_name(value) for value in _values(get("names"))] or [_name(plain)]
    dates = [_date(value) for value in _values(get("dobs")) or _values(get("dob"))]
    nations = _texts(get("nationalities")) or _texts(get("nationality"))
    return Person(
        key=RecordKey(_text(get("id"))),
        names=tuple([name for name in names if name.full or name.surname or name.given]),
        births=tuple([date for date in dates if date is not None]),
        birth_places=tuple(_texts(get("birth_places"))),
        nationalities=tuple(dict.fromkeys([state_letters(nation) for nation in nations])),
        sex=_sex(get("sex")),
        documents=tuple([DocumentMention(number) for number in _texts(get("documents"))]),
    )


def explanation_as_json(explanation: Explanation) -> str:
    """The reasons as JSON. Its texts are put together here: the encoder takes as long as all comparing."""
    parts = [
        f'{{"asked": {_JSON(p.asked)}, "listed": {_JSON(p.listed)}, "how": {_JSON(p.how.value)}}}'
        for p in explanation.parts
    ]
    facts = [
        f'{{"fact": {_JSON(f.fact)}, "asked": {_JSON(f.asked)}, "listed": {_JSON(f.listed)}, "how": {_JSON(f.how)}, '
        f'"added": {round(f.added, 3)!r}}}'
        for f in explanation.facts
    ]
    return (
        f'{{"listed_name": {_JSON(explanation.listed_name)}, "parts": [{", ".join(parts)}], '
        f'"facts": [{", ".join(facts)}]}}'
    )


@lru_cache(maxsize=1024)
def state_letters(nationality: str) -> str:
    """A nationality in ICAO Doc 9303-3 letters, from ISO 3166-1 letters too; what is unknown stays as it is."""
    wanted = nationality.strip().upper()
    if not wanted:
        return ""
    state = find_state(wanted)
    return wanted if state is None else state.code


def _values(value: Any) -> list[Any]:
    if value is None:
        return []
    return value[:MOST_VALUES] if isinstance(value, list) else [value]


def _texts(value: Any) -> list[str]:
    return [text for one in _values(value) if (text := _text(one))] if value else []


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        if value.isascii():
            return value.strip()
        # A lone surrogate is no character; it can neither be compared nor written out again.
        return value.encode("utf-8", "replace").decode("utf-8").strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _name(value: Any) -> PersonName:
    if isinstance(value, Mapping):
        return PersonName(_text(value.get("full")), _text(value.get("surname")), _text(value.get("given")))
    return PersonName(_text(value))


def _date(value: Any) -> PartialDate | None:
    return read_date(_text(value))


def _sex(value: Any) -> str:
    if not value:
        return ""
    letter = _text(value).upper()[:1]
    return letter if letter in ("M", "F") else ""
