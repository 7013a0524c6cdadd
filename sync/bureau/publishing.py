"""From draft to signed manifests: editions, sealed files, and for each chain of desks the page that names them.

Every list gets a new edition each time, an unchanged one too: an empty delta is the heartbeat from which a desk knows
that its copy is still the bureau's word. A desk that was away finds one merged delta from the edition it is known to
hold; a new desk takes the newest snapshot and the deltas after it. Files are on disk before the one transaction that
names them commits, so a power cut leaves at most files that nobody names.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from borderdesk.ids import ListName
from borderdesk.policy import Policy
from borderdesk.watchlist import Edition
from sync.bureau import chains, editing, keyrings, lists, wholes
from sync.bureau import tables as t
from sync.bureau.chains import Chain, Held, Move
from sync.bureau.editing import PublishedList
from sync.bureau.home import Home
from sync.bureau.keyrings import SealKey, View
from sync.bureau.pages import checkpoint_of, last_page
from sync.bureau.scopes import Share
from sync.bureau.secrets import Secrets
from sync.bureau.wholes import Whole
from sync.wire import (
    FileRef,
    FileRole,
    ListHead,
    Manifest,
    Purpose,
    SignedBytes,
    encode_delta,
    encode_snapshot,
    encrypt,
    payload_hash,
)
from sync.wire.chunks import FILE_ID_BYTES, decrypt
from sync.wire.parts import divide
from sync.wire.policy import changes as policy_changes

_BASE_OF_SHARDS: Final = -16
"""And from which on downwards its shards are, for desks that mend their copies."""
_MERGED_NAMED: Final = 24
"""At most so many merged deltas are made for desks that are further behind."""


@dataclass(frozen=True, slots=True)
class Published:
    """One act of publishing: per chain its manifest, per list its edition, and what was written."""

    manifests: tuple[Manifest, ...]
    lists: tuple[PublishedList, ...]
    files: int
    bytes: int
    moved: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class _Ready:
    """A share that is sealed: its newest edition, and the files that lead there."""

    edition: Edition
    files: tuple[FileRef, ...]


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file on the disk that no table names yet."""

    sha256: bytes
    length: int
    role: FileRole
    base: int
    edition: int


@dataclass(frozen=True, slots=True)
class DueWhole:
    """A share of which a whole list is to be made anew."""

    share: Share
    key: SealKey
    in_parts: bool


@dataclass(slots=True)
class Press:
    """What publishing needs from around: keys, disk, randomness, and the signed policy."""

    home: Home
    secrets: Secrets
    entropy: Callable[[int], bytes]
    policy: Policy
    root: int = 0
    files_written: int = 0
    bytes_written: int = 0
    _ready: dict[tuple[View, int, bool], _Ready] = field(default_factory=dict)

    def publish(
        self, db: sa.Connection, now: datetime, *, flash: ListName | None = None, without: Collection[int] = ()
    ) -> Published:
        """Publish every list to every scope. `now` is the bureau's clock; signed times never go back, whatever it says.

        The list named `flash` brings an alert: desks fetch it before everything else. Lists `without` stay drafts.

        Raises DiskRefused, DatabaseFailed; then nothing was published.
        """
        issued = _never_back(db, now)
        done: list[PublishedList] = []
        for row in lists.all_rows(db):
            if row.id in without:
                continue
            published = editing.new_edition(db, row, issued)
            done.append(published)
            if row.watchlist.name == flash:
                _note_flash(db, published.edition)
        wanted = chains.now_in_use(db, self.policy, now)
        moved = self._settle(db, wanted)
        manifests = self._sign(db, wanted.every.values(), issued)
        return Published(manifests, tuple(done), self.files_written, self.bytes_written, moved)

    def settle(self, db: sa.Connection, now: datetime) -> Published:
        """Put desks into the chains that are theirs now, and sign the pages of chains that have none, or another
        content than these desks may have. No list gets a new edition. Raises DiskRefused, DatabaseFailed.
        """
        issued = _never_back(db, now)
        wanted = chains.now_in_use(db, self.policy, now)
        moved = self._settle(db, wanted)
        anew: list[Chain] = []
        if db.execute(sa.select(t.editions.c.number).limit(1)).first() is not None:
            pageless = (name for name in wanted.every if last_page(db, name) is None)
            changed = (name for name, chain in wanted.every.items() if chain.is_own and _says_otherwise(db, chain))
            names = dict.fromkeys([*pageless, *changed, *(move.now.name for move in moved)])
            anew = [wanted.every[name] for name in names]
        manifests = self._sign(db, anew, issued)
        return Published(manifests, (), self.files_written, self.bytes_written, moved)

    def _settle(self, db: sa.Connection, wanted: chains.Chains) -> tuple[Move, ...]:
        """Move the desks, and exchange the keys of what some of them may hold no longer."""
        rows = lists.all_rows(db)
        holds = {
            name: frozenset(View.of(held.share) for held in chain.holds(rows)) for name, chain in wanted.every.items()
        }
        left: set[View] = set()
        for name, views in holds.items():
            left |= keyrings.views_of(db, name) - views
        moved = chains.settle(db, wanted)
        for before, now in {(move.before, move.now.name) for move in moved}:
            left |= keyrings.views_of(db, before) - holds[now]
        keyrings.exchange(db, self, left)
        return moved

    def _sign(self, db: sa.Connection, of: Iterable[Chain], issued: datetime) -> tuple[Manifest, ...]:
        rows = [row for row in lists.all_rows(db) if row.head]
        return tuple(self._page(db, chain, chain.holds(rows), issued) for chain in of)

    def _page(self, db: sa.Connection, chain: Chain, holds: tuple[Held, ...], issued: datetime) -> Manifest:
        keys = [keyrings.key_of(db, self, held.share) for held in holds]
        first_rows = chain.policy.numbers_first_rows
        heads = [self._head(db, held, key, first_rows) for held, key in zip(holds, keys, strict=True)]
        before = last_page(db, chain.name)
        manifest = Manifest(
            scope=chain.name,
            epoch=keyrings.turn(db, chain.name, keys),
            sequence=before.sequence + 1 if before else 1,
            issued=issued,
            stale_after=issued + timedelta(hours=chain.policy.red_after_hours),
            previous=before.payload_hash if before else b"",
            lists=tuple(heads),
            policy=policy_changes(chain.policy),
            root=self.root,
            checkpoint=checkpoint_of(db, chain.name),
        )
        payload = manifest.encode()
        signed = SignedBytes.sign(Purpose.MANIFEST, payload, self.secrets.manifest_keys)
        db.execute(
            t.manifests.insert().values(
                scope=chain.name,
                sequence=manifest.sequence,
                epoch=manifest.epoch,
                issued=issued,
                payload_hash=payload_hash(payload),
                signed=signed.encode(),
            )
        )
        return manifest

    def _head(self, db: sa.Connection, held: Held, key: SealKey, first_rows: int) -> ListHead:
        edition = editing.edition_of(db, held.share)
        in_parts = wholes.are_parts(edition, first_rows)
        place = (View.of(held.share), key.version, in_parts)
        if place not in self._ready:
            whole = self._seal(db, held.share, edition, key, in_parts=in_parts)
            self._ready[place] = _Ready(edition, _files_of(db, edition, key, whole))
        ready = self._ready[place]
        return ListHead(ready.edition, ready.files, _last_flash(db, ready.edition), held.until)

    def _seal(self, db: sa.Connection, share: Share, edition: Edition, key: SealKey, *, in_parts: bool) -> Whole:
        """Write what is missing of the files that lead to the newest edition of a share."""
        whole = wholes.newest(db, key, in_parts=in_parts)
        if whole is None and self._carry_over(db, key, edition):
            whole = wholes.newest(db, key, in_parts=in_parts)
        if whole is None or wholes.is_due_now(db, share.row, edition, whole, in_parts=in_parts):
            whole = Whole(edition.number, in_parts)
            for role, base, plain in self._whole(db, share, edition, in_parts=in_parts):
                self._write(db, key, role, base, edition.number, plain)
        if edition.number > 1:
            there = _bases_there(db, key, edition.number)
            wanted = {edition.number - 1, *_bases_held(db, share, edition.number)}
            if not wholes.leads_on(db, key, whole.edition, edition.number - 1):
                wanted.add(whole.edition)
            for start in sorted(wanted - there - {edition.number}):
                plain = encode_delta(editing.delta(db, share, start, edition))
                self._write(db, key, FileRole.DELTA, start, edition.number, plain)
        return whole

    def _whole(
        self,
        db: sa.Connection,
        share: Share,
        edition: Edition,
        *,
        in_parts: bool,
        keep: bool = True,
        stop: Callable[[], bool] = lambda: False,
    ) -> Iterator[tuple[FileRole, int, bytes]]:
        """The files of a whole list, each with the base it is kept under. Raises Ended where `stop` says so."""
        plain = encode_snapshot(editing.whole(db, share, edition, stop))
        if not in_parts:
            yield FileRole.SNAPSHOT, 0, plain
            return
        parts = divide(plain, editing.edition_of(db, replace(share, details=()), keep=keep))
        yield FileRole.MEMBERSHIP, wholes.BASE_OF_NUMBERS, parts.membership
        yield FileRole.REST, wholes.BASE_OF_REST, parts.rest

    def _carry_over(self, db: sa.Connection, key: SealKey, edition: Edition) -> bool:
        """Seal the newest whole list of an earlier key with this one: a key is exchanged at once, a list not."""
        files = wholes.of_earlier_key(db, key)
        if not files or edition.rows <= wholes.AT_ONCE_ROWS or edition.number - files[0].edition >= wholes.STEPS_NAMED:
            return False
        before = keyrings.earlier(db, self, key, files[0].version)
        try:
            plain = [(file, decrypt(self.home.file(file.sha256).read_bytes(), before.key)) for file in files]
        except OSError:
            return False  # Somebody has moved the old files: the list is written anew.
        for file, content in plain:
            self._write(db, key, FileRole(file.role), file.base, file.edition, content)
        return True

    def due_wholes(self, db: sa.Connection, now: datetime) -> tuple[DueWhole, ...]:
        """Which whole lists are to be made anew, beside the publishing."""
        rows = [row for row in lists.all_rows(db) if row.head]
        due: dict[tuple[View, bool], DueWhole] = {}
        for chain in chains.now_in_use(db, self.policy, now).every.values():
            for held in chain.holds(rows):
                key = keyrings.known(db, self, held.share)
                if key is None:
                    continue
                edition = editing.edition_of(db, held.share, keep=False)
                in_parts = wholes.are_parts(edition, chain.policy.numbers_first_rows)
                whole = wholes.newest(db, key, in_parts=in_parts)
                if whole and wholes.is_due(db, held.share.row, edition, key, whole, in_parts=in_parts):
                    due[View.of(held.share), in_parts] = DueWhole(held.share, key, in_parts)
        return tuple(due.values())

    def make_whole(
        self, db: sa.Connection, due: DueWhole, stop: Callable[[], bool] = lambda: False
    ) -> tuple[MadeFile, ...]:
        """Write the files of a whole list of the newest edition, which nothing names yet. Raises DiskRefused, Ended."""
        # Since it was found due, which may be minutes ago, more was published.
        share = replace(due.share, row=lists.row_of(db, due.share.row.watchlist.name))
        edition = editing.edition_of(db, share, keep=False)
        return tuple(
            self._sealed(due.key, role, base, edition.number, plain)
            for role, base, plain in self._whole(db, share, edition, in_parts=due.in_parts, keep=False, stop=stop)
        )

    def keep_whole(self, db: sa.Connection, due: DueWhole, files: Iterable[MadeFile]) -> None:
        """Let the next pages name it. One whose key was exchanged meanwhile is of no use, and is not kept."""
        if keyrings.key_of(db, self, due.share).version == due.key.version:
            for file in files:
                self._note(db, due.key, file)

    def shard(
        self, db: sa.Connection, share: Share, edition: Edition, number: int, plain: Callable[[], bytes]
    ) -> FileRef:
        """The file of one shard of the newest edition, for a desk that mends its copy; written once for all desks."""
        key, base = keyrings.key_of(db, self, share), _BASE_OF_SHARDS - number
        there = wholes.of(key) & (t.sealed.c.base == base) & (t.sealed.c.edition == edition.number)
        if db.execute(sa.select(t.sealed.c.sha256).where(there)).first() is None:
            self._write(db, key, FileRole.SNAPSHOT, base, edition.number, plain())
        found = db.execute(sa.select(t.sealed).where(there)).one()
        return FileRef(found.sha256, found.length, FileRole.SNAPSHOT, 0, edition.number, edition.watchlist.kind)

    def _write(self, db: sa.Connection, key: SealKey, role: FileRole, base: int, edition: int, plain: bytes) -> None:
        self._note(db, key, self._sealed(key, role, base, edition, plain))

    def _sealed(self, key: SealKey, role: FileRole, base: int, edition: int, plain: bytes) -> MadeFile:
        data = encrypt(plain, key.key, self.entropy(FILE_ID_BYTES))
        self.files_written += 1
        self.bytes_written += len(data)
        return MadeFile(self.home.publish_file(data), len(data), role, base, edition)

    def _note(self, db: sa.Connection, key: SealKey, file: MadeFile) -> None:
        db.execute(
            t.sealed.insert().values(
                sha256=file.sha256,
                length=file.length,
                list=key.list,
                view=key.view,
                version=key.version,
                role=file.role.value,
                base=file.base,
                edition=file.edition,
            )
        )


def _says_otherwise(db: sa.Connection, chain: Chain) -> bool:
    """Whether the newest page of a post's own chain has another policy, or lends otherwise, than is wanted now."""
    found = last_page(db, chain.name)
    if found is None:
        return True
    page = found.manifest()
    lent = {head.edition.watchlist.name: head.until for head in page.lists if head.until}
    return page.policy != policy_changes(chain.policy) or lent != {each.list: each.until for each in chain.lent}


def _never_back(db: sa.Connection, now: datetime) -> datetime:
    latest = db.execute(sa.select(sa.func.max(t.manifests.c.issued))).scalar()
    return max(now, latest + timedelta(microseconds=1)) if latest else now


def _note_flash(db: sa.Connection, edition: Edition) -> None:
    name = f"flash {edition.watchlist.name}"
    db.execute(t.settings.delete().where(t.settings.c.name == name))
    db.execute(t.settings.insert().values(name=name, value=str(edition.number)))


def _last_flash(db: sa.Connection, edition: Edition) -> int:
    """The number of the list's last edition that was a flash alert, 0 where none was."""
    where = t.settings.c.name == f"flash {edition.watchlist.name}"
    found = db.execute(sa.select(t.settings.c.value).where(where)).scalar()
    return int(found or 0)


def _bases_there(db: sa.Connection, key: SealKey, number: int) -> set[int]:
    where = wholes.of(key) & (t.sealed.c.edition == number)
    return set(db.execute(sa.select(t.sealed.c.base).where(where)).scalars())


def _bases_held(db: sa.Connection, share: Share, number: int) -> set[int]:
    """Editions that desks said they hold, too far back for single steps to be worth while. The newest of them."""
    of_desk = (t.manifests.c.scope == t.desks.c.holds_scope) & (t.manifests.c.sequence == t.desks.c.holds_sequence)
    issued = (
        sa.select(t.manifests.c.issued)
        .select_from(t.desks.join(t.manifests, of_desk))
        .where(t.desks.c.revoked_at.is_(None))
        .distinct()
    )
    held = editing.editions_at(db, share.row, db.execute(issued).scalars().all())
    return set(sorted((each for each in held if each < number - 1), reverse=True)[:_MERGED_NAMED])


def _files_of(db: sa.Connection, edition: Edition, key: SealKey, whole: Whole) -> tuple[FileRef, ...]:
    """What the manifest names for one list: the newest snapshot, the last single steps, merged deltas to the head."""
    step = sa.and_(t.sealed.c.base == t.sealed.c.edition - 1, t.sealed.c.edition > edition.number - wholes.STEPS_NAMED)
    wanted = sa.or_(
        sa.and_(t.sealed.c.base.in_(whole.bases), t.sealed.c.edition == whole.edition),
        sa.and_(
            t.sealed.c.base > 0,
            sa.or_(step, t.sealed.c.edition == edition.number),
        ),
    )
    found = db.execute(sa.select(t.sealed).where(wholes.of(key), wanted))
    kind = edition.watchlist.kind
    return tuple(
        FileRef(file.sha256, file.length, FileRole(file.role), max(0, file.base), file.edition, kind) for file in found
    )
