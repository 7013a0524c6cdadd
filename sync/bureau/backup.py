"""Backup and restore: one archive that holds everything a bureau would need to go on elsewhere.

The database is copied as one consistent state while the bureau works (by SQLite's own copy, or by `pg_dump`); keys and
published files go beside it. The archive is as secret as the bureau itself.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
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
_DUMP: Final = "bureau.dump"
"""PostgreSQL's own custom format."""

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
    files = 0
    try:
        with TemporaryDirectory(dir=home.folder) as staging:
            copy = _copy(home, Path(staging), archive)
            with open(archive, "xb", opener=_private) as out, tarfile.open(fileobj=out, mode="w") as tar:
                tar.add(copy, copy.name)
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


def _copy(home: Home, staging: Path, archive: Path) -> Path:
    """One consistent state of the database, as a file."""
    if home.database.startswith("sqlite:"):
        copy = staging / _DATABASE
        with closing(sqlite3.connect(home.folder / _DATABASE)) as held, closing(sqlite3.connect(copy)) as taken:
            held.backup(taken)
        return copy
    copy = staging / _DUMP
    _run(archive, "pg_dump", "--format=custom", "--no-owner", f"--file={copy}", _plain_url(home.database))
    return copy


def _run(archive: Path, program: str, *arguments: str) -> None:
    """One of PostgreSQL's own programs. Raises BackupFailed."""
    found = shutil.which(program)
    if found is None:
        raise BackupFailed(archive, f"{program} is not installed")
    command = [found, *arguments]  # a program of PostgreSQL's, arguments of ours
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise BackupFailed(archive, done.stderr.strip()[:300] or program)


def _plain_url(database: str) -> str:
    """SQLAlchemy's address as PostgreSQL's programs read it."""
    scheme, _, rest = database.partition("://")
    return f"{scheme.partition('+')[0]}://{rest}"


def restore(archive: Path, folder: Path, *, database: str = "") -> Home:
    """Unpack an archive into a new folder, and a server's database into `database`, an SQLAlchemy URL of an empty one.

    Raises BackupFailed, BureauExists. Only the names a backup has are taken from it, and no path, link or owner.
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
        _fill(archive, folder, database)
    except (OSError, tarfile.TarError) as error:
        raise BackupFailed(archive, str(error)) from error
    return Home.open(folder)


def _fill(archive: Path, folder: Path, database: str) -> None:
    """Bring a server's database back, and note where it is now."""
    dump = folder / _DUMP
    if not dump.exists():
        if database:
            raise BackupFailed(archive, "it holds its database as a file; give none")
        return
    if not database.startswith("postgresql"):
        raise BackupFailed(archive, "it needs an empty PostgreSQL database: give its URL with --database")
    arguments = ("--no-owner", "--exit-on-error", "--single-transaction", f"--dbname={_plain_url(database)}")
    _run(archive, "pg_restore", *arguments, str(dump))
    dump.unlink()
    card = folder / "bureau.json"
    plain = json.loads(card.read_text(encoding="utf-8"))
    card.write_text(json.dumps({**plain, "database": database}, indent=2), encoding="utf-8")


def _target(folder: Path, member: tarfile.TarInfo) -> Path | None:
    if not member.isreg():
        return None
    if member.name in (_DATABASE, _DUMP, *_LOOSE):
        return folder / member.name
    place, _, name = member.name.partition("/")
    is_hash = len(name) == 64 and all(character in "0123456789abcdef" for character in name)
    if place == "roots" and _ROOT.fullmatch(name):
        return folder / "roots" / name
    return folder / "files" / name if place == "files" and is_hash else None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
