"""What a journal page shows: whether the journal is whole, and its newest entries."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from borderdesk.journal import JournalReport, verify_export

SHOWN = 500
"""Entries on the page, newest first; an export has them all."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One entry as it is read: who did what, when, why."""

    number: int
    kind: str
    who: str
    at: datetime
    why: str
    details: str


@dataclass(frozen=True, slots=True)
class JournalRead:
    """The journal as it was checked a moment ago, and its newest entries, newest first."""

    report: JournalReport
    newest: tuple[JournalEntry, ...]


def read_journal(public_key: bytes, lines: Sequence[str]) -> JournalRead:
    """Check the exported lines, and read the newest of them. Raises NotAJournal."""
    report = verify_export(lines, Ed25519PublicKey.from_public_bytes(public_key))
    rows = [row for row in map(json.loads, lines[-SHOWN:]) if "number" in row]
    newest = tuple(
        JournalEntry(
            row["number"],
            row["kind"],
            row["who"],
            datetime.fromisoformat(row["trusted_at"]),
            row["why"],
            ", ".join(f"{name}: {value}" for name, value in json.loads(row["details"]).items()),
        )
        for row in reversed(rows)
    )
    return JournalRead(report, newest)
