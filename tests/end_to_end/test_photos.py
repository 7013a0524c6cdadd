"""Photos of a hit: taken at a desk, in parts over a bad link or by stick, looked at by the bureau."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from borderdesk.hits import NoPicture, PhotoTooLarge
from sync.agent.lanes import Lane
from sync.bureau.bureau import ALL
from sync.bureau.cases import UnknownCase
from sync.bureau.photos import ReceivedPhoto
from sync.bureau.sticks import empty, fill
from sync.carriers import Stick
from sync.wire.reports import PART
from tests.end_to_end.test_answers import at_work

JPEG = b"\xff\xd8\xff\xe0" + random.Random(3).randbytes(50_000)


def test_a_photo_follows_its_report_and_the_bureau_sees_the_very_same_bytes(tmp_path: Path) -> None:
    with at_work(tmp_path) as (bureau, _, desk, hit):
        kept = desk.attach_photo(hit.id, JPEG, "the data page")
        assert kept.waiting == kept.parts == -(-len(JPEG) // PART)
        assert desk.hits()[0].pending, "the report is a thing of its own"
        desk.exchange()
        (received,) = bureau.photos(hit.id)
        assert received.photo is not None
        assert (received.photo.content, received.photo.note, received.photo.officer) == (JPEG, "the data page", "noy")
        assert desk.hit_photos(hit.id)[0].waiting == 0
        assert desk.status().waiting == 0, "trimmed by the receipt of each part"


def test_a_part_that_is_missing_is_said_to_be_still_coming(tmp_path: Path) -> None:
    with at_work(tmp_path) as (bureau, _, desk, hit):
        desk.exchange()
        kept = desk.attach_photo(hit.id, JPEG)
        spool = desk._link._spool
        first = spool.waiting(most=3, most_bytes=10**6, last=Lane.BULK)
        answers = desk._link._carrier.send([item.envelope for item in first])
        assert len(answers) == 3
        assert bureau.photos(hit.id) == (ReceivedPhoto(hit.id, 3, kept.parts, None),)
        assert bureau.photos(hit.id)[0].is_coming
        assert desk.hit_photos(hit.id)[0].waiting == kept.parts, "no receipt was taken in: nothing is trimmed"
        desk.exchange()
        (received,) = bureau.photos(hit.id)
        assert received.photo is not None and received.photo.content == JPEG
        assert received.here == kept.parts, "what was sent twice is there once"


def test_a_post_without_a_link_sends_its_photos_by_stick(tmp_path: Path) -> None:
    (tmp_path / "usb").mkdir()
    stick = Stick(tmp_path / "usb")
    with at_work(tmp_path) as (bureau, _, desk, hit):
        kept = desk.attach_photo(hit.id, JPEG)
        fill(bureau, stick, ALL)
        desk.carry(tmp_path / "usb")
        assert empty(bureau, stick).kept == 1 + kept.parts
        (received,) = bureau.photos(hit.id)
        assert received.photo is not None and received.photo.content == JPEG
        fill(bureau, stick, ALL)
        desk.carry(tmp_path / "usb")
        assert desk.hit_photos(hit.id)[0].waiting == 0


def test_what_is_no_photo_or_larger_than_the_policy_is_not_queued(tmp_path: Path) -> None:
    with at_work(tmp_path) as (bureau, _, desk, hit):
        with pytest.raises(NoPicture):
            desk.attach_photo(hit.id, b"%PDF-1.7")
        with pytest.raises(PhotoTooLarge):
            desk.attach_photo(hit.id, JPEG + bytes(desk.policy.hit_photo_kilobytes * 1000))
        assert desk.hit_photos(hit.id) == ()
        assert desk.status().waiting == 1
        with pytest.raises(UnknownCase):
            bureau.photos(hit.id)
