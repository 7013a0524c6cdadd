"""EF.SOD: the signed list of the hashes of a chip's data groups (ICAO Doc 9303-10, 4.6.2)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import algos, cms, core, x509

from borderdesk.documents.chip.keys import HASHES, UnsupportedKey, holds, public_key
from borderdesk.documents.chip.types import PARSE_ERRORS, UnreadableChip
from borderdesk.words import say

MOST_BYTES = 1024 * 1024
_SOD_TAG = 0x77


class _GroupHash(core.Sequence):  # type: ignore[misc]
    _fields = [("number", core.Integer), ("value", core.OctetString)]  # noqa: RUF012


class _GroupHashes(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _GroupHash


class _SecurityObject(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012
        ("version", core.Integer),
        ("hash_algorithm", algos.DigestAlgorithm),
        ("groups", _GroupHashes),
        ("lds_version", core.Any, {"optional": True}),
    ]


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed, and whether it holds: None where that cannot be judged (`why`)."""

    certificate: x509.Certificate | None
    holds: bool | None
    why: str = ""
    signed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SecurityObject:
    """An opened EF.SOD: hash name, hash per data group number, and its signer."""

    hash_name: str
    groups: dict[int, bytes]
    signer: Signer


def read_sod(data: bytes) -> SecurityObject:
    """Open EF.SOD and verify its signature with the certificate inside. Raises UnreadableChip."""
    if len(data) > MOST_BYTES:
        raise UnreadableChip(say("EF.SOD is larger than any ({size} bytes).", size=len(data)))
    try:
        content = cms.ContentInfo.load(_unwrapped(data))
        if content["content_type"].native != "signed_data":
            raise ValueError("no signed data")
        signed = content["content"]
        raw = bytes(signed["encap_content_info"]["content"])
        inner = _SecurityObject.load(raw)
        groups = {each["number"].native: each["value"].native for each in inner["groups"]}
        hash_name = inner["hash_algorithm"]["algorithm"].native
        return SecurityObject(hash_name, groups, signer_of(signed, raw))
    except PARSE_ERRORS as error:
        raise UnreadableChip(say("EF.SOD is damaged ({reason}).", reason=type(error).__name__)) from error


def _unwrapped(data: bytes) -> bytes:
    if not data or data[0] != _SOD_TAG:
        return data
    length = data[1]
    if length < 0x80:
        return data[2 : 2 + length]
    octets = length & 0x7F
    start = 2 + octets
    return data[start : start + int.from_bytes(data[2:start], "big")]


def signer_of(signed: cms.SignedData, content: bytes) -> Signer:
    """Verify the first signature of signed data over `content` (RFC 5652, 5.4 and 5.6)."""
    infos = signed["signer_infos"]
    if not len(infos):
        return Signer(None, None, "no signature")
    info = infos[0]
    certificate = _certificate_of(signed, info)
    if certificate is None:
        return Signer(None, None, "no certificate")
    digest_name = info["digest_algorithm"]["algorithm"].native
    data, signed_at = content, None
    if info["signed_attrs"]:
        attributes = {each["type"].native: each["values"] for each in info["signed_attrs"]}
        if digest_name not in HASHES:
            return Signer(certificate, None, digest_name)
        if "message_digest" not in attributes:
            return Signer(certificate, False, "no message digest")
        if attributes["message_digest"][0].native != hashlib.new(digest_name, content).digest():
            return Signer(certificate, False, "message digest")
        if "signing_time" in attributes:
            signed_at = attributes["signing_time"][0].native
        # What is signed is the SET OF itself, not its implicit tag.
        data = b"\x31" + info["signed_attrs"].dump()[1:]
    try:
        right = holds(public_key(certificate), info["signature_algorithm"], digest_name, data, info["signature"].native)
    except UnsupportedKey as error:
        return Signer(certificate, None, str(error), signed_at)
    return Signer(certificate, right, "" if right else "signature", signed_at)


def _certificate_of(signed: cms.SignedData, info: cms.SignerInfo) -> x509.Certificate | None:
    held = [choice.chosen for choice in signed["certificates"] or () if isinstance(choice.chosen, x509.Certificate)]
    sid = info["sid"]
    for certificate in held:
        if sid.name == "issuer_and_serial_number":
            wanted = sid.chosen
            if certificate.serial_number == wanted["serial_number"].native and certificate.issuer == wanted["issuer"]:
                return certificate
        elif certificate.key_identifier == sid.chosen.native:
            return certificate
    # Some issuers write the name in another form than their certificate; the serial number alone then tells.
    if sid.name == "issuer_and_serial_number":
        same = [each for each in held if each.serial_number == sid.chosen["serial_number"].native]
        if len(same) == 1:
            return same[0]
    return None
