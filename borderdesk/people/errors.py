"""What can go wrong at sign-in, in sentences that tell a guesser nothing."""

from __future__ import annotations

from pathlib import Path

from borderdesk.errors import NOTHING_CHANGED, KnownError, TamperingError
from borderdesk.words import say


class SignInRefused(KnownError):
    """Account and password do not fit. Which of the two is wrong is not said."""

    def __init__(self) -> None:
        super().__init__(
            say("The account and the password do not fit together."),
            safe=say("The lists stay locked. The attempt was counted."),
            todo=say("Try again with care; after some attempts the waiting time grows."),
        )


class WrongPassword(SignInRefused):
    """The account exists, the password is another."""


class PasswordTooShort(KnownError):
    """A new password that somebody would soon guess."""

    def __init__(self, least: int) -> None:
        super().__init__(
            say("This password is too short."),
            safe=NOTHING_CHANGED,
            todo=say("Take one of {least} characters or more; a few words in a row are easy to keep.", least=least),
        )


class UnknownAccount(SignInRefused):
    """Nobody of that account, or somebody who was shut out."""


class AccountEnded(KnownError):
    """The account was for a time, which is over."""

    def __init__(self) -> None:
        super().__init__(
            say("This account was for a time, which is over."),
            safe=say("The lists stay locked."),
            todo=say("Let somebody else sign in; a supervisor can make a new account."),
        )


class TimeInDoubt(KnownError):
    """The account is for a time, and the PC's clock cannot be right about how long the desk was off."""

    def __init__(self) -> None:
        super().__init__(
            say("This account is for a time, and the desk cannot be sure what time it is."),
            safe=say("The lists stay locked."),
            todo=say("Connect the link, or take in a stick from the bureau; then sign in again."),
        )


class BadEnd(KnownError):
    """An account was to end before it began."""

    def __init__(self) -> None:
        super().__init__(
            say("An account for a time ends in the future."),
            safe=NOTHING_CHANGED,
            todo=say("Give a later day, or an operation that still runs."),
        )


class WaitBeforeRetry(KnownError):
    """Too many wrong passwords; the account waits, whatever the password."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            say("After several wrong passwords this account has to wait {seconds} seconds.", seconds=seconds),
            safe=say("The lists stay locked. This attempt was not looked at."),
            todo=say("Wait that long, then try again; restarting the desk does not shorten it."),
        )
        self.seconds = seconds


class WrongRecoveryCode(KnownError):
    """The recovery code does not open this vault."""

    def __init__(self) -> None:
        super().__init__(
            say("The recovery code does not open this desk."),
            safe=NOTHING_CHANGED,
            todo=say("Compare it with the printed sheet, group by group."),
        )


class AccountTaken(KnownError):
    """An account of that name is there already."""

    def __init__(self, account: str) -> None:
        super().__init__(
            say("There already is an account {account} at this desk.", account=account),
            safe=NOTHING_CHANGED,
            todo=say("Choose another name, or remove the old account first."),
        )


class ShutOutByBureau(KnownError):
    """A supervisor wanted to let somebody in whom the bureau shut out."""

    def __init__(self, account: str) -> None:
        super().__init__(
            say("The bureau shut {account} out: only the bureau can let this account in again.", account=account),
            safe=NOTHING_CHANGED,
            todo=say("Call the bureau and ask it to order that; its number is on the page Help."),
        )


class VaultUnreadable(TamperingError):
    """The vault file is missing, damaged or was changed by something else."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            say("The key file {path} cannot be used ({reason}).", path=str(path), reason=reason),
            safe=say("The lists stay locked and unchanged."),
            todo=say("Restore the key file from its copy, or use the recovery sheet."),
        )
