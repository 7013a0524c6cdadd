"""The Czech police's UNL file of lodged foreigners (Ubyport): one line a person, fields parted by a bar.

Line `A` names the house, each line `U` a guest: from, until, surname, given, -, birth, -, -, nationality (three
letters), home address, document, visa, purpose, vehicle, note. Births may lack day and month (`00.00.1950`,
`00001950`). Source: sample file, and appendix 5 of the operating rules of Ubyport, Police of the Czech Republic, 2019.
"""

from __future__ import annotations

from datetime import date

from borderdesk.documents.passengers.dates import listed_date
from borderdesk.documents.passengers.types import (
    ListedDocument,
    ListedPerson,
    PassengerList,
    UnreadableList,
    warning,
)
from borderdesk.findings import Finding
from borderdesk.words import say

MOST_PEOPLE = 100_000
_IN_PARENTS_PASSPORT = "INPASS"


def is_unl(data: bytes) -> bool:
    """Whether a file begins like such a list."""
    head = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:2]
    return head in (b"A|", b"U|") and b"\nU|" in b"\n" + data.removeprefix(b"\xef\xbb\xbf").lstrip()


def read_unl(data: bytes, today: date) -> PassengerList:
    """Read such a file. Raises UnreadableList where it names more people than any."""
    sender = ""
    people: list[ListedPerson] = []
    warnings: list[Finding] = []
    for row, line in enumerate(_text(data).splitlines(), 1):
        fields = [field.strip() for field in line.split("|")]
        if fields[0] == "A":
            sender = _get(fields, 4)
        elif fields[0] == "U":
            people.append(_person(fields, row, today, warnings))
            if len(people) > MOST_PEOPLE:
                raise UnreadableList(say("The table has more than {count} rows.", count=MOST_PEOPLE))
        elif line.strip():
            warnings.append(warning("row", say("Row {row} names nobody.", row=row)))
    return PassengerList("UNL", sender, (), tuple(people), tuple(warnings))


def _person(fields: list[str], row: int, today: date, warnings: list[Finding]) -> ListedPerson:
    raw, number, visa = _get(fields, 6), _get(fields, 11), _get(fields, 12)
    born = listed_date(raw, today)
    if raw and born is None:
        warnings.append(warning("birth_date", say("Row {row}: {raw} is no date.", row=row, raw=raw)))
    documents: tuple[ListedDocument, ...] = ()
    if number and number.upper() != _IN_PARENTS_PASSPORT:
        documents += (ListedDocument("", number),)
    if visa:
        documents += (ListedDocument("V", visa),)
    if not documents:
        warnings.append(warning("no_document", say("Row {row} names a person without a document.", row=row)))
    return ListedPerson(
        role="passenger",
        surname=_get(fields, 3),
        given=_get(fields, 4),
        birth_date=born,
        birth_date_raw=raw,
        nationality=_get(fields, 9),
        documents=documents,
    )


def _get(fields: list[str], at: int) -> str:
    return fields[at] if at < len(fields) else ""


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Programs for Windows write it in the code page of central Europe; five bytes of it mean nothing.
        return data.decode("cp1250", "replace")
