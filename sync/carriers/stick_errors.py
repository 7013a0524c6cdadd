"""Why a stick cannot be used, and what to do about it."""

from __future__ import annotations

from pathlib import Path

from borderdesk.errors import KnownError, TamperingError
from borderdesk.words import say
from sync.carriers.types import SAFE


class StickUnusable(KnownError):
    """The stick is not there, not readable, or full."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            say("The stick at {path} cannot be used ({reason}).", path=str(path), reason=reason),
            safe=SAFE,
            todo=say("Check that it is plugged in and has room, or take another one."),
        )


class NoStick(StickUnusable):
    """A folder of this computer where a stick was meant: nothing is there, or it lies on this computer's own disk."""

    def __init__(self, path: Path) -> None:
        KnownError.__init__(
            self,
            say("There is no stick at {path}: this folder is on this computer's own disk.", path=str(path)),
            safe=say("Nothing was written there. What waits is kept, and the lists already held stay in use."),
            todo=say("Plug the stick in, wait a moment, and choose it again."),
        )


class StickPulledOut(StickUnusable):
    """It was there when the exchange began."""

    def __init__(self, path: Path) -> None:
        KnownError.__init__(
            self,
            say("The stick at {path} was pulled out before it was done.", path=str(path)),
            safe=SAFE,
            todo=say("Plug it in again, or another one, and begin again: the desk goes on where it stopped."),
        )


class StickFull(StickUnusable):
    """It can be read, and takes nothing more."""

    def __init__(self, path: Path, *, write_protected: bool) -> None:
        KnownError.__init__(
            self,
            say("The stick at {path} is write-protected: reports cannot be left on it.", path=str(path))
            if write_protected
            else say("The stick at {path} is full: not all reports have room on it.", path=str(path)),
            safe=say("What it brought is taken in all the same. Reports that are not on it wait on the desk."),
            todo=say("Take another stick for the reports, or make room on this one."),
        )


class StickTrap(TamperingError):
    """Something on the stick is not a plain file: a link, a pipe, a device."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say("{name} on the stick is not a plain file; sticks made by BorderDesk hold nothing else.", name=name),
            safe=say("It was not opened; nothing was taken from the stick."),
            todo=say("Keep this stick aside and tell the bureau who brought it."),
        )
