"""Who this desk is and whom it believes: what enrolment gave it, kept twice.

The link's half lies beside the store, readable by its owner only, so that the link works while the desk is locked. The
same bytes lie inside the encrypted store together with the desk's own keys, and at every unlock the two must agree:
whoever swaps the bureau's keys on the disk is found out before anything is believed on their account.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlite_utils import Database, Migrations

from borderdesk.errors import KnownError, TamperingError
from borderdesk.words import say
from sync.trust import DeskKeys, LinkIdentity
from sync.wire.refusals import Malformed

MIGRATIONS = Migrations("identity")

VAULT: Final = "vault.json"
STORE: Final = "desk.db"
SPOOL: Final = "spool.db"
LINK: Final = "link.identity"
MACHINE_SECRET: Final = "machine.secret"  # noqa: S105 - a file's name


@MIGRATIONS()
def make_identity(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE identity (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            link BLOB NOT NULL,            -- the same bytes as beside the store
            keys BLOB NOT NULL             -- the desk's private keys
        ) STRICT"""
    )


class NotEnrolled(KnownError):
    """The folder holds no desk."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            say("There is no enrolled desk in {folder}.", folder=str(folder)),
            safe=say("Nothing was changed."),
            todo=say("Enrol this desk with the code the bureau gave you: borderdesk enrol."),
        )


class IdentityAltered(TamperingError):
    """The identity on the disk is not the one this desk was enrolled with."""

    def __init__(self) -> None:
        super().__init__(
            say("The file that says whom this desk believes was altered."),
            safe=say("Nothing was accepted on its account; lists and hits are as they were."),
            todo=say("Do not use the link. Call the bureau; the desk must be enrolled again."),
        )


def keep(db: Database, link: bytes, keys: DeskKeys) -> None:
    """Put both halves into the store, at enrolment. `link` is the exact content of the file beside it."""
    db.table("identity").insert({"id": 1, "link": link, "keys": keys.serialise()})


def recall(db: Database, link: bytes) -> DeskKeys:
    """The desk's keys, after comparing the file beside the store with what is inside. Raises IdentityAltered.

    Bytes are compared, not meanings: a newer program may read the same file differently.
    """
    inside, keys = db.conn.execute("SELECT link, keys FROM identity").fetchone()
    if bytes(inside) != link:
        raise IdentityAltered
    return DeskKeys.deserialise(bytes(keys))


@dataclass(frozen=True, slots=True)
class LinkFile:
    """The link's half as it lies on the disk, and what it says."""

    content: bytes
    link: LinkIdentity


def read_link(folder: Path) -> LinkFile:
    """The link's half of the desk in this folder. Raises NotEnrolled or IdentityAltered."""
    path = folder / LINK
    if not path.exists():
        raise NotEnrolled(folder)
    content = path.read_bytes()
    try:
        return LinkFile(content, LinkIdentity.decode(content))
    except Malformed as error:
        raise IdentityAltered from error


def write_private(path: Path, content: bytes) -> None:
    """A new file that only its owner can read; complete, or not there at all."""
    temporary = path.with_name(path.name + ".new")
    handle = os.open(temporary, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
