"""Lists of withdrawn certificates (X.509 CRLs; ICAO Doc 9303-12, 7.1.4 and RFC 5280, 5).

A list is believed only where a held key of the signer's State signed it and its day has come; one that is not believed
is said and changes nothing. A believed list that is overdue still withdraws what it names.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from asn1crypto import crl, x509

from borderdesk.documents.chip.keys import UnsupportedKey, holds, public_key
from borderdesk.documents.chip.masterlist import IssuerKeys, country
from borderdesk.documents.chip.types import PARSE_ERRORS, unproven, wrong
from borderdesk.findings import Finding, Outcome
from borderdesk.words import Sentence, say

MOST_BYTES = 16 * 1024 * 1024


def revoked(
    signer: x509.Certificate | None,
    issuer: x509.Certificate | None,
    lists: Iterable[bytes],
    issuers: IssuerKeys,
    today: date,
    findings: list[Finding],
) -> Outcome:
    """What believed lists say of a signer and its issuer: wrong where withdrawn, fine where a list in force does not
    name them, unproven where no list speaks of them."""
    outcome = Outcome.UNPROVEN
    if signer is None or issuer is None:
        return outcome
    for data in lists:
        try:
            answer = _asked(data, signer, issuer, issuers, today, findings)
        except PARSE_ERRORS:
            findings.append(_not_believed("unreadable", say("A list of withdrawn certificates is damaged.")))
            continue
        if answer is Outcome.WRONG:
            return Outcome.WRONG
        if answer is Outcome.FINE:
            outcome = Outcome.FINE
    return outcome


def _asked(
    data: bytes,
    signer: x509.Certificate,
    issuer: x509.Certificate,
    issuers: IssuerKeys,
    today: date,
    findings: list[Finding],
) -> Outcome:
    if len(data) > MOST_BYTES:
        raise ValueError("size")
    listed = crl.CertificateList.load(data)
    content = listed["tbs_cert_list"]
    said_by = str(listed.issuer.native.get("country_name", "")).strip().upper()
    if said_by != country(issuer):
        return Outcome.UNPROVEN
    if not _signature_holds(listed, issuer, issuers, findings):
        return Outcome.UNPROVEN
    begins, next_one = _day(content["this_update"]), _day(content["next_update"])
    if begins is not None and begins > today:
        findings.append(_not_believed("early", say("A list of withdrawn certificates is dated in the future.")))
        return Outcome.UNPROVEN
    serials = {each["user_certificate"].native for each in content["revoked_certificates"] or ()}
    for certificate, code, sentence in (
        (signer, "signer.revoked", say("The State has withdrawn the signer's certificate.")),
        (issuer, "issuer.revoked", say("The State has withdrawn the issuer's certificate.")),
    ):
        if certificate.serial_number in serials and _names_issuer_of(listed, certificate):
            findings.append(wrong(code, sentence))
            return Outcome.WRONG
    if next_one is not None and next_one < today:
        findings.append(
            unproven(
                "crl.overdue",
                say("The list of withdrawn certificates should have been replaced on {day}.", day=next_one.isoformat()),
            )
        )
        return Outcome.UNPROVEN
    return Outcome.FINE


def _signature_holds(
    listed: crl.CertificateList, issuer: x509.Certificate, issuers: IssuerKeys, findings: list[Finding]
) -> bool:
    identifier = listed.authority_key_identifier
    named = issuers.by_key.get(identifier or b"", []) + issuers.by_name.get(listed.issuer.hashable, [])
    candidates = [issuer, *named]
    broken = False
    for candidate in candidates:
        if identifier is not None and candidate.key_identifier not in (None, identifier):
            continue
        if country(candidate) != country(issuer):
            continue
        try:
            data = listed["tbs_cert_list"].dump()
            if holds(public_key(candidate), listed["signature_algorithm"], "sha256", data, listed["signature"].native):
                return True
            broken = True
        except UnsupportedKey:
            continue
    if broken:
        sentence = say("The signature of a list of withdrawn certificates does not hold; it is not believed.")
        findings.append(_not_believed("signature", sentence))
    else:
        sentence = say("The key that signed a list of withdrawn certificates is not held; it is not believed.")
        findings.append(_not_believed("key_not_held", sentence))
    return False


def _names_issuer_of(listed: crl.CertificateList, certificate: x509.Certificate) -> bool:
    """Serial numbers are only unique per issuer."""
    same: bool = listed.issuer.hashable == certificate.issuer.hashable
    identifiers = (listed.authority_key_identifier, certificate.authority_key_identifier)
    return same or (None not in identifiers and identifiers[0] == identifiers[1])


def _day(time: object) -> date | None:
    native = getattr(time, "native", None)
    return native.date() if isinstance(native, datetime) else None


def _not_believed(code: str, sentence: Sentence) -> Finding:
    return unproven(f"crl.{code}", sentence)
