"""What the window does about pictures that go with a hit."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from borderdesk.errors import BorderDeskError, KnownError
from borderdesk.hits import KeptPhoto
from borderdesk.words import say
from ui.desktop.hit_work import HitWork
from ui.pictures import fitted

LARGEST: Final = 60 * 1024**2
"""Bytes of a picture's file: more than any camera of a telephone writes."""


class PictureNotRead(KnownError):
    """The file could not be read, or is far larger than a picture."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            say("The picture {path} could not be read.", path=path.name),
            safe=say("Nothing was attached; the hit is as it was."),
            todo=say("Look whether the camera or the stick is still plugged in, and choose a JPEG or PNG file."),
        )


class PhotoWork(HitWork):
    """A picture is made small enough to travel, kept with the hit, and sent when nothing else waits."""

    def attach(self, path: Path, note: str) -> None:
        """Attach this file to the hit on the screen. `note` says what it shows."""
        hit = self.state.hit
        if hit is None:
            return
        self._show(error=None, attaching=True)

        def work() -> KeptPhoto:
            content = fitted(read_picture(path), self._engine.policy.hit_photo_kilobytes * 1000)
            return self._engine.attach_photo(hit.id, content, note)

        # Not in the lane that scans wait for: a picture of a telephone takes a moment to read.
        self._book_lane.run(work, done=self._attached, failed=self._not_attached)

    def _attached(self, _: KeptPhoto) -> None:
        self._show(attaching=False)
        self._desk(self._read_hits, self._hits_came)

    def _not_attached(self, error: BorderDeskError) -> None:
        self._show(error=error, attaching=False)


def read_picture(path: Path) -> bytes:
    """The bytes of a picture's file. Raises PictureNotRead."""
    try:
        if path.stat().st_size > LARGEST:
            raise PictureNotRead(path)
        return path.read_bytes()
    except OSError as error:
        raise PictureNotRead(path) from error


def where_pictures_are(mounts: Path = Path("/media"), home: Path | None = None) -> Path:
    """The folder of a camera or a telephone that is plugged in, else the one of this account."""
    found = sorted(mounts.glob("*/DCIM")) + sorted(mounts.glob("*/*/DCIM"))
    return found[-1] if found else (home or Path.home())
