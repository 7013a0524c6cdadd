"""The bureau's root of trust: drafted here, signed elsewhere, adopted here once enough holders have signed it.

Roots are files `roots/1.json`, `roots/2.json` … in the bureau's folder; desks are given the newest at enrolment and
follow the later ones. Where a root names a new publishing key, adopting it puts that key in use: letters that desks do
not hold yet are signed anew, receipts and grants are signed when they are asked for.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.words import say
from sync.bureau import tables as t
from sync.bureau.home import DiskRefused, Home
from sync.trust import KeyRole, TrustedRoot
from sync.trust.root import MAX_ROOT
from sync.wire import Purpose, SignedBytes, SigningKey
from sync.wire.letters import MAX_LETTER
from sync.wire.refusals import LETTER

_SECRET: Final = 32


class RootWithoutUs(KnownError):
    """A root names none of the keys this bureau publishes with."""

    def __init__(self) -> None:
        super().__init__(
            say("This root does not name the key this bureau publishes with, nor the one it prepared."),
            safe=NOTHING_CHANGED,
            todo=say("Draft the root at this bureau, and have that draft signed."),
        )


@dataclass(frozen=True, slots=True)
class RootStore:
    """The roots in a bureau's folder."""

    home: Home

    @property
    def next_key_path(self) -> Path:
        """Where a publishing key waits that is drafted and not yet adopted."""
        return self.home.folder / "publishing-next.key"

    def newest(self) -> int:
        """The version of the newest root, 0 where there is none."""
        folder = self._folder()
        return max((int(path.stem) for path in folder.glob("*.json") if path.stem.isdigit()), default=0)

    def read(self, version: int) -> bytes | None:
        """One root, None where there is none of that version."""
        path = self._folder() / f"{version}.json"
        return path.read_bytes() if version > 0 and path.exists() else None

    def newest_bytes(self) -> bytes:
        """The newest root, empty where there is none."""
        return self.read(self.newest()) or b""

    def prepare_key(self, entropy: Callable[[int], bytes]) -> SigningKey:
        """A publishing key for the next root, the same until that is adopted. Raises DiskRefused."""
        path = self.next_key_path
        try:
            if not path.exists():
                with open(path, "xb", opener=_private) as file:
                    file.write(entropy(_SECRET))
                    file.flush()
                    os.fsync(file.fileno())
            return SigningKey(path.read_bytes())
        except OSError as error:
            raise DiskRefused(path, error.strerror or "") from error

    def check(self, data: bytes, ours: SigningKey) -> SigningKey:
        """The publishing key to use once this root is adopted. Raises RootWithoutUs, RootNotSigned, RootOutOfOrder."""
        before = self.newest_bytes()
        root = TrustedRoot.pinned(before).successor(data) if before else TrustedRoot.pinned(data)
        named = {key.raw for key in root.keys(KeyRole.PUBLISHING)}
        waiting = SigningKey(self.next_key_path.read_bytes()) if self.next_key_path.exists() else None
        for key in filter(None, (ours, waiting)):
            if key.public.raw in named:
                return key
        raise RootWithoutUs

    def keep(self, data: bytes) -> int:
        """Write a checked root; its version. Raises DiskRefused."""
        version = self.newest() + 1
        path = self._folder() / f"{version}.json"
        try:
            path.parent.mkdir(exist_ok=True)
            new = path.with_suffix(".new")
            new.write_bytes(data[:MAX_ROOT])
            new.replace(path)
            self.next_key_path.unlink(missing_ok=True)
        except OSError as error:
            raise DiskRefused(path, error.strerror or "") from error
        return version

    def _folder(self) -> Path:
        return self.home.folder / "roots"


def sign_letters_anew(db: sa.Connection, key: SigningKey) -> None:
    """Sign every kept letter with another key: the old one will not be believed."""
    for row in db.execute(sa.select(t.letters.c.desk, t.letters.c.number, t.letters.c.signed)).all():
        payload = SignedBytes.decode(bytes(row.signed), LETTER, MAX_LETTER).payload
        signed = SignedBytes.sign(Purpose.LETTER, payload, [key]).encode()
        where = (t.letters.c.desk == row.desk) & (t.letters.c.number == row.number)
        db.execute(t.letters.update().where(where).values(signed=signed))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
