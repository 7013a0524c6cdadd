"""The vault's file: JSON, replaced whole, never half."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from borderdesk.errors import KnownError
from borderdesk.ids import AccountId
from borderdesk.people.errors import VaultUnreadable
from borderdesk.people.roles import Role, Scope
from borderdesk.people.slots import Cost, Slot
from borderdesk.words import say

_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong passwords in a row of one account, and when the last one was tried (trusted time)."""

    wrong: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Content:
    """All the file holds. `check` tells the right replica key from another without opening the database."""

    check: bytes
    next_check: bytes = b""
    slots: tuple[Slot, ...] = ()
    recovery: Slot | None = None
    tries: dict[str, Tries] = field(default_factory=dict)
    binding: str = ""
    """What keeps the machine's secret that the slots were made with; empty in files of an older program."""
    passed_over: tuple[str, ...] = ()
    """Why nothing stronger keeps it."""
    orders: dict[str, int] = field(default_factory=dict)
    """The number of the bureau's last order about each account."""
    barred: frozenset[str] = frozenset()
    """Accounts that the bureau shut out: only its order lets them in again, also where their slot is gone."""

    def slot(self, account: AccountId) -> Slot | None:
        """The slot of an account, or None."""
        return next((slot for slot in self.slots if slot.account == account), None)

    def without(self, account: AccountId) -> Content:
        """The same without an account's slot and its counted tries."""
        kept = {name: tries for name, tries in self.tries.items() if name != account}
        return replace(self, slots=tuple(slot for slot in self.slots if slot.account != account), tries=kept)

    def obeying(self, account: AccountId, disabled: bool, order: int) -> Content:
        """The same after an order of the bureau."""
        slots = tuple(replace(each, disabled=disabled) if each.account == account else each for each in self.slots)
        barred = self.barred | {account} if disabled else self.barred - {account}
        return replace(self, slots=slots, orders={**self.orders, account: order}, barred=barred)


class VaultNotWritten(KnownError):
    """The key file could not be written."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            say("The key file {path} could not be written ({reason}).", path=str(path), reason=reason),
            safe=say("The key file is as it was before."),
            todo=say("Free some space or have the disk looked at, then try again."),
        )


def read(path: Path) -> Content:
    """Read the file. Raises VaultUnreadable."""
    try:
        plain = json.loads(path.read_bytes())
        if plain["version"] != _VERSION:
            raise VaultUnreadable(path, f"version {plain['version']}")
        recovery = plain["recovery"]
        return Content(
            bytes.fromhex(plain["check"]),
            bytes.fromhex(plain["next_check"]),
            tuple(_slot(each) for each in plain["slots"]),
            None if recovery is None else _slot(recovery),
            {name: Tries(wrong, datetime.fromisoformat(last)) for name, (wrong, last) in plain["tries"].items()},
            plain.get("binding", ""),
            tuple(plain.get("passed_over", ())),
            {account: int(number) for account, number in plain.get("orders", {}).items()},
            frozenset(plain["barred"]) if "barred" in plain else _barred_before(plain),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise VaultUnreadable(path, str(error) or type(error).__name__) from error


def write(path: Path, content: Content) -> None:
    """Replace the file in one step; after a power cut it is the old or the new one. Raises VaultNotWritten."""
    plain = {
        "version": _VERSION,
        "check": content.check.hex(),
        "next_check": content.next_check.hex(),
        "slots": [_plain(slot) for slot in content.slots],
        "recovery": None if content.recovery is None else _plain(content.recovery),
        "tries": {name: [tries.wrong, tries.last.isoformat()] for name, tries in content.tries.items()},
        "binding": content.binding,
        "passed_over": list(content.passed_over),
        "orders": content.orders,
        "barred": sorted(content.barred),
    }
    beside = path.with_name(path.name + ".new")
    try:
        _clear_away(beside)
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(json.dumps(plain, indent=1).encode())
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        # Half of a key file helps nobody, and takes room on a disk that has none.
        with suppress(OSError):
            _clear_away(beside)
        raise VaultNotWritten(path, error.strerror or str(error)) from error


def _clear_away(beside: Path) -> None:
    """What a write that did not come to its end left: never read, and no part of the vault."""
    beside.unlink(missing_ok=True)


def _barred_before(plain: dict[str, Any]) -> frozenset[str]:
    """Whom the bureau shut out, in a file of an older program: who is shut out and was the matter of an order."""
    ordered = plain.get("orders", {})
    return frozenset(each["account"] for each in plain["slots"] if each["disabled"] and each["account"] in ordered)


def _plain(slot: Slot) -> dict[str, Any]:
    return {
        "account": slot.account,
        "name": slot.name,
        "role": slot.role.value,
        "memory_kib": slot.cost.memory_kib,
        "passes": slot.cost.passes,
        "lanes": slot.cost.lanes,
        "salt": slot.salt.hex(),
        "nonce": slot.nonce.hex(),
        "wrapped": slot.wrapped.hex(),
        "public": slot.public.hex(),
        "sealed": slot.sealed.hex(),
        "next_sealed": slot.next_sealed.hex(),
        "disabled": slot.disabled,
        "scope": slot.scope.value,
        **({"ends_at": slot.ends_at.isoformat(), "operation": slot.operation} if slot.ends_at else {}),
    }


def _slot(plain: dict[str, Any]) -> Slot:
    return Slot(
        AccountId(plain["account"]),
        plain["name"],
        Role(plain["role"]),
        Cost(plain["memory_kib"], plain["passes"], plain["lanes"]),
        bytes.fromhex(plain["salt"]),
        bytes.fromhex(plain["nonce"]),
        bytes.fromhex(plain["wrapped"]),
        bytes.fromhex(plain["public"]),
        bytes.fromhex(plain["sealed"]),
        bytes.fromhex(plain["next_sealed"]),
        plain["disabled"],
        # A file of an older program names none: it sealed the replica key for everybody.
        Scope(plain.get("scope", Scope.LISTS.value)),
        datetime.fromisoformat(plain["ends_at"]) if "ends_at" in plain else None,
        plain.get("operation", ""),
    )
