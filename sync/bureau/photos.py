"""Photos of hits at the bureau: put together from the parts that have come, or honestly still on their way."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

import sqlalchemy as sa

from borderdesk.hits import HitPhoto, UnreadableReport
from borderdesk.hits.photos import MOST_PHOTOS, PartsName, read_photo_body
from borderdesk.ids import HitId
from sync.bureau import tables as t
from sync.bureau.cases import UnknownCase
from sync.wire.reports import join, read_part


@dataclass(frozen=True, slots=True)
class ReceivedPhoto:
    """A photo of a hit: how many of its `parts` are `here`, and the photo once they give it.

    Where all are here and there is no photo, what the desk sent is none: it is kept as it came.
    """

    hit: HitId
    here: int
    parts: int
    photo: HitPhoto | None

    @property
    def is_coming(self) -> bool:
        """Whether parts of it are still on their way."""
        return self.here < self.parts


def photos(db: sa.Connection, hit: str) -> tuple[ReceivedPhoto, ...]:
    """The photos of a hit, in the order in which they were begun; only its own desk has a say. Raises UnknownCase."""
    desk = db.execute(sa.select(t.hits.c.desk).where(t.hits.c.id == hit)).scalar()
    if desk is None:
        raise UnknownCase(hit)
    same = sa.and_(t.uploads.c.desk == t.photo_parts.c.desk, t.uploads.c.counter == t.photo_parts.c.counter)
    query = (
        sa.select(t.photo_parts.c.name, t.uploads.c.body)
        .join(t.uploads, same)
        .where(t.photo_parts.c.hit == hit, t.photo_parts.c.desk == desk)
        .order_by(t.photo_parts.c.counter)
    )
    bodies: dict[str, list[bytes]] = {}
    for row in db.execute(query):
        bodies.setdefault(row.name, []).append(bytes(row.body))
    return tuple(_together(name, found) for name, found in islice(bodies.items(), MOST_PHOTOS))


def _together(name: str, bodies: list[bytes]) -> ReceivedPhoto:
    found = [read_part(body) for body in bodies]
    named = PartsName.read(name)
    here, parts = len({part.number for part in found}), max(part.count for part in found)
    whole = join(found)
    photo = None
    if whole is not None and sha256(whole).digest() == named.digest:
        photo = _read(whole, named.hit)
    return ReceivedPhoto(named.hit, here, parts, photo)


def _read(whole: bytes, hit: HitId) -> HitPhoto | None:
    try:
        photo = read_photo_body(whole)
    except UnreadableReport:
        return None
    return photo if photo.hit == hit else None
