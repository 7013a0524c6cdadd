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
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say
from sync.bureau.home import BureauExists, Home

_DATABASE: Final = "bureau.db"
_ROOT: Final = re.compile(r"[1-9][0-9]{0,5}\.json")
_DUMP: Final = "bureau.dump"
"""PostgreSQL's own custom format."""

_STAGING: Final = "backup.part"
_END: Final = 2 * tarfile.BLOCKSIZE

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
    """Write the archive, for its owner only; never over another one. Raises BackupFailed.

    It has its name once it is whole and on the disk: one that was broken off is not taken for a backup.
    """
    part = archive.with_name(f"{archive.name}.part")
    try:
        if archive.exists():
            raise BackupFailed(archive, "it is there already")
        with home.alone("backup") as ours:
            if not ours:
                raise BackupFailed(archive, "another backup is under way")
            part.unlink(missing_ok=True)
            with _fresh(home.folder / _STAGING) as staging, open(part, "xb", opener=_private) as out:
                files = _pack(home, _copy(home, staging, archive), out)
                out.flush()
                os.fsync(out.fileno())
            part.rename(archive)
    except (OSError, sqlite3.Error, tarfile.TarError) as error:
        part.unlink(missing_ok=True)
        raise BackupFailed(archive, str(error)) from error
    return BackedUp(archive, files, archive.stat().st_size)


def _pack(home: Home, copy: Path, out: IO[bytes]) -> int:
    """Everything into one archive; how many published files there are."""
    files = 0
    with tarfile.open(fileobj=out, mode="w") as tar:
        tar.add(copy, copy.name)
        for name in _LOOSE:
            tar.add(home.folder / name, name)
        for root in sorted((home.folder / "roots").glob("*.json")):
            tar.add(root, f"roots/{root.name}")
        # Files are published before the database names them, so every file of the copied state is here.
        for file in sorted(home.files.iterdir()):
            if not file.name.endswith(".part"):
                tar.add(file, f"files/{file.name}")
                files += 1
    return files


@contextmanager
def _fresh(folder: Path) -> Iterator[Path]:
    """An empty folder of our own. What one that was killed has left there goes first."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
        _refuse_cut(archive)
        folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Under its own name only once it is whole: a restore that was killed is begun again.
        with _fresh(folder.with_name(f"{folder.name}.part")) as staging:
            _unpack(archive, staging)
            _fill(archive, staging, database)
            staging.rename(folder)
    except (OSError, tarfile.TarError) as error:
        raise BackupFailed(archive, str(error)) from error
    return Home.open(folder)


def _unpack(archive: Path, folder: Path) -> None:
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


def _refuse_cut(archive: Path) -> None:
    """An archive ends with empty blocks; one that was cut off between two files would be read as whole without them."""
    with archive.open("rb") as file:
        file.seek(0, os.SEEK_END)
        if file.tell() < _END:
            raise BackupFailed(archive, "it is cut off")
        file.seek(-_END, os.SEEK_END)
        if any(file.read()):
            raise BackupFailed(archive, "it is cut off")


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
