"""Roles, and what each may do at a desk."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import Sentence, say


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
    READ_SCORES = "read other officers' drill scores"
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
            Right.READ_SCORES,
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


# Literals, because the catalogue of translations is drawn from them.
IN_WORDS: Final[Mapping[Role | Right, Sentence]] = {
    Role.OFFICER: say("officer"),
    Role.SUPERVISOR: say("supervisor"),
    Role.TECHNICIAN: say("technician"),
    Role.AUDITOR: say("auditor"),
    Right.SCREEN: say("screen travellers"),
    Right.READ_RECORDS: say("read records"),
    Right.READ_HITS: say("read hits"),
    Right.TAKE_UP_HITS: say("take up hits"),
    Right.CLEAR: say("review clearances"),
    Right.READ_JOURNAL: say("read the journal"),
    Right.EXPORT_JOURNAL: say("export the journal"),
    Right.PURGE_JOURNAL: say("purge the journal"),
    Right.READ_DISCREET: say("read discreet records"),
    Right.READ_SCORES: say("read other officers' drill scores"),
    Right.MANAGE_PEOPLE: say("manage people"),
    Right.MAINTAIN: say("install and diagnose"),
}


class NotAllowed(KnownError):
    """The role does not include this right."""

    def __init__(self, role: Role, right: Right) -> None:
        super().__init__(
            say("The role {role} may not {right} at this desk.", role=IN_WORDS[role], right=IN_WORDS[right]),
            safe=NOTHING_CHANGED,
            todo=say("Let somebody sign in who may do it."),
        )


def require(role: Role, right: Right) -> None:
    """Raises NotAllowed where the role does not include the right."""
    if right not in RIGHTS[role]:
        raise NotAllowed(role, right)
