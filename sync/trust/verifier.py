"""What a desk believes. Bytes in, objects out; every rule in one place, no file and no network.

A manifest is believed when

1. enough of the bureau's pinned keys signed its exact bytes (`BadSignature`),
2. it is for the desk's scope (`WrongScope`),
3. its number is not below that of the last one believed (`RolledBack`), and the same number means the same bytes
   (`Forked`),
4. the next number names the hash of the last one believed (`Forked`),
5. its epoch and its time of issue do not go back (`RolledBack`),
6. no list goes back, and no edition changes under its number (`ListRolledBack`).

A desk that is given another scope (`move`) follows the other scope's chain: between the two only the time of issue and
the numbers of the lists must not go back.

Nothing here looks at the PC's clock. That nobody has said anything new for too long is no reason to disbelieve; the
desk warns of it (`overdue`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from borderdesk.ids import DeskId
from borderdesk.words import Sentence, say
from sync.trust.keys import LinkIdentity
from sync.trust.refusals import (
    Forked,
    ListRolledBack,
    OldAssignment,
    PublishingKeyStolen,
    RolledBack,
    RootOutOfOrder,
    WrongScope,
)
from sync.trust.root import KeyRole, TrustedRoot
from sync.wire.checkpoints import Checkpoint
from sync.wire.grants import MAX_GRANT, KeyGrant
from sync.wire.letters import MAX_LETTER, Letter
from sync.wire.manifest import MAX_CHECKPOINT, MAX_MANIFEST, Manifest, Scope, payload_hash
from sync.wire.refusals import CHECKPOINT, GRANT, LETTER, MANIFEST, RECEIPT, REVOCATION, WrongRecipient
from sync.wire.revocation import MAX_REVOCATION, Revocation
from sync.wire.signed import KeyId, Purpose, SignedBytes, VerifyingKey, key_ring
from sync.wire.uploads import MAX_RECEIPT, Receipt


@dataclass(frozen=True, slots=True)
class TrustedManifest:
    """A manifest that was believed, and the signed bytes to keep: the next one is judged against them."""

    manifest: Manifest
    signed: bytes
    hash: bytes

    def overdue(self, trusted_now: datetime) -> Sentence | None:
        """What to warn of where the bureau should have spoken since: the link is dead, or somebody holds news back."""
        if trusted_now <= self.manifest.stale_after:
            return None
        return say(
            "Nothing new from the bureau since {issued}; it should have spoken by {due}.",
            issued=self.manifest.issued.isoformat(timespec="minutes"),
            due=self.manifest.stale_after.isoformat(timespec="minutes"),
        )


@dataclass(frozen=True, slots=True)
class _Publishers:
    """Whose word counts now, and how many of them must agree."""

    keys: Mapping[KeyId, VerifyingKey]
    threshold: int


class Trust:
    """Whom one desk believes, its scope and its name.

    `follow` exchanges the keys, `move` the scope; everything else only asks.
    """

    def __init__(
        self,
        keys: Iterable[VerifyingKey],
        scope: Scope,
        desk: DeskId,
        *,
        threshold: int = 1,
        root: TrustedRoot | None = None,
        second: VerifyingKey | None = None,
    ) -> None:
        """`second` must sign every manifest besides, where there is one."""
        self._publishers = _Publishers(key_ring(keys), threshold)
        self.root = root
        self._second = second
        self.scope = scope
        self.assigned = 0
        self.desk = desk

    @classmethod
    def of(cls, link: LinkIdentity, roots: Iterable[bytes] = ()) -> Trust:
        """What an enrolled desk believes: from the root it was enrolled with, followed by `roots`, or its pinned key.

        It is in the scope of its enrolment. Raises RootNotSigned, RootOutOfOrder, Malformed or TooLarge.
        """
        reply = link.reply
        if not reply.root:
            return cls([reply.bureau_signing], reply.scope, reply.desk, second=reply.second)
        root = TrustedRoot.pinned(reply.root).follow(roots)
        return cls.under(root, reply.scope, reply.desk, second=reply.second)

    @classmethod
    def under(cls, root: TrustedRoot, scope: Scope, desk: DeskId, *, second: VerifyingKey | None = None) -> Trust:
        """What a desk believes that follows a root: the publishing keys it names, and its threshold."""
        keys = root.keys(KeyRole.PUBLISHING)
        return cls(keys, scope, desk, threshold=root.threshold(KeyRole.PUBLISHING), root=root, second=second)

    @property
    def root_version(self) -> int:
        """Of the root followed, 0 where keys are pinned."""
        return self.root.version if self.root else 0

    def follow(self, data: bytes) -> bool:
        """Believe the next root. True where the publishers changed: what they said before is void then, so that a
        thief who signed far ahead is left behind (specification 5.3.11).

        Raises RootNotSigned, RootOutOfOrder, Malformed or TooLarge; then everything stays as it was.
        """
        if self.root is None:
            raise RootOutOfOrder(0, 0)
        root = self.root.successor(data)
        new = _Publishers(key_ring(root.keys(KeyRole.PUBLISHING)), root.threshold(KeyRole.PUBLISHING))
        changed, self._publishers, self.root = new != self._publishers, new, root
        return changed

    def move(self, signed: bytes) -> KeyGrant:
        """Belong from now on to the scope of this grant. Raises OldAssignment, and what `grant` raises."""
        grant = self.grant(signed)
        if grant.assigned <= self.assigned:
            raise OldAssignment(grant.scope)
        self.scope, self.assigned = grant.scope, grant.assigned
        return grant

    def manifest(self, signed: bytes, held: TrustedManifest | None) -> TrustedManifest:
        """Believe a manifest, given the last one believed. Raises the refusals of the module's rules, or Malformed."""
        payload = self._page(signed)
        manifest = Manifest.decode(payload)
        if manifest.scope != self.scope:
            raise WrongScope(manifest.scope, self.scope)
        new = TrustedManifest(manifest, signed, payload_hash(payload))
        if held:
            _check_follows(new, held)
        return new

    def any_scope(self, signed: bytes) -> Manifest:
        """What a genuine page of the bureau says, for whichever scope: to ask whether the desk belongs to it now."""
        return Manifest.decode(self._page(signed))

    def _page(self, signed: bytes) -> bytes:
        outer = SignedBytes.decode(signed, MANIFEST, MAX_MANIFEST)
        payload = outer.verify(Purpose.MANIFEST, self._publishers.keys, MANIFEST, threshold=self._publishers.threshold)
        if self._second is not None:
            outer.verify(Purpose.MANIFEST, key_ring([self._second]), MANIFEST)
        return payload

    def grant(self, signed: bytes) -> KeyGrant:
        """A key grant of the bureau for this desk. Raises BadSignature, WrongRecipient, Malformed or TooLarge."""
        outer = SignedBytes.decode(signed, GRANT, MAX_GRANT)
        grant = KeyGrant.decode(
            outer.verify(Purpose.GRANT, self._publishers.keys, GRANT, threshold=self._publishers.threshold)
        )
        if grant.desk != self.desk:
            raise WrongRecipient(GRANT, grant.desk, self.desk)
        return grant

    def receipt(self, signed: bytes) -> Receipt:
        """A receipt of the bureau for this desk. Raises BadSignature, WrongRecipient, Malformed or TooLarge."""
        receipt = self.any_receipt(signed)
        if receipt.desk != self.desk:
            raise WrongRecipient(RECEIPT, receipt.desk, self.desk)
        return receipt

    def any_receipt(self, signed: bytes) -> Receipt:
        """A receipt of the bureau, for whichever desk. Raises BadSignature, Malformed or TooLarge."""
        outer = SignedBytes.decode(signed, RECEIPT, MAX_RECEIPT)
        return Receipt.decode(outer.verify(Purpose.RECEIPT, self._publishers.keys, RECEIPT))

    def letter(self, signed: bytes) -> Letter:
        """A letter to this desk, still sealed. Raises BadSignature, WrongRecipient, Malformed or TooLarge."""
        outer = SignedBytes.decode(signed, LETTER, MAX_LETTER)
        letter = Letter.decode(outer.verify(Purpose.LETTER, self._publishers.keys, LETTER))
        if letter.desk != self.desk:
            raise WrongRecipient(LETTER, letter.desk, self.desk)
        return letter

    def check_checkpoint(self, manifest: Manifest, believed: Callable[[int], bytes | None]) -> None:
        """Compare the checkpoint that a manifest brings with what was believed before, if anything was.

        `believed` gives the payload hash of the manifest believed under a number. Without a root, or where the root
        names no keys for checkpoints, there is nothing to compare. Raises PublishingKeyStolen, BadSignature, Malformed.
        """
        if self.root is None or not manifest.checkpoint or not (keys := self.root.keys(KeyRole.CHECKPOINTS)):
            return
        outer = SignedBytes.decode(manifest.checkpoint, CHECKPOINT, MAX_CHECKPOINT)
        threshold = self.root.threshold(KeyRole.CHECKPOINTS)
        payload = outer.verify(Purpose.CHECKPOINT, key_ring(keys), CHECKPOINT, threshold=threshold)
        found = Checkpoint.decode(payload)
        ours = believed(found.sequence)
        if found.scope == self.scope and ours is not None and ours != found.hash:
            raise PublishingKeyStolen(found.sequence)

    def revocation(self, signed: bytes) -> Revocation:
        """The bureau's word that this desk is revoked. Raises BadSignature, WrongRecipient, Malformed or TooLarge."""
        outer = SignedBytes.decode(signed, REVOCATION, MAX_REVOCATION)
        found = Revocation.decode(
            outer.verify(Purpose.REVOCATION, self._publishers.keys, REVOCATION, threshold=self._publishers.threshold)
        )
        if found.desk != self.desk:
            raise WrongRecipient(REVOCATION, found.desk, self.desk)
        return found


def _check_follows(new: TrustedManifest, held: TrustedManifest) -> None:
    now, before = new.manifest, held.manifest
    moved = now.scope != before.scope
    if not moved:
        if now.sequence < before.sequence:
            raise RolledBack(now.sequence, before.sequence)
        if now.sequence == before.sequence:
            if new.hash != held.hash:
                raise Forked(now.sequence)
            return
        if now.sequence == before.sequence + 1 and now.previous != held.hash:
            raise Forked(now.sequence)
    if now.issued < before.issued or (now.epoch < before.epoch and not moved):
        raise RolledBack(now.sequence, before.sequence)
    for head in now.lists:
        known = before.head(head.edition.watchlist.name)
        if known is None:
            continue
        same_number = head.edition.number == known.edition.number
        # What a desk holds of a list may change with its scope, and with the scope's own definition.
        same_share = head.edition.details == known.edition.details
        changed = same_number and same_share and head.edition != known.edition
        if head.edition.number < known.edition.number or changed:
            raise ListRolledBack(head.edition.watchlist.name, head.edition.number, known.edition.number)
