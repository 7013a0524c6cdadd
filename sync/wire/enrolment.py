"""Enrolment: how a desk and its bureau come to know each other's keys over a link nobody trusts.

A technician carries a short-lived code from the bureau to the desk: sixteen characters, four of them a public handle,
twelve (60 random bits) secret. The secret itself never travels. Both messages carry an HMAC-SHA256 under a key that
scrypt (RFC 7914) draws from it, so the bureau knows that the request comes from the bearer of the code, and the desk
knows that the answer comes from the bureau that issued it and belongs to this very request.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import scrypt, sha256
from typing import Final

from borderdesk.ids import BureauId, DeskId, PostId
from borderdesk.policy import Policy
from sync.wire.cbor import Fields, decode, encode
from sync.wire.manifest import Scope
from sync.wire.policy import MOST_POLICY, policy_in, policy_out
from sync.wire.refusals import ENROLMENT, WrongCode
from sync.wire.sealing import PUBLIC_BYTES, SealingPublicKey
from sync.wire.signed import SECOND_PUBLIC_BYTES, VerifyingKey

MAX_ENROLMENT: Final = 32 * 1024
_VERSION: Final = 1
_REPLY_VERSION: Final = 3
_REPLY_FIELDS: Final = 10
"""Of the first version."""
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U to misread."""
_READ_AS: Final = str.maketrans("ILO", "110")
_HANDLE: Final = 4
_WHOLE: Final = 16


@dataclass(frozen=True, slots=True)
class EnrolCode:
    """What the technician types. `handle` may be seen by anybody; `secret` never leaves the two ends."""

    handle: str
    secret: str

    @classmethod
    def generate(cls, entropy: Callable[[int], bytes]) -> EnrolCode:
        letters = "".join(_LETTERS[byte % 32] for byte in entropy(_WHOLE))
        return cls(letters[:_HANDLE], letters[_HANDLE:])

    @classmethod
    def parse(cls, typed: str) -> EnrolCode:
        """Read what a person typed: any case, spaces and hyphens anywhere, O for 0, I or L for 1.

        Raises ValueError where it cannot be a code.
        """
        letters = "".join(typed.upper().split()).replace("-", "").translate(_READ_AS)
        if len(letters) != _WHOLE or any(letter not in _LETTERS for letter in letters):
            raise ValueError("an enrolment code has sixteen letters and digits")
        return cls(letters[:_HANDLE], letters[_HANDLE:])

    def __str__(self) -> str:
        whole = self.handle + self.secret
        return "-".join(whole[start : start + 4] for start in range(0, _WHOLE, 4))

    def __repr__(self) -> str:
        return f"EnrolCode({self.handle!r}, ...)"

    def _key(self) -> bytes:
        salt = b"BorderDesk/1 enrolment " + self.handle.encode()
        return scrypt(self.secret.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)

    def _proof(self, label: bytes, message: bytes) -> bytes:
        return hmac.digest(self._key(), label + b"\0" + message, "sha256")


@dataclass(frozen=True, slots=True)
class EnrolRequest:
    """A desk's public keys, made at the desk, and the handle of the code it was given."""

    handle: str
    signing: VerifyingKey
    transport: VerifyingKey
    sealing: SealingPublicKey


@dataclass(frozen=True, slots=True)
class EnrolReply:
    """Who the desk is now, and everything it needs to know its bureau again. `tls_ca` is a PEM certificate.

    `root` is the bureau's root of trust, which names the keys to believe from now on; empty where the bureau has none,
    and `bureau_signing` alone is believed. `second` is the key of the second signature (ML-DSA-65) that manifests must
    carry besides, None where the bureau makes none.
    """

    desk: DeskId
    post: PostId
    scope: Scope
    bureau: BureauId
    bureau_name: str
    bureau_signing: VerifyingKey
    bureau_sealing: SealingPublicKey
    tls_ca: bytes
    policy: Policy
    root: bytes = b""
    second: VerifyingKey | None = None

    def encode(self) -> bytes:
        """The reply alone, as a desk keeps it."""
        return encode(
            [
                _REPLY_VERSION,
                self.desk,
                self.post,
                self.scope,
                self.bureau,
                self.bureau_name,
                self.bureau_signing.raw,
                self.bureau_sealing.raw,
                self.tls_ca,
                policy_out(self.policy),
                self.root,
                self.second.raw if self.second else b"",
            ]
        )

    @classmethod
    def decode(cls, data: bytes) -> EnrolReply:
        """Read one, also as the first version kept it. Raises Malformed or TooLarge."""
        value = decode(data, ENROLMENT, MAX_ENROLMENT)
        count = len(value) if isinstance(value, list) else 0
        # Each version added a field at the end; a desk may still hold what an older one said.
        fields = Fields(value, ENROLMENT, max(_REPLY_FIELDS, min(count, _REPLY_FIELDS + _REPLY_VERSION - _VERSION)))
        version = fields.integer()
        if version > _REPLY_VERSION or count != _REPLY_FIELDS + version - _VERSION:
            fields.refuse("written by another version of BorderDesk")
        reply = cls(
            desk=DeskId(fields.text(64)),
            post=PostId(fields.text(64)),
            scope=Scope(fields.text(64)),
            bureau=BureauId(fields.text(64)),
            bureau_name=fields.text(200),
            bureau_signing=VerifyingKey(fields.blob(32, 32)),
            bureau_sealing=SealingPublicKey(fields.blob(PUBLIC_BYTES, PUBLIC_BYTES)),
            tls_ca=fields.blob(16 * 1024),
            policy=policy_in(fields.mapping(MOST_POLICY), ENROLMENT),
            root=fields.blob(MAX_ENROLMENT) if version > _VERSION else b"",
        )
        second = fields.blob(SECOND_PUBLIC_BYTES) if version >= _REPLY_VERSION else b""
        if len(second) not in (0, SECOND_PUBLIC_BYTES):
            fields.refuse("a second key of odd length")
        return replace(reply, second=VerifyingKey(second)) if second else reply


def encode_enrol_request(request: EnrolRequest, code: EnrolCode) -> bytes:
    """The body of `POST /v1/enrol`. The code's handle must be the request's."""
    message = encode(
        [_VERSION, request.handle, request.signing.raw, request.transport.raw, request.sealing.raw],
    )
    return encode([message, code._proof(b"request", message)])


def enrol_handle(data: bytes) -> str:
    """The handle in a request, to look its code up by. Nothing is believed yet. Raises Malformed or TooLarge."""
    return _request(_open(data)[0]).handle


def decode_enrol_request(data: bytes, code: EnrolCode) -> EnrolRequest:
    """The request, if whoever made it knows the code. Raises Malformed, TooLarge or WrongCode."""
    message, proof = _open(data)
    if not hmac.compare_digest(proof, code._proof(b"request", message)):
        raise WrongCode
    return _request(message)


def encode_enrol_reply(reply: EnrolReply, code: EnrolCode, request: bytes) -> bytes:
    """The answer to exactly the bytes of `request`."""
    message = encode([reply.encode(), sha256(request).digest()])
    return encode([message, code._proof(b"reply", message)])


def decode_enrol_reply(data: bytes, code: EnrolCode, request: bytes) -> EnrolReply:
    """The answer, if it was made with the code and for this request. Raises Malformed, TooLarge or WrongCode."""
    message, proof = _open(data)
    if not hmac.compare_digest(proof, code._proof(b"reply", message)):
        raise WrongCode
    fields = Fields(decode(message, ENROLMENT, MAX_ENROLMENT), ENROLMENT, 2)
    reply = fields.blob(MAX_ENROLMENT)
    if fields.blob(32, 32) != sha256(request).digest():
        raise WrongCode
    return EnrolReply.decode(reply)


def _open(data: bytes) -> tuple[bytes, bytes]:
    fields = Fields(decode(data, ENROLMENT, MAX_ENROLMENT), ENROLMENT, 2)
    return fields.blob(MAX_ENROLMENT), fields.blob(32, 32)


def _request(message: bytes) -> EnrolRequest:
    fields = Fields(decode(message, ENROLMENT, MAX_ENROLMENT), ENROLMENT, 5)
    if fields.integer() != _VERSION:
        fields.refuse("written by another version of BorderDesk")
    return EnrolRequest(
        fields.text(_HANDLE),
        VerifyingKey(fields.blob(32, 32)),
        VerifyingKey(fields.blob(32, 32)),
        SealingPublicKey(fields.blob(PUBLIC_BYTES, PUBLIC_BYTES)),
    )
