"""Which of the window's languages a traveller of a State most likely reads. The officer may always choose another.

Own table, 2026-11-29: the official or most widely read language of each State, where the window speaks it; codes of
ISO 3166-1 as in ICAO Doc 9303-3. Everybody else begins with English.
"""

from __future__ import annotations

from typing import Final

_STATES: Final = {
    "lo": "LAO",
    "vi": "VNM",
    "ru": "RUS BLR KAZ KGZ TJK TKM UZB ARM AZE MDA",
    "es": "ESP MEX GTM HND SLV NIC CRI PAN CUB DOM COL VEN ECU PER BOL CHL ARG URY PRY GNQ",
    "fr": "FRA MCO BEN BFA BDI CMR CAF TCD COG COD CIV DJI GAB GIN MLI NER SEN TGO HTI MDG",
    "ar": "DZA BHR COM EGY IRQ JOR KWT LBN LBY MRT MAR OMN PSE QAT SAU SOM SDN SYR TUN ARE YEM",
}
_LANGUAGE: Final = {state: language for language, states in _STATES.items() for state in states.split()}


def language_of(nationality: str) -> str:
    """The code of the language to begin with."""
    return _LANGUAGE.get(nationality, "en")
