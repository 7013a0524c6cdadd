"""Signatures over exact bytes: Ed25519 (RFC 8032), each use in its own domain; beside it ML-DSA-65 (FIPS 204).

A signed thing travels as its bytes and the signatures beside them. Nobody re-encodes before verifying, and a signature
made for one purpose proves nothing for another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final, NewType

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey, MLDSA65PublicKey

from borderdesk.words import Sentence
from sync.wire.cbor import Fields, decode, encode
from sync.wire.refusals import BadSignature

KeyId = NewType("KeyId", bytes)
"""The first eight bytes of the SHA-256 of a public key: finds the key, proves nothing."""

KEY_ID_BYTES: Final = 8
SIGNATURE_BYTES: Final = 64
SECOND_SIGNATURE_BYTES: Final = 3309
SECOND_PUBLIC_BYTES: Final = 1952
"""Of ML-DSA-65 (FIPS 204, table 2): the second signature, which a quantum computer does not forge."""
MAX_SIGNATURES: Final = 8


class Purpose(StrEnum):
    """What a signature is for. The value is mixed into what is signed."""

    MANIFEST = "manifest"
    GRANT = "grant"
    ENVELOPE = "envelope"
    RECEIPT = "receipt"
    LETTER = "letter"
    ENROL_REQUEST = "enrol request"
    ENROL_REPLY = "enrol reply"
    HTTP = "http request"
    STICK = "stick"
    REVOCATION = "revocation"
    PACKET = "hit packet"
    SPOKEN_ANSWER = "spoken answer"
    CHECKPOINT = "checkpoint"
    MESSAGE = "message to an owner"

    def bytes_to_sign(self, payload: bytes) -> bytes:
        return b"BorderDesk/1 " + self.value.encode() + b"\0" + payload


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """The public half: 32 bytes of Ed25519, or 1,952 of ML-DSA-65."""

    raw: bytes

    @property
    def id(self) -> KeyId:
        return KeyId(sha256(self.raw).digest()[:KEY_ID_BYTES])

    def verifies(self, purpose: Purpose, payload: bytes, signature: bytes) -> bool:
        signed = purpose.bytes_to_sign(payload)
        try:
            if len(self.raw) == SECOND_PUBLIC_BYTES:
                MLDSA65PublicKey.from_public_bytes(self.raw).verify(signature, signed)
            else:
                Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, signed)
        except (InvalidSignature, ValueError):
            return False
        return True


class SigningKey:
    """The private half, made from 32 secret bytes."""

    def __init__(self, secret: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(secret)
        self.secret = secret
        self.public = VerifyingKey(self._key.public_key().public_bytes_raw())

    def sign(self, purpose: Purpose, payload: bytes) -> bytes:
        return self._key.sign(purpose.bytes_to_sign(payload))


class SecondSigningKey:
    """The private half of the second signature (ML-DSA-65), made from 32 secret bytes."""

    def __init__(self, secret: bytes) -> None:
        self._key = MLDSA65PrivateKey.from_seed_bytes(secret)
        self.secret = secret
        self.public = VerifyingKey(self._key.public_key().public_bytes_raw())

    def sign(self, purpose: Purpose, payload: bytes) -> bytes:
        return self._key.sign(purpose.bytes_to_sign(payload))


@dataclass(frozen=True, slots=True)
class SignedBytes:
    """Exact bytes, and who signed them. Nothing in `payload` is believed before `verify`."""

    payload: bytes
    signatures: tuple[tuple[KeyId, bytes], ...]

    def encode(self) -> bytes:
        return encode([self.payload, [[key, signature] for key, signature in self.signatures]])

    @classmethod
    def decode(cls, data: bytes, what: Sentence, limit: int) -> SignedBytes:
        """Raises TooLarge or Malformed."""
        fields = Fields(decode(data, what, limit), what, 2)
        payload = fields.blob(limit)
        signatures: list[tuple[KeyId, bytes]] = []
        for entry in fields.array(MAX_SIGNATURES):
            pair = Fields(entry, what, 2)
            key = KeyId(pair.blob(KEY_ID_BYTES, KEY_ID_BYTES))
            signature = pair.blob(SECOND_SIGNATURE_BYTES, SIGNATURE_BYTES)
            if len(signature) not in (SIGNATURE_BYTES, SECOND_SIGNATURE_BYTES):
                pair.refuse("a signature of odd length")
            signatures.append((key, signature))
        return cls(payload, tuple(signatures))

    @classmethod
    def sign(cls, purpose: Purpose, payload: bytes, keys: Iterable[SigningKey | SecondSigningKey]) -> SignedBytes:
        return cls(payload, tuple((key.public.id, key.sign(purpose, payload)) for key in keys))

    def verify(
        self, purpose: Purpose, keys: Mapping[KeyId, VerifyingKey], what: Sentence, *, threshold: int = 1
    ) -> bytes:
        """The payload, once `threshold` different ones of `keys` have signed it. Raises BadSignature."""
        valid = {
            key
            for key, signature in self.signatures
            if key in keys and keys[key].verifies(purpose, self.payload, signature)
        }
        if threshold < 1 or len(valid) < threshold:
            raise BadSignature(what)
        return self.payload


def key_ring(keys: Iterable[VerifyingKey]) -> dict[KeyId, VerifyingKey]:
    """The keys by their ids."""
    return {key.id: key for key in keys}
