"""The root of trust: a page, signed offline by several people, that names the keys that sign everything else.

It is root metadata of The Update Framework (specification 1.0.34, sections 4.3 and 5.3), read by python-tuf, with its
own tools. A desk pins one root at enrolment and then follows it from version to version: each new root must
be signed by a threshold of the keys of the old one *and* of its own. So keys can be exchanged, and a thief who has some
of them can be shut out, without touching the desks.

Its four roles here: `root` for itself, `timestamp` for the keys that publish (manifests, grants, receipts,
revocations), `snapshot` for the separate key that confirms checkpoints, `targets` for releases of the program.

Expiry only warns: a desk that was offline for a year must still answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from borderdesk.words import Sentence, say
from sync.trust.refusals import RootNotSigned, RootOutOfOrder
from sync.wire.refusals import ROOT, Malformed, TooLarge
from sync.wire.signed import VerifyingKey

if TYPE_CHECKING:
    from tuf.api.metadata import Metadata, Root  # type: ignore[attr-defined] # its documented home

MAX_ROOT: Final = 64 * 1024
"""Bytes of one root."""

MOST_ROOTS: Final = 256
"""Roots followed in one go (section 5.3.3 asks for a limit)."""


class KeyRole(StrEnum):
    """What a root names keys for."""

    PUBLISHING = "timestamp"
    CHECKPOINTS = "snapshot"
    RELEASES = "targets"


class TrustedRoot:
    """A root that was believed. `data` is what to keep: it is pinned again at the next start."""

    def __init__(self, root: Root, data: bytes) -> None:
        """Use `pinned` or `successor`, which verify."""
        self._root = root
        self.data = data

    @classmethod
    def pinned(cls, data: bytes) -> TrustedRoot:
        """The root given at enrolment, or kept since. Raises Malformed, TooLarge or RootNotSigned."""
        metadata = _read(data)
        if not metadata.signed.get_root_verification_result(None, metadata.signed_bytes, metadata.signatures):
            raise RootNotSigned(metadata.signed.version)
        return cls(metadata.signed, data)

    def successor(self, data: bytes) -> TrustedRoot:
        """The next root. Raises RootOutOfOrder, RootNotSigned, Malformed or TooLarge; this one then stays in force."""
        metadata = _read(data)
        if metadata.signed.version != self.version + 1:
            raise RootOutOfOrder(metadata.signed.version, self.version)
        if not metadata.signed.get_root_verification_result(self._root, metadata.signed_bytes, metadata.signatures):
            raise RootNotSigned(metadata.signed.version)
        return TrustedRoot(metadata.signed, data)

    def follow(self, roots: Iterable[bytes]) -> TrustedRoot:
        """The newest of these roots, each the successor of the one before. Raises like `successor`."""
        newest = self
        for count, data in enumerate(roots):
            if count >= MOST_ROOTS:
                raise TooLarge(ROOT, MOST_ROOTS * MAX_ROOT)
            newest = newest.successor(data)
        return newest

    @property
    def version(self) -> int:
        return self._root.version

    def keys(self, role: KeyRole) -> tuple[VerifyingKey, ...]:
        """The Ed25519 keys of a role. Raises Malformed where one is of another kind, for only those are used here."""
        found = [self._root.keys[name] for name in self._root.roles[role.value].keyids]
        if any((key.keytype, key.scheme) != ("ed25519", "ed25519") for key in found):
            raise Malformed(ROOT, "a key that is not Ed25519")
        return tuple(VerifyingKey(bytes.fromhex(key.keyval["public"])) for key in found)

    def threshold(self, role: KeyRole) -> int:
        """How many of a role's keys must sign."""
        return self._root.roles[role.value].threshold

    def overdue(self, trusted_now: datetime) -> Sentence | None:
        """What to warn of where the root should have been renewed."""
        if trusted_now <= self._root.expires:
            return None
        return say(
            "The bureau's root of trust should have been renewed by {due}; tell the bureau.",
            due=self._root.expires.date().isoformat(),
        )


def _read(data: bytes) -> Metadata[Root]:
    if len(data) > MAX_ROOT:
        raise TooLarge(ROOT, MAX_ROOT)
    # Loaded with the first root that is read, in the courier's thread: it brings a signer for every cloud there is.
    from tuf.api.exceptions import RepositoryError
    from tuf.api.metadata import Metadata, Root  # type: ignore[attr-defined] # its documented home

    try:
        metadata = Metadata[Root].from_bytes(data)
        if metadata.signed.type != Root.type:
            raise Malformed(ROOT, "metadata of another kind")
        # Reading the keys now: a hostile one must not surface later as another error.
        for role in KeyRole:
            TrustedRoot(metadata.signed, data).keys(role)
    except (RepositoryError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Malformed(ROOT, "not root metadata") from error
    return metadata
