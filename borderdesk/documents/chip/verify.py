"""The four questions of passive authentication: signature, hashes, chain, State."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from asn1crypto import crl, x509

from borderdesk.codes import state as find_code
from borderdesk.documents.chip.keys import HASHES, UnsupportedKey, public_key, signed_by
from borderdesk.documents.chip.masterlist import IssuerKeys, country
from borderdesk.documents.chip.sod import SecurityObject, read_sod
from borderdesk.documents.chip.types import PARSE_ERRORS, ChipVerdict, UnreadableChip, forged, unproven
from borderdesk.documents.mrz import DocumentReading, UnreadableMrz, read_mrz
from borderdesk.findings import Finding, Outcome
from borderdesk.words import say

_GROUP_TAGS = {
    1: 0x61, 2: 0x75, 3: 0x63, 4: 0x76, 5: 0x65, 6: 0x66, 7: 0x67, 8: 0x68, 9: 0x69, 10: 0x6A, 11: 0x6B, 12: 0x6C,
    13: 0x6D, 14: 0x6E, 15: 0x6F, 16: 0x70,
}  # fmt: skip


def verify_chip(
    sod: bytes,
    groups: Mapping[int, bytes],
    issuers: IssuerKeys,
    *,
    today: date,
    printed: DocumentReading | None = None,
    revocations: Iterable[bytes] = (),
) -> ChipVerdict:
    """Verify imported files of a chip.

    `sod` is EF.SOD, `groups` the data groups by number as read from the chip, `issuers` the issuer keys held, `printed`
    the zone as printed, to compare with DG1, `revocations` lists of withdrawn signers (X.509 CRLs). `today` decides
    centuries of birth in DG1.

    Raises UnreadableChip where EF.SOD or a revocation list is no such file.
    """
    opened = read_sod(sod)
    findings: list[Finding] = []
    signature = _signature(opened, findings)
    hashed = _groups(opened, groups, findings)
    reading = _reading(groups.get(1), today, findings)
    signer = opened.signer.certificate
    try:
        issuer, chain = _chain(signer, issuers, findings)
        state = _state(signer, issuer, reading, findings)
        _validity(opened, findings)
        if signer is not None and issuer is not None:
            chain = _revoked(signer, issuer, revocations, chain, findings)
    except PARSE_ERRORS as error:
        raise UnreadableChip(say("A certificate is damaged ({reason}).", reason=type(error).__name__)) from error
    if printed is not None and reading is not None and printed.lines != reading.lines:
        findings.append(forged("printed", say("The zone in the chip is not the printed one."), "dg1"))
    outcomes = [signature, chain, state, *(outcome for _, outcome in hashed)]
    if any(finding.outcome is Outcome.WRONG for finding in findings):
        outcome = Outcome.WRONG
    else:
        outcome = Outcome.FINE if hashed and all(each is Outcome.FINE for each in outcomes) else Outcome.UNPROVEN
    return ChipVerdict(
        outcome,
        signature,
        chain,
        state,
        tuple(hashed),
        signer.subject.human_friendly if signer else "",
        issuer.subject.human_friendly if issuer else "",
        tuple(findings),
        reading,
    )


def _signature(opened: SecurityObject, findings: list[Finding]) -> Outcome:
    if opened.signer.holds is None:
        findings.append(
            unproven("signature.unproven", say("The signature cannot be judged ({why}).", why=opened.signer.why), "sod")
        )
        return Outcome.UNPROVEN
    if not opened.signer.holds:
        findings.append(forged("signature", say("The signature of the chip does not hold."), "sod"))
        return Outcome.WRONG
    return Outcome.FINE


def _groups(opened: SecurityObject, groups: Mapping[int, bytes], findings: list[Finding]) -> list[tuple[str, Outcome]]:
    found: list[tuple[str, Outcome]] = []
    for number, data in sorted(groups.items()):
        name = f"DG{number}"
        if number not in opened.groups:
            findings.append(forged("group.unsigned", say("{group} is not signed.", group=name), name.lower()))
            found.append((name, Outcome.WRONG))
        elif opened.hash_name not in HASHES:
            findings.append(unproven("group.hash", say("The hash {name} is not known.", name=opened.hash_name)))
            found.append((name, Outcome.UNPROVEN))
        elif hashlib.new(opened.hash_name, data).digest() != opened.groups[number]:
            findings.append(forged("group.changed", say("{group} was changed.", group=name), name.lower()))
            found.append((name, Outcome.WRONG))
        else:
            found.append((name, Outcome.FINE))
    missing = sorted(set(opened.groups) - set(groups))
    if missing:
        text = ", ".join(f"DG{number}" for number in missing)
        findings.append(unproven("group.not_imported", say("Signed, but not imported: {groups}.", groups=text)))
    return found


def _reading(data: bytes | None, today: date, findings: list[Finding]) -> DocumentReading | None:
    if data is None:
        return None
    text = zone_of(data)
    try:
        return read_mrz(text, today=today)
    except UnreadableMrz:
        findings.append(unproven("dg1.unreadable", say("DG1 holds no machine readable zone."), "dg1"))
        return None


def zone_of(data: bytes) -> str:
    """The text of DG1 (tag 5F1F inside 61)."""
    at = data.find(b"\x5f\x1f")
    if at < 0 or at + 3 > len(data):
        return ""
    return data[at + 3 : at + 3 + data[at + 2]].decode("ascii", "replace")


def _chain(
    signer: x509.Certificate | None, issuers: IssuerKeys, findings: list[Finding]
) -> tuple[x509.Certificate | None, Outcome]:
    if signer is None:
        findings.append(unproven("chain.no_signer", say("The chip names no signer whose issuer could be looked up.")))
        return None, Outcome.UNPROVEN
    identified = issuers.by_key.get(signer.authority_key_identifier or b"", [])
    candidates = identified or issuers.by_name.get(signer.issuer.hashable, [])
    doubtful = False
    for candidate in candidates:
        try:
            if signed_by(signer, public_key(candidate)):
                return candidate, Outcome.FINE
        except UnsupportedKey as error:
            doubtful = True
            findings.append(unproven("chain.key", say("An issuer key cannot be judged ({why}).", why=str(error))))
    if identified and not doubtful:
        findings.append(forged("chain", say("The signer was not signed by the issuer it names.")))
        return None, Outcome.WRONG
    if not doubtful:
        # The issuer's name alone may be held with an older or newer key: that proves nothing against the document.
        findings.append(
            unproven(
                "issuer.not_held",
                say("The issuer's key is not held, so the signature could not be traced to the State."),
            )
        )
    return None, Outcome.UNPROVEN


def _state(
    signer: x509.Certificate | None,
    issuer: x509.Certificate | None,
    reading: DocumentReading | None,
    findings: list[Finding],
) -> Outcome:
    if signer is None:
        return Outcome.UNPROVEN
    named = country(signer) or country(signer, issuer=True)
    if issuer is not None and country(issuer) != named:
        findings.append(
            forged(
                "state.issuer",
                say("Signer ({one}) and issuer ({other}) are of two States.", one=named, other=country(issuer)),
            )
        )
        return Outcome.WRONG
    code = find_code(reading.issuing_state) if reading else None
    if reading is None or code is None or not code.alpha2:
        findings.append(unproven("state.unproven", say("The document's State could not be compared.")))
        return Outcome.UNPROVEN
    if named != code.alpha2 and named not in (code.alpha3, code.code):
        findings.append(
            forged("state", say("The document is of {one}, its signer of {two}.", one=code.alpha2, two=named), "dg1")
        )
        return Outcome.WRONG
    return Outcome.FINE if issuer is not None else Outcome.UNPROVEN


def _validity(opened: SecurityObject, findings: list[Finding]) -> None:
    signer, at = opened.signer.certificate, opened.signer.signed_at
    if signer is None or at is None:
        return
    validity = signer["tbs_certificate"]["validity"]
    starts: datetime = validity["not_before"].native
    ends: datetime = validity["not_after"].native
    if not starts <= at <= ends:
        findings.append(unproven("signer.validity", say("The signer's certificate was not in force when it signed.")))


def _revoked(
    signer: x509.Certificate,
    issuer: x509.Certificate,
    revocations: Iterable[bytes],
    chain: Outcome,
    findings: list[Finding],
) -> Outcome:
    for data in revocations:
        listed = crl.CertificateList.load(data)
        if listed.issuer.hashable != issuer.subject.hashable:
            continue
        serials = {each["user_certificate"].native for each in listed["tbs_cert_list"]["revoked_certificates"] or ()}
        if signer.serial_number in serials:
            findings.append(forged("signer.revoked", say("The State has withdrawn the signer's certificate.")))
            return Outcome.WRONG
    return chain
