"""What files on a stick are called: flat names that FAT32 can hold and that say nothing to a finder. Pure."""

from __future__ import annotations

from hashlib import sha256

from borderdesk.ids import DeskId
from sync.wire import Scope


def page_name(desk: DeskId) -> str:
    """The signed manifest for a desk."""
    return f"page-{_short('desk', desk)}.bd"


def file_name(name: str) -> str:
    """An encrypted edition file."""
    return f"file-{name}.bd"


def grant_name(desk: DeskId, scope: Scope, epoch: int) -> str:
    """A signed key grant for a desk."""
    return f"key-{_short('grant', desk, scope, str(epoch))}.bd"


def root_name(version: int) -> str:
    """A signed root of trust."""
    return f"root-{version:08d}.bd"


def stop_name(desk: DeskId) -> str:
    """A signed revocation of a desk."""
    return f"stop-{_short('desk', desk)}.bd"


def receipts_of(desk: DeskId) -> str:
    """What the names of all receipts for a desk begin with."""
    return f"rcpt-{_short('desk', desk)}"


def letters_to(desk: DeskId) -> str:
    """What the names of all letters to a desk begin with."""
    return f"mail-{_short('desk', desk)}"


def receipt_name(desk: DeskId, content_hash: bytes) -> str:
    """A signed receipt for a desk."""
    return f"{receipts_of(desk)}{content_hash.hex()[:32]}.bd"


def letter_name(desk: DeskId, signed: bytes) -> str:
    """A signed letter to a desk."""
    return f"{letters_to(desk)}{sha256(signed).hexdigest()[:32]}.bd"


def _short(*parts: str) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()[:32]
