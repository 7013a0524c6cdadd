"""Sealing to one recipient: HPKE (RFC 9180), base mode, with ML-KEM-768 + X25519, HKDF-SHA256, AES-256-GCM.

Recorded traffic stays closed even to somebody who owns a quantum computer one day. Sealing says nothing about who
sealed: a signature always goes with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

_SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)

_MLKEM_PUBLIC: Final = 1184
_MLKEM_SEED: Final = 64
PUBLIC_BYTES: Final = _MLKEM_PUBLIC + 32
PRIVATE_BYTES: Final = _MLKEM_SEED + 32
OVERHEAD: Final = 1120 + 16
"""Bytes a sealed thing is longer than what it holds."""


class NotSealedToUs(Exception):
    """The bytes do not open with this key and context. Callers turn it into their own refusal."""


@dataclass(frozen=True, slots=True)
class SealingPublicKey:
    """Where to seal to: the ML-KEM-768 public key (1,184 bytes), then the X25519 one (32 bytes)."""

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != PUBLIC_BYTES:
            raise ValueError(f"a sealing key has {PUBLIC_BYTES} bytes, not {len(self.raw)}")

    def seal(self, plain: bytes, context: bytes) -> bytes:
        """`context` is bound to the sealed bytes: they open only for somebody who names the same one."""
        public = MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(self.raw[:_MLKEM_PUBLIC]),
            X25519PublicKey.from_public_bytes(self.raw[_MLKEM_PUBLIC:]),
        )
        return _SUITE.encrypt(plain, public, info=context)


class SealingPrivateKey:
    """What opens: the ML-KEM-768 seed (64 bytes), then the X25519 private key (32 bytes)."""

    def __init__(self, raw: bytes) -> None:
        if len(raw) != PRIVATE_BYTES:
            raise ValueError(f"a private sealing key has {PRIVATE_BYTES} bytes, not {len(raw)}")
        mlkem = MLKEM768PrivateKey.from_seed_bytes(raw[:_MLKEM_SEED])
        x25519 = X25519PrivateKey.from_private_bytes(raw[_MLKEM_SEED:])
        self.raw = raw
        self.public = SealingPublicKey(mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw())
        self._key = MLKEM768X25519PrivateKey(mlkem, x25519)

    @classmethod
    def generate(cls, entropy: Callable[[int], bytes]) -> SealingPrivateKey:
        return cls(entropy(PRIVATE_BYTES))

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Raises NotSealedToUs."""
        try:
            return _SUITE.decrypt(sealed, self._key, info=context)
        except (InvalidTag, ValueError) as error:
            raise NotSealedToUs from error
