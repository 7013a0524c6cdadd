"""Sealed pieces one behind the other in a file: what somebody without the replica key reads or leaves behind.

A frame is its length (four bytes), a nonce and AES-256-GCM over zlib's bytes; where in the file it begins is
authenticated with it, so frames cannot change places. What a power cut left of a last frame is not read.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from borderdesk.errors import TamperingError
from borderdesk.words import say

Entropy = Callable[[int], bytes]

_DOMAIN: Final = b"BorderDesk frame 1"
_NONCE_BYTES: Final = 12
_MOST_BYTES: Final = 64 << 20


class FrameAltered(TamperingError):
    """A sealed frame does not open."""

    def __init__(self, path: Path, at: int) -> None:
        super().__init__(
            say("The sealed file {path} was altered at byte {at}.", path=str(path), at=at),
            safe=say("The journal itself is in the encrypted database and is not touched."),
            todo=say("Keep the file as it is and tell the bureau; it is written anew when an officer signs in."),
        )


def append_frames(path: Path, length: int, key: bytes, pieces: Iterable[bytes], entropy: Entropy) -> int:
    """Put frames behind the first `length` bytes of the file, on the disk when this returns; its new length.

    Raises OSError.
    """
    with os.fdopen(os.open(path, os.O_CREAT | os.O_RDWR, 0o600), "r+b") as file:
        file.truncate(length)
        file.seek(length)
        for piece in pieces:
            nonce = entropy(_NONCE_BYTES)
            sealed = nonce + AESGCM(key).encrypt(nonce, zlib.compress(piece), _bound(length))
            file.write(len(sealed).to_bytes(4, "big") + sealed)
            length += 4 + len(sealed)
        file.flush()
        os.fsync(file.fileno())
    return length


def read_frames(path: Path, keys: Iterable[bytes]) -> Iterator[bytes]:
    """What the frames hold that one of the keys opens. Raises FrameAltered, OSError."""
    known = [AESGCM(key) for key in keys]
    with path.open("rb") as file:
        at = 0
        while len(head := file.read(4)) == 4:
            size = int.from_bytes(head, "big")
            if not _NONCE_BYTES < size <= _MOST_BYTES:
                raise FrameAltered(path, at)
            sealed = file.read(size)
            if len(sealed) < size:
                return
            piece = _open(known, sealed, at)
            if piece is None:
                raise FrameAltered(path, at)
            yield zlib.decompress(piece)
            at += 4 + size


def whole_length(path: Path) -> int:
    """Where the last whole frame ends: 0 where there is no file. Raises OSError."""
    if not path.exists():
        return 0
    whole, there = 0, path.stat().st_size
    with path.open("rb") as file:
        while len(head := file.read(4)) == 4:
            end = whole + 4 + int.from_bytes(head, "big")
            if end > there:
                break
            whole = file.seek(end)
    return whole


def _open(keys: list[AESGCM], sealed: bytes, at: int) -> bytes | None:
    for key in keys:
        try:
            return key.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _bound(at))
        except InvalidTag:
            continue
    return None


def _bound(at: int) -> bytes:
    return _DOMAIN + at.to_bytes(8, "big")
