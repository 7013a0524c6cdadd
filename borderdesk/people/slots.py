"""One key slot: the key of a person's role, sealed to what the person knows and what only this machine has.

Password and machine secret go through Argon2id (RFC 9106; the machine secret is its secret input K), and the result
wraps a private key of the slot (X25519) with AES-256-GCM. Account, name, role, cost, the public key and the end of an
account for a time are authenticated with it: somebody who edits the file to become a supervisor, or to stay longer,
gets a slot that no longer opens. The key is sealed to the slot's public key (X25519, HKDF-SHA256, AES-256-GCM), so that
a new one can be given to everybody without asking anybody for his password. Officers and supervisors get the replica
key; auditors and technicians get keys that are derived from it and lead nowhere else (docs/adr/0007).
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from borderdesk.ids import AccountId
from borderdesk.people.roles import SCOPES, Role, Scope

KEY_BYTES: Final = 32
_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12

Entropy = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess costs: Argon2id memory in KiB, passes over it, lanes. Kept in the slot."""

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 1


DEFAULT_COST: Final = Cost()


@dataclass(frozen=True, slots=True)
class Slot:
    """One person's slot as the file holds it."""

    account: AccountId
    name: str
    role: Role
    cost: Cost
    salt: bytes
    nonce: bytes
    wrapped: bytes
    """The slot's private key, under the password."""
    public: bytes
    sealed: bytes
    """The key of the role's scope, to the slot's public key."""
    next_sealed: bytes = b""
    """The key that a re-keying under way is going to put in use."""
    disabled: bool = False
    scope: Scope = Scope.LISTS
    """What `sealed` opens. Older programs sealed the replica key for every role."""
    ends_at: datetime | None = None
    """From when on it opens nothing, in trusted time; None for an account that lasts."""
    operation: str = ""
    """The id of the operation it is for, and with which it ends."""


def wrap(
    key: bytes,
    *,
    account: AccountId,
    name: str,
    role: Role,
    password: str,
    machine_secret: bytes,
    cost: Cost,
    entropy: Entropy,
    ends_at: datetime | None = None,
    operation: str = "",
) -> Slot:
    """Make a slot. `key` is the key of the role's scope (`scope_key`)."""
    salt, nonce, private = entropy(_SALT_BYTES), entropy(_NONCE_BYTES), entropy(KEY_BYTES)
    public = X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    bound = _bound(account, name, role, cost, public, ends_at, operation)
    wrapped = AESGCM(_derive(password, salt, cost, machine_secret)).encrypt(nonce, private, bound)
    return Slot(
        account,
        name,
        role,
        cost,
        salt,
        nonce,
        wrapped,
        public,
        seal_key(public, key, entropy),
        scope=SCOPES[role],
        ends_at=ends_at,
        operation=operation,
    )


def scope_key(key: bytes, scope: Scope) -> bytes:
    """The key of a scope, from the replica key: that of a smaller one leads to no other (HKDF, RFC 5869)."""
    if scope is Scope.LISTS:
        return key
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"BorderDesk scope 1 " + scope.value.encode()).derive(key)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a slot holds: the key of its scope, and the next one while a re-keying is under way."""

    key: bytes
    next_key: bytes | None


def unwrap(slot: Slot, password: str, machine_secret: bytes) -> Opened | None:
    """The keys of a slot, or None where password, machine or the slot's content do not fit."""
    wrapping = AESGCM(_derive(password, slot.salt, slot.cost, machine_secret))
    bound = _bound(slot.account, slot.name, slot.role, slot.cost, slot.public, slot.ends_at, slot.operation)
    try:
        private = X25519PrivateKey.from_private_bytes(wrapping.decrypt(slot.nonce, slot.wrapped, bound))
        key = _open_key(private, slot.public, slot.sealed)
        next_key = _open_key(private, slot.public, slot.next_sealed) if slot.next_sealed else None
    except InvalidTag:
        return None
    if slot.scope is not SCOPES[slot.role]:
        # Sealed by an older program: whoever has this role gets no more than its own key from now on.
        wanted = SCOPES[slot.role]
        return Opened(scope_key(key, wanted), None if next_key is None else scope_key(next_key, wanted))
    return Opened(key, next_key)


def seal_key(public: bytes, key: bytes, entropy: Entropy) -> bytes:
    """A replica key, sealed to a slot: the sender's public key of this once, then the sealed key."""
    sender = X25519PrivateKey.from_private_bytes(entropy(KEY_BYTES))
    sent = sender.public_key().public_bytes_raw()
    shared = sender.exchange(X25519PublicKey.from_public_bytes(public))
    # A zero nonce is fine for a key that is used once.
    return sent + AESGCM(_sealing_key(shared, sent, public)).encrypt(bytes(_NONCE_BYTES), key, None)


def _open_key(private: X25519PrivateKey, public: bytes, sealed: bytes) -> bytes:
    sent, content = sealed[:KEY_BYTES], sealed[KEY_BYTES:]
    shared = private.exchange(X25519PublicKey.from_public_bytes(sent))
    return AESGCM(_sealing_key(shared, sent, public)).decrypt(bytes(_NONCE_BYTES), content, None)


def _sealing_key(shared: bytes, sent: bytes, public: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=sent + public, info=b"BorderDesk slot key 1").derive(shared)


def _derive(password: str, salt: bytes, cost: Cost, machine_secret: bytes) -> bytes:
    derivation = Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
        secret=machine_secret,
    )
    # The same password typed on another keyboard may arrive in another Unicode form.
    return derivation.derive(unicodedata.normalize("NFKC", password).encode())


def _bound(
    account: AccountId, name: str, role: Role, cost: Cost, public: bytes, ends_at: datetime | None, operation: str
) -> bytes:
    fields = ["BorderDesk slot 1", account, name, role.value, cost.memory_kib, cost.passes, cost.lanes, public.hex()]
    if ends_at is not None:
        # Whoever takes the end out of the file, or moves it, has a slot that no longer opens.
        fields += [ends_at.isoformat(), operation]
    return json.dumps(fields, separators=(",", ":")).encode("ascii")
