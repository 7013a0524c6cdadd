"""Photos that go with a hit: kept, journalled and queued together, never in front of anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from borderdesk import journal
from borderdesk.hits import (
    MIGRATIONS,
    PHOTO_MIGRATIONS,
    DeskHits,
    HitPhoto,
    NoPicture,
    NoteTooLong,
    PhotoTooLarge,
    TooManyPhotos,
    UnknownHit,
    UnreadableReport,
    outbox,
)
from borderdesk.hits.photos import MOST_BYTES, MOST_PHOTOS, PartsName, parts_name, photo_body, read_photo_body
from borderdesk.ids import AccountId, HitId
from borderdesk.store import DiskFull, Store, open_store
from tests.hits.samples import AT, DESK, POST, PlainSealer, hit, taken_up

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40


def photo(content: bytes = JPEG, note: str = "the data page") -> HitPhoto:
    return HitPhoto(hit().id, content, AccountId("noy"), AT, note)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    rooms = [outbox.MIGRATIONS, MIGRATIONS, PHOTO_MIGRATIONS, journal.MIGRATIONS]
    with open_store(tmp_path / "desk.db", bytes(range(32)), rooms) as store:
        yield store


@pytest.fixture
def hits(store: Store) -> DeskHits:
    hits = DeskHits(store, PlainSealer(), POST, DESK)
    hits.take_up(hit(), taken_up())
    return hits


def test_a_photo_its_parts_and_its_journal_entry_are_written_together_and_once(store: Store, hits: DeskHits) -> None:
    for _ in range(2):
        hits.attach(photo(), [b"part 1", b"part 2", b"part 3"])
    (kept,) = hits.photos(hit().id)
    assert kept.photo == photo()
    assert (kept.parts, kept.waiting) == (3, 3)
    assert store.reader["outbox"].count == 4, "the report and three parts"
    (entry,) = [entry for entry in journal.entries(store.reader) if entry.kind == "photo"]
    assert (entry.who, entry.why, entry.details["outbox"]) == ("noy", "the data page", [2, 3, 4])


def test_a_photo_says_how_far_it_has_come_from_the_receipts_of_its_parts(store: Store, hits: DeskHits) -> None:
    hits.attach(photo(), [b"part 1", b"part 2"])
    for waiting in outbox.waiting(store.reader)[:2]:  # the report and the first part
        with store.transaction() as db:
            item = waiting.item
            outbox.accept_receipt(db, counter=item.counter, content_hash=item.content_hash, received_at=AT.trusted)
    (kept,) = hits.photos(hit().id)
    assert (kept.parts, kept.waiting) == (2, 1)


def test_a_full_disk_leaves_neither_photo_nor_parts(store: Store, hits: DeskHits) -> None:
    with store.transaction() as db:
        (pages,) = db.conn.execute("PRAGMA page_count").fetchone()
        db.conn.execute(f"PRAGMA max_page_count = {pages + 4}")
    with pytest.raises(DiskFull):
        hits.attach(photo(JPEG * 20), [JPEG])
    assert hits.photos(hit().id) == ()
    assert store.reader["outbox"].count == 1


@pytest.mark.parametrize("content", [b"", b"GIF89a and so on", b"%PDF-1.7", b"\x00\x00\x00\x0cjP  \r\n\x87\n"])
def test_what_a_browser_cannot_show_is_no_photo(content: bytes) -> None:
    with pytest.raises(NoPicture):
        photo(content)


def test_a_photo_has_a_largest_size_and_a_hit_a_largest_number(hits: DeskHits) -> None:
    with pytest.raises(PhotoTooLarge):
        photo(JPEG + bytes(MOST_BYTES))
    with pytest.raises(NoteTooLong):
        photo(note="x" * 1001)
    for number in range(MOST_PHOTOS):
        hits.attach(photo(JPEG + bytes([number])), [b"part"])
    with pytest.raises(TooManyPhotos):
        hits.attach(photo(JPEG + b"one more"), [b"part"])
    with pytest.raises(UnknownHit):
        hits.attach(replace(photo(), hit=HitId("f" * 32)), [b"part"])


def test_what_travels_says_what_it_is_and_nothing_else_is_read() -> None:
    body = photo_body(photo())
    assert read_photo_body(body) == photo()
    name = PartsName.read(parts_name(photo().hit, body))
    assert name.hit == photo().hit
    for wrong in (b"", b"\xa0", body[:-1], body.replace(b"\xff\xd8\xff", b"GIF")):
        with pytest.raises(UnreadableReport):
            read_photo_body(wrong)
    for named in ("", "../../etc/passwd", f"{photo().hit}/abc", parts_name(photo().hit, body) + "\n"):
        with pytest.raises(UnreadableReport):
            PartsName.read(named)
