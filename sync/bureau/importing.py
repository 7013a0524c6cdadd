"""One file becomes a list's draft, or is only looked at: what the command line and the console do alike."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.watchlist import DocumentColumns, Entries, Watchlist
from borderdesk.watchlist.readers import ImportReport, Read, Refusal, Tally
from borderdesk.words import say
from sync.bureau.bureau import Bureau
from sync.bureau.drafting import Preview


class ReportNotWritten(KnownError):
    """The report of what was refused cannot be written where it should be."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            say("The report {path} could not be written ({reason}).", path=str(path), reason=reason),
            safe=NOTHING_CHANGED,
            todo=say("Choose another folder, or free some space."),
        )


def take_over(
    bureau: Bureau,
    watchlist: Watchlist,
    source: Iterable[Read],
    tally: Tally,
    step: Callable[[int], None],
    *,
    preview: bool,
    withdraw_many: bool,
    by: str,
    file: str = "",
    shown: int = 0,
) -> Preview:
    """Read a source into a list's draft, or only see what that would change: with the first `shown` changes.

    `step` is told how many records came, again and again; what it raises ends the import, and nothing was changed.
    Raises ManyWithdrawn unless `withdraw_many`, OtherKind, ForeignList, UnknownList, and what reading raises.
    """
    records = _records(source, tally, step)
    if preview:
        return bureau.preview_import(watchlist, records, shown=shown)
    found = bureau.import_list(
        watchlist, records, source_date=lambda: tally.generated_at, withdraw_many=withdraw_many, file=file, by=by
    )
    return Preview(found, (), many=False)


def _records(source: Iterable[Read], tally: Tally, step: Callable[[int], None]) -> Iterator[Entries]:
    for read in source:
        entries = tally.add(read)
        step(len(entries) if isinstance(entries, DocumentColumns) else 1)
        if entries is not None:
            yield entries


def write_report(path: Path, report: ImportReport) -> None:
    """Every refusal with its line, as CSV. Raises ReportNotWritten."""
    try:
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            out = csv.writer(file)
            out.writerow(["line", "record", "field", "value", "reason", "loss"])
            for each in report.refusals:
                # A spreadsheet must not take a source's text for a formula.
                cells = [f"'{text}" if text[:1] in ("=", "+", "-", "@") else text for text in _cells(each)]
                out.writerow([each.line, *cells])
            if report.left_out:
                out.writerow(["", "", "", "", f"and {report.left_out} more, which are counted only", ""])
    except OSError as error:
        raise ReportNotWritten(path, error.strerror or str(error)) from error


def _cells(refusal: Refusal) -> tuple[str, ...]:
    return refusal.record, refusal.field, refusal.value, str(refusal.reason), refusal.loss.value
