"""`borderdesk bench wire`: how small lists and their changes become, beside three plain ways on the same rows."""

from __future__ import annotations

import csv
import gzip
import json
import lzma
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated

import typer
import zstandard
from rich.console import Console
from rich.table import Table

from borderdesk.ids import ListName
from borderdesk.watchlist import (
    Delta,
    DocumentStatus,
    Edition,
    ListKind,
    Snapshot,
    TravelDocument,
    Watchlist,
    Withdrawal,
    document_key,
)
from borderdesk.words import say
from sync.wire import decode_edition, encode_delta, encode_snapshot, encrypt, merge

_COLUMNS = ("state", "type", "number", "lost", "reported", "status")
_LIST = Watchlist(ListName("sltd"), ListKind.DOCUMENTS, "Stolen and lost travel documents", "Bureau")
_START = datetime(2026, 9, 1, 4, tzinfo=UTC)

Row = tuple[str, ...]
"""The six columns as text."""


_DELTA_EACH, _WHOLE_EACH, _MEMBERSHIP_EACH = 4.1, 4.0, 1.6
"""Bytes that one change, one record, and one record of which only the number is held may take as they travel."""
_MERGED_BYTES, _MERGED_DAYS = 1_250_000, 40
"""What a desk that is so many days behind may fetch: one delta."""


@dataclass(frozen=True, slots=True)
class Size:
    """One way of writing the same rows. `seconds` to write and to read back, None where it was not done.

    `most` is what was asked: bytes each, or where `most_bytes` is set bytes in all; None for what stands beside.
    """

    name: str
    bytes: int
    each: float
    write_seconds: float
    read_seconds: float | None
    most: float | None = None
    most_bytes: int | None = None

    @property
    def is_held(self) -> bool | None:
        """Whether what was asked is kept; None where nothing was."""
        if self.most_bytes is not None:
            return self.bytes <= self.most_bytes
        return None if self.most is None else self.each <= self.most


@dataclass(frozen=True, slots=True)
class Group:
    """The ways side by side, for one thing that travels."""

    what: str
    rows: int
    sizes: tuple[Size, ...]


def bench_wire(
    base: Annotated[Path, typer.Option(help="The list: CSV with state,type,number,lost,reported,status.")],
    day: Annotated[list[Path], typer.Option(help="One day's changes, oldest first: CSV with op (A, D, M) before.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Measure bytes per change and per record of the wire format, and how long writing and reading take."""
    groups = _measure(base, day)
    if as_json:
        print(json.dumps([_plain(group) for group in groups], indent=1))
        return
    for group in groups:
        table = Table(title=str(say("{what}: {rows} rows", what=group.what, rows=group.rows)))
        for heading in ("", "bytes", "each", "asked", "write s", "read s"):
            table.add_column(heading, justify="left" if not heading else "right")
        for size in group.sizes:
            read = "" if size.read_seconds is None else f"{size.read_seconds:.2f}"
            asked = _asked(size)
            table.add_row(size.name, f"{size.bytes:,}", f"{size.each:.3f}", asked, f"{size.write_seconds:.2f}", read)
        Console().print(table)


def _asked(size: Size) -> str:
    if size.is_held is None:
        return ""
    most = f"{size.most_bytes:,} in all" if size.most_bytes is not None else f"{size.most} each"
    return f"at most {most}: {'held' if size.is_held else 'NOT HELD'}"


def _plain(group: Group) -> dict[str, object]:
    return {
        "what": group.what,
        "rows": group.rows,
        "sizes": [
            {
                "name": size.name,
                "bytes": size.bytes,
                "bytes_each": round(size.each, 4),
                "write_seconds": round(size.write_seconds, 3),
                "read_seconds": None if size.read_seconds is None else round(size.read_seconds, 3),
                "asked_bytes": size.most_bytes,
                "asked_bytes_each": size.most,
                "held": size.is_held,
            }
            for size in group.sizes
        ],
    }


def _measure(base: Path, days: list[Path]) -> Iterator[Group]:
    changes = [[(row[0], row[1:]) for row in _rows(path)] for path in days]
    touched = {row[:3] for day in changes for op, row in day if op != "A"}
    old = {row[:3]: row for row in _rows(base) if row[:3] in touched}
    rows = sum(1 for _ in _rows(base))
    number = rows
    deltas: list[Delta] = []
    for place, day in enumerate(changes):
        number += sum({"A": 1, "D": -1, "M": 0}[op] for op, _ in day)
        deltas.append(_delta(day, place + 1, number))
    yield _change_group("one day's delta", changes[0], deltas[0], old)
    if len(deltas) > 1:
        yield _merged_group(deltas)
    yield _snapshot_group(base, rows)


def _change_group(what: str, day: list[tuple[str, Row]], delta: Delta, old: dict[Row, Row]) -> Group:
    count = len(day)
    lines = sorted((*row[:3], op, *row[3:]) for op, row in day)
    return Group(
        what,
        count,
        (
            *_ours(count, lambda: encode_delta(delta), most=_DELTA_EACH),
            _plain_size("SQLite changeset, zstd", count, lambda: _zstd(_changeset(day, old))),
            _plain_size("sorted CSV, xz", count, lambda: lzma.compress(_csv(lines), preset=9)),
            _plain_size("JSON lines, gzip", count, lambda: gzip.compress(_json_lines(row for _, row in day), 9)),
        ),
    )


def _merged_group(deltas: list[Delta]) -> Group:
    began = time.perf_counter()
    one = merge(deltas)
    merging = time.perf_counter() - began
    count = len(one.records) + len(one.withdrawals)
    asked = _MERGED_BYTES if len(deltas) == _MERGED_DAYS else None
    ours = _ours(count, lambda: encode_delta(one), most_bytes=asked)
    apart = sum(len(encrypt(encode_delta(delta), bytes(32), bytes(16))) for delta in deltas)
    name = f"merged delta of {len(deltas)} days"
    return Group(
        name,
        count,
        (
            *ours,
            Size("merging itself", 0, 0.0, merging, None),
            Size(f"{len(deltas)} deltas apart, sealed", apart, apart / count, 0.0, None),
        ),
    )


def _snapshot_group(base: Path, rows: int) -> Group:
    documents = [_document(row) for row in _rows(base)]
    edition = Edition(_LIST, 1, rows, bytes(32), _START)
    sizes = _ours(rows, lambda: encode_snapshot(Snapshot(edition, documents)), most=_WHOLE_EACH)
    listed = [TravelDocument(one.state, one.type, one.number, DocumentStatus.LISTED) for one in documents]
    only = replace(edition, details=())
    numbers = _ours(rows, lambda: encode_snapshot(Snapshot(only, listed)), "Membership", most=_MEMBERSHIP_EACH)
    lines = sorted(_rows(base))
    return Group(
        "snapshot",
        rows,
        (
            *sizes,
            *numbers,
            _plain_size("sorted CSV, xz -6", rows, lambda: lzma.compress(_csv(lines), preset=6)),
            _plain_size("JSON lines, gzip", rows, lambda: gzip.compress(_json_lines(lines), 9)),
        ),
    )


def _ours(
    rows: int,
    write: Callable[[], bytes],
    name: str = "BorderDesk",
    *,
    most: float | None = None,
    most_bytes: int | None = None,
) -> tuple[Size, ...]:
    """As it is written, and encrypted as it travels: that is what was asked about."""
    began = time.perf_counter()
    plain = write()
    written = time.perf_counter()
    found = decode_edition(plain)
    count = sum(1 for _ in found.records) + (len(found.withdrawals) if isinstance(found, Delta) else 0)
    if isinstance(found, Snapshot):
        count += sum(len(block) for block in found.columns)
    read = time.perf_counter()
    if count != rows:
        raise ValueError(f"{count} of {rows} rows came back")
    sealed = len(encrypt(plain, bytes(32), bytes(16)))
    seconds = (written - began, read - written)
    return (
        Size(name, len(plain), len(plain) / rows, *seconds),
        Size(f"{name}, encrypted as it travels", sealed, sealed / rows, *seconds, most, most_bytes),
    )


def _plain_size(name: str, rows: int, write: Callable[[], bytes]) -> Size:
    began = time.perf_counter()
    size = len(write())
    return Size(name, size, size / rows, time.perf_counter() - began, None)


# --- rows ----------------------------------------------------------------------------------------------------------


def _rows(path: Path) -> Iterator[Row]:
    with path.open(newline="", encoding="ascii") as file:
        reader = csv.reader(file)
        next(reader)
        for row in reader:
            yield tuple(row)


@cache
def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def _status(text: str) -> DocumentStatus:
    return DocumentStatus(text)


def _document(row: Row) -> TravelDocument:
    return TravelDocument(row[0], row[1], row[2], _status(row[5]), _day(row[3]), _day(row[4]))


def _delta(day: list[tuple[str, Row]], base: int, rows: int) -> Delta:
    at = _START + timedelta(days=base)
    gone = tuple(
        Withdrawal(document_key(row[0], row[1], row[2]), at.date(), "no longer listed") for op, row in day if op == "D"
    )
    records = tuple(_document(row) for op, row in day if op != "D")
    return Delta(base, Edition(_LIST, base + 1, rows, bytes(32), at), gone, records)


# --- the plain ways ------------------------------------------------------------------------------------------------


def _csv(lines: Iterable[Iterable[str]]) -> bytes:
    return "".join(",".join(line) + "\n" for line in lines).encode()


def _json_lines(rows: Iterable[Row]) -> bytes:
    return "".join(json.dumps(dict(zip(_COLUMNS, row, strict=True))) + "\n" for row in rows).encode()


def _zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=19).compress(data)


def _changeset(day: list[tuple[str, Row]], old: dict[Row, Row]) -> bytes:
    """The rows as a changeset of SQLite's session extension, written after the format described in sqlite3session.c.

    A table header (`T`, columns, which of them are the primary key, name), then per change an operation, a flag, and
    the old and/or new values. Rows in key order, as the session module does not promise but compression likes.
    """
    out = bytearray(b"T" + bytes([6, 1, 1, 1, 0, 0, 0]) + b"documents\0")
    for op, row in sorted(day, key=lambda change: change[1]):
        before = old.get(row[:3], row)
        if op == "A":
            out += bytes([18, 0]) + _values(row)
        elif op == "D":
            out += bytes([9, 0]) + _values(before)
        else:
            changed = [was != now for was, now in zip(before, row, strict=True)]
            was = [text if place < 3 or changed[place] else None for place, text in enumerate(before)]
            now = [text if changed[place] else None for place, text in enumerate(row)]
            out += bytes([23, 0]) + _values(was) + _values(now)
    return bytes(out)


def _values(values: Iterable[str | None]) -> bytes:
    return b"".join(b"\0" if text is None else bytes([3, len(text)]) + text.encode() for text in values)
