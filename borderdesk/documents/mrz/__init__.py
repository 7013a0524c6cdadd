"""The machine readable zone: reading it as delivered, saying what is wrong with it, and composing it."""

from borderdesk.documents.mrz.compose import NotComposable, compose_mrz
from borderdesk.documents.mrz.layouts import Format
from borderdesk.documents.mrz.read import UnreadableMrz, read_mrz
from borderdesk.documents.mrz.types import Change, DocumentReading, Repair

__all__ = [
    "Change",
    "DocumentReading",
    "Format",
    "NotComposable",
    "Repair",
    "UnreadableMrz",
    "compose_mrz",
    "read_mrz",
]
