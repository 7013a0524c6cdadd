"""What a desk asks the bureau for in the name of the other desks of its post, and what they hand to each other. Pure.

Everything in it is sealed to a desk or signed by the bureau: whoever carries it reads nothing and can alter nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from borderdesk.ids import DeskId
from sync.wire.cbor import Fields, decode, encode
from sync.wire.grants import MAX_GRANT
from sync.wire.letters import MAX_LETTER, MAX_LETTERS, MAX_LETTERS_BYTES
from sync.wire.refusals import RELAY
from sync.wire.revocation import MAX_REVOCATION
from sync.wire.signed import VerifyingKey
from sync.wire.uploads import MAX_BATCH, MAX_BATCH_BYTES, MAX_ENVELOPE, MAX_RECEIPT

MOST_DESKS: Final = 16
"""Other desks of one post."""

MAX_ASKED: Final = 4 * 1024
MAX_WORDS: Final = 512 * 1024
MAX_HANDOVER: Final = MAX_BATCH_BYTES + 1024
MAX_BROUGHT: Final = MAX_BATCH * (MAX_RECEIPT + 8) + MAX_LETTERS_BYTES + MAX_GRANT + 1024
_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """What another desk said it lacks: letters numbered above `letters`, the key grant of `epoch` (0: none)."""

    desk: DeskId
    letters: int
    epoch: int


@dataclass(frozen=True, slots=True)
class Word:
    """What the bureau says of another desk of the post: how to know it again, and what it wanted.

    `revoked` is the signed revocation, empty for a desk in good standing.
    """

    desk: DeskId
    signing: VerifyingKey
    transport: VerifyingKey
    revoked: bytes
    letters: tuple[bytes, ...]
    grant: bytes


@dataclass(frozen=True, slots=True)
class Handover:
    """What one desk hands another: sealed uploads, and what it lacks itself."""

    letters: int
    epoch: int
    envelopes: tuple[bytes, ...]

    def encode(self) -> bytes:
        return encode([_VERSION, self.letters, self.epoch, list(self.envelopes)])

    @classmethod
    def decode(cls, data: bytes) -> Handover:
        """Raises Malformed or TooLarge."""
        fields = Fields(decode(data, RELAY, MAX_HANDOVER), RELAY, 4)
        if fields.integer() != _VERSION:
            fields.refuse("written by another version of BorderDesk")
        return cls(fields.integer(), fields.integer(), _blobs(fields.array(MAX_BATCH), MAX_ENVELOPE))


@dataclass(frozen=True, slots=True)
class Brought:
    """What lies there for it: signed receipts of what it handed over, letters, a key grant (empty: none).

    `newest` is the number of the newest letter that lies there.
    """

    receipts: tuple[bytes, ...]
    newest: int
    letters: tuple[bytes, ...]
    grant: bytes

    def encode(self) -> bytes:
        return encode([_VERSION, list(self.receipts), self.newest, list(self.letters), self.grant])

    @classmethod
    def decode(cls, data: bytes) -> Brought:
        """Raises Malformed or TooLarge."""
        fields = Fields(decode(data, RELAY, MAX_BROUGHT), RELAY, 5)
        if fields.integer() != _VERSION:
            fields.refuse("written by another version of BorderDesk")
        receipts = _blobs(fields.array(MAX_BATCH), MAX_RECEIPT)
        newest = fields.integer()
        return cls(receipts, newest, _blobs(fields.array(MAX_LETTERS), MAX_LETTER), fields.blob(MAX_GRANT))


def encode_wanted(wanted: Iterable[Wanted]) -> bytes:
    """The body of `POST /v1/post`."""
    return encode([[one.desk, one.letters, one.epoch] for one in wanted])


def decode_wanted(data: bytes) -> tuple[Wanted, ...]:
    """Raises Malformed or TooLarge."""
    found = []
    for value in Fields([decode(data, RELAY, MAX_ASKED)], RELAY, 1).array(MOST_DESKS):
        fields = Fields(value, RELAY, 3)
        found.append(Wanted(DeskId(fields.text(64)), fields.integer(), fields.integer()))
    return tuple(found)


def encode_words(words: Iterable[Word]) -> bytes:
    """The bureau's answer: every other desk of the asker's post."""
    return encode(
        [[one.desk, one.signing.raw, one.transport.raw, one.revoked, list(one.letters), one.grant] for one in words]
    )


def decode_words(data: bytes) -> tuple[Word, ...]:
    """Raises Malformed or TooLarge."""
    found = []
    for value in Fields([decode(data, RELAY, MAX_WORDS)], RELAY, 1).array(MOST_DESKS):
        fields = Fields(value, RELAY, 6)
        found.append(
            Word(
                DeskId(fields.text(64)),
                VerifyingKey(fields.blob(32, 32)),
                VerifyingKey(fields.blob(32, 32)),
                fields.blob(MAX_REVOCATION),
                _blobs(fields.array(MAX_LETTERS), MAX_LETTER),
                fields.blob(MAX_GRANT),
            )
        )
    return tuple(found)


def _blobs(values: list[object], longest: int) -> tuple[bytes, ...]:
    inner = Fields(values, RELAY, len(values))
    return tuple(inner.blob(longest) for _ in values)
