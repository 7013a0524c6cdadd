"""Keys of lists, and the rings of them that desks are granted.

Each share of a list has a key of its own, and its files are sealed once, however many scopes hold it. A chain's ring is
the keys of what it holds; another ring begins another epoch. Who leaves a share behind (a revoked desk, a post that was
put elsewhere, an operation that ended) knows its key: it is exchanged then, so that what is published from now on opens
for the others only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NewType

import sqlalchemy as sa

from borderdesk.ids import DeskId, ListName
from sync.bureau import tables as t
from sync.bureau.lists import ListRow
from sync.bureau.scopes import Share, details_of
from sync.wire import KeyGrant, KeyRing, Purpose, Scope, SealingPublicKey, SignedBytes
from sync.wire.chunks import KEY_BYTES

if TYPE_CHECKING:
    from sync.bureau.publishing import Press

ListId = NewType("ListId", int)


@dataclass(frozen=True, slots=True)
class SealKey:
    """What the files of one share are sealed with now."""

    list: ListId
    view: str
    version: int
    key: bytes

    def __repr__(self) -> str:
        return f"SealKey(list={self.list}, view={self.view!r}, version={self.version})"


@dataclass(frozen=True, slots=True)
class View:
    """A share by its place in the database."""

    list: ListId
    view: str

    @classmethod
    def of(cls, share: Share) -> View:
        return cls(ListId(share.row.id), share.view)


def key_of(db: sa.Connection, press: Press, share: Share) -> SealKey:
    """The newest key of a share, made where it has none. Raises KeysMissing."""
    found = known(db, press, share)
    if found is None:
        view = View.of(share)
        exchange(db, press, [view])
        found = earlier(db, press, view, 1)
    return found


def known(db: sa.Connection, press: Press, share: Share) -> SealKey | None:
    """The newest key of a share, None where it has none. Raises KeysMissing."""
    view = View.of(share)
    version = db.execute(sa.select(sa.func.max(t.list_keys.c.version)).where(_of(view))).scalar()
    return earlier(db, press, view, version) if version else None


def earlier(db: sa.Connection, press: Press, of: View | SealKey, version: int) -> SealKey:
    """One of the keys a share has had. Raises KeysMissing."""
    row = db.execute(sa.select(t.list_keys).where(_of(of), t.list_keys.c.version == version)).one()
    return SealKey(of.list, of.view, version, press.secrets.unlock(row.locked_key, row.label, press.home.keys))


def exchange(db: sa.Connection, press: Press, views: Iterable[View]) -> None:
    """Give these shares new keys, for what is published from now on."""
    for view in set(views):
        last = db.execute(sa.select(sa.func.max(t.list_keys.c.version)).where(_of(view))).scalar() or 0
        label = f"list {view.list} {view.view} {last + 1}"
        locked = press.secrets.lock(press.entropy(KEY_BYTES), label, press.entropy)
        values = {"list": view.list, "view": view.view, "version": last + 1, "label": label, "locked_key": locked}
        db.execute(t.list_keys.insert().values(**values))


def views_of(db: sa.Connection, chain: Scope) -> frozenset[View]:
    """What the newest ring of a chain opens."""
    where = (t.rings.c.scope == chain) & (t.rings.c.epoch == newest_epoch(db, chain))
    rows = db.execute(sa.select(t.rings.c.list, t.rings.c.view).where(where))
    return frozenset(View(ListId(row.list), row.view) for row in rows)


def newest_epoch(db: sa.Connection, chain: Scope) -> int:
    """The newest epoch of a chain, 0 where it has none. One in which it held nothing has no keys."""
    ring = db.execute(sa.select(sa.func.max(t.rings.c.epoch)).where(t.rings.c.scope == chain)).scalar()
    page = db.execute(sa.select(sa.func.max(t.manifests.c.epoch)).where(t.manifests.c.scope == chain)).scalar()
    return max(ring or 0, page or 0)


def turn(db: sa.Connection, chain: Scope, keys: Iterable[SealKey]) -> int:
    """The epoch in which a chain's ring is exactly these keys: its newest, or the one that begins now."""
    wanted = {(key.list, key.view, key.version) for key in keys}
    epoch = newest_epoch(db, chain)
    where = (t.rings.c.scope == chain) & (t.rings.c.epoch == epoch)
    held = db.execute(sa.select(t.rings.c.list, t.rings.c.view, t.rings.c.version).where(where))
    if epoch and {(row.list, row.view, row.version) for row in held} == wanted:
        return epoch
    rows = [
        {"scope": chain, "epoch": epoch + 1, "list": list_, "view": view, "version": version}
        for list_, view, version in wanted
    ]
    if rows:
        db.execute(t.rings.insert(), rows)
    return epoch + 1


def grant(db: sa.Connection, press: Press, desk: DeskId, chain: Scope, epoch: int) -> bytes | None:
    """The signed wrap of one ring for one desk; None where it is not entitled or the epoch does not exist."""
    row = db.execute(sa.select(t.desks).where(t.desks.c.id == desk, t.desks.c.revoked_at.is_(None))).first()
    if row is None or row.scope != chain:
        return None
    of_epoch = (t.rings.c.scope == chain) & (t.rings.c.epoch == epoch)
    same = (
        (t.list_keys.c.list == t.rings.c.list)
        & (t.list_keys.c.view == t.rings.c.view)
        & (t.list_keys.c.version == t.rings.c.version)
    )
    query = (
        sa.select(t.lists.c.name, t.list_keys.c.label, t.list_keys.c.locked_key)
        .select_from(t.rings.join(t.list_keys, same).join(t.lists, t.lists.c.id == t.rings.c.list))
        .where(of_epoch)
    )
    keys = {
        ListName(found.name): press.secrets.unlock(found.locked_key, found.label, press.home.keys)
        for found in db.execute(query)
    }
    of_page = (t.manifests.c.scope == chain) & (t.manifests.c.epoch == epoch)
    if not keys and db.execute(sa.select(t.manifests.c.sequence).where(of_page)).first() is None:
        return None
    made = KeyGrant.make(KeyRing(chain, epoch, keys), desk, SealingPublicKey(row.sealing), row.assigned)
    return SignedBytes.sign(Purpose.GRANT, made.encode(), [press.secrets.keys.signing]).encode()


def share_in(db: sa.Connection, chain: Scope, row: ListRow) -> Share | None:
    """What a chain's newest ring opens of a list; None where that is nothing."""
    views = [each.view for each in views_of(db, chain) if each.list == row.id]
    return Share(row, details_of(views[0])) if views else None


def may_fetch(db: sa.Connection, digest: bytes, chain: Scope) -> bool:
    """Whether a published file is of a share that the chain holds now, under whichever of its keys."""
    same = (t.sealed.c.list == t.rings.c.list) & (t.sealed.c.view == t.rings.c.view)
    query = (
        sa.select(t.sealed.c.sha256)
        .select_from(t.sealed.join(t.rings, same))
        .where(t.sealed.c.sha256 == digest, t.rings.c.scope == chain, t.rings.c.epoch == newest_epoch(db, chain))
    )
    return db.execute(query).first() is not None


def _of(view: View | SealKey) -> sa.ColumnElement[bool]:
    return sa.and_(t.list_keys.c.list == view.list, t.list_keys.c.view == view.view)
