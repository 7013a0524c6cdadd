"""What verifying a seal gives, and what can be wrong with its bytes."""

from __future__ import annotations

from dataclasses import dataclass

from borderdesk.documents.seals.read import Seal
from borderdesk.documents.seals.unreadable import UnreadableSeal
from borderdesk.findings import Finding, Outcome

__all__ = ["SealVerdict", "UnreadableSeal"]


@dataclass(frozen=True, slots=True)
class SealVerdict:
    """What was proven about a seal.

    `signature` under the certificate that the seal names, `document` whether the zone in the seal is the printed one
    (unproven where none was given), `chain`, `validity` and `revocation` as for a chip. `outcome` is wrong where
    anything is, fine where signature and validity hold and nothing given contradicts, unproven otherwise: a signer
    that is not held proves nothing against the document.
    """

    outcome: Outcome
    signature: Outcome
    document: Outcome
    chain: Outcome
    validity: Outcome
    revocation: Outcome
    seal: Seal
    signer: str
    issuer: str
    findings: tuple[Finding, ...]
