"""Questions and persons as JSON lines carry them: fields missing, empty or null, nationalities in either alphabet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from borderdesk.codes import find_state
from borderdesk.dates import PartialDate
from borderdesk.ids import RecordKey
from borderdesk.matching.types import Explanation, PersonQuery
from borderdesk.watchlist import DocumentMention, Person, PersonName

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
    """A listed person from either JSON form: names as texts or as objects, dates under `dobs` or `dob`."""
    names = [_name(value) for value in _values(plain.get("names"))]
    dates = [_date(value) for value in _values(plain.get("dobs")) or _values(plain.get("dob"))]
    nations = _texts(plain.get("nationalities")) or _texts(plain.get("nationality"))
    return Person(
        key=RecordKey(_text(plain.get("id"))),
        names=tuple(name for name in names if name.full or name.surname or name.given),
        births=tuple(date for date in dates if date is not None),
        birth_places=tuple(_texts(plain.get("birth_places"))),
        nationalities=tuple(dict.fromkeys(state_letters(nation) for nation in nations)),
        sex=_sex(plain.get("sex")),
        documents=tuple(DocumentMention(number) for number in _texts(plain.get("documents"))),
    )


def explanation_as_plain(explanation: Explanation) -> dict[str, Any]:
    """The reasons as JSON carries them."""
    return {
        "listed_name": explanation.listed_name,
        "parts": [{"asked": p.asked, "listed": p.listed, "how": p.how.value} for p in explanation.parts],
        "facts": [
            {"fact": f.fact, "asked": f.asked, "listed": f.listed, "how": f.how, "added": round(f.added, 3)}
            for f in explanation.facts
        ],
    }


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
    return [text for text in (_text(one) for one in _values(value)) if text]


def _text(value: Any) -> str:
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
    text = _text(value)
    try:
        return PartialDate.parse(text) if text else None
    except ValueError:
        return None


def _sex(value: Any) -> str:
    letter = _text(value).upper()[:1]
    return letter if letter in ("M", "F") else ""


def as_lines(values: Iterable[Mapping[str, Any] | None]) -> Iterable[Mapping[str, Any]]:
    """Lines that hold an object; the others count as empty ones."""
    return ({} if value is None else value for value in values)
