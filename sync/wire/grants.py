"""Key grants: the keys of a scope's lists, sealed to one desk and signed by the bureau.

A grant is also the bureau's word which scope a desk belongs to: where it names another scope than before, under a
higher number (`assigned`), the desk follows that scope from then on (`sync.trust`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from borderdesk.ids import DeskId, ListName
from sync.wire.cbor import Fields, decode, encode
from sync.wire.chunks import KEY_BYTES
from sync.wire.manifest import MAX_LISTS, Scope
from sync.wire.refusals import GRANT, Malformed, WrongRecipient
from sync.wire.sealing import OVERHEAD, NotSealedToUs, SealingPrivateKey, SealingPublicKey

_MAX_RING: Final = MAX_LISTS * (64 + KEY_BYTES + 8)
MAX_GRANT: Final = OVERHEAD + _MAX_RING + 4096
_FIRST_VERSION: Final = 1
_VERSION: Final = 2
_EVERY: Final = ListName("")


@dataclass(frozen=True, slots=True)
class KeyRing:
    """What the lists of one scope are encrypted under until the next epoch: 32 bytes for each list.

    A list that several scopes hold alike is encrypted once, so its key stands on all their rings.
    """

    scope: Scope
    epoch: int
    keys: Mapping[ListName, bytes]

    @classmethod
    def alike(cls, scope: Scope, epoch: int, key: bytes) -> KeyRing:
        """One key for every list, as grants of the first version had it."""
        return cls(scope, epoch, {_EVERY: key})

    def of(self, name: ListName) -> bytes:
        """The key of a list. Raises Malformed where the ring has none."""
        found = self.keys.get(name) or self.keys.get(_EVERY)
        if found is None:
            raise Malformed(GRANT, f"no key for the list {name}")
        return found

    def __repr__(self) -> str:
        return f"KeyRing(scope={self.scope!r}, epoch={self.epoch}, lists={sorted(self.keys)})"


@dataclass(frozen=True, slots=True)
class KeyGrant:
    """One desk's wrap of one ring. Travels inside `SignedBytes` with purpose GRANT.

    `assigned` counts how often the bureau gave the desk another scope; a grant of the first version says 0.
    """

    desk: DeskId
    scope: Scope
    epoch: int
    wrap: bytes
    assigned: int = 0
    version: int = _VERSION

    def encode(self) -> bytes:
        return encode([_VERSION, self.desk, self.scope, self.epoch, self.assigned, self.wrap])

    @classmethod
    def decode(cls, payload: bytes) -> KeyGrant:
        """Read one, also of the first version, which a desk may still hold. Raises Malformed or TooLarge."""
        value = decode(payload, GRANT, MAX_GRANT)
        first = isinstance(value, list) and value[:1] == [_FIRST_VERSION]
        fields = Fields(value, GRANT, 5 if first else 6)
        version = fields.integer()
        if version not in (_FIRST_VERSION, _VERSION):
            fields.refuse("written by another version of BorderDesk")
        desk, scope, epoch = DeskId(fields.text(64)), Scope(fields.text(64)), fields.integer(1)
        assigned = 0 if first else fields.integer()
        wrap = fields.blob(KEY_BYTES + OVERHEAD if first else _MAX_RING + OVERHEAD, OVERHEAD)
        return cls(desk, scope, epoch, wrap, assigned, version)

    @classmethod
    def make(cls, ring: KeyRing, desk: DeskId, recipient: SealingPublicKey, assigned: int = 0) -> KeyGrant:
        plain = encode([[name, key] for name, key in sorted(ring.keys.items())])
        context = _context(desk, ring.scope, ring.epoch, assigned)
        return cls(desk, ring.scope, ring.epoch, recipient.seal(plain, context), assigned)

    def open(self, desk: DeskId, key: SealingPrivateKey) -> KeyRing:
        """The ring, for the desk it is meant for. Raises WrongRecipient or Malformed."""
        if self.desk != desk:
            raise WrongRecipient(GRANT, self.desk, desk)
        first = self.version == _FIRST_VERSION
        context = (
            _first_context(desk, self.scope, self.epoch)
            if first
            else _context(desk, self.scope, self.epoch, self.assigned)
        )
        try:
            secret = key.open(self.wrap, context)
        except NotSealedToUs as error:
            raise WrongRecipient(GRANT, self.desk, desk) from error
        if not first:
            return KeyRing(self.scope, self.epoch, _ring_in(secret))
        if len(secret) != KEY_BYTES:
            raise Malformed(GRANT, "an epoch key of odd length")
        return KeyRing.alike(self.scope, self.epoch, secret)


def _ring_in(plain: bytes) -> dict[ListName, bytes]:
    keys: list[tuple[ListName, bytes]] = []
    for value in Fields([decode(plain, GRANT, _MAX_RING + 16)], GRANT, 1).array(MAX_LISTS):
        pair = Fields(value, GRANT, 2)
        keys.append((ListName(pair.text(64, empty=True)), pair.blob(KEY_BYTES, KEY_BYTES)))
    if any(not one[0] < other[0] for one, other in pairwise(keys)):
        raise Malformed(GRANT, "lists out of order")
    return dict(keys)


def _first_context(desk: DeskId, scope: Scope, epoch: int) -> bytes:
    return encode(["BorderDesk/1 epoch key", desk, scope, epoch])


def _context(desk: DeskId, scope: Scope, epoch: int, assigned: int) -> bytes:
    return encode(["BorderDesk/1 key ring", desk, scope, epoch, assigned])
