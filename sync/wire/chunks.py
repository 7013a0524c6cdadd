"""Edition files at rest and on the way: 16 KiB chunks, each authenticated by itself.

The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: *Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance*, CRYPTO 2015, section 7) over AES-256-GCM: the nonce is the chunk's counter and a flag on the last
one, so chunks cannot be altered, reordered, dropped, repeated or cut off. Each file has its own key, derived with
HKDF-SHA256 (RFC 5869) from the epoch key and the file's random id, so counters never meet.
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.wire.refusals import EDITION, AlteredChunk, Malformed

CHUNK: Final = 16 * 1024
"""Bytes of plain text per chunk."""

FILE_ID_BYTES: Final = 16
KEY_BYTES: Final = 32
_TAG: Final = 16
_MAGIC: Final = b"BDE1"
_HEADER: Final = len(_MAGIC) + FILE_ID_BYTES


def encrypt(plain: bytes, epoch_key: bytes, file_id: bytes) -> bytes:
    """Encrypt one file. `file_id` is 16 bytes that no other file of the epoch has (random will do)."""
    if len(file_id) != FILE_ID_BYTES:
        raise ValueError(f"a file id has {FILE_ID_BYTES} bytes, not {len(file_id)}")
    cipher = _cipher(epoch_key, file_id)
    header = _MAGIC + file_id
    last = max(0, (len(plain) - 1) // CHUNK)
    chunks = [
        cipher.encrypt(_nonce(number, number == last), plain[number * CHUNK : (number + 1) * CHUNK], header)
        for number in range(last + 1)
    ]
    return header + b"".join(chunks)


def decrypt(data: bytes, epoch_key: bytes) -> bytes:
    """What `encrypt` was given. Raises Malformed or AlteredChunk."""
    if len(data) < _HEADER + _TAG or data[: len(_MAGIC)] != _MAGIC:
        raise Malformed(EDITION, "not an encrypted edition")
    header = data[:_HEADER]
    cipher = _cipher(epoch_key, data[len(_MAGIC) : _HEADER])
    step = CHUNK + _TAG
    last = (len(data) - _HEADER - 1) // step
    plain: list[bytes] = []
    for number in range(last + 1):
        start = _HEADER + number * step
        try:
            plain.append(cipher.decrypt(_nonce(number, number == last), data[start : start + step], header))
        except InvalidTag as error:
            raise AlteredChunk(number + 1) from error
    return b"".join(plain)


def _cipher(epoch_key: bytes, file_id: bytes) -> AESGCM:
    if len(epoch_key) != KEY_BYTES:
        raise ValueError(f"an epoch key has {KEY_BYTES} bytes, not {len(epoch_key)}")
    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt=file_id, info=b"BorderDesk/1 edition file").derive(epoch_key))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
