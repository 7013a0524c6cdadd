"""The two layouts of the EU's consolidated list in CSV: version 1.0 (`Entity_logical_id;…`) told as version 1.1.

Version 1.0 has one column for what 1.1 says in several, and repeats `Entity_logical_id` at the head of every block; the
first one that is filled counts. `Birt_plcae` is how the file spells it. Source: Financial Sanctions Files,
csvFullSanctionsList and csvFullSanctionsList_1_1, https://webgate.ec.europa.eu/fsd/fsf
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_AS_NOW: Final = {
    "Date_file": "fileGenerationDate",
    "Entity_logical_id": "Entity_LogicalId",
    "EU_ref_num": "Entity_EU_ReferenceNumber",
    "Subject_type": "Entity_SubjectType",
    "Entity_remark": "Entity_Remark",
    "Programme": "Entity_Regulation_Programme",
    "Leba_numtitle": "Entity_Regulation_NumberTitle",
    "Leba_publication_date": "Entity_Regulation_PublicationDate",
    "Naal_lastname": "NameAlias_LastName",
    "Naal_firstname": "NameAlias_FirstName",
    "Naal_middlename": "NameAlias_MiddleName",
    "Naal_wholename": "NameAlias_WholeName",
    "Naal_gender": "NameAlias_Gender",
    "Naal_title": "NameAlias_Title",
    "Naal_function": "NameAlias_Function",
    "Addr_street": "Address_Street",
    "Addr_number": "Address_Number",
    "Addr_zipcode": "Address_ZipCode",
    "Addr_city": "Address_City",
    "Addr_country": "Address_CountryDescription",
    "Addr_other": "Address_Remark",
    "Birt_date": "BirthDate_BirthDate",
    "Birt_plcae": "BirthDate_Place",
    "Birt_place": "BirthDate_Place",
    "Birt_country": "BirthDate_CountryDescription",
    "Iden_number": "Identification_Number",
    "Iden_country": "Identification_CountryDescription",
    "Citi_country": "Citizenship_CountryDescription",
}
_SAYS_1_0: Final = "Entity_logical_id"
_NUMBER: Final = re.compile(r"(?P<number>[^()]*?)\s*\((?P<kind>[^()]*)\)\s*(?P<rest>.*)")


@dataclass(frozen=True, slots=True)
class Layout:
    """A file's columns: `names` as version 1.1 calls them, `written` as the file does."""

    names: tuple[str, ...]
    written: tuple[str, ...]

    def cells(self, texts: Sequence[str]) -> dict[str, str]:
        """One row by the names of version 1.1, blanks made single. The first filled cell of a name counts."""
        found: dict[str, str] = {}
        for name, text in zip(self.names, texts, strict=True):
            found[name] = found.get(name, "") or " ".join(text.split())
        if self.names == self.written:
            return found
        number = _NUMBER.fullmatch(found.get("Identification_Number", ""))
        if number is not None:
            # `N 123456 (passport-National passport)`: number and kind in one cell.
            found["Identification_Number"] = number["number"]
            found["Identification_TypeDescription"] = number["kind"]
            found["Identification_Remark"] = number["rest"]
        return found

    def as_written(self, name: str) -> str:
        """What the file calls a column of version 1.1."""
        return next((old for new, old in zip(self.names, self.written, strict=True) if new == name), name)


def layout_of(header: Sequence[str]) -> Layout:
    """The layout of a file with this first line."""
    written = tuple(name.strip() for name in header)
    if _SAYS_1_0 not in written:
        return Layout(written, written)
    return Layout(tuple(_AS_NOW.get(name, name) for name in written), written)
