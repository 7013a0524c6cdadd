"""Photos that records refer to: lists of their own, which come after everything else and are looked at, not looked up.

A record names its photos by their SHA-256, so a photo is the same wherever it comes from, one photo may belong to
several records, and a record never waits for it.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Final

from borderdesk.ids import RecordKey
from borderdesk.watchlist.things import Mark

MOST_BYTES: Final = 64 * 1024
"""Of one photo. ICAO Doc 9303-10 calls 15 to 20 KB enough for a face; larger ones are for the bureau to shrink."""

_BEGINNINGS: Final = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\x00\x00\x00\x0cjP  \r\n\x87\n": "image/jp2",
    b"\xff\x4f\xff\x51": "image/jp2",
}


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo. `key` is the SHA-256 of its bytes in hexadecimal, `data` the bytes in base 64 (RFC 4648, section 4).

    Raises ValueError where they do not fit each other, or where it is no picture of up to MOST_BYTES.
    """

    key: RecordKey
    data: str

    def __post_init__(self) -> None:
        content = self.content
        if len(content) > MOST_BYTES:
            raise ValueError(f"a photo has at most {MOST_BYTES} bytes, not {len(content)}")
        if media_type(content) is None:
            raise ValueError("a photo is a JPEG, JPEG 2000 or PNG file")
        if hashlib.sha256(content).hexdigest() != self.key:
            raise ValueError("the photo is not the one that its key names")

    @classmethod
    def of(cls, content: bytes) -> Photo:
        """A photo from a file's bytes. Raises ValueError."""
        key = RecordKey(hashlib.sha256(content).hexdigest())
        return cls(key, base64.b64encode(content).decode("ascii"))

    @property
    def content(self) -> bytes:
        """The picture file. Raises ValueError for data that is no base 64."""
        return base64.b64decode(self.data, validate=True)

    @property
    def media(self) -> str:
        """Its media type, from how it begins."""
        return media_type(self.content) or ""

    @property
    def marks(self) -> tuple[Mark, ...]:
        """None: it is looked at, not looked up."""
        return ()


def media_type(content: bytes) -> str | None:
    """The media type of a picture file, or None for anything else."""
    return next((media for beginning, media in _BEGINNINGS.items() if content.startswith(beginning)), None)
