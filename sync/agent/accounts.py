"""Who may use this desk, managed by whoever works at it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from borderdesk import journal
from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.operations import Operation
from borderdesk.people import Account, BadEnd, Right, Role
from borderdesk.words import say
from sync.agent.session import Session
from sync.agent.unlocked import NobodySignedIn


class NotOneself(KnownError):
    """A supervisor wanted to shut out, remove or reset the account that is signed in."""

    def __init__(self) -> None:
        super().__init__(
            say("Nobody can shut out, remove or reset the account that is signed in."),
            safe=NOTHING_CHANGED,
            todo=say("Let another supervisor do it; change your own password with the old one."),
        )


class NoSuchAccount(KnownError):
    """Something was to be done about an account that is not there."""

    def __init__(self, account: str) -> None:
        super().__init__(
            say("There is no account {account} at this desk.", account=account),
            safe=NOTHING_CHANGED,
            todo=say("Look at the list of accounts, and compare it letter by letter."),
        )


class LastSupervisor(KnownError):
    """Without this account nobody who stays could let anybody in again."""

    def __init__(self, account: str) -> None:
        super().__init__(
            say("{account} is the last supervisor of this desk who is here for good.", account=account),
            safe=NOTHING_CHANGED,
            todo=say("Add another supervisor first, whose account does not end."),
        )


class Accounts(Session):
    """What a supervisor does about accounts, and everybody about their own password. Every change is journalled."""

    def people(self) -> tuple[Account, ...]:
        """Everybody who has a key slot. Raises NobodySignedIn, NotAllowed."""
        with self._open(Right.MANAGE_PEOPLE):
            return self._vault.people()

    def add_person(
        self,
        account: str,
        *,
        name: str,
        role: Role,
        password: str,
        until: datetime | None = None,
        operation: Operation | None = None,
    ) -> None:
        """Give somebody a key slot and a first password; for a time, or for an operation, it ends by itself.

        Raises NotAllowed, AccountTaken, BadEnd, DiskFull, VaultNotWritten.
        """
        given = [each for each in (until, operation.ends_at if operation else None) if each is not None]
        ends_at = min(given, default=None)
        if ends_at is not None and ends_at <= self.now().trusted:
            raise BadEnd

        def give(key: bytes) -> None:
            self._vault.add(
                key,
                account=account,
                name=name,
                role=role,
                password=password,
                ends_at=ends_at,
                operation=operation.id if operation else "",
            )

        self._change("person added", account, give, **({"ends": ends_at.isoformat()} if ends_at else {}))

    def shut_out(self, account: str, *, disabled: bool) -> None:
        """Let somebody sign in no more, or again.

        Raises NotAllowed, NotOneself, NoSuchAccount, LastSupervisor, ShutOutByBureau, DiskFull, VaultNotWritten.
        """
        kind = "person shut out" if disabled else "person let in again"
        self._about_another(account, goes=disabled)
        self._change(kind, account, lambda _key: self._vault.set_disabled(account, disabled))

    def remove_person(self, account: str) -> None:
        """Take somebody's key slot away. Raises what `shut_out` raises."""
        self._about_another(account, goes=True)
        self._change("person removed", account, lambda _key: self._vault.remove(account))

    def reset_password(self, account: str, password: str) -> None:
        """Give somebody a new first password, who forgot the old one. Raises what `shut_out` raises."""
        self._about_another(account, goes=False)
        self._change("password reset", account, lambda key: self._vault.reset_password(key, account, password))

    def change_password(self, old: str, new: str) -> None:
        """Another password for whoever is signed in. Raises what `Vault.unlock` raises, and DiskFull."""
        with self._guard:
            desk, limited, at = self._unlocked, self._limited, self.now()
            who = desk or limited
            if who is None:
                raise NobodySignedIn
            account = who.signed_in.account
            if limited is not None:
                self._vault.change_password(account, old, new, at=at)
                self._note(limited, "password changed", at)
            elif desk is not None:
                with desk.store.transaction() as db:
                    journal.append(db, kind="password changed", who=account, at=at, details={"about": account})
                    # Inside: neither a wrong old password nor a full disk leaves one without the other.
                    self._vault.change_password(account, old, new, at=at)
            self.touch()

    def _about_another(self, account: str, *, goes: bool) -> None:
        """Refuse what would be done to oneself, to nobody, or to the last who can let people in."""
        with self._open(Right.MANAGE_PEOPLE) as desk:
            if desk.signed_in.account == account:
                raise NotOneself
        people = self._vault.people()
        if not any(each.account == account for each in people):
            raise NoSuchAccount(account)
        here = [each for each in people if each.role is Role.SUPERVISOR and not each.disabled]
        lasting = [each.account for each in here if each.ends_at is None]
        if goes and lasting == [account]:
            raise LastSupervisor(account)

    def _change(self, kind: str, about: str, change: Callable[[bytes], None], **more: str) -> None:
        with self._guard, self._open(Right.MANAGE_PEOPLE) as desk, desk.store.transaction() as db:
            who = desk.signed_in.account
            journal.append(db, kind=kind, who=who, at=self.now(), details={"about": about, **more})
            # Inside, so that what the key file refuses is not in the journal either.
            change(desk.store.key)
