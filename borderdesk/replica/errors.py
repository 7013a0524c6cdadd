"""When the replica refuses."""

from __future__ import annotations

from borderdesk.errors import KnownError, TamperingError
from borderdesk.watchlist import Edition
from borderdesk.words import Sentence, say


class EditionRefused(TamperingError):
    """An edition does not lead from what is held to what its signed description says. Nothing of it was kept."""

    def __init__(self, edition: Edition, reason: Sentence) -> None:
        super().__init__(
            say(
                "Edition {edition} of the list {list} was refused: {reason}",
                edition=edition.number,
                list=edition.watchlist.name,
                reason=reason,
            ),
            safe=say("The edition held before is unchanged and goes on answering."),
            todo=say("Fetch the list again; if it is refused again, tell the bureau this sentence."),
        )
        self.edition = edition
        self.reason = reason


class StateDiffers(EditionRefused):
    """What results of a change is not what the bureau published, though the change came as it was signed: what is held
    is not what it should be."""


class ApplyStopped(KnownError):
    """A whole list was not put in use because the desk was locked in the middle of it."""

    def __init__(self, edition: Edition) -> None:
        super().__init__(
            say("The list {list} is not in use yet: it was interrupted.", list=edition.watchlist.name),
            safe=say("The edition held before is unchanged and goes on answering."),
            todo=say("Sign in: it goes on where it stopped."),
        )
