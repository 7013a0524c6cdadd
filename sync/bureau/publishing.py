"""From draft to signed editions: numbers, digests, encrypted files, the manifest.

Every list gets a new edition each time, an unchanged one too: an empty delta is the heartbeat from which a desk knows
that its copy is still the bureau's word. A desk that was away finds one merged delta from the edition it is known to
hold; a new desk takes the newest snapshot and the deltas after it. Files are on disk before the one transaction that
names them commits, so a power cut leaves at most files that nobody names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa

from borderdesk.ids import DeskId, ListName, RecordKey
from borderdesk.policy import Policy
from borderdesk.watchlist import Delta, Edition, Snapshot, Withdrawal
from borderdesk.watchlist.digest import StateDigest
from sync.bureau import lists
from sync.bureau import tables as t
from sync.bureau.home import Home
from sync.bureau.secrets import Secrets
from sync.bureau.stored import from_body
from sync.wire import (
    Checkpoint,
    EpochKey,
    FileRef,
    FileRole,
    KeyGrant,
    ListHead,
    Manifest,
    Purpose,
    Scope,
    SealingPublicKey,
    SignedBytes,
    encode_delta,
    encode_snapshot,
    encrypt,
    payload_hash,
)
from sync.wire.chunks import FILE_ID_BYTES, KEY_BYTES
from sync.wire.manifest import MAX_MANIFEST
from sync.wire.policy import changes as policy_changes
from sync.wire.refusals import MANIFEST

_ALWAYS_SNAPSHOT_ROWS: Final = 500_000
"""A changed list of up to so many rows gets a snapshot each time; it takes seconds."""
_SNAPSHOT_AFTER_SHARE: Final = 0.1
"""A longer one when so much of it changed since the last snapshot that the deltas would weigh as much."""
_SNAPSHOT_AFTER_STEPS: Final = 48
"""And at the latest after so many editions, so that a new desk has few steps to take."""
_STEPS_NAMED: Final = 48
"""Single steps named in a manifest: the way onward from a snapshot, and for desks a few editions behind."""
_MERGED_NAMED: Final = 24
"""At most so many merged deltas are made for desks that are further behind."""
KEPT_DAYS: Final = 30
"""Days for which a file is kept that is no longer named: for a download that is under way."""


@dataclass(frozen=True, slots=True)
class PublishedList:
    """One list's new edition, and what it changed."""

    edition: Edition
    withdrawn: int
    upserted: int


@dataclass(frozen=True, slots=True)
class Published:
    """One act of publishing: per scope the manifest's sequence, per list its edition, and what was written."""

    manifests: tuple[Manifest, ...]
    lists: tuple[PublishedList, ...]
    files: int
    bytes: int


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

    def publish(self, db: sa.Connection, now: datetime, *, flash: ListName | None = None) -> Published:
        """Publish every list to every scope. `now` is the bureau's clock; signed times never go back, whatever it says.

        The list named `flash` brings an alert: desks fetch it before everything else.

        Raises DiskRefused, DatabaseFailed; then nothing was published.
        """
        scopes = _scopes(db)
        latest = db.execute(sa.select(sa.func.max(t.manifests.c.issued))).scalar()
        issued = max(now, latest + timedelta(microseconds=1)) if latest else now
        done: list[PublishedList] = []
        for row in lists.all_rows(db):
            published = _new_edition(db, row, issued)
            done.append(published)
            if row.watchlist.name == flash:
                _note_flash(db, published.edition)
            for scope in scopes:
                self._files(db, lists.row_of(db, row.watchlist.name), published, epoch_key(db, scope, self))
        manifests = tuple(self._manifest(db, scope, issued, done) for scope in scopes)
        return Published(manifests, tuple(done), self.files_written, self.bytes_written)

    def _files(self, db: sa.Connection, row: lists.ListRow, published: PublishedList, key: EpochKey) -> None:
        edition = published.edition
        base = _newest_snapshot(db, row, key)
        if base is None or (base < edition.number and self._snapshot_due(db, row, published, base)):
            records = (from_body(body) for body in lists.bodies(db, row))
            self._write(db, row, key, FileRole.SNAPSHOT, 0, edition, encode_snapshot(Snapshot(edition, records)))
        if edition.number > 1:
            for start in sorted({edition.number - 1, *_bases_held(db, row, key, edition.number)}):
                self._write(db, row, key, FileRole.DELTA, start, edition, encode_delta(delta(db, row, start, edition)))

    def _snapshot_due(self, db: sa.Connection, row: lists.ListRow, published: PublishedList, base: int) -> bool:
        rows = published.edition.rows
        if published.edition.number - base >= _SNAPSHOT_AFTER_STEPS:
            return True
        if rows <= _ALWAYS_SNAPSHOT_ROWS:
            return bool(published.withdrawn or published.upserted)
        since = sa.select(sa.func.count()).where(t.changes.c.list == row.id, t.changes.c.edition > base)
        return bool(db.execute(since).scalar_one() > rows * _SNAPSHOT_AFTER_SHARE)

    def _write(
        self, db: sa.Connection, row: lists.ListRow, key: EpochKey, role: FileRole, base: int, to: Edition, plain: bytes
    ) -> None:
        data = encrypt(plain, key.key, self.entropy(FILE_ID_BYTES))
        digest = self.home.publish_file(data)
        self.files_written += 1
        self.bytes_written += len(data)
        db.execute(
            t.files.insert().values(
                sha256=digest,
                length=len(data),
                scope=key.scope,
                epoch=key.epoch,
                list=row.id,
                role=role.value,
                base=base,
                edition=to.number,
            )
        )

    def _manifest(self, db: sa.Connection, scope: Scope, issued: datetime, done: Iterable[PublishedList]) -> Manifest:
        key = epoch_key(db, scope, self)
        of_scope = t.manifests.c.scope == scope
        before = db.execute(
            sa.select(t.manifests).where(of_scope).order_by(t.manifests.c.sequence.desc()).limit(1)
        ).one_or_none()
        manifest = Manifest(
            scope=scope,
            epoch=key.epoch,
            sequence=before.sequence + 1 if before else 1,
            issued=issued,
            stale_after=issued + timedelta(hours=self.policy.red_after_hours),
            previous=before.payload_hash if before else b"",
            lists=tuple(
                ListHead(one.edition, _files_of(db, one.edition, key), _last_flash(db, one.edition)) for one in done
            ),
            policy=policy_changes(self.policy),
            root=self.root,
            checkpoint=_checkpoint(db, scope),
        )
        payload = manifest.encode()
        signed = SignedBytes.sign(Purpose.MANIFEST, payload, self.secrets.manifest_keys)
        db.execute(
            t.manifests.insert().values(
                scope=scope,
                sequence=manifest.sequence,
                epoch=manifest.epoch,
                issued=issued,
                payload_hash=payload_hash(payload),
                signed=signed.encode(),
            )
        )
        return manifest


def note_checkpoint(db: sa.Connection, scope: Scope, signed: bytes) -> None:
    """Keep a scope's newest signed checkpoint."""
    name = f"checkpoint {scope}"
    db.execute(t.settings.delete().where(t.settings.c.name == name))
    db.execute(t.settings.insert().values(name=name, value=signed.hex()))


def newest_checkpoint(db: sa.Connection, scope: Scope, now: datetime) -> Checkpoint | None:
    """The scope's newest manifest, as a checkpoint to be signed."""
    newest = sa.select(t.manifests).where(t.manifests.c.scope == scope).order_by(t.manifests.c.sequence.desc())
    row = db.execute(newest.limit(1)).one_or_none()
    return None if row is None else Checkpoint(scope, row.sequence, bytes(row.payload_hash), now)


def _checkpoint(db: sa.Connection, scope: Scope) -> bytes:
    where = t.settings.c.name == f"checkpoint {scope}"
    found = db.execute(sa.select(t.settings.c.value).where(where)).scalar()
    return bytes.fromhex(found or "")


def _note_flash(db: sa.Connection, edition: Edition) -> None:
    name = f"flash {edition.watchlist.name}"
    db.execute(t.settings.delete().where(t.settings.c.name == name))
    db.execute(t.settings.insert().values(name=name, value=str(edition.number)))


def _last_flash(db: sa.Connection, edition: Edition) -> int:
    """The number of the list's last edition that was a flash alert, 0 where none was."""
    where = t.settings.c.name == f"flash {edition.watchlist.name}"
    found = db.execute(sa.select(t.settings.c.value).where(where)).scalar()
    return int(found or 0)


def forget_old_files(db: sa.Connection, now: datetime) -> tuple[bytes, ...]:
    """Take old files out of the tables and name them: to be deleted once that is committed.

    Old is what the newest manifest of its scope does not name and what was published before KEPT_DAYS.
    """
    limit = now - timedelta(days=KEPT_DAYS)
    newest: set[bytes] = set()
    for scope in _scopes(db):
        of_scope = t.manifests.c.scope == scope
        signed = db.execute(
            sa.select(t.manifests.c.signed).where(of_scope).order_by(t.manifests.c.sequence.desc()).limit(1)
        ).scalar()
        if signed is not None:
            manifest = Manifest.decode(SignedBytes.decode(signed, MANIFEST, MAX_MANIFEST).payload)
            newest |= {file.sha256 for head in manifest.lists for file in head.files}
    of_edition = (t.editions.c.list == t.files.c.list) & (t.editions.c.number == t.files.c.edition)
    query = sa.select(t.files.c.sha256).join(t.editions, of_edition).where(t.editions.c.published_at < limit)
    old = tuple(digest for found in db.execute(query).scalars() if (digest := bytes(found)) not in newest)
    if old:
        named = t.files.c.sha256 == sa.bindparam("digest")
        db.execute(t.files.delete().where(named), [{"digest": digest} for digest in old])
    return old


def epoch_key(db: sa.Connection, scope: Scope, press: Press, epoch: int | None = None) -> EpochKey:
    """The key of an epoch (the newest where none is named), made where the scope has none. Raises KeysMissing."""
    query = sa.select(t.epochs).where(t.epochs.c.scope == scope).order_by(t.epochs.c.epoch.desc())
    found = db.execute(query if epoch is None else query.where(t.epochs.c.epoch == epoch)).first()
    if found:
        label = f"{scope} {found.epoch}"
        return EpochKey(scope, found.epoch, press.secrets.unlock(found.locked_key, label, press.home.keys))
    if epoch is not None:
        raise ValueError(f"scope {scope} never had an epoch {epoch}")
    return new_epoch(db, scope, press, 1)


def new_epoch(db: sa.Connection, scope: Scope, press: Press, number: int) -> EpochKey:
    """Begin an epoch: later files open only for desks that are granted its key."""
    key = EpochKey(scope, number, press.entropy(KEY_BYTES))
    locked = press.secrets.lock(key.key, f"{scope} {number}", press.entropy)
    # The beginning is told by the first manifest of the epoch; no clock is asked here.
    db.execute(t.epochs.insert().values(scope=scope, epoch=number, locked_key=locked))
    return key


def grant(db: sa.Connection, press: Press, desk: DeskId, scope: Scope, epoch: int) -> bytes | None:
    """The signed wrap of one epoch's key for one desk; None where it is not entitled or the epoch does not exist."""
    row = db.execute(sa.select(t.desks).where(t.desks.c.id == desk, t.desks.c.revoked_at.is_(None))).first()
    known = db.execute(sa.select(t.epochs.c.epoch).where(t.epochs.c.scope == scope, t.epochs.c.epoch == epoch)).first()
    if row is None or row.scope != scope or known is None:
        return None
    made = KeyGrant.make(epoch_key(db, scope, press, epoch), desk, SealingPublicKey(row.sealing))
    return SignedBytes.sign(Purpose.GRANT, made.encode(), [press.secrets.keys.signing]).encode()


def delta(db: sa.Connection, row: lists.ListRow, base: int, to: Edition) -> Delta:
    """One exact delta from an edition to the newest, however many lie between: what came and went is not in it."""
    withdrawals: list[Withdrawal] = []
    records = []
    for found in db.execute(sa.text(_SINCE), {"list": row.id, "base": base}):
        if found.before == found.body:
            continue
        if found.body is not None:
            records.append(from_body(found.body))
        else:
            day = date.fromisoformat(found.withdrawn_on) if found.withdrawn_on else to.published_at.date()
            withdrawals.append(Withdrawal(RecordKey(found.key), day, found.reason or ""))
    return Delta(base, to, tuple(withdrawals), tuple(records))


_SINCE: Final = """
    SELECT span.key, first.before, r.body, latest.withdrawn_on, latest.reason
      FROM (SELECT key, min(edition) AS opened, max(edition) AS closed
              FROM changes WHERE list = :list AND edition > :base GROUP BY key) AS span
      JOIN changes AS first ON first.list = :list AND first.edition = span.opened AND first.key = span.key
      JOIN changes AS latest ON latest.list = :list AND latest.edition = span.closed AND latest.key = span.key
      LEFT JOIN records AS r ON r.list = :list AND r.key = span.key"""


def newest(db: sa.Connection, row: lists.ListRow) -> Edition | None:
    """The newest edition of a list, None where none was published."""
    newest = (t.editions.c.list == row.id) & (t.editions.c.number == row.head)
    found = db.execute(sa.select(t.editions).where(newest)).one_or_none()
    if found is None:
        return None
    return Edition(row.watchlist, found.number, found.rows, bytes(found.digest), found.published_at)


def _new_edition(db: sa.Connection, row: lists.ListRow, issued: datetime) -> PublishedList:
    number = row.head + 1
    withdrawn = upserted = 0
    if not row.head:
        whole = lists.summed(lists.bodies(db, row))
        digest, rows = whole.digest, whole.rows
        upserted = rows
    else:
        before = db.execute(
            sa.select(t.editions).where(t.editions.c.list == row.id, t.editions.c.number == row.head)
        ).one()
        digest = StateDigest(before.digest_state)
        _drop_empty_changes(db, row, number)
        gone, come = [], []
        for found in db.execute(sa.text(_SINCE), {"list": row.id, "base": row.head}):
            if found.before is not None:
                gone.append(found.before)
            if found.body is not None:
                come.append(found.body)
            withdrawn += found.body is None
            upserted += found.body is not None
        digest.remove_bytes(gone)
        digest.add_bytes(come)
        rows = before.rows - len(gone) + len(come)
    edition = Edition(row.watchlist, number, rows, digest.value(), issued)
    db.execute(
        t.editions.insert().values(
            list=row.id,
            number=number,
            rows=rows,
            digest=edition.digest,
            digest_state=digest.state,
            published_at=issued,
        )
    )
    return PublishedList(edition, withdrawn, upserted)


def _drop_empty_changes(db: sa.Connection, row: lists.ListRow, number: int) -> None:
    """What was changed and changed back before publishing never happened for a desk."""
    statement = """DELETE FROM changes WHERE list = :list AND edition = :edition AND (
        (before IS NULL AND NOT EXISTS (SELECT 1 FROM records r WHERE r.list = changes.list AND r.key = changes.key))
        OR EXISTS (SELECT 1 FROM records r
                    WHERE r.list = changes.list AND r.key = changes.key AND r.body = changes.before))"""
    db.execute(sa.text(statement), {"list": row.id, "edition": number})


def _scopes(db: sa.Connection) -> tuple[Scope, ...]:
    named = db.execute(sa.select(t.scopes.c.name).order_by(t.scopes.c.name)).scalars()
    return tuple(Scope(name) for name in named)


def _newest_snapshot(db: sa.Connection, row: lists.ListRow, key: EpochKey) -> int | None:
    query = sa.select(sa.func.max(t.files.c.edition)).where(
        t.files.c.scope == key.scope,
        t.files.c.epoch == key.epoch,
        t.files.c.list == row.id,
        t.files.c.role == FileRole.SNAPSHOT.value,
    )
    found: int | None = db.execute(query).scalar()
    return found


def _bases_held(db: sa.Connection, row: lists.ListRow, key: EpochKey, number: int) -> set[int]:
    """Editions that desks of the scope said they hold, too far back for single steps to be worth while."""
    held = sa.select(t.desks.c.holds_sequence).where(
        t.desks.c.scope == key.scope, t.desks.c.revoked_at.is_(None), t.desks.c.holds_sequence > 0
    )
    issued = sa.select(t.manifests.c.issued).where(
        t.manifests.c.scope == key.scope, t.manifests.c.sequence.in_(held.distinct())
    )
    editions = sa.select(t.editions.c.number).where(
        t.editions.c.list == row.id, t.editions.c.published_at.in_(issued), t.editions.c.number < number - 1
    )
    newest_first = db.execute(editions.order_by(t.editions.c.number.desc()).limit(_MERGED_NAMED)).scalars()
    return set(newest_first)


def _files_of(db: sa.Connection, edition: Edition, key: EpochKey) -> tuple[FileRef, ...]:
    """What the manifest names for one list: the newest snapshot, the last single steps, merged deltas to the head."""
    row = lists.row_of(db, edition.watchlist.name)
    of_list = (t.files.c.list == row.id) & (t.files.c.scope == key.scope) & (t.files.c.epoch == key.epoch)
    snapshot = _newest_snapshot(db, row, key)
    wanted = sa.or_(
        sa.and_(t.files.c.base == 0, t.files.c.edition == snapshot),
        sa.and_(t.files.c.base == t.files.c.edition - 1, t.files.c.edition > edition.number - _STEPS_NAMED),
        sa.and_(t.files.c.base > 0, t.files.c.edition == edition.number),
    )
    found = db.execute(sa.select(t.files).where(of_list, wanted))
    kind = edition.watchlist.kind
    return tuple(
        FileRef(file.sha256, file.length, FileRole(file.role), file.base, file.edition, kind) for file in found
    )


def held_editions(db: sa.Connection, scope: Scope, sequence: int) -> tuple[tuple[ListName, int], ...]:
    """Which edition of which list a desk holds that has taken over the manifest of that sequence."""
    query = (
        sa.select(t.lists.c.name, t.editions.c.number)
        .join(t.editions, t.editions.c.list == t.lists.c.id)
        .join(t.manifests, t.manifests.c.issued == t.editions.c.published_at)
        .where(t.manifests.c.scope == scope, t.manifests.c.sequence == sequence)
        .order_by(t.lists.c.name)
    )
    return tuple((ListName(row.name), row.number) for row in db.execute(query))
