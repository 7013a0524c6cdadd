"""The stick: the same files and the same verifier, carried by hand.

A stick is a folder `BORDERDESK` with flat names that FAT32 can hold and that say nothing to a finder:

    page-<desk>.bd        the signed manifest of the desk's scope
    file-<sha256>.bd      an encrypted edition file
    key-<grant>.bd        a signed key grant
    up-<envelope>.bd      a sealed upload, on its way to the bureau
    rcpt-<receipt>.bd     a signed receipt, on its way to the desk
    mail-<letter>.bd      a signed letter
    stop-<desk>.bd        a signed revocation
    root-<version>.bd     a signed root of trust

All but roots and edition files are wrapped for the one desk they are for, or for the bureau (`sync.wire.wrapping`): a
finder learns how many there are and how long, and no name of a list, a post or an operation.

A stick may have been anywhere. Nothing on it is believed, no name on it is used as a path, only plain files are opened
and never through links, and of each no more is read than such a thing may have.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Final

from borderdesk.ids import DeskId
from sync.carriers.stick_errors import NoStick, StickFull, StickPulledOut, StickTrap, StickUnusable
from sync.carriers.stick_names import (
    file_name,
    grant_name,
    letter_name,
    letters_to,
    page_name,
    receipt_name,
    receipts_of,
    root_name,
    stop_name,
)
from sync.carriers.types import NotAccepted, NotThere, Traffic
from sync.trust.root import MAX_ROOT
from sync.wire import Scope
from sync.wire.grants import MAX_GRANT
from sync.wire.letters import MAX_LETTER
from sync.wire.manifest import ANY, MAX_MANIFEST
from sync.wire.revocation import MAX_REVOCATION
from sync.wire.uploads import MAX_ENVELOPE, MAX_RECEIPT
from sync.wire.wrapping import BUREAU_OVERHEAD, DESK_OVERHEAD

FOLDER: Final = "BORDERDESK"
MOST_FILES: Final = 100_000
"""Names looked at in one folder; a stick with more was made to keep somebody busy."""

_NAME: Final = re.compile(r"(page|file|key|up|rcpt|mail)-([0-9a-f]{32,64})\.bd")
Wrap = Callable[[bytes], bytes]
_SPARE: Final = 1024 * 1024
_TAKES_NOTHING: Final = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
_GONE: Final = (errno.ENOENT, errno.EIO, errno.ENODEV, errno.ENXIO, errno.ESTALE)
"""What systems answer for a disk that was there a moment ago."""


class Stick:
    """A stick's folder, opened so that nothing on it can lead anywhere else."""

    def __init__(self, path: Path, *, not_on: Path | None = None) -> None:
        """`path` is where the stick is mounted; the person at the desk chose it.

        `not_on`: a folder of this computer. A folder on its disks is taken for a stick only where it holds
        `BORDERDESK` already: a mount point whose stick is not plugged in is an ordinary, empty folder.
        """
        self.path = path
        self._not_on = not_on
        self._disk: int | None = None
        self._seen = False

    def read(self, name: str, limit: int, *, start: int = 0) -> bytes:
        """At most `limit` bytes of a file. Raises NotThere, StickTrap or StickUnusable."""
        with self._folder() as folder, self._errors():
            try:
                # Without O_NONBLOCK, opening a pipe would wait for ever.
                handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
            except FileNotFoundError as error:
                raise NotThere(name) from error
            except OSError as error:
                if os.stat(name, dir_fd=folder, follow_symlinks=False) and not self._is_plain(name, folder):
                    raise StickTrap(name) from error
                raise
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                os.close(handle)
                raise StickTrap(name)
            with os.fdopen(handle, "rb") as file:
                file.seek(start)
                return file.read(limit)

    def names(self, kind: str) -> Iterator[str]:
        """Names of this kind, in the order of their names. Others are passed over; a fresh stick has none."""
        if not self.is_ours():
            return
        with self._folder() as folder, self._errors():
            found = os.listdir(folder)  # noqa: PTH208 - pathlib cannot list an open folder
        for name in sorted(found)[:MOST_FILES]:
            match = _NAME.fullmatch(name)
            if match and match[1] == kind:
                yield name

    def is_ours(self) -> bool:
        """Whether the stick has been at a desk or a bureau before. Raises StickTrap or StickUnusable."""
        try:
            with self._folder():
                return True
        except NotThere:
            return False

    def write(self, name: str, data: bytes) -> None:
        """Put a file on the stick, whole or not at all; one that is already there is replaced."""
        try:
            with self._folder():
                pass
        except NotThere:
            with self._errors():
                (self.path / FOLDER).mkdir()
        with self._folder() as folder, self._errors():
            new = f"new-{name}"
            self._remove(new, folder)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            handle = os.open(new, flags, 0o644, dir_fd=folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(handle)
                os.rename(new, name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                self._remove(new, folder)
                raise

    def remove(self, name: str) -> None:
        """Take a file off the stick, if it is there."""
        with self._folder() as folder, self._errors():
            self._remove(name, folder)

    def size(self, name: str) -> int | None:
        """The length of a plain file in bytes, or None where there is none."""
        if not self.is_ours():
            return None
        with self._folder() as folder, self._errors():
            try:
                found = os.stat(name, dir_fd=folder, follow_symlinks=False)
            except FileNotFoundError:
                return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def room(self) -> int:
        """Bytes that may still be written, with something to spare."""
        with self._errors():
            free = os.statvfs(self.path)
        return max(0, free.f_bavail * free.f_frsize - _SPARE)

    @staticmethod
    def _remove(name: str, folder: int) -> None:
        try:
            os.unlink(name, dir_fd=folder)
        except FileNotFoundError:
            return

    @staticmethod
    def _is_plain(name: str, folder: int) -> bool:
        return stat.S_ISREG(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)

    @contextmanager
    def _folder(self) -> Iterator[int]:
        path = self.path / FOLDER
        with self._errors():
            if path.is_symlink():
                raise StickTrap(FOLDER)
            self._same_disk()
            try:
                handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            except FileNotFoundError as error:
                if self._seen:
                    raise StickPulledOut(self.path) from error
                if self._is_own_disk():
                    raise NoStick(self.path) from error
                raise NotThere(FOLDER) from error
        self._seen = True
        try:
            yield handle
        finally:
            os.close(handle)

    def _same_disk(self) -> None:
        """A stick that is pulled out leaves an ordinary folder behind; one plugged in instead is not the same."""
        # A folder that is not there at all brings nothing, and says nothing about what waits at the bureau.
        disk = self.path.stat().st_dev
        if self._disk is not None and disk != self._disk:
            raise StickPulledOut(self.path)
        self._disk = disk

    def _is_own_disk(self) -> bool:
        """Whether the folder lies on a disk of this computer: that of the system, or that of the desk's folder."""
        if self._not_on is None:
            return False
        ours = self._not_on.resolve()
        return self._disk in {ours.stat().st_dev, Path(ours.anchor).stat().st_dev}

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in _TAKES_NOTHING:
                raise StickFull(self.path, write_protected=error.errno == errno.EROFS) from error
            if self._disk is not None and error.errno in _GONE:
                raise StickPulledOut(self.path) from error
            raise StickUnusable(self.path, error.strerror or type(error).__name__) from error


class StickCarrier:
    """A stick as a desk's carrier: takes what the bureau put there, leaves what waits for the bureau."""

    def __init__(
        self, stick: Stick, desk: DeskId, *, wrap: Wrap = lambda data: data, unwrap: Wrap = lambda data: data
    ) -> None:
        """`wrap` is for the bureau, `unwrap` opens what was wrapped for this desk; it raises Malformed."""
        self._stick = stick
        self._desk = desk
        self._wrap, self._unwrap = wrap, unwrap
        self._traffic = Traffic()

    @property
    def traffic(self) -> Traffic:
        return self._traffic

    @property
    def newest(self) -> int:
        """A stick has no news."""
        return 0

    @property
    def newest_letter(self) -> int:
        """What a stick brings is only known by looking."""
        return MOST_FILES

    def manifest(self, have: int, wait: float, letters: int = 0, scope: Scope = ANY) -> bytes | None:
        """Whatever page for this desk is there; the verifier says if it is old. None where there is none.

        Raises NotAccepted where the stick brings this desk's revocation.
        """
        stop = self._read_if_there(stop_name(self._desk), MAX_REVOCATION + 1)
        if stop is not None:
            raise NotAccepted(stop)
        return self._read_if_there(page_name(self._desk), MAX_MANIFEST + 1)

    def is_for_others(self) -> bool:
        """Whether a bureau filled it, and not for this desk. It may be another bureau's."""
        return next(self._stick.names("page"), None) is not None

    def piece(self, name: str, start: int, length: int) -> bytes:
        data = self._raw(file_name(name), length, start)
        if not data:
            raise NotThere(f"{name} beyond byte {start}")
        return data

    def grant(self, scope: Scope, epoch: int) -> bytes:
        return self._read(grant_name(self._desk, scope, epoch), MAX_GRANT + 1)

    def root(self, version: int) -> bytes:
        return self._raw(root_name(version), MAX_ROOT + 1)

    def takes_uploads(self) -> bool:
        return True

    def send(self, envelopes: Sequence[bytes]) -> tuple[bytes, ...]:
        """Leave uploads on the stick. Their receipts come with the next one."""
        for envelope in envelopes:
            self._stick.write(f"up-{sha256(envelope).hexdigest()}.bd", self._wrap(envelope))
            self._traffic = replace(self._traffic, sent=self._traffic.sent + len(envelope))
        return ()

    def receipts(self) -> tuple[bytes, ...]:
        mine = receipts_of(self._desk)
        return tuple(self._read(name, MAX_RECEIPT + 1) for name in self._stick.names("rcpt") if name.startswith(mine))

    def letters(self, after: int) -> tuple[bytes, ...]:
        """Every letter to this desk that is there; which of them are new, the desk knows."""
        mine = letters_to(self._desk)
        return tuple(self._read(name, MAX_LETTER + 1) for name in self._stick.names("mail") if name.startswith(mine))

    def _read_if_there(self, name: str, limit: int) -> bytes | None:
        try:
            return self._read(name, limit)
        except NotThere:
            return None

    def _read(self, name: str, limit: int) -> bytes:
        return self._unwrap(self._raw(name, limit + DESK_OVERHEAD))

    def _raw(self, name: str, limit: int, start: int = 0) -> bytes:
        data = self._stick.read(name, limit, start=start)
        before = self._traffic
        self._traffic = Traffic(before.sent, before.received + len(data), before.requests + 1)
        return data


@dataclass(frozen=True, slots=True)
class Shipment:
    """What a bureau puts on a stick for one scope.

    `manifest` is the signed page, `files` the encrypted files by name, most useful first; `grants` the signed key
    grants by desk and epoch; `receipts` signed ones by desk, with the hash of the upload each is for; `revocations`
    signed ones by desk; `letters` signed ones by desk. `desks` are all that read the page; `wrap` hides what is for one
    desk from everybody else.
    """

    scope: Scope
    manifest: bytes
    files: Mapping[str, bytes]
    grants: Mapping[tuple[DeskId, int], bytes]
    receipts: Iterable[tuple[DeskId, bytes, bytes]] = ()
    revocations: Mapping[DeskId, bytes] = field(default_factory=dict)
    roots: Mapping[int, bytes] = field(default_factory=dict)
    letters: Iterable[tuple[DeskId, bytes]] = ()
    desks: Sequence[DeskId] = ()
    wrap: Callable[[DeskId, bytes], bytes] = lambda _, data: data


@dataclass(frozen=True, slots=True)
class Shipped:
    """What fitted: files written, files that were there already, names left out for want of room."""

    written: int
    already_there: int
    left_out: tuple[str, ...]


def ship(stick: Stick, shipment: Shipment) -> Shipped:
    """Fill a stick at the bureau. The pages come last: a stick pulled out too early still holds those before.

    Raises StickUnusable or StickTrap.
    """
    written = there = 0
    left_out: list[str] = []
    wrap = shipment.wrap
    for (desk, epoch), signed in shipment.grants.items():
        stick.write(grant_name(desk, shipment.scope, epoch), wrap(desk, signed))
    for version, signed in shipment.roots.items():
        stick.write(root_name(version), signed)
    for desk, signed in shipment.revocations.items():
        stick.write(stop_name(desk), wrap(desk, signed))
    for desk, signed in shipment.letters:
        stick.write(letter_name(desk, signed), wrap(desk, signed))
    for desk, content_hash, signed in shipment.receipts:
        # There may be a thousand. Its name says what it holds; wrapped, it cannot be compared.
        wrapped = wrap(desk, signed)
        if stick.size(receipt_name(desk, content_hash)) != len(wrapped):
            stick.write(receipt_name(desk, content_hash), wrapped)
    for name, data in shipment.files.items():
        if _is_there(stick, file_name(name), data):
            there += 1
        elif len(data) > stick.room():
            left_out.append(name)
        else:
            stick.write(file_name(name), data)
            written += 1
    for desk in shipment.desks:
        stick.write(page_name(desk), wrap(desk, shipment.manifest))
    return Shipped(written, there, tuple(left_out))


def _is_there(stick: Stick, name: str, data: bytes) -> bool:
    """True where the stick holds exactly this; what only looks like it is written again."""
    return stick.size(name) == len(data) and stick.read(name, len(data)) == data


@dataclass(frozen=True, slots=True)
class Collected:
    """One upload on a stick, under its name there."""

    name: str
    envelope: bytes


def collect(stick: Stick, unwrap: Wrap = lambda data: data) -> Iterator[Collected]:
    """The uploads on a stick, at the bureau. Judge each with `open_envelope`; `collected` forgets it once stored."""
    for name in stick.names("up"):
        yield Collected(name, unwrap(stick.read(name, MAX_ENVELOPE + BUREAU_OVERHEAD + 1)))


def collected(stick: Stick, upload: Collected) -> None:
    """Take an upload off the stick, once the bureau has stored it."""
    stick.remove(upload.name)
