"""What the window itself refuses, in sentences."""

from __future__ import annotations

from borderdesk.errors import KnownError
from borderdesk.words import say


class NobodySignedIn(KnownError):
    """A scan came while the desk was locked."""

    def __init__(self) -> None:
        super().__init__(
            say("A document was scanned, but nobody is signed in."),
            safe=say("It was not screened, and nothing of it was kept."),
            todo=say("Sign in, then scan it again."),
        )


class ActBeforeLeaving(KnownError):
    """The officer wants to lock or close the desk before a match on which nobody has acted. Asked again, it is done."""

    def __init__(self) -> None:
        super().__init__(
            say("The match on the screen has no recorded act yet."),
            safe=say(
                "If you leave now it is recorded as left open: the bureau and the second line see it, and it is"
                " back on this screen at the next sign-in."
            ),
            todo=say("Act on it now. If you must go, lock or close once more."),
        )


class ActNeeded(KnownError):
    """The officer wanted to leave a match on which nobody has acted."""

    def __init__(self) -> None:
        super().__init__(
            say("The match on the screen has no recorded act yet."),
            safe=say("It stays on the screen; scans that came meanwhile are kept."),
            todo=say("Take it up, refer it, or record that it is not the person."),
        )
