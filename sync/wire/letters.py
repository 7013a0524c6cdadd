"""Letters: what the bureau says to one desk alone, such as its answer to a hit. Sealed to the desk, signed, numbered.

Letters to one desk are numbered from 1 without gaps, so a desk can say which it has and never takes one in twice. They
come by any carrier and in any order; a locked desk keeps them sealed until somebody signs in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from borderdesk.ids import DeskId
from sync.wire.cbor import Fields, decode, encode
from sync.wire.refusals import LETTER, WrongRecipient
from sync.wire.sealing import OVERHEAD, NotSealedToUs, SealingPrivateKey, SealingPublicKey

MAX_LETTER_BODY: Final = 16 * 1024
MAX_LETTER: Final = MAX_LETTER_BODY + OVERHEAD + 512
MAX_LETTERS: Final = 32
"""Letters in one answer of the bureau; a desk asks again for the rest."""

MAX_LETTERS_BYTES: Final = 256 * 1024
_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter as it travels inside `SignedBytes` with purpose LETTER.

    `kind` (`answer` …) says what the sealed body is; kinds a desk does not know are kept and passed over.
    """

    desk: DeskId
    number: int
    kind: str
    sealed: bytes

    def encode(self) -> bytes:
        return encode([_VERSION, self.desk, self.number, self.kind, self.sealed])

    @classmethod
    def decode(cls, payload: bytes) -> Letter:
        """Raises Malformed or TooLarge."""
        fields = Fields(decode(payload, LETTER, MAX_LETTER), LETTER, 5)
        if fields.integer() != _VERSION:
            fields.refuse("written by another version of BorderDesk")
        return cls(
            DeskId(fields.text(64)),
            fields.integer(1),
            fields.text(32),
            fields.blob(MAX_LETTER_BODY + OVERHEAD, OVERHEAD),
        )

    @classmethod
    def write(cls, desk: DeskId, number: int, kind: str, body: bytes, recipient: SealingPublicKey) -> Letter:
        """Seal a body to a desk. Raises ValueError for one over MAX_LETTER_BODY."""
        if len(body) > MAX_LETTER_BODY:
            raise ValueError(f"a letter has at most {MAX_LETTER_BODY} bytes, not {len(body)}")
        return cls(desk, number, kind, recipient.seal(body, _context(desk, number, kind)))

    def open(self, desk: DeskId, key: SealingPrivateKey) -> bytes:
        """The body, for the desk it is meant for. Raises WrongRecipient."""
        try:
            return key.open(self.sealed, _context(desk, self.number, self.kind))
        except NotSealedToUs as error:
            raise WrongRecipient(LETTER, self.desk, desk) from error


def encode_letters(letters: Iterable[bytes]) -> bytes:
    """The answer to a desk that asks for its letters: each a `SignedBytes` encoding."""
    return encode(list(letters))


def decode_letters(data: bytes) -> tuple[bytes, ...]:
    """Raises Malformed or TooLarge."""
    fields = Fields([decode(data, LETTER, MAX_LETTERS_BYTES)], LETTER, 1)
    values = fields.array(MAX_LETTERS)
    inner = Fields(values, LETTER, len(values))
    return tuple(inner.blob(MAX_LETTER) for _ in values)


def _context(desk: DeskId, number: int, kind: str) -> bytes:
    return encode(["BorderDesk/1 letter", desk, number, kind])
