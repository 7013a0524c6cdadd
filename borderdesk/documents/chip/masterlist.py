"""Issuer certificates (CSCA) out of a master list: CMS `.ml` (ICAO Doc 9303-12, 9) or ICAO's `.ldif`."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from asn1crypto import cms, core, x509

from borderdesk.documents.chip.sod import signer_of
from borderdesk.documents.chip.types import PARSE_ERRORS, UnreadableMasterList
from borderdesk.words import say

MOST_BYTES = 64 * 1024 * 1024
_ATTRIBUTE = re.compile(
    rb"^(pkdMasterListContent|CscaMasterListData|cACertificate[^:]*|userCertificate[^:]*)::\s*", re.I
)


class _Certificates(core.SetOf):  # type: ignore[misc]
    _child_spec = x509.Certificate


class _CscaMasterList(core.Sequence):  # type: ignore[misc]
    _fields = [("version", core.Integer), ("cert_list", _Certificates)]  # noqa: RUF012 - asn1crypto's own way


@dataclass(slots=True)
class IssuerKeys:
    """Issuer certificates, found by key identifier or by name. Expired ones are kept: documents outlive them.

    `count` are held; `unreadable` were on the list but damaged.
    """

    by_key: dict[bytes, list[x509.Certificate]] = field(default_factory=dict)
    by_name: dict[str, list[x509.Certificate]] = field(default_factory=dict)
    count: int = 0
    unreadable: int = 0
    _seen: set[bytes] = field(default_factory=set)

    def add(self, certificate: x509.Certificate) -> None:
        """Keep a certificate once."""
        if certificate.sha256 in self._seen:
            return
        self._seen.add(certificate.sha256)
        self.count += 1
        if certificate.key_identifier:
            self.by_key.setdefault(certificate.key_identifier, []).append(certificate)
        self.by_name.setdefault(certificate.subject.hashable, []).append(certificate)

    def countries(self) -> frozenset[str]:
        """Alpha-2 codes of all issuers, in capitals."""
        return frozenset(country(each) for held in self.by_name.values() for each in held)


def country(certificate: x509.Certificate, issuer: bool = False) -> str:
    """The country of a certificate's subject (or issuer), alpha-2 in capitals; empty where it names none."""
    name = certificate.issuer if issuer else certificate.subject
    found = name.native.get("country_name", "")
    return found.strip().upper() if isinstance(found, str) else ""


def read_master_list(data: bytes) -> IssuerKeys:
    """The issuer keys of a `.ml` or `.ldif` file. Raises UnreadableMasterList.

    A list's own signature is verified with the certificate it carries: that shows damage. Whose list is believed is the
    bureau's decision, which sends it signed.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableMasterList(say("The file is larger than any master list ({size} bytes).", size=len(data)))
    found = IssuerKeys()
    try:
        if data[:1] == b"\x30":
            _from_cms(data, found)
        else:
            _from_ldif(data, found)
    except PARSE_ERRORS as error:
        raise UnreadableMasterList(
            say("The master list is damaged ({reason}).", reason=type(error).__name__)
        ) from error
    if not found.count:
        raise UnreadableMasterList(say("The file holds no issuer certificate."))
    return found


def _from_cms(data: bytes, found: IssuerKeys) -> None:
    content = cms.ContentInfo.load(data)
    if content["content_type"].native != "signed_data":
        raise ValueError("no signed data")
    signed = content["content"]
    inner = signed["encap_content_info"]["content"]
    raw = bytes(inner)
    checked = signer_of(signed, raw)
    if checked.holds is False:
        raise UnreadableMasterList(say("The signature of the master list does not hold."))
    for certificate in _CscaMasterList.load(raw)["cert_list"]:
        _add_issuer(certificate, found)


def _add_issuer(certificate: x509.Certificate, found: IssuerKeys) -> None:
    # A signer of documents is no issuer, even where a list holds one. One damaged certificate among hundreds must not
    # cost the others; how many were left out is counted and shown.
    try:
        if certificate.ca or certificate["tbs_certificate"]["version"].native == "v1":
            found.add(certificate)
    except PARSE_ERRORS:
        found.unreadable += 1


def _from_ldif(data: bytes, found: IssuerKeys) -> None:
    for kind, value in _ldif_values(data.replace(b"\r\n", b"\n").split(b"\n")):
        if kind.startswith((b"pkd", b"csca")):
            _from_cms(value, found)
        else:
            # The directory's other entries are signers and revocations; only issuers are kept.
            _add_issuer(x509.Certificate.load(value), found)


def _ldif_values(lines: Iterable[bytes]) -> Iterable[tuple[bytes, bytes]]:
    """The base64 values of the attributes that matter; a line that starts with a blank goes on with the one before."""
    kind, parts = b"", [b""]
    for line in [*lines, b""]:
        if line.startswith(b" "):
            parts.append(line[1:])
            continue
        if kind:
            try:
                yield kind, base64.b64decode(b"".join(parts), validate=True)
            except binascii.Error as error:
                raise ValueError("base64") from error
        match = _ATTRIBUTE.match(line)
        kind = match.group(1).lower() if match else b""
        parts = [line[match.end() :].strip()] if match else [b""]
