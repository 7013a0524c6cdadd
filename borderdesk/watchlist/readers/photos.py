"""Photos from files, as they are: what is no photo of a fit size is refused, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from borderdesk.watchlist.photos import MOST_BYTES, Photo, media_type
from borderdesk.watchlist.readers.report import Loss, Read, Refusal
from borderdesk.words import say


def read_photos(files: Iterable[tuple[str, bytes]]) -> Iterator[Read]:
    """Photos from files given as name and content."""
    for place, (name, content) in enumerate(files, 1):
        if media_type(content) is None:
            reason = say("not a JPEG, JPEG 2000 or PNG file")
        elif len(content) > MOST_BYTES:
            reason = say("larger than {most} bytes", most=MOST_BYTES)
        else:
            yield Photo.of(content)
            continue
        yield Refusal(place, name, "file", f"{len(content)} bytes", reason, Loss.RECORD)
