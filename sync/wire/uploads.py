"""Uploads and receipts: sealed to the bureau and signed by the desk when queued, answered by the bureau's signed word.

An upload's id is its desk, its counter and the SHA-256 of its exact bytes. The bureau stores one envelope per (desk,
counter): the same bytes again get the same receipt, other bytes under a used counter are quarantined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from borderdesk.hits.types import SealedItem
from borderdesk.ids import DeskId
from borderdesk.words import Sentence
from sync.wire.cbor import Fields, decode, encode, stamp
from sync.wire.refusals import BATCH, ENVELOPE, RECEIPT, RECEIPTS, UnknownDesk, WrongRecipient
from sync.wire.sealing import OVERHEAD, NotSealedToUs, SealingPrivateKey, SealingPublicKey
from sync.wire.signed import Purpose, SignedBytes, SigningKey, VerifyingKey, key_ring

MAX_BODY: Final = 64 * 1024
MAX_ENVELOPE: Final = MAX_BODY + OVERHEAD + 512
MAX_RECEIPT: Final = 512
MAX_BATCH: Final = 64
"""Envelopes per request."""

MAX_BATCH_BYTES: Final = 1024 * 1024
"""Bytes per request; a desk cuts its batches to fit."""

_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Envelope:
    """One upload as it travels inside `SignedBytes` with purpose ENVELOPE. `counter` counts from 1 per desk.

    `kind` (`hit`, `decision` …) is readable by the carrier, so that urgent things can go first; the body is not.
    """

    desk: DeskId
    counter: int
    kind: str
    sealed: bytes

    def encode(self) -> bytes:
        return encode([_VERSION, self.desk, self.counter, self.kind, self.sealed])

    @classmethod
    def decode(cls, payload: bytes) -> Envelope:
        """Raises Malformed or TooLarge."""
        fields = Fields(decode(payload, ENVELOPE, MAX_ENVELOPE), ENVELOPE, 5)
        if fields.integer() != _VERSION:
            fields.refuse("written by another version of BorderDesk")
        return cls(
            DeskId(fields.text(64)), fields.integer(1), fields.text(32), fields.blob(MAX_BODY + OVERHEAD, OVERHEAD)
        )


@dataclass(frozen=True, slots=True)
class OpenedEnvelope:
    """An upload at the bureau, verified and opened. `content_hash` is the SHA-256 of the bytes that travelled."""

    desk: DeskId
    counter: int
    kind: str
    content_hash: bytes
    body: bytes


class DeskSealer:
    """Seals a desk's uploads: implements `borderdesk.hits.types.Sealer`. No network, no clock."""

    def __init__(self, desk: DeskId, signer: SigningKey, bureau: SealingPublicKey) -> None:
        self._desk = desk
        self._signer = signer
        self._bureau = bureau

    def seal(self, counter: int, kind: str, body: bytes) -> SealedItem:
        """Freeze one upload. Raises ValueError for a body over MAX_BODY."""
        if len(body) > MAX_BODY:
            raise ValueError(f"an upload has at most {MAX_BODY} bytes, not {len(body)}")
        sealed = self._bureau.seal(body, _context(self._desk, counter, kind))
        payload = Envelope(self._desk, counter, kind, sealed).encode()
        data = SignedBytes.sign(Purpose.ENVELOPE, payload, [self._signer]).encode()
        return SealedItem(counter, sha256(data).digest(), data)


def open_envelope(
    data: bytes, desk_key: Callable[[DeskId], VerifyingKey | None], bureau: SealingPrivateKey
) -> OpenedEnvelope:
    """Verify and open an upload at the bureau. `desk_key` answers None for a desk that is unknown or revoked.

    Raises Malformed, TooLarge, UnknownDesk, BadSignature or WrongRecipient.
    """
    signed = SignedBytes.decode(data, ENVELOPE, MAX_ENVELOPE)
    envelope = Envelope.decode(signed.payload)
    key = desk_key(envelope.desk)
    if key is None:
        raise UnknownDesk(envelope.desk)
    signed.verify(Purpose.ENVELOPE, key_ring([key]), ENVELOPE)
    try:
        body = bureau.open(envelope.sealed, _context(envelope.desk, envelope.counter, envelope.kind))
    except NotSealedToUs as error:
        raise WrongRecipient(ENVELOPE, "another bureau", "this bureau") from error
    return OpenedEnvelope(envelope.desk, envelope.counter, envelope.kind, sha256(data).digest(), body)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The bureau's word that it has stored one upload. Travels inside `SignedBytes` with purpose RECEIPT."""

    desk: DeskId
    counter: int
    content_hash: bytes
    received_at: datetime

    def encode(self) -> bytes:
        return encode([_VERSION, self.desk, self.counter, self.content_hash, stamp(self.received_at)])

    @classmethod
    def decode(cls, payload: bytes) -> Receipt:
        """Raises Malformed or TooLarge."""
        fields = Fields(decode(payload, RECEIPT, MAX_RECEIPT), RECEIPT, 5)
        if fields.integer() != _VERSION:
            fields.refuse("written by another version of BorderDesk")
        return cls(DeskId(fields.text(64)), fields.integer(1), fields.blob(32, 32), fields.time())


def encode_outbox(envelopes: Iterable[bytes]) -> bytes:
    """The body of `POST /v1/outbox`: envelopes exactly as they were queued."""
    return encode(list(envelopes))


def decode_outbox(data: bytes) -> tuple[bytes, ...]:
    """Raises Malformed or TooLarge."""
    return _blobs(data, BATCH, MAX_BATCH_BYTES, MAX_ENVELOPE)


def encode_receipts(receipts: Iterable[bytes]) -> bytes:
    """The answer: each a `SignedBytes` encoding of a receipt. An upload that was refused has none."""
    return encode(list(receipts))


def decode_receipts(data: bytes) -> tuple[bytes, ...]:
    """Raises Malformed or TooLarge."""
    return _blobs(data, RECEIPTS, MAX_BATCH * (MAX_RECEIPT + 8), MAX_RECEIPT)


def _blobs(data: bytes, what: Sentence, limit: int, longest: int) -> tuple[bytes, ...]:
    value = decode(data, what, limit)
    fields = Fields([value], what, 1)
    values = fields.array(MAX_BATCH)
    inner = Fields(values, what, len(values))
    return tuple(inner.blob(longest) for _ in values)


def _context(desk: DeskId, counter: int, kind: str) -> bytes:
    return encode(["BorderDesk/1 upload", desk, counter, kind])
