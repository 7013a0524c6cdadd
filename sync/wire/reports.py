"""Bodies of the uploads that nobody waits for: statistics, health, segments of the journal, photos in parts. Pure.

All are small CBOR maps with text keys, so that a bureau can read what an older desk says. What is large travels in
parts, each an upload of its own that takes one piece's time on a slow link.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from borderdesk.journal import Entry, Segment
from borderdesk.journal.chain import canonical, entry_hash
from borderdesk.words import Sentence, say
from sync.wire.cbor import Fields, decode, encode
from sync.wire.refusals import Malformed, Refused
from sync.wire.uploads import MAX_BODY

STATISTICS: Final = "statistics"
HEALTH: Final = "health"
JOURNAL: Final = "journal"

PART: Final = 4_000
"""Bytes of one part: with its seal some five seconds at 9.6 kbit/s."""

MOST_PARTS: Final = 4_096
_MAX_SEGMENT: Final = 64 * 1024 * 1024
_VERSION: Final = 1


class SegmentBroken(Refused):
    """A segment of the journal whose entries do not give the hash that the desk signed."""

    def __init__(self, first: int, last: int) -> None:
        super().__init__(
            say("The journal entries {first} to {last} are not those the desk signed.", first=first, last=last),
            safe=say("They are kept as they came."),
            todo=say("Ask the post for an export of its journal, and compare."),
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One of `count` parts, from 0, of the thing called `name`."""

    name: str
    number: int
    count: int
    data: bytes


def report_body(report: Mapping[str, Any]) -> bytes:
    """Statistics or health: names, and values that CBOR can carry without floating point."""
    return encode({"v": _VERSION, **report})


def read_report(body: bytes) -> dict[str, object]:
    """The inverse of `report_body`. Raises Malformed or TooLarge."""
    what = say("report")
    value = decode(body, what, MAX_BODY)
    if not isinstance(value, dict) or value.get("v") != _VERSION:
        raise Malformed(what, "written by another version of BorderDesk")
    return {str(name): inner for name, inner in value.items() if name != "v"}


def parts(name: str, data: bytes) -> tuple[bytes, ...]:
    """The bodies in which something large travels. Raises ValueError where it is too large altogether."""
    count = max(1, -(-len(data) // PART))
    if count > MOST_PARTS:
        raise ValueError(f"{len(data)} bytes are too many to travel in parts")
    return tuple(encode([_VERSION, name, at, count, data[at * PART : (at + 1) * PART]]) for at in range(count))


def read_part(body: bytes) -> Part:
    """One body of `parts`. Raises Malformed or TooLarge."""
    what = say("part of an upload")
    fields = Fields(decode(body, what, MAX_BODY), what, 5)
    if fields.integer() != _VERSION:
        fields.refuse("written by another version of BorderDesk")
    name, number, count = fields.text(200), fields.integer(0, MOST_PARTS), fields.integer(1, MOST_PARTS)
    if number >= count:
        fields.refuse("a part beyond the last")
    return Part(name, number, count, fields.blob(PART))


def join(found: Iterable[Part]) -> bytes | None:
    """The thing whose parts these are, in any order and as often as they came; None where one is missing."""
    known = {part.number: part for part in found}
    counts = {part.count for part in known.values()}
    if len(counts) != 1 or len(known) != counts.pop():
        return None
    return b"".join(known[number].data for number in sorted(known))


def segment_body(segment: Segment, entries: Sequence[Entry]) -> bytes:
    """A signed segment of the journal with its entries, compressed; to be sent in `parts`. Hashes follow from it."""
    rows = [_entry_out(entry) for entry in entries]
    return encode(
        [
            _VERSION,
            segment.first,
            segment.last,
            segment.previous,
            segment.head,
            segment.closed_at.isoformat(),
            segment.signature,
            zlib.compress(json.dumps(rows, separators=(",", ":"), ensure_ascii=False).encode(), 9),
        ]
    )


def read_segment(data: bytes) -> tuple[Segment, tuple[dict[str, Any], ...]]:
    """The segment and its entries' fields, once they give the hash the segment names. The signature is the caller's.

    Raises SegmentBroken, Malformed or TooLarge.
    """
    what: Sentence = say("segment of a journal")
    fields = Fields(decode(data, what, _MAX_SEGMENT), what, 8)
    if fields.integer() != _VERSION:
        fields.refuse("written by another version of BorderDesk")
    first, last = fields.integer(1), fields.integer(1)
    previous, head = fields.blob(32, 32), fields.blob(32, 32)
    closed_at, signature = fields.text(64), fields.blob(64, 64)
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(fields.blob(_MAX_SEGMENT), _MAX_SEGMENT)
        segment = Segment(first, last, previous, head, datetime.fromisoformat(closed_at), signature, purged=False)
        rows: list[dict[str, Any]] = json.loads(text)
        hash_ = previous
        for number, row in enumerate(rows, start=first):
            if row["number"] != number:
                raise SegmentBroken(first, last)
            hash_ = entry_hash(hash_, row)
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        raise Malformed(what, "entries that are none") from error
    if hash_ != head or len(rows) != last - first + 1:
        raise SegmentBroken(first, last)
    return segment, tuple(rows)


def _entry_out(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "kind": entry.kind,
        "who": entry.who,
        "trusted_at": entry.at.trusted.isoformat(),
        "wall_at": entry.at.wall.isoformat(),
        "why": entry.why,
        "details": canonical(entry.details),
        "editions": canonical(entry.editions),
    }
