"""What a desk keeps for the other desks of its post: the newest page, the roots, and the published files it has.

A folder beside the spool, with flat names: `page`, `root-N`, and each file under its own hash. All of it is signed,
public or encrypted as the bureau published it; nothing here opens anything. It exists only where the desk was told to
serve its post, which is also how a running program learns of it.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from borderdesk.errors import KnownError
from borderdesk.words import say
from sync.agent.identity import write_private
from sync.agent.spool import Spool
from sync.agent.tally import Tally
from sync.trust import Trust
from sync.wire import FileRef, check_file
from sync.wire.refusals import Refused

SHELF: Final = "post-shelf"
MEGABYTE: Final = 1_000_000
_FILE: Final = re.compile(r"[0-9a-f]{64}")


class ShelfFailed(KnownError):
    """The disk did not take what was to be kept for the other desks."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            say("What came could not be kept for the other desks of the post ({reason}).", reason=reason),
            safe=say("This desk itself has it."),
            todo=say("Make room on the disk. Until then the other desks take it by link or by stick."),
        )


class Shelf:
    """One such folder, open or not. Written by whoever exchanges, read by whoever serves, also of another process.

    Methods that write raise ShelfFailed, and do nothing where the shelf is not open.
    """

    def __init__(self, folder: Path) -> None:
        """`folder` is the desk's."""
        self._folder = folder / SHELF

    @property
    def is_open(self) -> bool:
        """Whether the desk was told to serve its post."""
        return self._folder.is_dir()

    def open(self, spool: Spool, trust: Trust, most: int) -> None:
        """Make the folder, and put there what lies in the spool already."""
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise ShelfFailed(error.strerror or type(error).__name__) from error
        # The root a desk was enrolled with is followed already by whoever was enrolled with a later one.
        first = trust.root_version - len(spool.roots()) + 1
        for version, signed in enumerate(spool.roots(), start=first):
            self.keep_root(version, signed)
        signed_page = spool.manifest()
        if signed_page is None:
            return
        page = trust.manifest(signed_page, None).manifest
        files = [file for head in page.lists for file in head.files]
        self.keep_page(signed_page, files)
        for file in files:
            if spool.staged(file).whole:
                try:
                    check_file(file, data := spool.read(file))
                except Refused:
                    continue  # it is found out and fetched again when it is to be applied
                self.keep(file, data, most)

    def close(self) -> None:
        """Forget everything; the desk serves its post no longer."""
        if self.is_open:
            shutil.rmtree(self._folder)

    def keep_page(self, signed: bytes, files: Iterable[FileRef]) -> None:
        """The page that was believed last. Files it does not name are of no use to anybody any more."""
        named = {file.name for file in files}
        self._write("page", signed)
        for name in self._sizes():
            if name not in named:
                (self._folder / name).unlink(missing_ok=True)

    def keep_root(self, version: int, signed: bytes) -> None:
        """A root of trust that was followed."""
        self._write(f"root-{version}", signed)

    def keep(self, file: FileRef, data: bytes, most: int) -> None:
        """A file whose hash was verified. With it at most `most` bytes lie here: the largest files go first, because
        deltas are what a desk needs that follows."""
        if not self.is_open:
            return
        sizes = {**self._sizes(), file.name: len(data)}
        while sizes and sum(sizes.values()) > most:
            largest = max(sizes, key=lambda name: (sizes[name], name))
            del sizes[largest]
            (self._folder / largest).unlink(missing_ok=True)
        if file.name in sizes:
            self._write(file.name, data)

    def page(self) -> bytes | None:
        """The newest signed page, None where there is none yet."""
        return self._read("page")

    def root(self, version: int) -> bytes | None:
        """The root of trust of that version, where it was followed here."""
        return self._read(f"root-{version:d}")

    def length(self, name: str) -> int | None:
        """How long the file of that name is, None where it is not here or the name is none of a file."""
        if _FILE.fullmatch(name) is None:
            return None
        try:
            return (self._folder / name).stat().st_size
        except FileNotFoundError:
            return None

    def piece(self, name: str, start: int, length: int) -> bytes:
        """At most `length` bytes of a file whose `length` was asked. Raises OSError."""
        with (self._folder / name).open("rb") as file:
            file.seek(start)
            return file.read(length)

    def _read(self, name: str) -> bytes | None:
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def _sizes(self) -> dict[str, int]:
        if not self.is_open:
            return {}
        with os.scandir(self._folder) as found:
            return {entry.name: entry.stat().st_size for entry in found if _FILE.fullmatch(entry.name)}

    def _write(self, name: str, data: bytes) -> None:
        if not self.is_open:
            return
        try:
            write_private(self._folder / name, data)
        except OSError as error:
            (self._folder / f"{name}.new").unlink(missing_ok=True)
            raise ShelfFailed(error.strerror or type(error).__name__) from error


def shelve(shelf: Shelf | None, tally: Tally, keep: Callable[[Shelf], None]) -> None:
    """Keep something for the other desks of the post. That it cannot be kept must not stop this one."""
    if shelf is None:
        return
    try:
        keep(shelf)
    except ShelfFailed as error:
        tally.lines.append(error.happened)
