"""The questions of passive authentication: signature, hashes, chain, State, validity, withdrawal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date

from borderdesk.documents.chip.chain import agree, in_force, trace
from borderdesk.documents.chip.keys import HASHES
from borderdesk.documents.chip.masterlist import IssuerKeys
from borderdesk.documents.chip.revocation import revoked
from borderdesk.documents.chip.sod import SecurityObject, read_sod
from borderdesk.documents.chip.types import PARSE_ERRORS, ChipVerdict, UnreadableChip, unproven, wrong
from borderdesk.documents.mrz import DocumentReading, UnreadableMrz, read_mrz
from borderdesk.findings import Finding, Outcome, heaviest_first
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
    links: Iterable[bytes] = (),
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
        chain = trace(signer, issuers, links, findings)
        state = agree(signer, chain.issuer, reading.issuing_state if reading else "", findings)
        validity = in_force(signer, chain.issuer, opened.signer.signed_at, today, findings)
        withdrawn = revoked(signer, chain.issuer, (*revocations, *issuers.revocations), issuers, today, findings)
    except PARSE_ERRORS as error:
        raise UnreadableChip(say("A certificate is damaged ({reason}).", reason=type(error).__name__)) from error
    if printed is not None and reading is not None and printed.lines != reading.lines:
        findings.append(wrong("printed", say("The zone in the chip is not the printed one."), "dg1"))
    hashes = _together([outcome for _, outcome in hashed])
    outcome = _together([signature, hashes, chain.outcome, state, validity])
    if any(finding.outcome is Outcome.WRONG for finding in findings):
        outcome = Outcome.WRONG
    return ChipVerdict(
        outcome=outcome,
        signature=signature,
        hashes=hashes,
        chain=Outcome.WRONG if withdrawn is Outcome.WRONG else chain.outcome,
        state=state,
        validity=validity,
        revocation=withdrawn,
        groups=tuple(hashed),
        signer=signer.subject.human_friendly if signer else "",
        issuer=chain.issuer.subject.human_friendly if chain.issuer else "",
        findings=heaviest_first(tuple(findings)),
        reading=reading,
    )


def _together(outcomes: list[Outcome]) -> Outcome:
    """Wrong where one is wrong, fine where all are, and there is one."""
    if Outcome.WRONG in outcomes:
        return Outcome.WRONG
    return Outcome.FINE if outcomes and set(outcomes) == {Outcome.FINE} else Outcome.UNPROVEN


def _signature(opened: SecurityObject, findings: list[Finding]) -> Outcome:
    if opened.signer.holds is None:
        findings.append(
            unproven("signature.unproven", say("The signature cannot be judged ({why}).", why=opened.signer.why), "sod")
        )
        return Outcome.UNPROVEN
    if not opened.signer.holds:
        findings.append(wrong("signature", say("The signature of the chip does not hold."), "sod"))
        return Outcome.WRONG
    return Outcome.FINE


def _groups(opened: SecurityObject, groups: Mapping[int, bytes], findings: list[Finding]) -> list[tuple[str, Outcome]]:
    found: list[tuple[str, Outcome]] = []
    for number, file in sorted(groups.items()):
        name, data = f"DG{number}", whole_group(file)
        if data[:1] and data[0] != _GROUP_TAGS.get(number) and data[0] in _GROUP_TAGS.values():
            findings.append(unproven("group.misnamed", say("The file of {group} holds another group.", group=name)))
            found.append((name, Outcome.UNPROVEN))
        elif number not in opened.groups:
            findings.append(wrong("group.unsigned", say("{group} is not signed.", group=name), name.lower()))
            found.append((name, Outcome.WRONG))
        elif opened.hash_name not in HASHES:
            findings.append(unproven("group.hash", say("The hash {name} is not known.", name=opened.hash_name)))
            found.append((name, Outcome.UNPROVEN))
        elif not any(hashlib.new(opened.hash_name, each).digest() == opened.groups[number] for each in (data, file)):
            findings.append(wrong("group.changed", say("{group} was changed.", group=name), name.lower()))
            found.append((name, Outcome.WRONG))
        else:
            found.append((name, Outcome.FINE))
    missing = sorted(set(opened.groups) - set(groups))
    if missing:
        text = ", ".join(f"DG{number}" for number in missing)
        findings.append(unproven("group.not_imported", say("Signed, but not imported: {groups}.", groups=text)))
    return found


def whole_group(data: bytes) -> bytes:
    """A data group without what a reader left behind it: padding to a block, or the status word of the last read."""
    if len(data) < 2 or data[0] not in _GROUP_TAGS.values():
        return data
    start, length = 2, data[1]
    if length > 0x80:
        start = 2 + (length & 0x7F)
        length = int.from_bytes(data[2:start], "big")
    return data[: start + length] if length else data


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
