"""Issuer certificates (CSCA) out of a master list: CMS `.ml` (ICAO Doc 9303-12, 9), ICAO's `.ldif`, or single
certificates as `.cer` and `.pem`."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from asn1crypto import cms, core, x509

from borderdesk.documents.chip.sod import signer_of
from borderdesk.documents.chip.types import PARSE_ERRORS, UnreadableMasterList
from borderdesk.words import say

MOST_BYTES = 64 * 1024 * 1024
_ATTRIBUTE = re.compile(
    rb"^(pkdMasterListContent|CscaMasterListData|cACertificate|userCertificate|certificateRevocationList)"
    rb"(?:;[^:]*)?::\s*",
    re.IGNORECASE,
)
_PEM_BEGINS = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----")


class _Certificates(core.SetOf):  # type: ignore[misc]
    _child_spec = x509.Certificate


class _CscaMasterList(core.Sequence):  # type: ignore[misc]
    _fields = [("version", core.Integer), ("cert_list", _Certificates)]  # noqa: RUF012 - asn1crypto's own way


@dataclass(slots=True)
class IssuerKeys:
    """Issuer certificates, found by key identifier or by name. Expired ones are kept: documents outlive them.

    `count` are held; `unreadable` were on the list but damaged; `left_out` were no issuers. `revocations` are the lists
    of withdrawn certificates that came along; nothing has been believed of them yet.
    """

    by_key: dict[bytes, list[x509.Certificate]] = field(default_factory=dict)
    by_name: dict[str, list[x509.Certificate]] = field(default_factory=dict)
    count: int = 0
    unreadable: int = 0
    left_out: int = 0
    revocations: list[bytes] = field(default_factory=list)
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

    def add_all(self, other: IssuerKeys) -> None:
        """Keep what another list brings."""
        for certificate in (each for held in other.by_name.values() for each in held):
            self.add(certificate)
        self.unreadable += other.unreadable
        self.left_out += other.left_out
        self.revocations += other.revocations

    def with_links(self, certificates: Iterable[x509.Certificate]) -> IssuerKeys:
        """These and further certificates, which somebody has proven; the same object where there are none."""
        further = list(certificates)
        if not further:
            return self
        found = IssuerKeys()
        found.add_all(self)
        for certificate in further:
            found.add(certificate)
        return found

    def countries(self) -> frozenset[str]:
        """Alpha-2 codes of all issuers, in capitals."""
        return frozenset(country(each) for held in self.by_name.values() for each in held)


def country(certificate: x509.Certificate, issuer: bool = False) -> str:
    """The country of a certificate's subject (or issuer), alpha-2 in capitals; empty where it names none."""
    name = certificate.issuer if issuer else certificate.subject
    found = name.native.get("country_name", "")
    return found.strip().upper() if isinstance(found, str) else ""


def read_master_list(data: bytes) -> IssuerKeys:
    """The issuer keys of a `.ml`, `.ldif`, `.cer` or `.pem` file. Raises UnreadableMasterList.

    A list's own signature is verified with the certificate it carries: that shows damage. Whose list is believed is the
    bureau's decision, which sends it signed.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableMasterList(say("The file is larger than any master list ({size} bytes).", size=len(data)))
    found = IssuerKeys()
    try:
        if data[:1] == b"\x30":
            _from_der(data, found)
        elif b"-----BEGIN " in data[:8192]:
            _from_pem(data, found)
        else:
            _from_ldif(data, found)
    except PARSE_ERRORS as error:
        raise UnreadableMasterList(
            say("The master list is damaged ({reason}).", reason=type(error).__name__)
        ) from error
    if not found.count:
        raise UnreadableMasterList(say("The file holds no issuer certificate."))
    return found


def _from_der(data: bytes, found: IssuerKeys) -> None:
    # A certificate begins with a sequence, signed data with an object identifier.
    inside = 2 + (data[1] & 0x7F if data[1] > 0x80 else 0)
    if data[inside : inside + 1] == b"\x06":
        _from_cms(data, found)
    else:
        _add_issuer(x509.Certificate.load(data), found)


def _pem_parts(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """What each part is called, and its base64: everything up to the next end, whatever that ends."""
    at = 0
    while begins := _PEM_BEGINS.search(data, at):
        at = data.find(b"-----END ", begins.end())
        if at < 0:
            return
        yield begins[1], data[begins.end() : at]


def _from_pem(data: bytes, found: IssuerKeys) -> None:
    for kind, body in _pem_parts(data):
        der = base64.b64decode(b"".join(body.split()), validate=True)
        if kind == b"X509 CRL":
            found.revocations.append(der)
        elif kind in (b"CERTIFICATE", b"X509 CERTIFICATE", b"TRUSTED CERTIFICATE"):
            _add_issuer(x509.Certificate.load(der), found)
        elif kind in (b"CMS", b"PKCS7"):
            _from_cms(der, found)


def certificates_in(data: bytes) -> list[bytes]:
    """The certificates of a `.cer` or `.pem` file as DER, not looked into; what is no PEM is taken as one of them."""
    found: list[bytes] = []
    for kind, body in _pem_parts(data):
        if kind.endswith(b"CERTIFICATE"):
            try:
                found.append(base64.b64decode(b"".join(body.split()), validate=True))
            except binascii.Error:
                # What is no certificate proves nothing; the others of the file still may.
                continue
    return found if found or data[:1] == b"-" else [data]


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
    # A signer of documents is no issuer, even where a list holds one; the first issuers' certificates do not all say
    # that they are, but they have signed themselves. One damaged certificate among hundreds must not cost the others;
    # how many were left out is counted and shown.
    try:
        own = certificate.subject.hashable == certificate.issuer.hashable
        if certificate.ca or own or certificate["tbs_certificate"]["version"].native == "v1":
            found.add(certificate)
        else:
            found.left_out += 1
    except PARSE_ERRORS:
        found.unreadable += 1


def _from_ldif(data: bytes, found: IssuerKeys) -> None:
    for kind, value in _ldif_values(data.replace(b"\r\n", b"\n").split(b"\n")):
        if kind.startswith((b"pkd", b"csca")):
            _from_cms(value, found)
        elif kind.startswith(b"certificaterevocation"):
            found.revocations.append(value)
        else:
            # The directory's other entries are signers; only issuers are kept.
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
