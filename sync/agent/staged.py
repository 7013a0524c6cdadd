"""What lies whole in the spool, opened for the replica: decrypted, decoded and compared with the manifest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from borderdesk.errors import TamperingError
from borderdesk.ids import ListName
from borderdesk.watchlist import Delta, Snapshot
from sync.agent.lanes import in_order
from sync.agent.route import way_left
from sync.agent.spool import Spool
from sync.trust import DeskKeys, Trust
from sync.wire import FileRef, FileRole, KeyRing, ListHead, Manifest, check_edition, check_file, decode_edition, decrypt
from sync.wire.parts import Parts, join
from sync.wire.refusals import EDITION, Malformed


def open_staged(
    spool: Spool,
    trust: Trust,
    keys: DeskKeys,
    held: Mapping[ListName, int],
    now: datetime,
    skip: Callable[[ListName], bool] = lambda _: False,
    has_any: Callable[[ListName], bool] = lambda _: True,
) -> Iterator[Snapshot | Delta]:
    """What is ready to be applied, in order: decrypted, decoded and compared with the manifest.

    `held` says which edition of each list the replica holds now, in the share that the manifest names; `now` is
    trusted time in UTC. What `skip` says of a list is asked before each of its files. Of a list of which `has_any` says
    that nothing is here, the numbers alone come first, as another share of it (`is_first_part`). Apply each before
    asking for the next; then tell the spool with `note_held`. Raises a TamperingError for a file that does not hold
    what the manifest says: it is forgotten then, so the next call goes on with the other lists, and the next exchange
    fetches it again.
    """
    signed = spool.manifest()
    if signed is None:
        return
    try:
        manifest = trust.manifest(signed, None).manifest
    except TamperingError:
        spool.forget_manifest()
        raise
    grant = spool.grant(manifest.scope, manifest.epoch)
    if grant is None:
        return
    ring = trust.grant(grant).open(trust.desk, keys.sealing)
    for head in in_order(manifest.running(now)):
        left = {file: spool.staged(file).left for file in head.files}
        numbers: FileRef | None = None
        way = way_left(head, held.get(name_of(head), 0), left.__getitem__) or ()
        for place, file in enumerate(way):
            if left[file] > 0 or skip(name_of(head)):
                break
            if file.role is FileRole.MEMBERSHIP:
                numbers = file
                if left[way[place + 1]] == 0 or has_any(name_of(head)):
                    continue
            yield _open(spool, ring, head, file, numbers)


def open_sealed(spool: Spool, trust: Trust, keys: DeskKeys, name: ListName, data: bytes) -> Snapshot | Delta:
    """Something small that came beside a list's published files, under the same key. Raises a TamperingError."""
    signed = spool.manifest()
    manifest = trust.manifest(signed, None).manifest if signed is not None else None
    grant = spool.grant(manifest.scope, manifest.epoch) if manifest is not None else None
    if grant is None:
        raise Malformed(EDITION, "there is no key for it")
    return decode_edition(decrypt(data, trust.grant(grant).open(trust.desk, keys.sealing).of(name)))


def name_of(head: ListHead) -> ListName:
    """The name of its list."""
    return head.edition.watchlist.name


def is_first_part(change: Snapshot | Delta, page: Manifest | None) -> bool:
    """Whether it is the numbers of a list whose rest is still to come: less than the page names."""
    head = page.head(change.edition.watchlist.name) if page is not None else None
    return head is not None and head.edition.details != change.edition.details


def _open(spool: Spool, ring: KeyRing, head: ListHead, file: FileRef, numbers: FileRef | None) -> Snapshot | Delta:
    try:
        plain = _plain(spool, ring, head, file)
        if file.role is FileRole.REST and numbers is not None:
            plain = join(Parts(_plain(spool, ring, head, numbers), plain))
        found = decode_edition(plain)
        check_edition(file, head.edition, found)
    except TamperingError:
        spool.drop(file)
        raise
    return found


def _plain(spool: Spool, ring: KeyRing, head: ListHead, file: FileRef) -> bytes:
    try:
        data = spool.read(file)
        check_file(file, data)
        return decrypt(data, ring.of(name_of(head)))
    except TamperingError:
        spool.drop(file)
        raise
