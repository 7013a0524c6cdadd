"""Sample scans: machine readable zones composed for the demonstration, of invented travellers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Final

from borderdesk.dates import PartialDate
from borderdesk.documents import Format, compose_mrz
from borderdesk.watchlist import DocumentStatus, TravelDocument
from borderdesk.watchlist.synthetic import stolen_documents
from borderdesk.words import Sentence, say

LISTED_PERSON: Final = "KONY"
"""Surname of the person of the UN list (CFi.009) whom sample 3 meets under another spelling."""


@dataclass(frozen=True, slots=True)
class Samples:
    """What the tray holds, and the documents behind it."""

    ordinary: str
    stolen: str
    other_spelling: str
    to_be_added: str
    to_be_withdrawn: str
    added: TravelDocument
    stolen_document: TravelDocument
    withdrawn_document: TravelDocument

    @property
    def tray(self) -> tuple[tuple[Sentence, str], ...]:
        """Title and scan, in the order of the scenes."""
        return (
            (say("An ordinary traveller"), self.ordinary),
            (say("A stolen passport"), self.stolen),
            (say("A listed person, spelt otherwise"), self.other_spelling),
            (say("Reported stolen tomorrow"), self.to_be_added),
            (say("Recovered tomorrow"), self.to_be_withdrawn),
        )


def make_samples(documents: int, seed: int, today: date) -> Samples:
    """Choose and compose the samples from the list that the stage publishes."""
    stolen, recovered = islice(
        (
            each
            for each in stolen_documents(documents, seed)
            if each.type == "P" and each.status is DocumentStatus.STOLEN and len(each.number) <= 9
        ),
        2,
    )
    added = TravelDocument("LAO", "P", "PA7310284", DocumentStatus.STOLEN, today, today)
    return Samples(
        ordinary=_passport("LAO", "SISOUPHANH", "KHAMLA", "PA2248816", date(1988, 5, 17), "F", today),
        stolen=_passport(stolen.state, "DUMONT", "CLAIRE", stolen.number, date(1979, 11, 3), "F", today),
        other_spelling=_passport("UGA", "KONI", "JOZEF", "B1482207", date(1961, 7, 12), "M", today),
        to_be_added=_passport("LAO", "VONGSA", "BOUNMY", added.number, date(1995, 1, 30), "M", today),
        to_be_withdrawn=_passport(recovered.state, "MERTENS", "PAUL", recovered.number, date(1969, 2, 14), "M", today),
        added=added,
        stolen_document=stolen,
        withdrawn_document=recovered,
    )


def _passport(state: str, surname: str, given: str, number: str, birth: date, sex: str, today: date) -> str:
    lines = compose_mrz(
        Format.TD3,
        document_code="P",
        issuing_state=state,
        surname=surname,
        given=given,
        number=number,
        nationality=state,
        birth_date=_known(birth),
        sex=sex,
        expiry_date=_known(today + timedelta(days=4 * 365)),
    )
    return "\r".join(lines) + "\r"


def _known(day: date) -> PartialDate:
    return PartialDate(day.year, day.month, day.day)
