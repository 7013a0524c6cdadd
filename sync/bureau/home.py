"""The bureau's folder: what it is called, its keys, its database, and the files it has published."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.ids import BureauId
from borderdesk.words import say
from sync.bureau.database import sqlite_url

_CARD: Final = "bureau.json"


class NoBureauHere(KnownError):
    """The folder holds no bureau."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            say("There is no bureau in the folder {folder}.", folder=str(folder)),
            safe=NOTHING_CHANGED,
            todo=say("Name its folder with --dir, or make one with: borderdesk-bureau init DIR"),
        )


class BureauExists(KnownError):
    """The folder is in use."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            say("The folder {folder} is not empty.", folder=str(folder)),
            safe=NOTHING_CHANGED,
            todo=say("Choose a new folder for the bureau."),
        )


class DiskRefused(KnownError):
    """A file could not be written."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            say("The file {path} could not be written ({reason}).", path=str(path), reason=reason),
            safe=say("What was published before stays as it was."),
            todo=say("Free some space or mend the folder's permissions, then do it again."),
        )


@dataclass(frozen=True, slots=True)
class Home:
    """A bureau's folder and the card in it. `country` is the state's code in ICAO letters."""

    folder: Path
    id: BureauId
    name: str
    country: str
    database: str

    @property
    def keys(self) -> Path:
        return self.folder / "keys.cbor"

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def files(self) -> Path:
        return self.folder / "files"

    def file(self, digest: bytes) -> Path:
        """Where a published file lies: its name is the SHA-256 of its bytes."""
        return self.files / digest.hex()

    def delete_file(self, digest: bytes) -> None:
        """Delete a published file that nobody is offered any more, if it is there. Raises DiskRefused."""
        try:
            self.file(digest).unlink(missing_ok=True)
        except OSError as error:
            raise DiskRefused(self.file(digest), error.strerror or str(error)) from error

    def publish_file(self, data: bytes) -> bytes:
        """Keep one immutable file, on disk before this returns; give its SHA-256. Raises DiskRefused."""
        digest = sha256(data).digest()
        target = self.file(digest)
        if target.exists():
            return digest
        staged = target.with_suffix(".part")
        try:
            with staged.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            staged.chmod(0o444)
            staged.rename(target)
            _sync_folder(self.files)
        except OSError as error:
            raise DiskRefused(target, error.strerror or str(error)) from error
        return digest

    @contextmanager
    def alone(self, work: str) -> Iterator[bool]:
        """Whether this process does a work that no other one on this folder is at. Raises DiskRefused."""
        place = self.folder / f"{work}.lock"
        try:
            descriptor = os.open(place, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise DiskRefused(place, error.strerror or str(error)) from error
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(descriptor)

    @classmethod
    def make(cls, folder: Path, bureau: BureauId, name: str, country: str, database: str = "") -> Home:
        """Lay out an empty folder, for its owner only. Raises BureauExists, DiskRefused."""
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if any(folder.iterdir()):
                raise BureauExists(folder)
            (folder / "files").mkdir(mode=0o700)
            card = {"id": bureau, "name": name, "country": country, "database": database}
            (folder / _CARD).write_text(json.dumps(card, indent=2), encoding="utf-8")
        except OSError as error:
            raise DiskRefused(folder, error.strerror or str(error)) from error
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Home:
        """Raises NoBureauHere."""
        try:
            card = json.loads((folder / _CARD).read_text(encoding="utf-8"))
            database = card["database"] or sqlite_url(folder / "bureau.db")
            return cls(folder, BureauId(card["id"]), card["name"], card["country"], database)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NoBureauHere(folder) from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
