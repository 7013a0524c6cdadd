"""The vault: who may have the replica key, and the growing wait of who guesses.

made = create_vault(path, machine_secret)              # made.recovery_code is printed once
made.vault.add(made.key, account="amina", name="Amina B.", role=Role.OFFICER, password="...")
key = Vault.open(path, machine_secret).unlock("amina", "...", at=moment).key
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from borderdesk.clock import Moment
from borderdesk.ids import AccountId
from borderdesk.people import file, recovery_code
from borderdesk.people.accounts import Account, Unlocked, ends_with
from borderdesk.people.errors import (
    AccountEnded,
    AccountTaken,
    PasswordTooShort,
    ShutOutByBureau,
    TimeInDoubt,
    UnknownAccount,
    VaultUnreadable,
    WaitBeforeRetry,
    WrongPassword,
    WrongRecoveryCode,
)
from borderdesk.people.file import Content, Tries
from borderdesk.people.machine import MachineSecret
from borderdesk.people.roles import SCOPES, Role, Scope
from borderdesk.people.slots import (
    DEFAULT_COST,
    KEY_BYTES,
    Cost,
    Entropy,
    Opened,
    Slot,
    scope_key,
    seal_key,
    unwrap,
    wrap,
)
from borderdesk.policy import DEFAULT, Policy

SHORTEST_PASSWORD: Final = 8
"""Characters (NIST SP 800-63B-4, section 3.1.1.2: the least beside another factor, here the machine's own secret)."""

_RECOVERY: Final = AccountId("")
_NOBODY: Final = ""
"""All unknown accounts share one count of wrong tries."""

_CHEAP: Final = Cost(memory_kib=8, passes=1)
"""Enough for the recovery code: it is 160 random bits, which nobody guesses."""


@dataclass(frozen=True, slots=True)
class NewVault:
    """A vault just made. `recovery_code` is shown once, on paper, and kept nowhere."""

    vault: Vault
    key: bytes
    recovery_code: str

    def __repr__(self) -> str:
        """Without key and code."""
        return "NewVault(...)"


class Vault:
    """The key file of one desk, open for sign-ins."""

    def __init__(self, path: Path, machine_secret: bytes, policy: Policy, entropy: Entropy) -> None:
        """Not called by other rooms: see `Vault.open` and `create_vault`."""
        self._path = path
        self._machine_secret = machine_secret
        self._policy = policy
        self._entropy = entropy

    @classmethod
    def open(
        cls, path: Path, machine_secret: bytes, *, policy: Policy = DEFAULT, entropy: Entropy = secrets.token_bytes
    ) -> Vault:
        """The vault of an enrolled desk. Raises VaultUnreadable, also where the secret is now kept otherwise."""
        kept = file.read(path).binding
        if kept and isinstance(machine_secret, MachineSecret) and machine_secret.binding.value != kept:
            found = machine_secret.binding.value
            raise VaultUnreadable(path, f"it is bound by {kept}, and the machine's secret comes from {found}")
        return cls(path, machine_secret, policy, entropy)

    def binding(self) -> tuple[str, tuple[str, ...]]:
        """What keeps the machine's secret (`Binding`), and why nothing stronger does. Empty where nobody noted it."""
        content = file.read(self._path)
        return content.binding, content.passed_over

    def people(self) -> tuple[Account, ...]:
        """Everybody who has a slot, in the order in which they were added. Needs no key."""
        content = file.read(self._path)
        return tuple(_account(slot, by_bureau=slot.account in content.barred) for slot in content.slots)

    def unlock(self, account: AccountId | str, password: str, *, at: Moment, time_is_sure: bool = True) -> Unlocked:
        """Sign in. `at` is now; the wait after wrong passwords, and the end of an account, count in its trusted time.

        Raises WrongPassword, UnknownAccount (with the same sentence), WaitBeforeRetry, VaultUnreadable; AccountEnded,
        and TimeInDoubt for an account for a time while `time_is_sure` is not.
        """
        content = file.read(self._path)
        slot = content.slot(AccountId(account))
        counted = account if slot is not None else _NOBODY
        self._check_wait(content, counted, at)
        # Counted before it is looked at: cutting the power during the look does not make the attempt free.
        tries = content.tries.get(counted, Tries(0, at.trusted))
        content = replace(content, tries={**content.tries, counted: Tries(tries.wrong + 1, at.trusted)})
        file.write(self._path, content)
        if slot is None or slot.disabled:
            # As long as a real attempt takes, so that accounts cannot be told apart by it.
            unwrap(slot or self._decoy(content), password, self._machine_secret)
            raise UnknownAccount
        opened = unwrap(slot, password, self._machine_secret)
        if opened is None:
            raise WrongPassword
        content = replace(content, tries={n: t for n, t in content.tries.items() if n != counted})
        if slot.ends_at is not None:
            self._refuse_if_over(content, slot, slot.ends_at, at, time_is_sure)
        if SCOPES[slot.role] is Scope.LISTS:
            content = self._narrowed(content, opened)
        file.write(self._path, content)
        return Unlocked(
            opened.key,
            slot.account,
            slot.name,
            slot.role,
            opened.next_key,
            tries.wrong,
            slot.ends_at,
            slot.operation,
        )

    def _refuse_if_over(self, content: Content, slot: Slot, ends_at: datetime, at: Moment, time_is_sure: bool) -> None:
        if at.trusted >= ends_at:
            # Its key is gone from here on: no clock that is set back later makes the slot open again.
            spent = replace(slot, wrapped=b"", sealed=b"", next_sealed=b"", disabled=True)
            slots = tuple(spent if each is slot else each for each in content.slots)
            file.write(self._path, replace(content, slots=slots))
            raise AccountEnded
        if not time_is_sure:
            file.write(self._path, content)
            raise TimeInDoubt

    def end_lapsed(self, at: Moment, operations: Mapping[str, datetime]) -> tuple[Account, ...]:
        """Take away the slots of accounts whose time is over, or whose operation ended; which ones they were.

        `operations` says when each known one ends. Raises VaultNotWritten.
        """
        content = file.read(self._path)

        def is_over(slot: Slot) -> bool:
            ends_at = ends_with(slot.ends_at, operations.get(slot.operation))
            return ends_at is not None and at.trusted >= ends_at

        over = [slot for slot in content.slots if is_over(slot)]
        for slot in over:
            content = content.without(slot.account)
        if over:
            file.write(self._path, content)
        return tuple(_account(slot) for slot in over)

    def add(
        self,
        key: bytes,
        *,
        account: AccountId | str,
        name: str,
        role: Role,
        password: str,
        cost: Cost = DEFAULT_COST,
        ends_at: datetime | None = None,
        operation: str = "",
    ) -> None:
        """Give somebody a slot, that ends by itself where `ends_at` says when. `key` is the replica key.

        Raises AccountTaken, ShutOutByBureau, PasswordTooShort; ValueError for another key.
        """
        content = self._opened_by(key)
        if content.slot(AccountId(account)) is not None or not account:
            raise AccountTaken(account)
        if account in content.barred:
            raise ShutOutByBureau(account)
        shared = scope_key(key, SCOPES[role])
        whom = Account(AccountId(account), name, role, disabled=False, ends_at=ends_at, operation=operation)
        slot = self._wrap(shared, whom, password, cost)
        file.write(self._path, replace(content, slots=(*content.slots, slot)))

    def change_password(
        self, account: AccountId | str, old: str, new: str, *, at: Moment, cost: Cost = DEFAULT_COST
    ) -> None:
        """Give an account another password. Raises what `unlock` raises, PasswordTooShort."""
        who = self.unlock(account, old, at=at)
        whom = Account(who.account, who.name, who.role, False, who.ends_at, who.operation)
        self._put(self._wrap(who.key, whom, new, cost))

    def reset_password(self, key: bytes, account: AccountId | str, password: str, *, cost: Cost = DEFAULT_COST) -> None:
        """Give an account another password without the old one: a supervisor's act. Its wrong tries are forgotten.

        Name, role and end stay, and whether it is shut out.
        Raises UnknownAccount, PasswordTooShort; ValueError for another key.
        """
        content = self._opened_by(key)
        slot = content.slot(AccountId(account))
        if slot is None:
            raise UnknownAccount
        fresh = self._wrap(scope_key(key, SCOPES[slot.role]), _account(slot), password, cost)
        slots = tuple(fresh if each is slot else each for each in content.slots)
        tries = {name: tries for name, tries in content.tries.items() if name != account}
        file.write(self._path, replace(content, slots=slots, tries=tries))

    def set_disabled(self, account: AccountId | str, disabled: bool) -> None:
        """Shut somebody out, or let him in again: a supervisor's act. Raises UnknownAccount, ShutOutByBureau."""
        content = file.read(self._path)
        slot = content.slot(AccountId(account))
        if slot is None:
            raise UnknownAccount
        if account in content.barred and not disabled:
            raise ShutOutByBureau(account)
        self._put(replace(slot, disabled=disabled))

    def obey(self, account: AccountId | str, disabled: bool, order: int) -> bool:
        """Do what order number `order` of the bureau says. False where a later order about the account was obeyed.

        Doing it again changes nothing. It holds for an account that nobody has, should somebody be given it.
        Raises VaultNotWritten.
        """
        content = file.read(self._path)
        if content.orders.get(account, 0) > order:
            return False
        file.write(self._path, content.obeying(AccountId(account), disabled, order))
        return True

    def remove(self, account: AccountId | str) -> None:
        """Take somebody's slot away. Raises UnknownAccount.

        Who kept a copy of the old file still has it: re-key where that matters."""
        content = file.read(self._path)
        if content.slot(AccountId(account)) is None:
            raise UnknownAccount
        file.write(self._path, content.without(AccountId(account)))

    def recover(self, code: str) -> bytes:
        """The replica key by the printed recovery code, on any machine. Raises WrongRecoveryCode."""
        slot = file.read(self._path).recovery
        opened = None if slot is None else unwrap(slot, recovery_code.bare(code), b"")
        if opened is None:
            raise WrongRecoveryCode
        return opened.key

    def rebind(self, key: bytes, secret: MachineSecret) -> None:
        """Bind the vault to another machine secret. Nobody's slot opens with it, so all are dropped.

        Raises ValueError where `key` is not the replica key.
        """
        content = self._opened_by(key)
        self._machine_secret = secret
        bound = replace(content, slots=(), tries={}, binding=secret.binding.value, passed_over=secret.passed_over)
        file.write(self._path, bound)

    def begin_rekey(self, key: bytes) -> bytes:
        """Draw a new replica key and seal it into every slot, beside the one in use. Returns it.

        Until `finish_rekey` both are there, so that a power cut at any moment leaves a key that opens the lists.
        Raises ValueError where `key` is not the replica key.
        """
        content, fresh = self._opened_by(key), self._entropy(KEY_BYTES)

        def with_next(slot: Slot) -> Slot:
            return replace(slot, next_sealed=seal_key(slot.public, scope_key(fresh, slot.scope), self._entropy))

        recovery = None if content.recovery is None else with_next(content.recovery)
        slots = tuple(with_next(slot) for slot in content.slots)
        file.write(self._path, replace(content, slots=slots, recovery=recovery, next_check=_check(fresh)))
        return fresh

    def abandon_rekey(self) -> None:
        """Forget a new key that never came into use."""
        content = file.read(self._path)
        recovery = None if content.recovery is None else replace(content.recovery, next_sealed=b"")
        slots = tuple(replace(slot, next_sealed=b"") for slot in content.slots)
        file.write(self._path, replace(content, slots=slots, recovery=recovery, next_check=b""))

    def finish_rekey(self, key: bytes) -> None:
        """Put the new key in the place of the old one, which no slot then holds. `key` is the new one."""
        content = file.read(self._path)
        if not hmac.compare_digest(_check(key), content.next_check):
            raise ValueError("this is not the key the re-keying drew")

        def promoted(slot: Slot) -> Slot:
            return replace(slot, sealed=slot.next_sealed, next_sealed=b"")

        recovery = None if content.recovery is None else promoted(content.recovery)
        slots = tuple(promoted(slot) for slot in content.slots)
        whole = replace(content, check=content.next_check, next_check=b"", slots=slots, recovery=recovery)
        file.write(self._path, whole)

    def _narrowed(self, content: Content, opened: Opened) -> Content:
        """The same, where slots that an older program gave the replica key hold no more than their role's own."""

        def own(slot: Slot) -> Slot:
            scope = SCOPES[slot.role]
            if slot.scope is scope:
                return slot
            sealed = seal_key(slot.public, scope_key(opened.key, scope), self._entropy)
            following = b""
            if opened.next_key is not None:
                following = seal_key(slot.public, scope_key(opened.next_key, scope), self._entropy)
            return replace(slot, sealed=sealed, next_sealed=following, scope=scope)

        return replace(content, slots=tuple(own(slot) for slot in content.slots))

    def _check_wait(self, content: Content, counted: str, at: Moment) -> None:
        tries = content.tries.get(counted)
        over = 0 if tries is None else tries.wrong - self._policy.sign_in_free_tries
        if tries is None or over < 0:
            return
        longest = self._policy.sign_in_longest_wait_seconds
        wait = min(self._policy.sign_in_first_wait_seconds * 2 ** min(over, 32), longest)
        left = tries.last + timedelta(seconds=wait) - at.trusted
        if left > timedelta(0):
            raise WaitBeforeRetry(-(-left // timedelta(seconds=1)))

    def _opened_by(self, key: bytes) -> Content:
        content = file.read(self._path)
        if not hmac.compare_digest(_check(key), content.check):
            raise ValueError("this is not the replica key of this vault")
        return content

    def _wrap(self, key: bytes, whom: Account, password: str, cost: Cost) -> Slot:
        if len(password) < SHORTEST_PASSWORD:
            raise PasswordTooShort(SHORTEST_PASSWORD)
        slot = wrap(
            key,
            account=whom.account,
            name=whom.name,
            role=whom.role,
            password=password,
            machine_secret=self._machine_secret,
            cost=cost,
            entropy=self._entropy,
            ends_at=whom.ends_at,
            operation=whom.operation,
        )
        return replace(slot, disabled=whom.disabled)

    def _put(self, slot: Slot) -> None:
        content = file.read(self._path)
        slots = tuple(slot if each.account == slot.account else each for each in content.slots)
        file.write(self._path, replace(content, slots=slots))

    def _decoy(self, content: Content) -> Slot:
        cost = content.slots[0].cost if content.slots else DEFAULT_COST
        return Slot(_RECOVERY, "", Role.OFFICER, cost, bytes(16), bytes(12), bytes(48), bytes(32), bytes(80))


def create_vault(
    path: Path, machine_secret: bytes, *, policy: Policy = DEFAULT, entropy: Entropy = secrets.token_bytes
) -> NewVault:
    """Make a fresh replica key and the file that will hold its slots; nobody has one yet.

    Raises FileExistsError where there is a file, VaultNotWritten where it cannot be written.
    """
    if path.exists():
        raise FileExistsError(path)
    key, code = entropy(KEY_BYTES), recovery_code.new(entropy)
    recovery = wrap(
        key, account=_RECOVERY, name="", role=Role.SUPERVISOR, password=code, machine_secret=b"", cost=_CHEAP,
        entropy=entropy,
    )  # fmt: skip
    bound = machine_secret if isinstance(machine_secret, MachineSecret) else None
    content = Content(
        check=_check(key),
        recovery=recovery,
        binding=bound.binding.value if bound else "",
        passed_over=bound.passed_over if bound else (),
    )
    file.write(path, content)
    return NewVault(Vault(path, machine_secret, policy, entropy), key, recovery_code.grouped(code))


def _account(slot: Slot, *, by_bureau: bool = False) -> Account:
    return Account(slot.account, slot.name, slot.role, slot.disabled, slot.ends_at, slot.operation, by_bureau)


def _check(key: bytes) -> bytes:
    return hashlib.sha256(b"BorderDesk vault 1" + key).digest()
