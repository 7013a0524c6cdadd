"""Whether a seal was signed by whom it says, and speaks of the document it stands on (ICAO Doc 9303-13, appendix D)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time

from asn1crypto import x509

from borderdesk.documents.chip.chain import countries_of, in_force, trace
from borderdesk.documents.chip.keys import UnsupportedKey, public_key, raw_ecdsa_holds
from borderdesk.documents.chip.masterlist import IssuerKeys, country
from borderdesk.documents.chip.revocation import revoked
from borderdesk.documents.chip.types import PARSE_ERRORS
from borderdesk.documents.mrz import DocumentReading
from borderdesk.documents.numbers import normal_number
from borderdesk.documents.seals.read import Seal
from borderdesk.documents.seals.types import SealVerdict
from borderdesk.findings import Finding, Outcome, Severity, heaviest_first
from borderdesk.words import Sentence, say

_DOCUMENT_NUMBERS = frozenset({"pid.i", "pid.dn"})
"""Where a VDS-NC writes the number of the holder's document."""


def verify_seal(
    seal: Seal,
    certificates: Iterable[bytes],
    issuers: IssuerKeys,
    *,
    today: date,
    printed: DocumentReading | None = None,
    revocations: Iterable[bytes] = (),
) -> SealVerdict:
    """Verify a seal.

    `certificates` are those of signers that the bureau sent and answers for; `issuers` the issuer keys held, with
    which their chain is traced as well; `printed` the document's machine readable zone; `revocations` lists of
    withdrawn certificates. Never raises: what cannot be judged is unproven.
    """
    findings: list[Finding] = []
    if not seal.own_certificate and not seal.certificate.strip("0"):
        findings.append(_look("test", say("The seal names a certificate for tests.")))
    signer = _signer(seal, certificates)
    signature = _signature(seal, signer, findings)
    document = _document(seal, printed, findings)
    chain = validity = withdrawn = Outcome.UNPROVEN
    issuer: x509.Certificate | None = None
    if signer is not None:
        traced = trace(signer, issuers, (), findings)
        issuer, chain = traced.issuer, traced.outcome
        at = datetime.combine(seal.signed_on, time(), UTC) if seal.signed_on else None
        validity = in_force(signer, issuer, at, today, findings)
        withdrawn = revoked(signer, issuer, (*revocations, *issuers.revocations), issuers, today, findings)
        _state(seal, signer, findings)
    if seal.signed_on is not None and seal.signed_on > today:
        findings.append(_look("future", say("The seal was signed in the future.")))
    if any(finding.outcome is Outcome.WRONG for finding in findings):
        outcome = Outcome.WRONG
    else:
        # A certificate that the bureau sent is answered for; one out of the seal itself must be traced to its State.
        needed = {signature, validity, chain} if seal.own_certificate else {signature, validity}
        outcome = Outcome.FINE if needed == {Outcome.FINE} else Outcome.UNPROVEN
    return SealVerdict(
        outcome=outcome,
        signature=signature,
        document=document,
        chain=chain,
        validity=validity,
        revocation=withdrawn,
        seal=seal,
        signer=signer.subject.human_friendly if signer else "",
        issuer=issuer.subject.human_friendly if issuer else "",
        findings=heaviest_first(tuple(replace(each, code=each.code.replace("chip.", "seal.", 1)) for each in findings)),
    )


def _signer(seal: Seal, certificates: Iterable[bytes]) -> x509.Certificate | None:
    """The certificate whose subject and serial number the header names (2.2.1), or the seal's own."""
    for data in (seal.own_certificate,) if seal.own_certificate else certificates:
        try:
            certificate = x509.Certificate.load(data)
            if seal.own_certificate:
                certificate["tbs_certificate"]["validity"].native  # noqa: B018 - damaged ones raise here, not later
                return certificate
            named = str(certificate.subject.native.get("common_name", "")).strip().upper()
            serial = int(seal.certificate, 16)
            if certificate.serial_number == serial and seal.signer in (country(certificate) + named, named):
                return certificate
        except PARSE_ERRORS:
            # One file of the directory that is no certificate must not cost the others.
            continue
    return None


def _signature(seal: Seal, signer: x509.Certificate | None, findings: list[Finding]) -> Outcome:
    if signer is None:
        sentence = say(
            "The certificate of the seal's signer ({signer}, {reference}) is not held, so the seal proves nothing.",
            signer=seal.signer,
            reference=seal.certificate,
        )
        findings.append(_note("signer.not_held", sentence))
        return Outcome.UNPROVEN
    try:
        holds = raw_ecdsa_holds(public_key(signer), seal.signed_data, seal.signature)
    except (UnsupportedKey, *PARSE_ERRORS) as error:
        findings.append(
            _note("signature.unproven", say("The seal's signature cannot be judged ({why}).", why=str(error)))
        )
        return Outcome.UNPROVEN
    if not holds:
        findings.append(_stop("signature", say("The seal's signature does not hold under its signer's certificate.")))
        return Outcome.WRONG
    return Outcome.FINE


def _document(seal: Seal, printed: DocumentReading | None, findings: list[Finding]) -> Outcome:
    zone = seal.zone
    if printed is None:
        return Outcome.UNPROVEN
    if zone is None:
        return _number(seal, printed, findings)
    shown = tuple(line[:length] for line, length in zip(printed.lines, zone.places, strict=False))
    if len(shown) != len(zone.places) or shown != zone.lines:
        findings.append(_stop("document", say("The zone in the seal is not the printed one."), "lines"))
        return Outcome.WRONG
    return Outcome.FINE


def _number(seal: Seal, printed: DocumentReading, findings: list[Finding]) -> Outcome:
    """A VDS-NC holds no zone, but the number of the document it was issued to."""
    numbers = [normal_number(each.value) for each in seal.features if each.name in _DOCUMENT_NUMBERS]
    if not numbers or not printed.number:
        return Outcome.UNPROVEN
    if normal_number(printed.number) in numbers:
        return Outcome.FINE
    findings.append(_stop("document", say("The document number in the seal is not the printed one."), "number"))
    return Outcome.WRONG


def _state(seal: Seal, signer: x509.Certificate, findings: list[Finding]) -> None:
    # One State may issue for another (Doc 9303-13, A.3), so this is worth knowing and no more.
    fitting = countries_of(seal.issuing_state.replace("<", ""))
    if fitting and country(signer) not in fitting:
        findings.append(
            _note(
                "state",
                say(
                    "The seal is of {one}, its signer of {two}; one State may sign for another.",
                    one=seal.issuing_state.replace("<", ""),
                    two=country(signer),
                ),
            )
        )


def _stop(code: str, sentence: Sentence, field: str | None = None) -> Finding:
    todo = say("Refer the holder to the second line.")
    return Finding(f"seal.{code}", Severity.STOP, sentence, Outcome.WRONG, field, todo=todo)


def _look(code: str, sentence: Sentence) -> Finding:
    return Finding(f"seal.{code}", Severity.LOOK, sentence, Outcome.WRONG)


def _note(code: str, sentence: Sentence) -> Finding:
    return Finding(f"seal.{code}", Severity.INFO, sentence, Outcome.UNPROVEN)
