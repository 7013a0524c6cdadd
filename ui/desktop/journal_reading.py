"""What a journal page shows: whether the journal is whole, and its newest entries."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from borderdesk.journal import JournalReport, verify_export

SHOWN = 500
"""Entries on the page, newest first; an export has them all."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One entry as the file has it: who did what, when, why. `ui.desktop.journal_words` has the words for it."""

    number: int
    kind: str
    who: str
    at: datetime
    why: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class JournalRead:
    """The journal as it was checked a moment ago, and its newest entries, newest first.

    `wanted` are the words that an entry has to hold to be among them; `found` how many entries hold them.
    """

    report: JournalReport
    newest: tuple[JournalEntry, ...]
    wanted: str = ""
    found: int = 0


def read_journal(
    public_key: bytes, lines: Sequence[str], wanted: str = "", told: Callable[[JournalEntry], str] = str
) -> JournalRead:
    """Check the exported lines, and read the newest of those that hold every one of the `wanted` words.

    `told` writes an entry as the page does, so that it is found by what is read there. Raises NotAJournal.
    """
    report = verify_export(lines, Ed25519PublicKey.from_public_bytes(public_key))
    if not wanted.split():
        entries = [entry for entry in map(_entry, lines[-SHOWN:]) if entry is not None]
        return JournalRead(report, tuple(reversed(entries)), "", report.entries)
    words = wanted.casefold().split()
    newest: deque[JournalEntry] = deque(maxlen=SHOWN)
    found = 0
    for entry in map(_entry, lines):
        if entry is None:
            continue
        text = told(entry).casefold()
        if all(word in text for word in words):
            newest.append(entry)
            found += 1
    return JournalRead(report, tuple(reversed(newest)), wanted, found)


def _entry(line: str) -> JournalEntry | None:
    """One line; None where it is the seal of a segment."""
    row = json.loads(line)
    if "number" not in row:
        return None
    return JournalEntry(
        row["number"],
        row["kind"],
        row["who"],
        datetime.fromisoformat(row["trusted_at"]),
        row["why"],
        json.loads(row["details"]),
    )
