"""Manifests that were signed: the newest of each chain, what it names, its checkpoint, and files nobody names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from borderdesk.ids import ListName
from sync.bureau import tables as t
from sync.wire import Checkpoint, Manifest, Scope, SignedBytes
from sync.wire.manifest import MAX_MANIFEST
from sync.wire.refusals import MANIFEST

KEPT_DAYS: Final = 30
"""Days for which a file is kept that is no longer named: for a download that is under way."""


@dataclass(frozen=True, slots=True)
class SignedPage:
    """A manifest as it was signed."""

    scope: Scope
    sequence: int
    payload_hash: bytes
    signed: bytes

    def manifest(self) -> Manifest:
        """What it says."""
        return Manifest.decode(SignedBytes.decode(self.signed, MANIFEST, MAX_MANIFEST).payload)


def last_page(db: sa.Connection, scope: Scope) -> SignedPage | None:
    """The newest page of a chain; None where it has none yet."""
    newest = sa.select(t.manifests).where(t.manifests.c.scope == scope).order_by(t.manifests.c.sequence.desc())
    return _page(db.execute(newest.limit(1)).one_or_none())


def page(db: sa.Connection, scope: Scope, sequence: int) -> SignedPage | None:
    """One page by its number; None where there is no such one."""
    where = (t.manifests.c.scope == scope) & (t.manifests.c.sequence == sequence)
    return _page(db.execute(sa.select(t.manifests).where(where)).one_or_none())


def numbers(db: sa.Connection) -> dict[Scope, int]:
    """The number of the newest page of every chain."""
    query = sa.select(t.manifests.c.scope, sa.func.max(t.manifests.c.sequence).label("newest"))
    return {Scope(row.scope): row.newest for row in db.execute(query.group_by(t.manifests.c.scope))}


def last_number(db: sa.Connection, scope: Scope) -> int:
    """The number of a chain's newest page, 0 where it has none: one look into the index."""
    found = db.execute(sa.select(sa.func.max(t.manifests.c.sequence)).where(t.manifests.c.scope == scope)).scalar()
    return int(found or 0)


def held_editions(db: sa.Connection, scope: Scope, sequence: int) -> tuple[tuple[ListName, int], ...]:
    """Which edition of which list a desk holds that has taken over the page of that number."""
    found = page(db, scope, sequence)
    if found is None:
        return ()
    return tuple(sorted((head.edition.watchlist.name, head.edition.number) for head in found.manifest().lists))


def note_checkpoint(db: sa.Connection, scope: Scope, signed: bytes) -> None:
    """Keep a chain's newest signed checkpoint."""
    name = f"checkpoint {scope}"
    db.execute(t.settings.delete().where(t.settings.c.name == name))
    db.execute(t.settings.insert().values(name=name, value=signed.hex()))


def newest_checkpoint(db: sa.Connection, scope: Scope, now: datetime) -> Checkpoint | None:
    """The chain's newest page, as a checkpoint to be signed."""
    found = last_page(db, scope)
    return None if found is None else Checkpoint(scope, found.sequence, found.payload_hash, now)


def checkpoint_of(db: sa.Connection, scope: Scope) -> bytes:
    """The chain's newest signed checkpoint, empty where it has none."""
    where = t.settings.c.name == f"checkpoint {scope}"
    return bytes.fromhex(db.execute(sa.select(t.settings.c.value).where(where)).scalar() or "")


def forget_old_files(db: sa.Connection, now: datetime) -> tuple[bytes, ...]:
    """Take old files out of the tables and name them: to be deleted once that is committed.

    Old is what no chain's newest page names and what was published before KEPT_DAYS.
    """
    limit = now - timedelta(days=KEPT_DAYS)
    of_edition = (t.editions.c.list == t.sealed.c.list) & (t.editions.c.number == t.sealed.c.edition)
    query = sa.select(t.sealed.c.sha256).join(t.editions, of_edition).where(t.editions.c.published_at < limit)
    aged = {bytes(digest) for digest in db.execute(query).scalars()}
    if not aged:
        return ()
    old = tuple(aged.difference(*_named(db)))
    if old:
        named = t.sealed.c.sha256 == sa.bindparam("digest")
        db.execute(t.sealed.delete().where(named), [{"digest": digest} for digest in old])
    return old


def _named(db: sa.Connection) -> Iterator[set[bytes]]:
    for scope in numbers(db):
        found = last_page(db, scope)
        if found is not None:
            yield {file.sha256 for head in found.manifest().lists for file in head.files}


def _page(row: sa.Row[tuple[object, ...]] | None) -> SignedPage | None:
    return None if row is None else SignedPage(Scope(row.scope), row.sequence, bytes(row.payload_hash), row.signed)
