"""Roles, and what each may do at a desk."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say


class Role(StrEnum):
    """What somebody is at a desk."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    TECHNICIAN = "technician"
    AUDITOR = "auditor"


class Right(StrEnum):
    """What a role may do. Commands and screens ask for a right, never for a role."""

    SCREEN = "screen travellers"
    READ_RECORDS = "read records"
    READ_HITS = "read hits"
    TAKE_UP_HITS = "take up hits"
    CLEAR = "review clearances"
    READ_JOURNAL = "read the journal"
    EXPORT_JOURNAL = "export the journal"
    PURGE_JOURNAL = "purge the journal"
    READ_DISCREET = "read discreet records"
    MANAGE_PEOPLE = "manage people"
    MAINTAIN = "install and diagnose"


RIGHTS: Final[dict[Role, frozenset[Right]]] = {
    Role.OFFICER: frozenset({Right.SCREEN, Right.READ_RECORDS, Right.READ_HITS, Right.TAKE_UP_HITS}),
    Role.SUPERVISOR: frozenset(
        {
            Right.SCREEN,
            Right.READ_RECORDS,
            Right.READ_HITS,
            Right.TAKE_UP_HITS,
            Right.CLEAR,
            Right.READ_DISCREET,
            Right.READ_JOURNAL,
            Right.EXPORT_JOURNAL,
            Right.PURGE_JOURNAL,
            Right.MANAGE_PEOPLE,
            Right.MAINTAIN,
        }
    ),
    Role.TECHNICIAN: frozenset({Right.MAINTAIN}),
    Role.AUDITOR: frozenset({Right.READ_JOURNAL, Right.EXPORT_JOURNAL}),
}


class Scope(StrEnum):
    """What a role's key slot opens. Rights say what the program lets somebody do; scopes what his key could open."""

    LISTS = "lists"  # the encrypted database: everything
    JOURNAL = "journal"  # the auditor's copy of the journal, and nothing else
    DIAGNOSTICS = "diagnostics"  # what the technician did, and nothing else


SCOPES: Final[dict[Role, Scope]] = {
    Role.OFFICER: Scope.LISTS,
    Role.SUPERVISOR: Scope.LISTS,
    Role.TECHNICIAN: Scope.DIAGNOSTICS,
    Role.AUDITOR: Scope.JOURNAL,
}


class NotAllowed(KnownError):
    """The role does not include this right."""

    def __init__(self, role: Role, right: Right) -> None:
        super().__init__(
            say("The role {role} may not {right} at this desk.", role=say(role.value), right=say(right.value)),
            safe=NOTHING_CHANGED,
            todo=say("Let somebody sign in who may do it."),
        )


def require(role: Role, right: Right) -> None:
    """Raises NotAllowed where the role does not include the right."""
    if right not in RIGHTS[role]:
        raise NotAllowed(role, right)
