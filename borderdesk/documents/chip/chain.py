"""From the signer of a chip or a seal to the key of its State.

ICAO Doc 9303-12, 6 and RFC 5280, 6 as far as two levels need it. Issuer keys come from master lists; a link
certificate that lies beside the chip's files is believed only where a held key of the same State signed it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from asn1crypto import x509

from borderdesk.codes import state as find_code
from borderdesk.documents.chip.keys import UnsupportedKey, public_key, signed_by
from borderdesk.documents.chip.masterlist import IssuerKeys, country
from borderdesk.documents.chip.types import PARSE_ERRORS, unproven, wrong
from borderdesk.findings import Finding, Outcome
from borderdesk.words import say

_OTHER_LETTERS = {"RKS": "KS"}
"""Countries in certificates that are not the ISO letters of the code in the zone."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Who issued the signer's certificate, None where that is not known, and what was proven."""

    issuer: x509.Certificate | None
    outcome: Outcome


def trace(
    signer: x509.Certificate | None,
    issuers: IssuerKeys,
    links: Iterable[bytes],
    findings: list[Finding],
) -> Chain:
    """Find and prove the issuer of a signer. `links` are certificates that came with the files."""
    if signer is None:
        findings.append(unproven("chain.no_signer", say("No signer is named whose issuer could be looked up.")))
        return Chain(None, Outcome.UNPROVEN)
    held = issuers.with_links(_linked(links, issuers))
    identified = held.by_key.get(signer.authority_key_identifier or b"", [])
    candidates = identified or held.by_name.get(signer.issuer.hashable, [])
    doubtful = False
    for candidate in candidates:
        try:
            if signed_by(signer, public_key(candidate)):
                return Chain(candidate, Outcome.FINE)
        except UnsupportedKey as error:
            doubtful = True
            findings.append(unproven("chain.key", say("An issuer key cannot be judged ({why}).", why=str(error))))
    if identified and not doubtful:
        findings.append(wrong("chain", say("The signer was not signed by the issuer it names.")))
        return Chain(None, Outcome.WRONG)
    if not doubtful:
        # The issuer's name alone may be held with an older or newer key: that proves nothing against the document.
        findings.append(
            unproven(
                "issuer.not_held",
                say("The issuer's key is not held, so the signature could not be traced to the State."),
            )
        )
    return Chain(None, Outcome.UNPROVEN)


def _linked(links: Iterable[bytes], issuers: IssuerKeys) -> list[x509.Certificate]:
    """Those of the certificates that a held key of the same State has signed as issuers."""
    found: list[x509.Certificate] = []
    for data in links:
        try:
            certificate = x509.Certificate.load(data)
            signers = issuers.by_key.get(certificate.authority_key_identifier or b"", [])
            if certificate.ca and any(_signed(certificate, each) for each in signers):
                found.append(certificate)
        except PARSE_ERRORS:
            # A file beside the chip's that is no certificate is nothing to complain of; it only proves nothing.
            continue
    return found


def _signed(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        return country(certificate) == country(issuer) and signed_by(certificate, public_key(issuer))
    except UnsupportedKey:
        return False


def agree(
    signer: x509.Certificate | None, issuer: x509.Certificate | None, code: str, findings: list[Finding]
) -> Outcome:
    """Whether signer, its issuer and the issuing State in the zone (`code`, empty where unread) are of one State."""
    if signer is None:
        return Outcome.UNPROVEN
    named = country(signer) or country(signer, issuer=True)
    if issuer is not None and country(issuer) != named:
        findings.append(
            wrong(
                "state.issuer",
                say("Signer ({one}) and issuer ({other}) are of two States.", one=named, other=country(issuer)),
            )
        )
        return Outcome.WRONG
    fitting = countries_of(code)
    if not fitting or not named:
        findings.append(unproven("state.unproven", say("The document's State could not be compared.")))
        return Outcome.UNPROVEN
    if named not in fitting:
        findings.append(
            wrong("state", say("The document is of {one}, its signer of {two}.", one=code, two=named), "dg1")
        )
        return Outcome.WRONG
    return Outcome.FINE if issuer is not None else Outcome.UNPROVEN


def countries_of(code: str) -> frozenset[str]:
    """Countries that certificates may name for a code of the zone: `GBD` is signed by GB, `CHN` also by HK and MO."""
    row = find_code(code) if code else None
    if row is None:
        return frozenset()
    rows = [row, *(each for other in row.also if (each := find_code(other)) is not None)]
    if row.code.startswith("GB") and (britain := find_code("GBR")) is not None:
        rows.append(britain)
    letters = {each.alpha2 for each in rows} | {each.alpha3 for each in rows} | {_OTHER_LETTERS.get(row.code, "")}
    found = frozenset(letters - {""})
    return found | {row.code} if found else frozenset()


def in_force(
    signer: x509.Certificate | None,
    issuer: x509.Certificate | None,
    at: datetime | None,
    today: date,
    findings: list[Finding],
) -> Outcome:
    """Whether the signer was in force when it signed (or is today, where the time is not said), and its issuer when
    it issued it. A document outlives the certificates of its issue, so an expired one is nothing by itself."""
    if signer is None:
        return Outcome.UNPROVEN
    starts, ends = _dates(signer)
    moment = at.date() if at is not None else today
    outcome = Outcome.FINE
    if at is not None and not starts <= moment <= ends:
        findings.append(unproven("signer.validity", say("The signer's certificate was not in force when it signed.")))
        outcome = Outcome.UNPROVEN
    if starts > today:
        findings.append(unproven("signer.early", say("The signer's certificate is not in force yet.")))
        outcome = Outcome.UNPROVEN
    if issuer is not None:
        first, last = _dates(issuer)
        if not first <= starts <= last:
            findings.append(
                unproven("issuer.validity", say("The issuer's certificate was not in force when it issued the signer."))
            )
            outcome = Outcome.UNPROVEN
    return outcome


def _dates(certificate: x509.Certificate) -> tuple[date, date]:
    validity = certificate["tbs_certificate"]["validity"]
    starts: datetime = validity["not_before"].native
    ends: datetime = validity["not_after"].native
    return starts.date(), ends.date()
