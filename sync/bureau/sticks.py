"""The bureau's side of the stick: fill one for the desks of a scope, and take in what one brings back."""

from __future__ import annotations

from dataclasses import dataclass

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.ids import DeskId
from borderdesk.words import say
from sync.bureau.bureau import Bureau
from sync.carriers import Shipment, Shipped, Stick, collect, collected, ship
from sync.carriers.stick_names import receipt_name
from sync.wire import Manifest, Receipt, Scope, SignedBytes
from sync.wire.manifest import MAX_MANIFEST
from sync.wire.refusals import MANIFEST, RECEIPT
from sync.wire.uploads import MAX_RECEIPT
from sync.wire.wrapping import wrap_for_desk

_BY_STICK = DeskId("stick")
_RECEIPTS = 1000
"""Newest receipts that go along, for uploads whose answer the link lost."""


class NothingPublished(KnownError):
    """The scope has no manifest yet."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(
            say("Nothing has been published for {scope} yet.", scope=scope),
            safe=NOTHING_CHANGED,
            todo=say("Publish first: borderdesk-bureau publish"),
        )


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a stick brought: uploads kept, with their receipts put on the stick, and uploads refused (quarantined)."""

    kept: int
    refused: int


def fill(bureau: Bureau, stick: Stick, scope: Scope) -> Shipped:
    """Put the newest manifest of a scope, its files, and every desk's key grant on a stick; what is there stays.

    Posts of the scope that work by a policy of their own, or have lists for an operation, have a manifest of their own.

    Raises NothingPublished, StickUnusable or StickTrap.
    """
    done = [_fill(bureau, stick, chain) for chain in bureau.chains_of(scope)]
    if not done:
        raise NothingPublished(scope)
    left_out = dict.fromkeys(name for each in done for name in each.left_out)
    return Shipped(sum(each.written for each in done), sum(each.already_there for each in done), tuple(left_out))


def _fill(bureau: Bureau, stick: Stick, scope: Scope) -> Shipped:
    newest = bureau.manifest(scope)
    if newest is None:
        raise NothingPublished(scope)
    manifest = Manifest.decode(SignedBytes.decode(newest[1], MANIFEST, MAX_MANIFEST).payload)
    every = bureau.posts()
    transport = {desk: door.transport for desk, door in bureau.doors().items()}
    desks = [desk.id for desk in every if desk.scope == scope and desk.revoked_at is None]
    grants = {(desk, manifest.epoch): bureau.grant(desk, scope, manifest.epoch) for desk in desks}
    # Small files first: where not everything fits, the changes matter more than the whole list.
    files = sorted((file for head in manifest.lists for file in head.files), key=lambda file: file.length)
    paths = {file.name: bureau.published_file(file.sha256, scope) for file in files}
    return ship(
        stick,
        Shipment(
            scope=scope,
            desks=desks,
            wrap=lambda desk, data: wrap_for_desk(transport[desk], data),
            roots={n: root for n in range(1, bureau.roots.newest() + 1) if (root := bureau.roots.read(n)) is not None},
            manifest=newest[1],
            files={name: path.read_bytes() for name, path in paths.items() if path is not None},
            grants={key: grant for key, grant in grants.items() if grant is not None},
            letters=bureau.outstanding_letters(scope),
            receipts=bureau.recent_receipts(scope, _RECEIPTS),
            revocations={desk.id: signed for desk in every if (signed := bureau.revocation(desk.id)) is not None},
        ),
    )


def empty(bureau: Bureau, stick: Stick) -> TakenIn:
    """Keep the uploads a stick brings. Each makes way for its receipt, which the stick takes back to the post.

    Raises StickUnusable, StickTrap, or NotThere where the stick has never been at a desk.
    """
    kept = refused = 0
    transport = {desk: door.transport for desk, door in bureau.doors().items()}
    for upload in list(collect(stick, bureau.unwrap)):
        receipts = bureau.receive([upload.envelope], _BY_STICK)
        for signed in receipts:
            receipt = Receipt.decode(SignedBytes.decode(signed, RECEIPT, MAX_RECEIPT).payload)
            wrapped = wrap_for_desk(transport[receipt.desk], signed)
            stick.write(receipt_name(receipt.desk, receipt.content_hash), wrapped)
        collected(stick, upload)
        kept += len(receipts)
        refused += not receipts
    return TakenIn(kept, refused)
