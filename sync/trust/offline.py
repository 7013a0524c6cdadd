"""What the holders of a bureau's root do, on machines without a network: make a key, look at a draft, sign it.

A root is drafted at the bureau, carried to each holder, signed there, and carried back; when enough have signed it, the
bureau adopts it. Holders' keys never come near the bureau. All with python-tuf's own metadata, so that its tools can be
used as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from securesystemslib.signer import CryptoSigner, SSlibKey  # type: ignore[attr-defined] # its documented home
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root  # type: ignore[attr-defined] # its documented home

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say
from sync.trust.root import MAX_ROOT, KeyRole
from sync.wire.signed import VerifyingKey

_ROOT: Final = "root"


class NotAHolder(KnownError):
    """The key that was to sign is none the draft, or the root before it, names."""

    def __init__(self) -> None:
        super().__init__(
            say("This key belongs to none of the holders of the root, neither the old ones nor the new ones."),
            safe=NOTHING_CHANGED,
            todo=say("Take the right key, or have the bureau draft the root with this holder in it."),
        )


class WrongPassphrase(KnownError):
    """A holder's key file does not open."""

    def __init__(self) -> None:
        super().__init__(
            say("The key file does not open with this passphrase, or it is no key file."),
            safe=NOTHING_CHANGED,
            todo=say("Type the passphrase again; check that the file is the holder's key."),
        )


class NoDraft(KnownError):
    """A file is no root of trust."""

    def __init__(self) -> None:
        super().__init__(
            say("The file is no root of trust."),
            safe=NOTHING_CHANGED,
            todo=say("Take the file that the bureau drafted."),
        )


@dataclass(frozen=True, slots=True)
class RootPage:
    """What a holder reads before signing."""

    version: int
    expires: datetime
    holders: tuple[str, ...]
    threshold: int
    publishing: tuple[str, ...]
    checkpoints: tuple[str, ...]
    signed_by: tuple[str, ...]


def new_holder_key(passphrase: str) -> tuple[bytes, bytes]:
    """A fresh key as encrypted PEM, and its public half as PEM."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )
    return private, key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def open_holder_key(pem: bytes, passphrase: str) -> Ed25519PrivateKey:
    """Raises WrongPassphrase."""
    try:
        key = serialization.load_pem_private_key(pem, passphrase.encode())
    except (ValueError, TypeError) as error:
        raise WrongPassphrase from error
    if not isinstance(key, Ed25519PrivateKey):
        raise WrongPassphrase
    return key


def public_key(pem: bytes) -> VerifyingKey:
    """The public half that a holder handed in. Raises WrongPassphrase."""
    try:
        key = serialization.load_pem_public_key(pem)
    except ValueError as error:
        raise WrongPassphrase from error
    if not isinstance(key, Ed25519PublicKey):
        raise WrongPassphrase
    return VerifyingKey(key.public_bytes_raw())


def draft(
    before: bytes,
    *,
    holders: Sequence[VerifyingKey],
    threshold: int,
    publishing: Sequence[VerifyingKey],
    checkpoints: Sequence[VerifyingKey],
    expires: datetime,
) -> bytes:
    """An unsigned root that follows `before` (empty for the first). Raises NoDraft."""
    version = _read(before).signed.version + 1 if before else 1
    page = Root(version=version, expires=expires.replace(microsecond=0))
    for key in holders:
        page.add_key(_tuf_key(key), _ROOT)
    page.roles[_ROOT].threshold = threshold
    for role, keys in ((KeyRole.PUBLISHING, publishing), (KeyRole.CHECKPOINTS, checkpoints)):
        for key in keys:
            page.add_key(_tuf_key(key), role.value)
    return Metadata(page).to_bytes()


def sign_root(data: bytes, key: Ed25519PrivateKey, before: bytes = b"") -> bytes:
    """The same root with one more signature. `before` is the root it follows, whose holders sign it too.

    Raises NoDraft or NotAHolder.
    """
    metadata = _read(data)
    signer = CryptoSigner(key)
    known = set(metadata.signed.roles[_ROOT].keyids)
    if before:
        known |= set(_read(before).signed.roles[_ROOT].keyids)
    if signer.public_key.keyid not in known:
        raise NotAHolder
    metadata.sign(signer, append=True)
    return metadata.to_bytes()


def page_of(data: bytes) -> RootPage:
    """What stands in a root, signed or not. Raises NoDraft."""
    metadata = _read(data)
    root = metadata.signed

    def keys(role: str) -> tuple[str, ...]:
        return tuple(name[:16] for name in root.roles[role].keyids)

    return RootPage(
        version=root.version,
        expires=root.expires,
        holders=keys(_ROOT),
        threshold=root.roles[_ROOT].threshold,
        publishing=keys(KeyRole.PUBLISHING.value),
        checkpoints=keys(KeyRole.CHECKPOINTS.value),
        signed_by=tuple(name[:16] for name in metadata.signatures),
    )


def holders_of(data: bytes) -> tuple[VerifyingKey, ...]:
    """The holders a root names. Raises NoDraft."""
    root = _read(data).signed
    return tuple(VerifyingKey(bytes.fromhex(root.keys[name].keyval["public"])) for name in root.roles[_ROOT].keyids)


def _tuf_key(key: VerifyingKey) -> SSlibKey:
    return SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(key.raw))


def _read(data: bytes) -> Metadata[Root]:
    try:
        if len(data) > MAX_ROOT:
            raise NoDraft
        metadata = Metadata[Root].from_bytes(data)
    except (RepositoryError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NoDraft from error
    if metadata.signed.type != Root.type:
        raise NoDraft
    return metadata
