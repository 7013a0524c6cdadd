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


class MatchNotKept(KnownError):
    """The desk was left with a match on it, and a full disk did not take that. It is read on the locked screen, too."""

    def __init__(self) -> None:
        super().__init__(
            say("A match was left without an act, and the disk had no room to record it."),
            safe=say("Neither the bureau nor the second line knows of it, and it may not be back at the next sign-in."),
            todo=say(
                "Note document and time on paper, tell the second line now, and have the technician free some space."
            ),
        )


class Unwritten(KnownError):
    """The desk was locked while entries of the journal waited for room on the disk."""

    def __init__(self, waiting: int) -> None:
        super().__init__(
            say("Entries of the journal that wait for room on the disk: {count}.", count=waiting),
            safe=say("They name no traveller any more: nobody in them is compared with later lists."),
            todo=say("Have the technician free some space before the desk is switched off, or they are lost."),
        )


class WritingWaits(KnownError):
    """The officer wants to close the program while answers wait for room on the disk. Asked again, it is done."""

    def __init__(self, waiting: int) -> None:
        super().__init__(
            say("Entries of the journal that wait for room on the disk: {count}.", count=waiting),
            safe=say(
                "They are in memory. If the program ends now they are lost, and the screenings in them with them."
            ),
            todo=say("Have the technician free some space first. If you must go, close once more."),
        )


class LostOnClosing(KnownError):
    """The program ends, and what waited for room on the disk with it."""

    def __init__(self, lost: int) -> None:
        super().__init__(
            say("Entries of the journal that the full disk did not take, and that are lost: {count}.", count=lost),
            safe=say("Nobody in them is compared with later lists. What was stored before is complete."),
            todo=say("Note on paper what was screened last, and have the technician free some space."),
        )
