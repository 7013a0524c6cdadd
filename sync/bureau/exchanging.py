"""What desks fetch from the bureau and send to it, whatever carries it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from borderdesk.ids import DeskId
from sync.bureau import beside, editing, inbox, keyrings, letters, lists, pages, posts, shards, tls
from sync.bureau.inbox import Quarantined, Unread
from sync.bureau.office import Office
from sync.bureau.posts import DeskDoor, Seen
from sync.wire import Scope, VerifyingKey, encode_snapshot
from sync.wire.relaying import MAX_WORDS, Wanted, Word
from sync.wire.repair import RepairAsked, RepairGiven
from sync.wire.wrapping import unwrap_at_bureau


class Exchanging(Office):
    """The bureau as its desks meet it."""

    def door(self, desk: DeskId) -> DeskDoor | None:
        """How to recognise one desk; None where there is no such one."""
        with self.database.reading() as db:
            return posts.door(db, desk)

    def doors_mark(self) -> tuple[int, ...]:
        """Another one whenever `doors` would be."""
        with self.database.reading() as db:
            return posts.doors_mark(db)

    def doors(self) -> dict[DeskId, DeskDoor]:
        """How to recognise every desk."""
        with self.database.reading() as db:
            return posts.doors(db)

    def note_seen(self, seen: Mapping[DeskId, Seen]) -> None:
        """Keep when desks asked, and what they said they hold."""
        with self.database.writing() as db:
            posts.note_seen(db, seen)

    def manifest(self, scope: Scope) -> tuple[int, bytes] | None:
        """Sequence and signed bytes of the scope's newest manifest."""
        with self.database.reading() as db:
            found = pages.last_page(db, scope)
        return (found.sequence, found.signed) if found else None

    def manifest_numbers(self, scopes: Iterable[Scope]) -> dict[Scope, int]:
        """The number of the newest manifest of each of these, 0 where there is none. Asked twice a second."""
        with self.database.reading() as db:
            return {scope: pages.last_number(db, scope) for scope in scopes}

    def chains_of(self, scope: Scope) -> tuple[Scope, ...]:
        """The scope and those chains of its posts that are published and followed by a desk."""
        with self.database.reading() as db:
            published = pages.numbers(db)
            followed = {door.scope for door in posts.doors(db).values() if not door.revoked}
        own = (name for name in sorted(followed) if name.startswith(f"{scope}."))
        return tuple(name for name in (scope, *own) if name in published)

    def published_file(self, digest: bytes, scope: Scope) -> Path | None:
        """Where a file that the scope may fetch lies."""
        with self.database.reading() as db:
            found = keyrings.may_fetch(db, digest, scope)
        return self.home.file(digest) if found else None

    def grant(self, desk: DeskId, scope: Scope, epoch: int) -> bytes | None:
        """The signed key grant of a desk for an epoch; None where it is not entitled."""
        with self.database.reading() as db:
            return keyrings.grant(db, self._press(), desk, scope, epoch)

    def receive(self, envelopes: Iterable[bytes], brought_by: DeskId) -> tuple[bytes, ...]:
        """Keep a batch of uploads; the signed receipts of those kept. They are on the disk when this returns."""
        return self.keep([(self.read_uploads(envelopes), brought_by)])[0]

    def read_uploads(
        self, envelopes: Iterable[bytes], doors: Mapping[DeskId, DeskDoor] = MappingProxyType({})
    ) -> tuple[inbox.Upload, ...]:
        """Verify, open and read uploads; nothing is kept yet. `doors` are desks that are known without asking."""

        def key_of(desk: DeskId) -> VerifyingKey | None:
            door = doors.get(desk)
            if door is not None:
                return None if door.revoked else door.signing
            with self.database.reading() as db:
                return posts.signing_key(db, desk)

        return inbox.read(self._secrets.keys, key_of, envelopes)

    def keep(self, batches: Sequence[tuple[Sequence[inbox.Upload], DeskId]]) -> list[tuple[bytes, ...]]:
        """Keep what several desks brought, with one write to the disk; the receipts of each, in order."""
        uploads = [upload for batch, _ in batches for upload in batch]
        carriers = [desk for batch, desk in batches for _ in batch]
        with self.database.writing() as db:
            receipts = inbox.keep(db, self._secrets.keys, uploads, brought_by=carriers, now=self.clock.wall())
            beside.pass_on(db, self._post, (one for one, kept in zip(uploads, receipts, strict=True) if kept))
        found = iter(receipts)
        return [tuple(receipt for receipt in islice(found, len(batch)) if receipt) for batch, _ in batches]

    def quarantined(self) -> tuple[Quarantined, ...]:
        """Uploads that were not accepted, newest first."""
        with self.database.reading() as db:
            return inbox.quarantined(db)

    def unread(self) -> tuple[Unread, ...]:
        """Reports that were kept but could not be read, newest first."""
        with self.database.reading() as db:
            return inbox.unread(db)

    def letters(self, desk: DeskId, after: int) -> tuple[bytes, ...]:
        """The next signed letters to a desk above a number."""
        with self.database.reading() as db:
            return letters.after(db, desk, after)

    def post_of(self, desk: DeskId, wanted: Iterable[Wanted]) -> tuple[Word, ...]:
        """Every other desk of a desk's post, with what it is said to want: it reads nothing of it by itself."""
        asked = {one.desk: one for one in wanted}
        room = MAX_WORDS // 2
        words = []
        with self.database.reading() as db:
            for row in posts.beside(db, desk):
                word = self._word(db, row, asked.get(DeskId(row.id)))
                room -= sum(map(len, word.letters))
                words.append(word if room >= 0 else replace(word, letters=()))
        return tuple(words)

    def _word(self, db: sa.Connection, row: Any, one: Wanted | None) -> Word:
        desk, keys = DeskId(row.id), (VerifyingKey(row.signing), VerifyingKey(row.transport))
        if row.revoked_at is not None:
            return Word(desk, *keys, self._revocation(desk, row.revoked_at), (), b"")
        if one is None:
            return Word(desk, *keys, b"", (), b"")
        granted = keyrings.grant(db, self._press(), desk, Scope(row.scope), one.epoch) if one.epoch else None
        return Word(desk, *keys, b"", letters.after(db, desk, one.letters), granted or b"")

    def shard(self, scope: Scope, name: str, asked: RepairAsked) -> RepairGiven | None:
        """The next shard in which a desk differs from the newest edition; None where that is another one."""
        with self.database.reading() as db:
            row = next((row for row in lists.all_rows(db) if row.watchlist.name == name), None)
            # Only what the scope holds of the list, as it holds it.
            share = keyrings.share_in(db, scope, row) if row is not None and row.head else None
            if share is None:
                return None
            edition = editing.edition_of(db, share)
            if (edition.number, edition.digest) != (asked.number, asked.digest):
                return None
            number = self._shards.next_bad(edition, editing.bodies(db, share), asked)
            if number is None:
                return RepairGiven(None)
        with self.database.writing() as db:
            if editing.edition_of(db, share) != edition:
                return None  # another one has come out in between
            file = self._press().shard(
                db,
                share,
                edition,
                number,
                lambda: encode_snapshot(shards.shard(edition, editing.bodies(db, share), number)),
            )
        return RepairGiven(number, file.sha256, file.length)

    def unwrap(self, data: bytes) -> bytes:
        """An upload as it lay on a stick; what was not wrapped for this bureau comes back as it is."""
        return unwrap_at_bureau(self._secrets.keys.sealing, data)

    def recent_receipts(self, scope: Scope, most: int) -> tuple[tuple[DeskId, bytes, bytes], ...]:
        """The newest receipts for desks of the scope: desk, hash of the upload, signed receipt.

        Whether one arrived, only its desk knows; a stick takes them along for uploads whose answer the link lost.
        """
        with self.database.reading() as db:
            return inbox.recent_receipts(db, self._secrets.keys, scope, most)

    def outstanding_letters(self, scope: Scope) -> tuple[tuple[DeskId, bytes], ...]:
        """Every letter that a desk of the scope has not said it holds."""
        with self.database.reading() as db:
            return letters.outstanding(db, scope)

    def server_certificate(self, hosts: tuple[str, ...]) -> tuple[Path, Path]:
        """Certificate and key files for these host names, renewed where they do not fit or soon end."""
        certificate, key = self.home.folder / "server.pem", self.home.folder / "server-key.pem"
        if certificate.exists() and key.exists() and tls.still_good(certificate.read_bytes(), hosts, self.clock.wall()):
            return certificate, key
        key_pem, certificate_pem = tls.make_server(self._secrets.ca_key, self._ca, hosts, self.clock.wall())
        key.unlink(missing_ok=True)
        key.touch(mode=0o600)
        key.write_bytes(key_pem)
        certificate.write_bytes(certificate_pem)
        return certificate, key
