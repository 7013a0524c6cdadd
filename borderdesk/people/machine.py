"""What only this machine has: a copied vault and a guessed password are not enough without it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from borderdesk.errors import KnownError
from borderdesk.people.slots import Entropy
from borderdesk.words import say

SECRET_BYTES: Final = 32


class MachineSecretMissing(KnownError):
    """The machine's secret is not there, or is not one."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            say("This machine's own secret {path} is missing or damaged.", path=str(path)),
            safe=say("The lists are unchanged, but no password can open them on this machine."),
            todo=say("Restore the file, or use the recovery sheet to enrol people again."),
        )


def make_machine_secret(path: Path, entropy: Entropy = secrets.token_bytes) -> bytes:
    """Make the secret at enrolment, in a file that only its owner can read. Raises FileExistsError if there is one."""
    secret = entropy(SECRET_BYTES)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    return secret


def read_machine_secret(path: Path) -> bytes:
    """The secret. Raises MachineSecretMissing."""
    try:
        secret = path.read_bytes()
    except OSError as error:
        raise MachineSecretMissing(path) from error
    if len(secret) != SECRET_BYTES:
        raise MachineSecretMissing(path)
    return secret
