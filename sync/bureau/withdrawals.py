"""A file that is cut or empty withdraws whom it no longer names: many at once are withdrawn with a word only."""

from __future__ import annotations

from typing import Final

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say
from sync.bureau.lists import Difference

MANY_SHARE: Final = 0.1
"""Of the records that desks have: lists of sanctions lose one in a hundred in a month of theirs, a cut file half."""
MANY_LEAST: Final = 3
"""So few at least: of a short list one that ends is already many in a hundred."""


class ManyWithdrawn(KnownError):
    """An import would withdraw a large part of the list, and nobody said that it may."""

    def __init__(self, found: Difference) -> None:
        super().__init__(
            say(
                "The file would withdraw records of the list {list} from the desks: {withdrawn} of {published}.",
                list=found.list,
                withdrawn=found.withdrawn,
                published=_published(found),
            ),
            safe=NOTHING_CHANGED,
            todo=say(
                "Look whether the file is whole. If it is meant so, import it again and say that it may withdraw."
            ),
        )


def are_many(before: Difference, found: Difference) -> bool:
    """Whether an import withdraws so much more than waited `before` that somebody has to say it is meant."""
    more = found.withdrawn - before.withdrawn
    return (more >= MANY_LEAST and more > MANY_SHARE * _published(found)) or (more > 0 and found.rows == 0)


def _published(found: Difference) -> int:
    return found.rows - found.added + found.withdrawn
