"""Bytes of a file into a passenger list, by what they are and not by the file's name."""

from __future__ import annotations

from datetime import date

from borderdesk.documents.passengers.edifact import is_edifact
from borderdesk.documents.passengers.paxlst import read_paxlst
from borderdesk.documents.passengers.tables import read_csv, read_old_csv, read_xlsx
from borderdesk.documents.passengers.types import PassengerList, UnreadableList
from borderdesk.documents.passengers.unl import is_unl, read_unl
from borderdesk.words import say

MOST_BYTES = 32 * 1024 * 1024
"""A list of 100,000 people is about 20 MB."""


def read_passenger_list(data: bytes, *, today: date) -> PassengerList:
    """Read PAXLST, CSV, XLSX or the Czech police's UNL. `today` decides centuries of birth.

    Raises UnreadableList.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableList(say("The file is larger than any passenger list ({size} bytes).", size=len(data)))
    if data.startswith(b"PK\x03\x04"):
        return read_xlsx(data, today)
    if is_unl(data):
        return read_unl(data, today)
    text = _text(data)
    if is_edifact(text):
        return read_paxlst(text, today)
    if not text.strip():
        raise UnreadableList(say("The file is empty."))
    return read_csv(text, today) if _is_unicode(data) else read_old_csv(data, today)


def _is_unicode(data: bytes) -> bool:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    # Level C of UN/EDIFACT has one byte per letter; no byte is without a meaning.
    return data.decode("utf-8-sig") if _is_unicode(data) else data.decode("latin-1")
