"""Backup and restore: one archive that holds everything a bureau would need to go on elsewhere.

The database is copied as one consistent state while the bureau works; keys and published files go beside it. The
archive is as secret as the bureau itself. A bureau on PostgreSQL is backed up with `pg_dump`; its archive says so.
"""

from __future__ import annotations

import os
import re
import sqlite3
import tarfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say
from sync.bureau.home import BureauExists, Home

_DATABASE: Final = "bureau.db"
_ROOT: Final = re.compile(r"[1-9][0-9]{0,5}\.json")
_LOOSE: Final = ("bureau.json", "keys.cbor", "ca.pem")


class BackupFailed(KnownError):
    """A backup could not be written or is not one."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            say("The backup {path} could not be used ({reason}).", path=str(path), reason=reason),
            safe=NOTHING_CHANGED,
            todo=say("Look at the disk, or take another backup."),
        )


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What went into an archive: how many published files, and its size in bytes."""

    archive: Path
    files: int
    bytes: int


def back_up(home: Home, archive: Path) -> BackedUp:
    """Write the archive, for its owner only; never over another one. Raises BackupFailed."""
    if not home.database.startswith("sqlite:"):
        raise BackupFailed(archive, "the database is a server's; use pg_dump and copy the bureau's folder")
    files = 0
    try:
        with TemporaryDirectory(dir=home.folder) as staging:
            copy = Path(staging) / _DATABASE
            with closing(sqlite3.connect(home.folder / _DATABASE)) as held, closing(sqlite3.connect(copy)) as taken:
                held.backup(taken)
            with open(archive, "xb", opener=_private) as out, tarfile.open(fileobj=out, mode="w") as tar:
                tar.add(copy, _DATABASE)
                for name in _LOOSE:
                    tar.add(home.folder / name, name)
                # Files are published before the database names them, so every file of the copied state is here.
                for file in sorted(home.files.iterdir()):
                    if not file.name.endswith(".part"):
                        tar.add(file, f"files/{file.name}")
                        files += 1
            for root in sorted((home.folder / "roots").glob("*.json")):
                tar.add(root, f"roots/{root.name}")
    except (OSError, sqlite3.Error, tarfile.TarError) as error:
        raise BackupFailed(archive, str(error)) from error
    return BackedUp(archive, files, archive.stat().st_size)


def restore(archive: Path, folder: Path) -> Home:
    """Unpack an archive into a new folder. Raises BackupFailed, BureauExists.

    Only the names a backup has are taken from it, and no path, link or owner.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BureauExists(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / "files").mkdir(mode=0o700)
        (folder / "roots").mkdir(mode=0o700)
        with tarfile.open(archive) as tar:
            for member in tar:
                target = _target(folder, member)
                source = tar.extractfile(member) if target else None
                if target is None or source is None:
                    raise BackupFailed(archive, f"{member.name} does not belong in it")
                with source, open(target, "xb", opener=_private) as out:
                    while piece := source.read(1 << 20):
                        out.write(piece)
    except (OSError, tarfile.TarError) as error:
        raise BackupFailed(archive, str(error)) from error
    return Home.open(folder)


def _target(folder: Path, member: tarfile.TarInfo) -> Path | None:
    if not member.isreg():
        return None
    if member.name in (_DATABASE, *_LOOSE):
        return folder / member.name
    place, _, name = member.name.partition("/")
    is_hash = len(name) == 64 and all(character in "0123456789abcdef" for character in name)
    if place == "roots" and _ROOT.fullmatch(name):
        return folder / "roots" / name
    return folder / "files" / name if place == "files" and is_hash else None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
