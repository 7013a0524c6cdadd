"""Visible digital seals: the signed barcode of visas, emergency travel documents and stickers (ICAO Doc 9303-13).

The barcode's bytes come from the reader; decoding its picture is the reader's work.
"""

from borderdesk.documents.seals.read import Feature, Seal, read_seal
from borderdesk.documents.seals.types import SealVerdict, UnreadableSeal
from borderdesk.documents.seals.verify import verify_seal

__all__ = ["Feature", "Seal", "SealVerdict", "UnreadableSeal", "read_seal", "verify_seal"]
