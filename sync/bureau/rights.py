"""Who may do what at the bureau: roles of its people, scopes of the tokens that programs use."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import Sentence, say


class Right(StrEnum):
    """What a role includes, or a token may be given. Pages and calls ask for a right, never for a role."""

    READ_POSTS = "posts"
    READ_HITS = "hits"
    ANSWER_HITS = "hits:answer"
    READ_LISTS = "lists"
    EDIT_LISTS = "lists:edit"
    PUBLISH = "publish"
    MANAGE_POSTS = "posts:manage"
    MANAGE_PEOPLE = "people"
    READ_JOURNAL = "journal"
    SCREEN = "screen"
    METRICS = "metrics"


class BureauRole(StrEnum):
    """What somebody is at the bureau."""

    DUTY = "duty officer"
    LISTS = "list editor"
    PUBLISHER = "publisher"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"


_READING: Final = frozenset({Right.READ_POSTS, Right.READ_HITS, Right.READ_LISTS})

RIGHTS: Final[dict[BureauRole, frozenset[Right]]] = {
    BureauRole.DUTY: _READING | {Right.ANSWER_HITS, Right.SCREEN},
    BureauRole.LISTS: _READING | {Right.EDIT_LISTS},
    BureauRole.PUBLISHER: _READING | {Right.EDIT_LISTS, Right.PUBLISH},
    BureauRole.SUPERVISOR: frozenset(Right) - {Right.METRICS},
    BureauRole.AUDITOR: frozenset({Right.READ_POSTS, Right.READ_LISTS, Right.READ_JOURNAL}),
}


RIGHT_NAMES: Final[dict[Right, Sentence]] = {
    Right.READ_POSTS: say("see posts"),
    Right.READ_HITS: say("see hits"),
    Right.ANSWER_HITS: say("answer hits"),
    Right.READ_LISTS: say("see lists"),
    Right.EDIT_LISTS: say("edit lists"),
    Right.PUBLISH: say("publish lists"),
    Right.MANAGE_POSTS: say("manage posts and rules"),
    Right.MANAGE_PEOPLE: say("manage people"),
    Right.READ_JOURNAL: say("see the journal"),
    Right.SCREEN: say("screen"),
    Right.METRICS: say("read metrics"),
}
"""What every right lets somebody do."""


class NotEntitled(KnownError):
    """The role or the token does not include this right."""

    def __init__(self, who: str, right: Right) -> None:
        super().__init__(
            say("{who} may not do this: it takes the right {right}.", who=who, right=RIGHT_NAMES[right]),
            safe=NOTHING_CHANGED,
            todo=say("Ask a supervisor of the bureau."),
        )


class UnknownRight(KnownError):
    """A right that there is not."""

    def __init__(self, right: str) -> None:
        super().__init__(
            say("There is no right called {right}.", right=right),
            safe=NOTHING_CHANGED,
            todo=say("Choose among {known}.", known=", ".join(one.value for one in Right)),
        )


def right_of(name: str) -> Right:
    """The right of that name. Raises UnknownRight."""
    for right in Right:
        if right.value == name:
            return right
    raise UnknownRight(name)
