"""What reading a passenger list gives: everybody who is on it, and what was odd about it."""

from __future__ import annotations

from dataclasses import dataclass

from borderdesk.dates import PartialDate
from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.findings import Finding, Outcome, Severity
from borderdesk.words import Sentence, say


class UnreadableList(KnownError):
    """The file is no passenger list of a kind this program reads, or is larger than any."""

    def __init__(self, happened: Sentence) -> None:
        super().__init__(
            happened,
            safe=NOTHING_CHANGED,
            todo=say("Ask the carrier for PAXLST, CSV or XLSX with a heading over each column."),
        )


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg of the journey; what was not given is empty. Times are as sent, `YYMMDDHHMM` or longer."""

    carrier: str
    number: str
    origin: str
    destination: str
    departs: str = ""
    arrives: str = ""


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """A document of a listed person. `type` as sent (P, I, V …), `state` the issuer as sent."""

    type: str
    number: str
    state: str = ""
    expiry_date: PartialDate | None = None
    expiry_date_raw: str = ""


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """One person. Names as sent, `given` with middle names and patronymics; `role` is `passenger`, `crew`, `transit`
    or `crew in transit`."""

    role: str
    surname: str
    given: str
    sex: str = ""
    birth_date: PartialDate | None = None
    birth_date_raw: str = ""
    birth_place: str = ""
    nationality: str = ""
    residence: str = ""
    embarks: str = ""
    disembarks: str = ""
    references: tuple[tuple[str, str], ...] = ()
    documents: tuple[ListedDocument, ...] = ()


@dataclass(frozen=True, slots=True)
class PassengerList:
    """A whole list. `format` is `PAXLST`, `CSV`, `XLSX` or `UNL`; `warnings` never cost a person."""

    format: str
    sender: str
    legs: tuple[Leg, ...]
    people: tuple[ListedPerson, ...]
    warnings: tuple[Finding, ...]


def warning(code: str, sentence: Sentence, field: str | None = None) -> Finding:
    """Something odd about the list."""
    return Finding(f"manifest.{code}", Severity.INFO, sentence, Outcome.UNPROVEN, field)
