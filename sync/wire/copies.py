"""What a desk tells about its copies: that it destroyed one. Pure.

Which edition it holds in between, the bureau knows from what the desk says when it asks for news.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from borderdesk.ids import ListName
from borderdesk.words import say
from sync.wire.cbor import Fields, decode, encode, stamp
from sync.wire.manifest import Scope, details_in, details_out
from sync.wire.refusals import Malformed
from sync.wire.uploads import MAX_BODY

COPY: Final = "copy"
"""The kind of upload that carries one."""

_MAX_WHY: Final = 200
_VERSION: Final = 1


class CopyAct(StrEnum):
    """What was done with the copy."""

    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True)
class CopyNote:
    """One such act: the edition, and whose details it held (`Edition.details`). `at` is trusted time in UTC."""

    act: CopyAct
    list: ListName
    edition: int
    rows: int
    details: tuple[str, ...] | None
    scope: Scope
    at: datetime
    why: str = ""

    def encode(self) -> bytes:
        return encode(
            [
                _VERSION,
                self.act.value,
                self.list,
                self.edition,
                self.rows,
                details_out(self.details),
                self.scope,
                stamp(self.at),
                self.why,
            ]
        )

    @classmethod
    def decode(cls, body: bytes) -> CopyNote:
        """Raises Malformed or TooLarge."""
        what = say("note about a copy")
        fields = Fields(decode(body, what, MAX_BODY), what, 9)
        if fields.integer() != _VERSION:
            fields.refuse("written by another version of BorderDesk")
        act = fields.text(16)
        if act not in list(CopyAct):
            raise Malformed(what, "an act this program does not know")
        return cls(
            CopyAct(act),
            ListName(fields.text(64)),
            fields.integer(1),
            fields.integer(),
            details_in(fields),
            Scope(fields.text(64, empty=True)),
            fields.time(),
            fields.text(_MAX_WHY, empty=True),
        )
