"""Photos are a tier of their own: they come later, answer to no number, and are kept like everything else."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from borderdesk.ids import ListName, RecordKey
from borderdesk.policy import DEFAULT
from borderdesk.replica import Replica
from borderdesk.watchlist import ListKind, Person, PersonName, Photo, Watchlist
from borderdesk.watchlist.photos import MOST_BYTES
from borderdesk.watchlist.readers.photos import read_photos
from borderdesk.watchlist.readers.report import Refusal

from .conftest import AT, Bureau

FACE = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 60
OTHER = b"\x89PNG\r\n\x1a\n" + b"another face"
PHOTOS = Watchlist(ListName("photos"), ListKind.PHOTOS, "Photos", "Bureau")
NOTICES = Watchlist(ListName("notices"), ListKind.PERSONS, "Notices", "Bureau")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_record_never_waits_for_its_photo(replica: Replica) -> None:
    sought = Person(RecordKey("n-1"), (PersonName("Amina Benali"),), photos=(sha256(FACE), sha256(OTHER)))
    replica.apply(Bureau(NOTICES, [sought]).snapshot(), at=AT)
    assert [replica.photo(each) for each in sought.photos] == [None, None]
    bureau = Bureau(PHOTOS, [Photo.of(FACE)])
    replica.apply(bureau.snapshot(), at=AT)
    replica.apply(bureau.delta(Photo.of(OTHER)), at=AT)
    found = [replica.photo(each) for each in sought.photos]
    assert [(each.content, each.media) for each in found if each] == [(FACE, "image/jpeg"), (OTHER, "image/png")]
    replica.apply(bureau.delta(withdraw=[sha256(FACE)]), at=AT)
    assert replica.photo(sha256(FACE)) is None


def test_photos_are_held_but_answer_nothing(replica: Replica) -> None:
    replica.apply(Bureau(PHOTOS, [Photo.of(FACE)]).snapshot(), at=AT)
    assert replica.held(AT.trusted, DEFAULT) == ()
    assert replica.editions() == {PHOTOS.name: 1}
    verified = replica.verify(PHOTOS.name)
    assert verified is not None and verified.is_whole


def test_no_photo_lies_on_the_disk_in_the_clear(replica: Replica, tmp_path: Path) -> None:
    photo = Photo.of(FACE)
    replica.apply(Bureau(PHOTOS, [photo]).snapshot(), at=AT)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert FACE[:64] not in content and photo.data[:64].encode() not in content, path


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"GIF89a", "JPEG"), (b"\xff\xd8\xff" + bytes(MOST_BYTES), "at most")],
)
def test_what_is_no_photo_of_a_fit_size_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Photo.of(content)
    (refusal,) = read_photos([("file", content)])
    assert isinstance(refusal, Refusal)


def test_a_photo_under_another_key_is_refused() -> None:
    photo = Photo.of(FACE)
    with pytest.raises(ValueError, match="its key"):
        replace(photo, key=RecordKey(sha256(OTHER)))
    with pytest.raises(ValueError):
        replace(photo, data="not base 64")
