"""Listed persons and questions in one line each."""

from __future__ import annotations

from borderdesk.dates import PartialDate
from borderdesk.ids import RecordKey
from borderdesk.matching import PersonQuery
from borderdesk.watchlist import Person, PersonName


def listed(name: str | tuple[str, ...], *births: str, sex: str = "", nationality: str = "", key: str = "") -> Person:
    names = (name,) if isinstance(name, str) else name
    return Person(
        RecordKey(key or names[0]),
        tuple(PersonName(one) for one in names),
        tuple(PartialDate.parse(birth) for birth in births),
        nationalities=(nationality,) if nationality else (),
        sex=sex,
    )


def asked(name: str, birth: str = "", sex: str = "", nationality: str = "") -> PersonQuery:
    return PersonQuery(full=name, birth=PartialDate.parse(birth) if birth else None, sex=sex, nationality=nationality)
