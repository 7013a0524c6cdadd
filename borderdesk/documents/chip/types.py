"""What checking a chip gives, and what can be wrong with the files themselves."""

from __future__ import annotations

from dataclasses import dataclass

from borderdesk.documents.mrz import DocumentReading
from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.findings import Finding, Outcome, Severity
from borderdesk.words import Sentence, say

PARSE_ERRORS = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)
"""What asn1crypto raises on damaged input, depending on where the damage is."""


class UnreadableChip(KnownError):
    """The imported files are not those of a chip, or are damaged."""

    def __init__(self, happened: Sentence) -> None:
        super().__init__(
            happened,
            safe=NOTHING_CHANGED,
            todo=say("Read the chip again and import EF.SOD together with its data groups."),
        )


class UnreadableMasterList(KnownError):
    """The file is no master list, or its own signature does not hold."""

    def __init__(self, happened: Sentence) -> None:
        super().__init__(
            happened,
            safe=say("No issuer key was taken from it."),
            todo=say("Ask the bureau for the master list again."),
        )


@dataclass(frozen=True, slots=True)
class ChipVerdict:
    """What passive authentication proved.

    `outcome` is the heaviest of all: `wrong` where something is proven wrong, `fine` where signature, hashes, chain,
    State and validity all hold, `unproven` otherwise. A chip whose issuer's key is not held is unproven, never wrong.
    `revocation` is fine where a believed list in force does not name the signer; without a list it is unproven, and
    that alone makes no chip doubtful. `groups` says the hashes per data group; `reading` is the machine readable zone
    of DG1 where it was imported.
    """

    outcome: Outcome
    signature: Outcome
    hashes: Outcome
    chain: Outcome
    state: Outcome
    validity: Outcome
    revocation: Outcome
    groups: tuple[tuple[str, Outcome], ...]
    signer: str
    issuer: str
    findings: tuple[Finding, ...]
    reading: DocumentReading | None = None


def wrong(code: str, sentence: Sentence, field: str | None = None) -> Finding:
    """Something is proven wrong."""
    return Finding(
        f"chip.{code}", Severity.STOP, sentence, Outcome.WRONG, field, todo=say("Refer the holder to the second line.")
    )


def unproven(code: str, sentence: Sentence, field: str | None = None) -> Finding:
    """Something could not be proven; that is no fault of the document."""
    return Finding(f"chip.{code}", Severity.INFO, sentence, Outcome.UNPROVEN, field)
