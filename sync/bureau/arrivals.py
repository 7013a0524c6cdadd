"""Files that were handed in on a page: kept on the disk until they are taken over, their reports for longer.

Every file lies in a folder of its own under `imports/`, named by us and for the bureau's user only: what somebody
called it is shown and never used. What is known of it stands beside it as JSON, replaced whole, so that every worker on
the same folder sees the same. A file is work: it goes once it was taken over, refused, or left for a day.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.ids import random_id
from borderdesk.watchlist.readers import Refusal
from borderdesk.words import Sentence, say
from sync.bureau.differences import RecordChange
from sync.bureau.formats import Plan
from sync.bureau.home import DiskRefused, Home
from sync.bureau.lists import Difference

MOST_BYTES: Final = 4 << 30
"""Of one file: a hundred million rows of documents, or all that is public of every list there is."""
LEFT_FREE: Final = 1 << 30
"""Bytes of the disk that no file may take: hits are kept there too."""
KEPT_FOR: Final = timedelta(hours=24)
"""How long a file waits to be taken over."""
REPORTS_KEPT: Final = 200
_LONGEST_NAME: Final = 120


class TooLarge(KnownError):
    """A file is larger than what is taken, or than what the disk has room for."""

    def __init__(self, most: int) -> None:
        super().__init__(
            say("The file is larger than there is room for here: {most} MB.", most=most >> 20),
            safe=NOTHING_CHANGED,
            todo=say("Import it at the server (borderdesk-bureau lists import), or free some space."),
        )


class UnknownArrival(KnownError):
    """A file that is not here, or not any more, or somebody else's."""

    def __init__(self) -> None:
        super().__init__(
            say("This file is not here any more: it was taken over, refused, or left for a day."),
            safe=NOTHING_CHANGED,
            todo=say("Hand it in again."),
        )


class Busy(KnownError):
    """Another file is being read."""

    def __init__(self) -> None:
        super().__init__(
            say("Another file is being read just now."),
            safe=NOTHING_CHANGED,
            todo=say("Wait until it is done; this one stays where it is."),
        )


class Stage(StrEnum):
    """How far a file has come."""

    HERE = "here"
    LOOKING = "looking"
    LOOKED = "looked"
    TAKING = "taking"
    TAKEN = "taken"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What reading the file came to: the difference, and the first of what changes and of what was refused.

    `reasons` is loss, field, reason and how often, most frequent first. `many`: taking it over takes a word.
    """

    imported: int
    difference: Difference
    changes: tuple[RecordChange, ...]
    many: bool
    refusals: tuple[Refusal, ...]
    refused: int
    reasons: tuple[tuple[str, str, str, int], ...]
    generated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file: what it is, and how far it has come. `records` were read and `position` bytes of it, at the last look.

    `other` is the second file of a list that comes in two. `refused` says what ended it: happened, safe, to do.
    """

    id: str
    by: str
    name: str
    at: datetime
    stage: Stage = Stage.HERE
    size: int = 0
    sha256: str = ""
    other: str = ""
    plan: Plan | None = None
    records: int = 0
    position: int = 0
    outcome: Outcome | None = None
    refused: tuple[Sentence, ...] = ()


_ARRIVAL: Final = TypeAdapter(Arrival)


def shown_name(name: str) -> str:
    """What somebody called a file, as it can be shown: no folders, nothing that cannot be printed, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable())[:_LONGEST_NAME] or "–"


class Arrivals:
    """The folder of one bureau. Every method raises DiskRefused where the disk refuses."""

    def __init__(self, home: Home) -> None:
        self._folder = home.folder / "imports"

    def begin(self, by: str, at: datetime) -> Arrival:
        """A place for a file to come."""
        made = Arrival(random_id(), by, "", at)
        with _disk(self._folder):
            self.place(made.id).mkdir(parents=True, mode=0o700)
        self.put(made)
        return made

    def place(self, id_: str) -> Path:
        """The folder of one file."""
        return self._folder / id_

    def file(self, one: Arrival, *, other: bool = False) -> Path:
        """Where its bytes lie."""
        return self.place(one.id) / ("other" if other else "file")

    def report(self, one: Arrival) -> Path:
        """Where the report of what was refused lies."""
        return self.place(one.id) / "report.csv"

    def room(self) -> int:
        """Bytes that a file may have now."""
        with _disk(self._folder):
            self._folder.mkdir(exist_ok=True, mode=0o700)
            return max(0, min(MOST_BYTES, shutil.disk_usage(self._folder).free - LEFT_FREE))

    def of(self, id_: str) -> Arrival:
        """One file. Raises UnknownArrival."""
        if not (id_.isalnum() and id_.isascii()):
            raise UnknownArrival
        try:
            return _ARRIVAL.validate_json((self.place(id_) / "state.json").read_bytes())
        except (OSError, ValidationError) as error:
            raise UnknownArrival from error

    def all(self) -> tuple[Arrival, ...]:
        """Every file and every kept report, the newest first."""
        with _disk(self._folder):
            names = [one.name for one in self._folder.iterdir() if one.is_dir()] if self._folder.exists() else []
        found = []
        for name in names:
            try:
                found.append(self.of(name))
            except UnknownArrival:
                continue  # one that comes just now, or goes
        return tuple(sorted(found, key=lambda one: (one.at, one.id), reverse=True))

    def put(self, one: Arrival) -> Arrival:
        """Remember how far it has come."""
        target = self.place(one.id) / "state.json"
        with _disk(target):
            staged = target.with_suffix(f".{os.getpid()}")
            staged.write_bytes(_ARRIVAL.dump_json(one))
            staged.replace(target)
        return one

    def arrived(self, one: Arrival, name: str, digest: str, size: int, *, other: bool = False) -> Arrival:
        """The bytes are all here."""
        if other:
            return self.put(replace(one, other=shown_name(name), stage=Stage.HERE, outcome=None))
        return self.put(replace(one, name=shown_name(name), sha256=digest, size=size))

    def forget_file(self, one: Arrival) -> None:
        """Delete the bytes; what is known of them stays."""
        with _disk(self.place(one.id)):
            for other in (False, True):
                self.file(one, other=other).unlink(missing_ok=True)

    def drop(self, one: Arrival) -> None:
        """Somebody does not want the file: it goes, and its report."""
        with _disk(self.place(one.id)):
            shutil.rmtree(self.place(one.id), ignore_errors=True)

    def sweep(self, now: datetime) -> None:
        """Let go of what was left for a day, and of the oldest reports."""
        kept = 0
        for one in self.all():
            kept += one.stage is Stage.TAKEN
            waits = one.stage is not Stage.TAKEN and now - one.at < KEPT_FOR
            if not waits and not (one.stage is Stage.TAKEN and kept <= REPORTS_KEPT):
                self.drop(one)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Nobody else reads a file meanwhile, in no process on this folder. Raises Busy."""
        handle = self._lock()
        try:
            while not _takes(handle, fcntl.LOCK_EX):
                if not _takes(handle, fcntl.LOCK_SH):
                    raise Busy
                # Only somebody who asks whether a file is being read; that takes no time.
                fcntl.flock(handle, fcntl.LOCK_UN)
            yield
        finally:
            os.close(handle)

    def _lock(self) -> int:
        with _disk(self._folder):
            return os.open(self._folder / "reading", os.O_RDWR | os.O_CREAT, 0o600)

    @property
    def is_reading(self) -> bool:
        """Whether a file is being read, by whatever process."""
        handle = self._lock()
        try:
            return not _takes(handle, fcntl.LOCK_SH)
        finally:
            os.close(handle)


class Incoming:
    """The bytes of one file on their way to the disk: never more of them in memory than one piece."""

    def __init__(self, path: Path, most: int) -> None:
        self._path, self._most = path, most
        self._digest = sha256()
        self.size = 0
        with _disk(path):
            self._file = path.open("xb")

    def write(self, piece: bytes) -> None:
        """One piece more. Raises TooLarge, DiskRefused."""
        self.size += len(piece)
        if self.size > self._most:
            raise TooLarge(self._most)
        self._digest.update(piece)
        with _disk(self._path):
            self._file.write(piece)

    def end(self) -> str:
        """All of it is here: the SHA-256."""
        with _disk(self._path):
            self._file.flush()
            os.fsync(self._file.fileno())
        self.close()
        return self._digest.hexdigest()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _takes(handle: int, lock: int) -> bool:
    try:
        fcntl.flock(handle, lock | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _disk(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DiskRefused(path, error.strerror or str(error)) from error
