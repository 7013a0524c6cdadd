"""The scenes that are practised: invented documents and records of Utopia (ICAO's UTO), which no State has issued.

Every scene is what a desk meets in the field, with what would be right, what would only be safe, and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from borderdesk.dates import PartialDate
from borderdesk.documents import Format, compose_mrz
from borderdesk.hits import HitAct, Subject
from borderdesk.ids import RecordKey
from borderdesk.operations.drills.lists import DrillRecord
from borderdesk.watchlist import Action, DocumentStatus, NoticeDocument, Person, PersonName, TravelDocument
from borderdesk.words import Sentence, say

UTOPIA: Final = "UTO"

_HOLD: Final = frozenset({HitAct.TAKE_UP, HitAct.REFER})
_NOTHING: Final[frozenset[HitAct]] = frozenset()


@dataclass(frozen=True, slots=True)
class Scene:
    """One invented document, the records it meets, and how to act on it.

    `right` are first acts that are as they should be, `safe` those that harm nobody and are not needed; every other one
    is wrong. `why` is read after the act.
    """

    name: str
    title: Sentence
    why: Sentence
    lines: tuple[str, ...]
    records: tuple[DrillRecord, ...]
    right: frozenset[HitAct]
    safe: frozenset[HitAct] = _NOTHING

    @property
    def text(self) -> str:
        """The machine readable zone, as a reader delivers it."""
        return "\n".join(self.lines)


def right_acts(subject: Subject) -> frozenset[HitAct]:
    """The first acts that are right on a hit about this. A discreet check is taken up, and never shown by referring."""
    if subject is Action.DISCREET:
        return frozenset({HitAct.TAKE_UP})
    if subject is Action.PROTECT:
        return _HOLD | {HitAct.PROTECTED}
    return _HOLD


def scenes(today: date) -> tuple[Scene, ...]:
    """Every scene, the ordinary traveller first. The documents expire in the years after `today`."""
    return (
        Scene(
            name="clean",
            title=say("An ordinary traveller"),
            why=say("Nothing in the lists on this desk fits. The traveller goes on."),
            lines=_passport("MARAVELLE", "ODETTA LINE", "UK4410273", "1979-03-14", "F", today),
            records=(),
            right=_NOTHING,
        ),
        Scene(
            name="stolen",
            title=say("A stolen passport"),
            why=say(
                "The list names this very document. Keep it in your hand, refer the bearer, and let the bureau confirm:"
                " an owner may travel with a document that was found again."
            ),
            lines=_passport("KESTREVIN", "TOMASZIN", "UX7720915", "1988-11-02", "M", today),
            records=(_document("UX7720915", DocumentStatus.STOLEN, today),),
            right=right_acts(DocumentStatus.STOLEN),
        ),
        Scene(
            name="near",
            title=say("A number that is nearly listed"),
            why=say(
                "The listed number has an L where this one has a 1. It is another document: compare character by"
                " character, and let the bearer go on."
            ),
            lines=_passport("OBRENTAL", "SUVIANA", "U17305526", "1991-07-23", "F", today),
            records=(_document("UL7305526", DocumentStatus.STOLEN, today),),
            right=frozenset({HitAct.NOT_THE_PERSON}),
            safe=_HOLD,
        ),
        Scene(
            name="bearer",
            title=say("A genuine document, a sought bearer"),
            why=say(
                "The document is genuine; a notice seeks its bearer. Refer the bearer calmly, and do not treat the"
                " document as stolen."
            ),
            lines=_passport("VANTERRO", "DRAGOMIL", "UB6601842", "1969-01-30", "M", today),
            records=(
                NoticeDocument(
                    UTOPIA, "P", "UB6601842", "DRILL/2026/1", "red", "VANTERRO, Dragomil", action=Action.ARREST.value
                ),
            ),
            right=right_acts(Action.ARREST),
        ),
        Scene(
            name="spelling",
            title=say("A person under another spelling"),
            why=say(
                "The list writes the name in other letters; birth date and sex are the same. It may be the person, so"
                " refer and let the bureau decide."
            ),
            lines=_passport("ZIMORODOVA", "IULIIA", "US2290467", "1983-05-09", "F", today),
            records=(_person("spelling", "ЗИМОРОДОВА Юлия", "1983-05-09", "F", Action.REFER),),
            right=right_acts(Action.REFER),
        ),
        Scene(
            name="discreet",
            title=say("A discreet check"),
            why=say(
                "The traveller must notice nothing. Take it up, note route and companions, and let the traveller go in"
                " the usual time; referring would give it away."
            ),
            lines=_passport("HALVORESCU", "BENEDIKTO", "UD5180334", "1975-12-19", "M", today),
            records=(_person("discreet", "HALVORESCU Benedikto", "1975-12-19", "M", Action.DISCREET),),
            right=right_acts(Action.DISCREET),
        ),
        Scene(
            name="child",
            title=say("A child to protect"),
            why=say(
                "The child may be a victim of trafficking, not a suspect. Separate it from its companions without"
                " giving the reason, and call the second line."
            ),
            lines=_passport("LUMIERANO", "PIA", "UC9037715", f"{today.year - 9}-04-06", "F", today),
            records=(_person("child", "LUMIERANO Pia", f"{today.year - 9}-04-06", "F", Action.PROTECT),),
            right=right_acts(Action.PROTECT),
        ),
        Scene(
            name="link",
            title=say("The link is down"),
            why=say(
                "Without a link the report waits on the desk. Read the packet to the bureau by radio or telephone,"
                " group by group, and type in what it reads back."
            ),
            lines=_passport("ARDENOSSE", "MICHELIN", "UR3348190", "1994-09-27", "M", today),
            records=(_document("UR3348190", DocumentStatus.LOST, today),),
            right=right_acts(DocumentStatus.LOST),
        ),
        Scene(
            name="forged",
            title=say("A machine readable zone that is forged"),
            why=say(
                "Check digits do not fit what is printed. No list names the document; refer it, because only a look at"
                " the paper itself can tell."
            ),
            lines=_forged(_passport("PELLANDRIS", "KOSTAN", "UF8054419", "1986-02-11", "M", today)),
            records=(),
            right=frozenset({HitAct.REFER}),
        ),
    )


def _passport(surname: str, given: str, number: str, born: str, sex: str, today: date) -> tuple[str, ...]:
    return compose_mrz(
        Format.TD3,
        document_code="P",
        issuing_state=UTOPIA,
        surname=surname,
        given=given,
        number=number,
        nationality=UTOPIA,
        birth_date=PartialDate.parse(born),
        sex=sex,
        expiry_date=PartialDate(today.year + 4, 6, 30),
    )


def _forged(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The same with another birth year, as a forger changes it: the check digits stay behind."""
    name, data = lines
    return name, data[:13] + "96" + data[15:]


def _document(number: str, status: DocumentStatus, today: date) -> TravelDocument:
    reported = date(today.year - 1, 5, 4)
    return TravelDocument(UTOPIA, "P", number, status, reported, reported)


def _person(key: str, name: str, born: str, sex: str, action: Action) -> Person:
    return Person(
        RecordKey(f"DRILL/{key}"),
        (PersonName(name),),
        (PartialDate.parse(born),),
        nationalities=(UTOPIA,),
        sex=sex,
        action=action,
        reference=f"DRILL/{key}",
    )
