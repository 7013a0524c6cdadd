"""Photos that go with a hit: of the document, of the person, of what was found.

A photo follows its hit and never holds it up: it is kept in the encrypted store, journalled and queued in numbered
parts in one transaction, each part sealed and receipted by itself, in the last lane. The bureau puts the parts
together; until all are there it says how many are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

import cbor2
from sqlite_utils import Database, Migrations

from borderdesk.clock import Moment
from borderdesk.errors import KnownError
from borderdesk.hits.report import MAX_NOTE, NoteTooLong, UnreadableReport
from borderdesk.ids import AccountId, HitId
from borderdesk.watchlist.photos import media_type
from borderdesk.words import say

PHOTO_KIND: Final = "photo"
"""The kind of upload that one part of a photo is."""

MEDIA: Final = {"image/jpeg": ".jpg", "image/png": ".png"}
"""What a photo may be, and how a file of it is named: what every browser and every desk can show."""

MOST_BYTES: Final = 1_000_000
"""Of one photo, whatever the policy says: a bureau puts no larger one together."""

MOST_PHOTOS: Final = 20
"""Of one hit."""

_VERSION: Final = 1
_NAME: Final = re.compile(r"([0-9a-f]{32})/([0-9a-f]{64})")

MIGRATIONS = Migrations("hit-photos")


@MIGRATIONS()
def make_photos(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE hit_photos (
            hit TEXT NOT NULL REFERENCES hits (id),
            sha256 TEXT NOT NULL,
            content BLOB NOT NULL,
            officer TEXT NOT NULL,
            trusted_at TEXT NOT NULL,
            wall_at TEXT NOT NULL,
            note TEXT NOT NULL,
            first_counter INTEGER NOT NULL REFERENCES outbox (counter),
            last_counter INTEGER NOT NULL REFERENCES outbox (counter),  -- its parts, in a row
            PRIMARY KEY (hit, sha256)
        ) STRICT"""
    )


class NoPicture(KnownError):
    """What was to be attached is no picture that everybody can show."""

    def __init__(self) -> None:
        super().__init__(
            say("This is not a JPEG or PNG picture."),
            safe=say("Nothing was attached; the hit is as it was."),
            todo=say("Take the photo again, or save it as JPEG."),
        )


class PhotoTooLarge(KnownError):
    """The picture has more bytes than the policy lets a photo of a hit have."""

    def __init__(self, size: int, most: int) -> None:
        super().__init__(
            say("The photo has {size} kB; at most {most} kB may travel.", size=-(-size // 1000), most=most // 1000),
            safe=say("Nothing was attached; the hit is as it was."),
            todo=say("Attach it as a file, which makes it smaller, or take it again with less around it."),
        )


class TooManyPhotos(KnownError):
    """A hit has as many photos as it may have."""

    def __init__(self) -> None:
        super().__init__(
            say("This hit has {most} photos already.", most=MOST_PHOTOS),
            safe=say("Nothing was attached; the hit is as it was."),
            todo=say("Show the bureau the rest by another way."),
        )


@dataclass(frozen=True, slots=True)
class HitPhoto:
    """One photo of a hit. `content` is a JPEG or PNG file; `note` says what it shows.

    Raises NoPicture, PhotoTooLarge, NoteTooLong.
    """

    hit: HitId
    content: bytes
    officer: AccountId
    at: Moment
    note: str = ""

    def __post_init__(self) -> None:
        if media_type(self.content) not in MEDIA:
            raise NoPicture
        if len(self.content) > MOST_BYTES:
            raise PhotoTooLarge(len(self.content), MOST_BYTES)
        if len(self.note) > MAX_NOTE:
            raise NoteTooLong(len(self.note))

    @property
    def sha256(self) -> str:
        """What it is called: the same picture twice is one."""
        return sha256(self.content).hexdigest()

    @property
    def media(self) -> str:
        """Its media type, from how it begins."""
        return media_type(self.content) or ""

    @property
    def file_name(self) -> str:
        """A name to keep it under."""
        return f"{self.hit[:8]}-{self.sha256[:16]}{MEDIA[self.media]}"


@dataclass(frozen=True, slots=True)
class KeptPhoto:
    """A photo at the desk, and how many of its `parts` the bureau has no receipt given for."""

    photo: HitPhoto
    parts: int
    waiting: int


def photo_body(photo: HitPhoto) -> bytes:
    """What travels in parts."""
    plain = {
        "v": _VERSION,
        "hit": photo.hit,
        "officer": photo.officer,
        "trusted": photo.at.trusted.isoformat(),
        "wall": photo.at.wall.isoformat(),
        "note": photo.note,
        "content": photo.content,
    }
    return cbor2.dumps(plain, canonical=True)


def read_photo_body(body: bytes) -> HitPhoto:
    """The inverse of `photo_body`, at the bureau. Raises UnreadableReport."""
    try:
        plain = cbor2.loads(body)
    except (cbor2.CBORDecodeError, ValueError) as error:
        raise UnreadableReport("not CBOR") from error
    if not isinstance(plain, Mapping) or plain.get("v") != _VERSION:
        raise UnreadableReport("version")
    try:
        words = {name: plain[name] for name in ("hit", "officer", "trusted", "wall", "note")}
        content = plain["content"]
        if not isinstance(content, bytes) or not all(isinstance(word, str) for word in words.values()):
            raise UnreadableReport("photo")
        return HitPhoto(
            HitId(words["hit"]),
            content,
            AccountId(words["officer"]),
            Moment(datetime.fromisoformat(words["trusted"]), datetime.fromisoformat(words["wall"])),
            words["note"],
        )
    except (KeyError, ValueError) as error:
        raise UnreadableReport(str(error)) from error
    except KnownError as error:
        raise UnreadableReport(str(error.happened)) from error


def parts_name(hit: HitId, body: bytes) -> str:
    """What the parts of a photo are called: which hit they belong to, and what they give together."""
    return f"{hit}/{sha256(body).hexdigest()}"


@dataclass(frozen=True, slots=True)
class PartsName:
    """The two halves of `parts_name`."""

    hit: HitId
    digest: bytes

    @classmethod
    def read(cls, name: str) -> PartsName:
        """Raises UnreadableReport."""
        found = _NAME.fullmatch(name)
        if found is None:
            raise UnreadableReport("parts without a name")
        return cls(HitId(found[1]), bytes.fromhex(found[2]))


def is_kept(db: Database, photo: HitPhoto) -> bool:
    """Whether this very picture is attached to its hit already."""
    row = db.conn.execute("SELECT 1 FROM hit_photos WHERE hit = ? AND sha256 = ?", (photo.hit, photo.sha256)).fetchone()
    return row is not None


def keep(db: Database, photo: HitPhoto, counters: Sequence[int]) -> None:
    """Keep a photo whose parts were queued under these counters, inside the caller's transaction.

    Raises TooManyPhotos.
    """
    (there,) = db.conn.execute("SELECT count(*) FROM hit_photos WHERE hit = ?", (photo.hit,)).fetchone()
    if there >= MOST_PHOTOS:
        raise TooManyPhotos
    db.table("hit_photos").insert(
        {
            "hit": photo.hit,
            "sha256": photo.sha256,
            "content": photo.content,
            "officer": photo.officer,
            "trusted_at": photo.at.trusted.isoformat(),
            "wall_at": photo.at.wall.isoformat(),
            "note": photo.note,
            "first_counter": min(counters),
            "last_counter": max(counters),
        }
    )


def kept(db: Database, hit: HitId) -> tuple[KeptPhoto, ...]:
    """The photos of a hit in the order in which they were attached, each with what still waits of it."""
    query = """SELECT hit_photos.*, (SELECT count(*) FROM outbox WHERE received_at IS NULL
            AND counter BETWEEN first_counter AND last_counter) AS waiting
        FROM hit_photos WHERE hit = ? ORDER BY first_counter"""
    return tuple(
        KeptPhoto(
            HitPhoto(
                hit,
                bytes(row["content"]),
                AccountId(row["officer"]),
                Moment(datetime.fromisoformat(row["trusted_at"]), datetime.fromisoformat(row["wall_at"])),
                row["note"],
            ),
            row["last_counter"] - row["first_counter"] + 1,
            row["waiting"],
        )
        for row in db.query(query, (hit,))
    )
