"""The manifest: a small signed page that says what the bureau publishes for one scope, and nothing else.

A desk believes an edition because its file's hash stands here. Everything a desk must decide (is it newer, is it
complete, is it for me) it decides from this page; see `sync.trust` for the rules.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise
from typing import Final, NewType

from borderdesk.ids import ListName
from borderdesk.watchlist import Edition, ListKind, Watchlist
from sync.wire.cbor import Fields, decode, encode, stamp
from sync.wire.policy import MOST_POLICY, PolicyChanges, changes_in
from sync.wire.refusals import EDITION, MANIFEST

Scope = NewType("Scope", str)
"""A set of lists and a share of their details that a group of desks is entitled to."""

ANY: Final = Scope("")
"""Where a desk does not say which scope it follows."""

MAX_MANIFEST: Final = 256 * 1024
"""Bytes, signatures included. Nobody reads on after that."""

MAX_LISTS: Final = 64
MAX_FILES: Final = 512
"""Per list."""

MAX_CHECKPOINT: Final = 8 * 1024
MAX_DIGEST: Final = 64
HASH_BYTES: Final = 32
MAX_DETAILS: Final = 300
"""States that one edition names; there are some two hundred."""

_FIRST_VERSION: Final = 1
_PLAIN_VERSION: Final = 2
_SHARES_VERSION: Final = 3
_VERSION: Final = 4


class FileRole(StrEnum):
    """What an edition file holds."""

    SNAPSHOT = "snapshot"
    DELTA = "delta"
    MEMBERSHIP = "membership"
    """The first part of a whole list of documents: what a desk can answer from that has nothing yet (`parts`)."""
    REST = "rest"
    """The other part."""

    @property
    def is_part(self) -> bool:
        return self in (FileRole.MEMBERSHIP, FileRole.REST)


@dataclass(frozen=True, slots=True)
class FileRef:
    """One immutable encrypted file, named by the SHA-256 of its bytes as they travel.

    It leads from edition `base` (0 for a snapshot and its parts) to `edition`; `length` is in bytes.
    """

    sha256: bytes
    length: int
    role: FileRole
    base: int
    edition: int
    kind: ListKind

    @property
    def name(self) -> str:
        """Lower-case hexadecimal: safe in a URL and on FAT32."""
        return self.sha256.hex()


@dataclass(frozen=True, slots=True)
class ListHead:
    """The newest edition of one list, and the files that lead to it.

    `flash` is the number of the last edition that was published as a flash alert, 0 where none was: a desk that holds
    an older one fetches this list before everything else. `until` is when the desk must destroy the list, for an
    operation's time; None where it keeps it.
    """

    edition: Edition
    files: tuple[FileRef, ...]
    flash: int = 0
    until: datetime | None = None

    @property
    def is_plain(self) -> bool:
        """Whether a page of the second version can say it."""
        return self.until is None and self.edition.details is None and not self.is_in_parts

    @property
    def is_in_parts(self) -> bool:
        """Whether a whole list comes as two files, which only the newest version of a page can say."""
        return any(file.role.is_part for file in self.files)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one scope's desks should hold.

    `epoch` names the key its files are encrypted under, `sequence` counts manifests of the scope without gaps from 1,
    `previous` is the hash of the payload before (empty for the first). After `stale_after` a desk that has seen no
    newer one warns that somebody may be holding news back. Times in UTC.

    `policy` are the numbers the bureau sets otherwise than the program (`sync.wire.policy`), None where the page is so
    old that it does not say; `root` is the version of
    the newest root of trust (0 where the bureau has none), and `checkpoint` the newest signed checkpoint, if any.
    """

    scope: Scope
    epoch: int
    sequence: int
    issued: datetime
    stale_after: datetime
    previous: bytes
    lists: tuple[ListHead, ...]
    policy: PolicyChanges | None = ()
    root: int = 0
    checkpoint: bytes = b""

    def head(self, name: ListName) -> ListHead | None:
        """The list of that name, where the scope has one."""
        return next((head for head in self.lists if head.edition.watchlist.name == name), None)

    def running(self, now: datetime) -> tuple[ListHead, ...]:
        """The lists that a desk may hold at this time, which is trusted and in UTC."""
        return tuple(head for head in self.lists if head.until is None or now < head.until)

    def encode(self) -> bytes:
        """The payload to be signed: in the oldest version that can say it all, for desks of an older program."""
        plain = all(head.is_plain for head in self.lists)
        in_parts = any(head.is_in_parts for head in self.lists)
        return encode(
            [
                _PLAIN_VERSION if plain else _VERSION if in_parts else _SHARES_VERSION,
                self.scope,
                self.epoch,
                self.sequence,
                stamp(self.issued),
                stamp(self.stale_after),
                self.previous,
                [_head_out(head, plain=plain) for head in self.lists],
                dict(self.policy or ()),
                self.root,
                self.checkpoint,
            ]
        )

    @classmethod
    def decode(cls, payload: bytes) -> Manifest:
        """Read a verified payload, also one of an earlier version, which a desk may still hold.

        Raises Malformed or TooLarge.
        """
        value = decode(payload, MANIFEST, MAX_MANIFEST)
        first = isinstance(value, list) and value[:1] == [_FIRST_VERSION]
        fields = Fields(value, MANIFEST, 8 if first else 11)
        version = fields.integer()
        if version not in (_FIRST_VERSION, _PLAIN_VERSION, _SHARES_VERSION, _VERSION):
            fields.refuse("written by another version of BorderDesk")
        manifest = cls(
            scope=Scope(fields.text(64)),
            epoch=fields.integer(1),
            sequence=fields.integer(1),
            issued=fields.time(),
            stale_after=fields.time(),
            previous=fields.blob(HASH_BYTES),
            lists=tuple(_head_in(value, version) for value in fields.array(MAX_LISTS)),
            policy=None if first else changes_in(fields.mapping(MOST_POLICY), MANIFEST),
            root=0 if first else fields.integer(),
            checkpoint=b"" if first else fields.blob(MAX_CHECKPOINT),
        )
        if len(manifest.previous) != (HASH_BYTES if manifest.sequence > 1 else 0):
            fields.refuse("the hash of the manifest before is missing or out of place")
        names = [head.edition.watchlist.name for head in manifest.lists]
        if len(set(names)) != len(names):
            fields.refuse("a list named twice")
        return manifest


def payload_hash(payload: bytes) -> bytes:
    """What the next manifest gives as `previous`."""
    return sha256(payload).digest()


def edition_out(edition: Edition) -> list[object]:
    """An edition as CBOR fields; `edition_in` reads it."""
    watchlist = edition.watchlist
    return [
        watchlist.name,
        watchlist.kind.value,
        watchlist.title,
        watchlist.owner,
        edition.number,
        edition.rows,
        edition.digest,
        stamp(edition.published_at),
    ]


def edition_in(fields: Fields) -> Edition:
    """Take the eight fields of an edition."""
    name = ListName(fields.text(64))
    kind = fields.text(16)
    if kind not in {known.value for known in ListKind}:
        fields.refuse("a kind of list this program does not know")
    return Edition(
        watchlist=Watchlist(name, ListKind(kind), fields.text(200, empty=True), fields.text(200, empty=True)),
        number=fields.integer(1),
        rows=fields.integer(),
        digest=fields.blob(MAX_DIGEST),
        published_at=fields.time(),
    )


def details_out(details: tuple[str, ...] | None) -> list[object]:
    """Whose details an edition holds, as CBOR; `details_in` reads it. Nothing at all where it holds all of them."""
    return [] if details is None else [list(details)]


def details_in(fields: Fields) -> tuple[str, ...] | None:
    """The next field."""
    values = fields.array(1)
    if not values:
        return None
    states = Fields(values, EDITION, 1).texts(MAX_DETAILS, 3)
    if any(not one < other for one, other in pairwise(states)) or "" in states:
        fields.refuse("states out of order")
    return states


def _head_out(head: ListHead, *, plain: bool) -> list[object]:
    files = [
        [file.sha256, file.length, file.role.value[0], file.base, file.edition]
        for file in sorted(head.files, key=lambda file: (file.edition, file.base, file.sha256))
    ]
    said = [*edition_out(head.edition), files, head.flash]
    return said if plain else [*said, details_out(head.edition.details), stamp(head.until) if head.until else 0]


def _head_in(value: object, version: int) -> ListHead:
    fields = Fields(value, MANIFEST, {_FIRST_VERSION: 9, _PLAIN_VERSION: 10}.get(version, 12))
    edition = edition_in(fields)
    files = tuple(_file_in(entry, edition, version) for entry in fields.array(MAX_FILES))
    flash = 0 if version == _FIRST_VERSION else fields.integer(0, edition.number)
    if version < _SHARES_VERSION:
        return ListHead(edition, files, flash)
    return ListHead(replace(edition, details=details_in(fields)), files, flash, fields.moment())


def _file_in(value: object, head: Edition, version: int) -> FileRef:
    fields = Fields(value, MANIFEST, 5)
    name = fields.blob(HASH_BYTES, HASH_BYTES)
    length = fields.integer(1)
    letter = fields.text(1)
    role = {role.value[0]: role for role in FileRole}.get(letter)
    if role is None:
        fields.refuse("a file of unknown role")
    base = fields.integer()
    edition = fields.integer(1, head.number)
    if base >= edition or (role is FileRole.DELTA) == (base == 0):
        fields.refuse("a file that leads nowhere")
    if role.is_part and (version < _VERSION or head.watchlist.kind is not ListKind.DOCUMENTS):
        fields.refuse("a part of a list that has none")
    return FileRef(name, length, role, base, edition, head.watchlist.kind)
