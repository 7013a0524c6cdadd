"""Who somebody is at a desk, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from borderdesk.ids import AccountId
from borderdesk.people.roles import SCOPES, Role, Scope


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in at this desk."""

    account: AccountId
    name: str
    role: Role
    disabled: bool
    ends_at: datetime | None = None
    """When it ends by itself, in trusted time; None for an account that lasts."""
    operation: str = ""
    """The id of the operation it is for."""
    by_bureau: bool = False
    """Whether the bureau shut it out, and only the bureau can let it in again."""


@dataclass(frozen=True, slots=True)
class Unlocked:
    """Somebody who signed in, and the key of his role's scope: the replica key for those who may read lists."""

    key: bytes
    account: AccountId
    name: str
    role: Role
    next_key: bytes | None = None
    """The key that opens the lists where a re-keying was interrupted after it was done: see `open_lists`."""
    wrong_before: int = 0
    """Wrong passwords for this account since it last signed in."""
    ends_at: datetime | None = None
    """When the account ends by itself, None where it lasts."""
    operation: str = ""
    """The id of the operation it is for."""

    @property
    def scope(self) -> Scope:
        """What the key opens."""
        return SCOPES[self.role]

    def __repr__(self) -> str:
        """Without the key: representations end in logs."""
        return f"Unlocked(account={self.account!r}, role={self.role.value!r})"


def ends_with(ends_at: datetime | None, operation_ends_at: datetime | None) -> datetime | None:
    """When an account ends: at its own time, or with its operation where that is known to end before."""
    if ends_at is None or operation_ends_at is None:
        return ends_at
    return min(ends_at, operation_ends_at)
