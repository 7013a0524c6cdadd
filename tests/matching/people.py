"""Listed persons and questions in one line each."""

from __future__ import annotations

from random import Random

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


SURNAMES = tuple(
    """
    kony ivanov petrenko qasim hussein garcia lopez nguyen
    kim tanaka okafor mbeki haddad yilmaz berg novak
    """.split()  # noqa: SIM905 - words read better in a row
)
GIVEN = tuple(
    """
    joseph ivan olena mohammed saddam maria jose van
    jong taro chinedu thabo rami emre anna petr ali
    """.split()  # noqa: SIM905 - words read better in a row
)


def crowd(count: int, seed: int = 1) -> list[Person]:
    random = Random(seed)
    people = []
    for at in range(count):
        surname = random.choice(SURNAMES) + random.choice(("", "", "i", "ev", "son", "ar"))
        given = random.choice(GIVEN) + random.choice(("", "", "a", "o", "el"))
        birth = PartialDate(random.randint(1940, 2003), random.randint(1, 12), random.randint(1, 28))
        names = (PersonName(f"{surname.upper()}, {given.title()}"), PersonName(f"{given} {random.choice(SURNAMES)}"))
        people.append(Person(RecordKey(f"{at:05d}"), names, (birth,), sex=random.choice("MF")))
    return people
