"""One key slot: the replica key, wrapped by what one person knows and what only this machine has.

Password and machine secret go through Argon2id (RFC 9106; the machine secret is its secret input K), and the result
wraps the replica key with AES-256-GCM. Account, name, role and cost are authenticated with it: somebody who edits the
file to become a supervisor gets a slot that no longer opens.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from borderdesk.ids import AccountId
from borderdesk.people.roles import Role

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
    disabled: bool = False


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
) -> Slot:
    """Make a slot."""
    salt, nonce = entropy(_SALT_BYTES), entropy(_NONCE_BYTES)
    wrapping = AESGCM(_derive(password, salt, cost, machine_secret))
    return Slot(account, name, role, cost, salt, nonce, wrapping.encrypt(nonce, key, _bound(account, name, role, cost)))


def unwrap(slot: Slot, password: str, machine_secret: bytes) -> bytes | None:
    """The replica key, or None where password, machine or the slot's content do not fit."""
    wrapping = AESGCM(_derive(password, slot.salt, slot.cost, machine_secret))
    try:
        return wrapping.decrypt(slot.nonce, slot.wrapped, _bound(slot.account, slot.name, slot.role, slot.cost))
    except InvalidTag:
        return None


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


def _bound(account: AccountId, name: str, role: Role, cost: Cost) -> bytes:
    fields = ["BorderDesk slot 1", account, name, role.value, cost.memory_kib, cost.passes, cost.lanes]
    return json.dumps(fields, separators=(",", ":")).encode("ascii")
