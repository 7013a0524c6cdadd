"""What a desk does when its bureau has revoked it: it destroys what opens its lists.

Without the key slots and the secret of the machine the encrypted store cannot be opened by anybody, password or not.
That holds from the moment the desk hears of it: a stolen desk that is never connected keeps what it has. On flash
memory the old blocks may survive an overwriting for a while; the slots in them still need a password.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from borderdesk.errors import KnownError
from borderdesk.people import forget_machine_secret
from borderdesk.words import say
from sync.agent import identity as identities

MARK: Final = "revoked"
"""The bureau's signed revocation, kept where the keys were."""


class DeskRevoked(KnownError):
    """The bureau has revoked this desk."""

    def __init__(self) -> None:
        super().__init__(
            say("The bureau has revoked this desk; its keys were destroyed."),
            safe=say("The lists can no longer be opened. Reports that wait are still sealed in the spool."),
            todo=say(
                "Use another desk or the telephone. Call the bureau; a new desk must be enrolled in a new folder."
            ),
        )


def destroy(folder: Path, proof: bytes) -> None:
    """Destroy what opens the lists. `proof` is the revocation, verified by the caller. May be done again."""
    identities.write_private(folder / MARK, proof)
    finish(folder)


def finish(folder: Path) -> None:
    """What a power cut may have left of it."""
    forget_machine_secret(folder / identities.MACHINE_SECRET)
    for name in (identities.VAULT, identities.MACHINE_SECRET):
        path = folder / name
        if not path.exists():
            continue
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()


def refuse_if_revoked(folder: Path) -> None:
    """Raises DeskRevoked where the mark is there."""
    if (folder / MARK).exists():
        finish(folder)
        raise DeskRevoked
