"""Orders about people: the bureau's signed word that an account of a desk may sign in no more, or again. Pure.

An order travels as a letter (`sync.wire.letters`): sealed to the desk, signed, numbered. Of two orders about one
account the one with the higher number counts, in whatever order they come.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from borderdesk.ids import AccountId
from sync.wire.cbor import Fields, decode, encode, stamp
from sync.wire.letters import MAX_LETTER_BODY
from sync.wire.refusals import ORDER

ORDER_KIND: Final = "order"
"""The kind of letter that carries one."""

MAX_REASON: Final = 500
_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class AccountOrder:
    """Shut an account of the desk out, or let it in again. `reason` goes into the desk's journal."""

    account: AccountId
    shut_out: bool
    reason: str
    ordered_at: datetime

    def encode(self) -> bytes:
        return encode([_VERSION, self.account, int(self.shut_out), self.reason, stamp(self.ordered_at)])

    @classmethod
    def decode(cls, body: bytes) -> AccountOrder:
        """Raises Malformed or TooLarge."""
        fields = Fields(decode(body, ORDER, MAX_LETTER_BODY), ORDER, 5)
        if fields.integer() != _VERSION:
            fields.refuse("written by another version of BorderDesk")
        account, shut_out = AccountId(fields.text(64)), bool(fields.integer(0, 1))
        return cls(account, shut_out, fields.text(MAX_REASON, empty=True), fields.time())
