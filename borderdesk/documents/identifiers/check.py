"""One door for every kind of identifier."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from borderdesk.documents.identifiers.things import check_container, check_document, check_firearm
from borderdesk.documents.identifiers.types import MOST_CHARACTERS, IdentifierCheck, wrong
from borderdesk.documents.identifiers.vehicles import check_plate, check_vin
from borderdesk.documents.identifiers.vessels import check_imo, check_imo_company, check_mmsi
from borderdesk.words import say

KINDS: MappingProxyType[str, Callable[[str], IdentifierCheck]] = MappingProxyType(
    {
        "vin": check_vin,
        "plate": check_plate,
        "imo": check_imo,
        "imo_company": check_imo_company,
        "mmsi": check_mmsi,
        "container": check_container,
        "firearm": check_firearm,
        "document": check_document,
    }
)
"""Each kind and its rules."""

_OTHER_NAMES = MappingProxyType({
    "vehicle": "vin", "vehicle_identification_number": "vin", "licence_plate": "plate", "license_plate": "plate",
    "number_plate": "plate", "registration": "plate", "vessel": "imo", "ship": "imo", "imo_ship": "imo",
    "imo_number": "imo", "company": "imo_company", "iso6346": "container", "iso_6346": "container",
    "shipping_container": "container", "bic": "container", "gun": "firearm", "weapon": "firearm", "serial": "firearm",
    "firearm_serial": "firearm", "passport": "document", "document_number": "document", "travel_document": "document",
})  # fmt: skip


def check_identifier(kind: str, value: str) -> IdentifierCheck:
    """Check a value as one of KINDS; an unknown kind or a value of more than 64 characters is not valid."""
    wanted = kind.strip().lower().replace(" ", "_").replace("-", "_")
    rule = KINDS.get(_OTHER_NAMES.get(wanted, wanted))
    if rule is None:
        return IdentifierCheck(kind, False, "", None, False, (wrong("kind", say("There is no such kind of number.")),))
    if len(value) > MOST_CHARACTERS:
        return IdentifierCheck(kind, False, "", None, False, (wrong("length", say("The value is too long.")),))
    return rule(value)
