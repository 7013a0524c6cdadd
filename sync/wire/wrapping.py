"""What lies on a stick, wrapped so that a finder reads nothing of it: for one desk, or for the bureau. Pure.

A desk opens it while it is locked, hence not with its sealing key, which lies in the store, but with its transport key:
an Ed25519 key is also a point on Curve25519 (RFC 7748, section 4.1), to which HPKE seals. `age` does the same for SSH
keys. Keys and reports inside are sealed again, by ML-KEM-768 + X25519, as everywhere; wrapping hides only what the link
hides by TLS: names of lists, of posts and of operations. It proves nothing: what is inside is judged as ever.
"""

from __future__ import annotations

from hashlib import sha512
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from sync.wire.refusals import STICK, Malformed
from sync.wire.sealing import OVERHEAD, NotSealedToUs, SealingPrivateKey, SealingPublicKey
from sync.wire.signed import SigningKey, VerifyingKey

_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_DESK: Final = b"BDS1"
_BUREAU: Final = b"BDU1"
_PRIME: Final = 2**255 - 19
_KEY_BYTES: Final = 32

DESK_OVERHEAD: Final = len(_DESK) + 32 + 16
BUREAU_OVERHEAD: Final = len(_BUREAU) + OVERHEAD
"""Bytes that something wrapped is longer than what it holds."""


def wrap_for_desk(transport: VerifyingKey, plain: bytes) -> bytes:
    """For the desk that says who it is with this key."""
    try:
        return _DESK + _SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(_point(transport.raw)), info=_DESK)
    except ValueError:
        # A key of small order, which somebody made up: nobody is to read it, and the other desks are to have theirs.
        return _DESK + _SUITE.encrypt(plain, X25519PrivateKey.generate().public_key(), info=_DESK)


def unwrap_at_desk(transport: SigningKey, data: bytes) -> bytes:
    """The inverse. What is not wrapped, on a stick of an older bureau, comes back as it is. Raises Malformed."""
    if data[: len(_DESK)] != _DESK:
        return data
    # The scalar of an Ed25519 key (RFC 8032, section 5.1.5); X25519 sets the same bits of it.
    key = X25519PrivateKey.from_private_bytes(sha512(transport.secret).digest()[:_KEY_BYTES])
    try:
        return _SUITE.decrypt(data[len(_DESK) :], key, info=_DESK)
    except (InvalidTag, ValueError) as error:
        raise Malformed(STICK, "it was wrapped for somebody else, or altered") from error


def wrap_for_bureau(sealing: SealingPublicKey, plain: bytes) -> bytes:
    """For the bureau that seals with this key."""
    return _BUREAU + sealing.seal(plain, _BUREAU)


def unwrap_at_bureau(sealing: SealingPrivateKey, data: bytes) -> bytes:
    """The inverse. What does not open comes back as it is: it is judged, and refused, like any other upload."""
    if data[: len(_BUREAU)] != _BUREAU:
        return data
    try:
        return sealing.open(data[len(_BUREAU) :], _BUREAU)
    except NotSealedToUs:
        return data


def _point(edwards: bytes) -> bytes:
    """The Montgomery form of a point: u = (1 + y) / (1 - y). Raises ValueError for the one that has none."""
    y = int.from_bytes(edwards, "little") & (2**255 - 1)
    u = (1 + y) * pow(1 - y, -1, _PRIME) % _PRIME
    return u.to_bytes(_KEY_BYTES, "little")
