"""The barcode of a North American driving licence as a question: its number, its holder, and what is odd about it."""

from __future__ import annotations

from borderdesk.dates import PartialDate
from borderdesk.documents import normal_number
from borderdesk.documents.authenticity import Barcode
from borderdesk.documents.authenticity.aamva import MOST_CHARACTERS
from borderdesk.matching.types import PersonQuery
from borderdesk.screening.verdict import Question

MAX_CHARACTERS = MOST_CHARACTERS
_SEXES = {"1": "M", "2": "F"}


def is_licence(text: str) -> bool:
    """Whether the text begins like such a barcode (AAMVA DL/ID Card Design Standard, D.12.3)."""
    head = text[:40].lstrip()
    return head.startswith("@") and "ANSI " in head


def question_of(text: str, barcode: Barcode) -> Question:
    """What to ask about a licence. A state is left out: lists file licences under the State or the province."""
    fields = dict(barcode.fields)
    surname = fields.get("DCS", "")
    given = " ".join(filter(None, (_name(fields.get("DAC", "")), _name(fields.get("DAD", "")))))
    given = given or fields.get("DCT", "").replace(",", " ")
    if not surname:
        # Until 2005 the whole name stood in one field: SURNAME,GIVEN,MIDDLE.
        surname, _, rest = fields.get("DAA", "").partition(",")
        given = rest.replace(",", " ")
    number = normal_number(fields.get("DAQ", ""))
    person = PersonQuery(
        surname=_name(surname),
        given=_name(given),
        birth=PartialDate.of(barcode.born) if barcode.born else None,
        sex=_SEXES.get(fields.get("DBC", ""), ""),
        document_numbers=(number,) if number else (),
        truncated="T" in (fields.get("DDE"), fields.get("DDF")),
    )
    return Question(scanned=text, document_number=number, person=person if person.surname or person.given else None)


def _name(text: str) -> str:
    # NONE stands where the holder has no such name.
    return "" if text.strip().upper() in ("NONE", "UNAVL", "UNAVAIL") else " ".join(text.split())
