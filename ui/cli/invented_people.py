"""Persons for benches: names with the shares that real lists have, the same ones for the same number every time."""

from __future__ import annotations

from bisect import bisect
from itertools import accumulate
from random import Random
from typing import Final

from borderdesk.dates import PartialDate
from borderdesk.ids import RecordKey
from borderdesk.matching import PersonQuery
from borderdesk.matching.tables import table
from borderdesk.watchlist import Person, PersonName

_SYLLABLES: Final = "ba be bo da di do fa ga go ha hi ja ka ke ki la le li lo ma me mi mo na ni no pa ra re ri ro sa se si so ta te ti to va vi ya za zi".split()  # noqa: E501, SIM905
_NATIONS: Final = ("RUS", "IRN", "PAK", "AFG", "MEX", "COL", "SYR", "IRQ", "UKR", "CHN")
_COMMON_SURNAMES: Final = 0.45
"""Share of surnames that are among the common name parts of real lists; of given names the next one."""

_COMMON_GIVEN: Final = 0.75


class InventedPeople:
    """Persons 0 to `count` - 1, three names each: the name, with a middle name, and another spelling.

    Common parts are those of real lists in their real shares (`matching/data/common.json`); one person in eight brings
    a part of his own.
    """

    def __init__(self, count: int, seed: int = 7) -> None:
        self.count = count
        self._seed = seed
        counts = {part.lower(): bearers for part, bearers in table("common")["counts"].items() if len(part) > 2}
        self.common: list[str] = sorted(counts, key=lambda part: -counts[part])
        self._shares = list(accumulate(counts[part] for part in self.common))
        random = Random(seed)
        self.rare = [
            "".join(random.choice(_SYLLABLES) for _ in range(random.randint(2, 4)))
            for _ in range(max(4000, count // 8))
        ]

    def person(self, at: int) -> Person:
        """One of them."""
        random = Random(at * 31 + self._seed)
        surname = self._part(random, _COMMON_SURNAMES)
        given, middle = self._part(random, _COMMON_GIVEN), self._part(random, _COMMON_GIVEN)
        birth = PartialDate(random.randint(1940, 2005), random.randint(1, 12), random.randint(1, 28))
        # Other spellings of one name come back on list after list; they are not a new word each time.
        other = slip(surname, Random(f"{surname}{random.randrange(3)}"))
        names = ((surname, given), (surname, f"{given} {middle}"), (other, given))
        return Person(
            RecordKey(f"{at:08d}"),
            tuple([PersonName(f"{s.upper()}, {g.title()}", s, g) for s, g in names]),
            (birth,),
            nationalities=(_NATIONS[random.randrange(len(_NATIONS))],),
            sex="MF"[random.randrange(2)],
        )

    def damaged(self, at: int, random: Random) -> PersonQuery:
        """A person as a careless hand would write him: one or two slips, and the parts in either order."""
        person = self.person(at)
        name = person.names[0]
        surname, given = slip(name.surname, random), name.given
        if random.random() < 0.4:
            given = slip(given, random)
        full = f"{given} {surname}" if random.random() < 0.5 else f"{surname} {given}"
        return PersonQuery(full, surname, given, person.births[0], person.nationalities[0], person.sex)

    def common_name(self, random: Random) -> PersonQuery:
        """Two of the forty commonest parts, and nothing else known."""
        return PersonQuery(full=f"{random.choice(self.common[:40])} {random.choice(self.common[:40])}")

    def rare_name(self, random: Random) -> PersonQuery:
        """Two parts that hardly anybody bears, and nothing else known."""
        return PersonQuery(full=f"{_invented(random, 4)} {_invented(random, 4)}")

    def _part(self, random: Random, common: float) -> str:
        if random.random() < common:
            return self.common[bisect(self._shares, random.random() * self._shares[-1])]
        return self.rare[random.randrange(len(self.rare))]


def _invented(random: Random, syllables: int) -> str:
    return "".join(random.choice(_SYLLABLES) for _ in range(syllables))


def slip(word: str, random: Random) -> str:
    """One letter too many or too few."""
    at = random.randrange(len(word))
    return random.choice((word[:at] + word[at + 1 :], word[:at] + random.choice("aeioulnrst") + word[at:])) or word
