"""The token with which a program beside the desk asks it: shown once, kept as a hash in a private file."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from pathlib import Path
from typing import Final

from borderdesk.errors import KnownError
from borderdesk.store import translated_os_errors
from borderdesk.words import say
from sync.agent.identity import write_private

TOKEN: Final = "api-token"  # noqa: S105 - a file's name
_BYTES: Final = 32


class NoToken(KnownError):
    """Nobody has made a token for this desk."""

    def __init__(self) -> None:
        super().__init__(
            say("This desk has no token for programs beside it."),
            safe=say("No program can ask this desk anything."),
            todo=say("Make one with: borderdesk api token."),
        )


def new_token(folder: Path, entropy: Callable[[int], bytes]) -> str:
    """A new token; the one before is good no longer. Only its hash is kept. Raises DiskFull, DiskFailed."""
    token = entropy(_BYTES).hex()
    with translated_os_errors(folder):
        write_private(folder / TOKEN, _hash(token))
    return token


def has_token(folder: Path) -> bool:
    """Whether a token was made."""
    return (folder / TOKEN).exists()


def is_token(folder: Path, given: str) -> bool:
    """Whether this is the desk's token. Read each time: a token that was replaced ends at once."""
    if not has_token(folder):
        return False
    with translated_os_errors(folder):
        kept = (folder / TOKEN).read_bytes()
    return hmac.compare_digest(kept, _hash(given))


def _hash(token: str) -> bytes:
    # 256 random bits need no slow hash.
    return hashlib.sha256(token.encode()).hexdigest().encode()
