"""One door for every kind of identifier."""

from __future__ import annotations

import re
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
    "vehicle": "vin", "vehicle_identification": "vin", "vehicle_vin": "vin", "chassis": "vin", "licence_plate": "plate",
    "license_plate": "plate", "number_plate": "plate", "vehicle_plate": "plate", "registration": "plate",
    "vehicle_registration": "plate", "vessel": "imo", "ship": "imo", "imo_ship": "imo", "imo_vessel": "imo",
    "ship_imo": "imo", "vessel_imo": "imo", "company": "imo_company", "company_imo": "imo_company",
    "imo_owner": "imo_company", "vessel_mmsi": "mmsi", "ship_mmsi": "mmsi", "iso6346": "container",
    "iso_6346": "container", "iso_container": "container", "shipping_container": "container",
    "freight_container": "container", "bic": "container", "gun": "firearm", "weapon": "firearm", "serial": "firearm",
    "firearm_serial": "firearm", "weapon_serial": "firearm", "gun_serial": "firearm", "passport": "document",
    "travel_document": "document", "identity_document": "document", "identity_card": "document", "doc": "document",
})  # fmt: skip
_TAIL = re.compile("_(number|num|no|nr|code|id)$")


def check_identifier(
    kind: str, value: str, *, country: str = "", make: str = "", model: str = "", calibre: str = ""
) -> IdentifierCheck:
    """Check a value as one of KINDS; an unknown kind or a value of more than 64 characters is not valid.

    A plate is one of a `country`, a firearm is known by `make`, `model` and `calibre`; both are part of the key.
    """
    wanted = _TAIL.sub("", kind[:MOST_CHARACTERS].strip().lower().replace(" ", "_").replace("-", "_"))
    name = _OTHER_NAMES.get(wanted, wanted)
    rule = KINDS.get(name)
    if rule is None:
        return IdentifierCheck(kind, False, "", None, False, (wrong("kind", say("There is no such kind of number.")),))
    if len(value) > MOST_CHARACTERS:
        return IdentifierCheck(kind, False, "", None, False, (wrong("length", say("The value is too long.")),))
    if name == "plate":
        return check_plate(value, country[:MOST_CHARACTERS])
    if name == "firearm":
        return check_firearm(value, *(text[:MOST_CHARACTERS] for text in (make, model, calibre)))
    return rule(value)
