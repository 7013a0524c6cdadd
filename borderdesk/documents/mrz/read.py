"""Text from a reader, a file or a finger into a reading."""

from __future__ import annotations

from datetime import date

from borderdesk.documents.mrz.decode import decode
from borderdesk.documents.mrz.layouts import layout_for
from borderdesk.documents.mrz.types import DocumentReading
from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import Sentence, say

MOST_CHARACTERS = 4096
"""More text than this is no machine readable zone."""


class UnreadableMrz(KnownError):
    """The text holds no machine readable zone of any format this program knows."""

    def __init__(self, happened: Sentence) -> None:
        super().__init__(
            happened,
            safe=NOTHING_CHANGED,
            todo=say("Scan the document again, or type the lines as they are printed."),
        )


_LAWFUL = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<")


def read_mrz(text: str, *, today: date) -> DocumentReading:
    """Read a machine readable zone. `today` decides centuries of birth.

    Raises UnreadableMrz where the text is none.
    """
    if len(text) > MOST_CHARACTERS:
        raise UnreadableMrz(say("{count} characters are no machine readable zone.", count=len(text)))
    lines = text.split("\n")
    body = "".join(lines)
    layout = layout_for(tuple(map(len, lines)), body) if body else None
    if layout is None or not _LAWFUL.issuperset(body):
        raise UnreadableMrz(say("The text is not a machine readable zone of a known format."))
    return decode(layout, body, today)
