"""The one error of this room."""

from __future__ import annotations

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import Sentence, say


class UnreadableSeal(KnownError):
    """The bytes are no seal, or are cut or damaged."""

    def __init__(self, happened: Sentence) -> None:
        super().__init__(
            happened,
            safe=NOTHING_CHANGED,
            todo=say("Scan the barcode again; where it is worn, treat the document as one without a seal."),
        )
