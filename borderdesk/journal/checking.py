"""Is the journal whole? The same rules for the database and for an exported file.

* Entries are numbered without gaps and each one's hash fits the one before it.
* Segments follow each other without gaps; where a segment's entries are there, its hash is that of its last entry;
  where they were purged, its hashes stand for them.
* No segment reaches beyond the last entry: somebody who cuts the end off must cut signed segments too, and the bureau
  knows the last one.
* Signatures are the desk's, where its public key is given.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlite_utils import Database

from borderdesk.errors import KnownError, TamperingError
from borderdesk.journal.chain import BEGINNING, canonical, entry_hash
from borderdesk.journal.segments import Segment, segments
from borderdesk.words import Sentence, say

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class JournalReport:
    """What `verify` found.

    `entries` were looked at, `purged` are only vouched for by signed segments, `unsigned` came after the last segment.
    `head` is the hash of the last entry that fits. `broken` says in one sentence what is wrong with the first thing
    that does not fit, `broken_at` the number of the entry at which that is.
    """

    entries: int
    head: bytes
    purged: int = 0
    segments: int = 0
    unsigned: int = 0
    signatures_checked: bool = False
    broken_at: int | None = None
    broken: Sentence | None = None

    @property
    def is_whole(self) -> bool:
        """True where everything fits."""
        return self.broken is None

    def require_whole(self) -> None:
        """Raises JournalBroken where something does not fit."""
        if self.broken is not None:
            raise JournalBroken(self.broken)


class JournalBroken(TamperingError):
    """The journal was changed by something other than this program."""

    def __init__(self, broken: Sentence) -> None:
        super().__init__(
            say("The journal is not whole: {reason}", reason=broken),
            safe=say("The entries before it are proven; lists and hits are not touched."),
            todo=say("Export the journal as it is, keep the disk, and tell the bureau."),
        )


class NotAJournal(KnownError):
    """A file that is no exported journal."""

    def __init__(self, line: int) -> None:
        super().__init__(
            say("Line {line} of the file is not part of an exported journal.", line=line),
            safe=say("Nothing was changed."),
            todo=say("Export the journal again."),
        )


def verify(db: Database, public_key: Ed25519PublicKey | None = None) -> JournalReport:
    """Compute every hash again, and check the segments. Raises nothing by itself."""
    return check(db.query("SELECT * FROM journal ORDER BY number"), list(segments(db)), public_key)


def check(rows: Iterable[Row], signed: list[Segment], public_key: Ed25519PublicKey | None) -> JournalReport:
    """The rules, over entries and segments in order."""
    seen, head, purged, entries = 0, BEGINNING, 0, 0

    def report(number: int | None = None, broken: Sentence | None = None) -> JournalReport:
        last_signed = signed[-1].last if signed else 0
        unsigned = max(0, seen - last_signed)
        checked = public_key is not None
        return JournalReport(entries, head, purged, len(signed), unsigned, checked, number, broken)

    ends: dict[int, Segment] = {}
    reached, reached_head, may_be_purged = 0, BEGINNING, True
    for segment in signed:
        if segment.first != reached + 1 or segment.previous != reached_head or segment.last < segment.first:
            return report(segment.first, say("segment {first} does not follow the one before it.", first=segment.first))
        if public_key is not None and not _signed(segment, public_key):
            return report(segment.first, say("segment {first} was not signed by this desk.", first=segment.first))
        if segment.purged and not may_be_purged:
            return report(segment.first, say("segment {first} was purged before an older one.", first=segment.first))
        may_be_purged = segment.purged
        reached, reached_head = segment.last, segment.head
        if segment.purged:
            seen, head, purged = segment.last, segment.head, purged + segment.last - segment.first + 1
        else:
            ends[segment.last] = segment
    for row in rows:
        number, own = row["number"], row["hash"]
        if number != seen + 1:
            return report(
                number,
                say(
                    "entry {number} follows entry {before}; entries between them are missing.",
                    number=number,
                    before=seen,
                ),
            )
        if row["previous"] != head:
            return report(number, say("entry {number} does not continue the entry before it.", number=number))
        if entry_hash(head, row) != own:
            return report(number, say("entry {number} was changed after it was written.", number=number))
        if number in ends and ends[number].head != own:
            return report(number, say("entry {number} is not the one that was signed.", number=number))
        seen, head, entries = number, own, entries + 1
    if reached > seen:
        return report(seen + 1, say("entries {first} to {last} were cut off.", first=seen + 1, last=reached))
    return report()


def export(db: Database, *, since: int = 1, since_segment: int = 1) -> Iterator[str]:
    """The journal as lines of JSON: first the segments, then the entries. `verify_export` reads it back.

    `since` and `since_segment` are the first entry, and the first entry of a segment, to be in it.
    """
    for segment in segments(db):
        if segment.first < since_segment:
            continue
        yield canonical(
            {
                "segment": segment.first,
                "last": segment.last,
                "previous": segment.previous.hex(),
                "head": segment.head.hex(),
                "closed_at": segment.closed_at.isoformat(),
                "signature": segment.signature.hex(),
                "purged": segment.purged,
            }
        )
    for row in db.query("SELECT * FROM journal WHERE number >= ? ORDER BY number", (since,)):
        yield canonical({**row, "previous": row["previous"].hex(), "hash": row["hash"].hex()})


def verify_export(lines: Iterable[str], public_key: Ed25519PublicKey | None = None) -> JournalReport:
    """Check an exported journal without the desk. Raises NotAJournal."""
    signed: list[Segment] = []
    rows: list[Row] = []
    for number, line in enumerate(lines, 1):
        try:
            fields = json.loads(line)
            if "segment" in fields:
                signed.append(
                    Segment(
                        int(fields["segment"]),
                        int(fields["last"]),
                        bytes.fromhex(fields["previous"]),
                        bytes.fromhex(fields["head"]),
                        datetime.fromisoformat(fields["closed_at"]),
                        bytes.fromhex(fields["signature"]),
                        bool(fields["purged"]),
                    )
                )
            else:
                row = {**fields, "previous": bytes.fromhex(fields["previous"]), "hash": bytes.fromhex(fields["hash"])}
                entry_hash(b"", row)
                rows.append(row)
        except (ValueError, KeyError, TypeError) as error:
            raise NotAJournal(number) from error
    return check(rows, signed, public_key)


def _signed(segment: Segment, public_key: Ed25519PublicKey) -> bool:
    try:
        public_key.verify(segment.signature, segment.signed_bytes)
    except InvalidSignature:
        return False
    return True
