"""What the bureau must keep to itself: its signing and sealing keys, the key of its certificate authority.

One file, readable by its owner only. Epoch keys are in the database, locked with a key derived from this file, so that
a copied database alone opens nothing.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from borderdesk.errors import NOTHING_CHANGED, BorderDeskError, KnownError
from borderdesk.words import say
from sync.trust import BureauKeys
from sync.wire.cbor import Fields, decode, encode
from sync.wire.signed import SecondSigningKey, SigningKey, VerifyingKey

_FILE: Final = say("bureau's key file")
_MAX: Final = 16 * 1024
_NONCE: Final = 12
_SIGNING: Final = 32
_LEAST_FIELDS: Final = 2
_FIELDS: Final = 4


class KeysMissing(KnownError):
    """The key file is not there or not one, or it does not fit the database."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            say("The bureau's key file {path} is missing, damaged, or belongs to another bureau.", path=str(path)),
            safe=NOTHING_CHANGED,
            todo=say("Put it back from the backup; without it every desk would have to be enrolled again."),
        )


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """The private halves. `ca_key` is a PKCS#8 PEM.

    `first_signing` is the signing key of the bureau's first day, from which the database's lock is drawn: it stays when
    the keys for publishing are exchanged.
    """

    keys: BureauKeys
    ca_key: bytes
    first_signing: bytes = b""
    second: bytes = b""
    """The secret of the second signature (ML-DSA-65), empty where the bureau makes none."""

    @property
    def manifest_keys(self) -> tuple[SigningKey | SecondSigningKey, ...]:
        """What signs manifests."""
        return (self.keys.signing, SecondSigningKey(self.second)) if self.second else (self.keys.signing,)

    @property
    def second_public(self) -> VerifyingKey | None:
        """What new desks are told of the second signature."""
        return SecondSigningKey(self.second).public if self.second else None

    def with_second(self, secret: bytes) -> Secrets:
        """The same with a second signature from now on."""
        return dataclasses.replace(self, second=secret)

    def with_signing(self, key: SigningKey) -> Secrets:
        """The same with another key for publishing."""
        first = self.first_signing or self.keys.signing.secret
        return Secrets(BureauKeys(key, self.keys.sealing), self.ca_key, first, self.second)

    def replace(self, path: Path) -> None:
        """Put these in the place of the key file, whole or not at all."""
        new = path.with_suffix(".new")
        new.unlink(missing_ok=True)
        self.save(new)
        new.replace(path)

    def save(self, path: Path) -> None:
        """Write the file for its owner only; never over another one."""
        with open(path, "xb", opener=_private) as file:
            file.write(encode([self.keys.serialise(), self.ca_key, self.first_signing, self.second]))
            file.flush()
            os.fsync(file.fileno())

    @classmethod
    def load(cls, path: Path) -> Secrets:
        """Raises KeysMissing."""
        try:
            value = decode(path.read_bytes(), _FILE, _MAX)
            # A bureau may have been made before there were a third and a fourth field.
            count = len(value) if isinstance(value, list) else 0
            fields = Fields(value, _FILE, max(_LEAST_FIELDS, min(count, _FIELDS)))
            keys, ca_key = BureauKeys.deserialise(fields.blob(_MAX)), fields.blob(_MAX)
            return cls(keys, ca_key, *(fields.blob(_SIGNING) for _ in range(count - _LEAST_FIELDS)))
        except (OSError, BorderDeskError) as error:
            raise KeysMissing(path) from error

    def lock(self, secret: bytes, label: str, entropy: Callable[[int], bytes]) -> bytes:
        """Encrypt a key for the database. `label` must be the same when it is unlocked."""
        nonce = entropy(_NONCE)
        return nonce + AESGCM(self._locker()).encrypt(nonce, secret, label.encode())

    def unlock(self, locked: bytes, label: str, path: Path) -> bytes:
        """The inverse of `lock`. Raises KeysMissing where this file is not the one it was locked with."""
        try:
            return AESGCM(self._locker()).decrypt(locked[:_NONCE], locked[_NONCE:], label.encode())
        except InvalidTag as error:
            raise KeysMissing(path) from error

    def derived(self, purpose: bytes) -> bytes:
        """32 secret bytes for one purpose; the same for as long as the bureau lives."""
        return HKDF(SHA256(), 32, salt=None, info=purpose).derive(self.first_signing or self.keys.signing.secret)

    def _locker(self) -> bytes:
        return self.derived(b"BorderDesk/1 keys in the bureau's database")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
