"""The bureau's HTTP interface, as both ends of it know it.

| request | answer |
|---|---|
| `POST /v1/enrol` with an enrolment request | 200 enrolment reply; 403 unknown, used or expired code |
| `GET /v1/manifest?have=SEQ&wait=SECONDS&letters=N&of=SCOPE` | 200 signed manifest newer than SEQ; 204 none |
| `GET /v1/files/<sha256>` with `Range` | 206 or 200 the encrypted file, immutable; 404 |
| `GET /v1/grants/<scope>/<epoch>` | 200 signed key grant of the asking desk; 404 |
| `GET /v1/letters?after=N` | 200 CBOR list of the asking desk's signed letters above N, the oldest first |
| `GET /v1/roots/<version>` | 200 the bureau's root of trust of that version; 404 |
| `POST /v1/post` with what other desks of its post want | 200 CBOR list of those, with letters and grants |
| `POST /v1/shards/<list>` with what a desk holds in each shard | 200 the next shard that differs; 404 |
| `POST /v1/outbox` with a CBOR list of envelopes | 200 CBOR list of signed receipts |

SEQ counts within SCOPE; a desk that the bureau has put into another one gets that one's manifest at once. A letter
numbered above N ends the wait for a manifest with 204.

All but the first are signed by the desk's transport key: `BD-Desk`, `BD-Time` (seconds since 1970 by the desk's clock,
not judged: a post's clock may be years off), `BD-Nonce` (16 random bytes) and `BD-Sign` (Ed25519) over `bytes_to_sign`,
both in base64 of RFC 4648, section 5, without padding. They go with every piece of every file, hence short. A refused
signature or a revoked desk is 401.
"""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Final

from sync.wire.cbor import encode

ENROL: Final = "/v1/enrol"
MANIFEST: Final = "/v1/manifest"
FILES: Final = "/v1/files/"
GRANTS: Final = "/v1/grants/"
OUTBOX: Final = "/v1/outbox"
LETTERS: Final = "/v1/letters"
POST: Final = "/v1/post"
SHARDS: Final = "/v1/shards/"
ROOTS: Final = "/v1/roots/"
RELAY: Final = "/v1/relay"
"""At another desk of the post, not at the bureau: sealed uploads are handed over, what lies there is taken along."""

HAVE: Final = "have"
WAIT: Final = "wait"
HELD_LETTERS: Final = "letters"
SCOPE: Final = "of"
AFTER: Final = "after"
PROGRAM: Final = "v"
"""The version of the program that asks: the inventory of copies names it."""

DESK_HEADER: Final = "BD-Desk"
TIME_HEADER: Final = "BD-Time"
NONCE_HEADER: Final = "BD-Nonce"
SIGNATURE_HEADER: Final = "BD-Sign"

SEQUENCE_HEADER: Final = "BD-Page"
"""The number of the newest manifest of the asker's scope, on every answer. Unsigned, hence only a hint to ask for it:
a desk in the middle of a large download learns of a flash alert without asking in between."""

LETTERS_HEADER: Final = "BD-Letter"
"""The number of the newest letter to the asking desk, on answers to it. A hint like the one above."""

CONTENT_TYPE: Final = "application/cbor"
MAX_WAIT: Final = 1200
"""Seconds a bureau lets a long poll hang at most: 72 polls make an idle day."""


NONCE_BYTES: Final = 16
NONCE_LENGTH: Final = 22
"""Of the nonce as text."""


def as_text(raw: bytes) -> str:
    """Bytes as they stand in a header."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def as_bytes(text: str) -> bytes:
    """The inverse. Raises ValueError."""
    return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def bytes_to_sign(method: str, target: str, desk: str, time: str, nonce: str, range_: str, body: bytes) -> bytes:
    """What the transport key signs, with purpose HTTP.

    `target` is path and query exactly as sent, `time`, `nonce` and `range_` the header values (empty where absent).
    """
    return encode([method, target, desk, time, nonce, range_, sha256(body).digest()])
