"""Passive authentication: whether what a chip holds was signed by the State that issued the document.

ICAO Doc 9303-11, 5.1 and -12. Files come from an inspection system, issuer keys from
master lists that the bureau sends.
"""

from borderdesk.documents.chip.masterlist import IssuerKeys, certificates_in, read_master_list
from borderdesk.documents.chip.types import ChipVerdict, UnreadableChip, UnreadableMasterList
from borderdesk.documents.chip.verify import verify_chip

__all__ = [
    "ChipVerdict",
    "IssuerKeys",
    "UnreadableChip",
    "UnreadableMasterList",
    "certificates_in",
    "read_master_list",
    "verify_chip",
]
