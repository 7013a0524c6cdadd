"""`borderdesk-bureau lists import`: whole lists from their owners' files, with what was refused, and a preview."""

from __future__ import annotations

import csv
import lzma
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Annotated, Final

import typer
from rich.console import Console
from rich.progress import Progress

from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.ids import ListName
from borderdesk.watchlist import Action, ListKind, Record, Watchlist
from borderdesk.watchlist.readers import (
    EU_CONSOLIDATED,
    EU_LIST,
    FTM_LIST,
    NOTICES,
    OFAC_LIST,
    UN_LIST,
    ColumnNames,
    ImportReport,
    Loss,
    Read,
    Refusal,
    TableRow,
    Tally,
    csv_rows,
    read_documents,
    read_eu_consolidated,
    read_eu_csv,
    read_ftm,
    read_interpol,
    read_ofac_csv,
    read_ofac_xml,
    read_records,
    read_un,
    xlsx_rows,
)
from borderdesk.watchlist.readers.photos import read_photos
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from borderdesk.words import say
from sync.bureau import Bureau, Difference
from ui.cli.bureau_common import Json, emit, iso, opened
from ui.cli.lines import read_bytes

app = typer.Typer(help="Take over a whole list from its owner's file.", no_args_is_help=True)

_XZ = b"\xfd7zXZ\x00"
_SHOWN = 20

Preview = Annotated[bool, typer.Option("--preview", help="Only show what would change.")]
Report = Annotated[
    Path | None,
    typer.Option(help="Write what was refused here, as CSV: line, record, field, value, reason, what it cost."),
]


class FileNotRead(KnownError):
    """A file that should be imported could not be opened."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            say("The file {path} could not be read ({reason}).", path=str(path), reason=reason),
            safe=NOTHING_CHANGED,
            todo=say("Check the name and the permissions of the file."),
        )


class ReportNotWritten(KnownError):
    """The report of what was refused cannot be written where it should be."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            say("The report {path} could not be written ({reason}).", path=str(path), reason=reason),
            safe=NOTHING_CHANGED,
            todo=say("Choose another folder, or free some space."),
        )


@dataclass(frozen=True, slots=True)
class _Source:
    """A list that comes as one file which says everything itself."""

    command: str
    watchlist: Watchlist
    format: str
    read: Callable[[IO[bytes]], Iterable[Read]]
    help: str


_SOURCES: Final = (
    _Source(
        "un",
        UN_LIST,
        "UN consolidated list (XML)",
        read_un,
        "Import the UN Security Council's consolidated list (XML, also compressed with xz).",
    ),
    _Source(
        "ofac-xml",
        OFAC_LIST,
        "OFAC SDN (XML)",
        read_ofac_xml,
        "Import OFAC's Specially Designated Nationals (XML).",
    ),
    _Source("eu", EU_LIST, "EU sanctions (CSV)", read_eu_csv, "Import EU sanctions (CSV of the annexes)."),
    _Source(
        "eu-consolidated",
        EU_CONSOLIDATED,
        "EU consolidated list (CSV)",
        read_eu_consolidated,
        "Import the EU's consolidated financial sanctions list (CSV with semicolons, versions 1.0 and 1.1).",
    ),
    _Source(
        "ftm",
        FTM_LIST,
        "FollowTheMoney entities",
        read_ftm,
        "Import FollowTheMoney entities as OpenSanctions publishes them (JSON lines).",
    ),
)


def _add(source: _Source) -> None:
    @app.command(source.command, help=source.help)
    def take_over(
        context: typer.Context, file: Path, preview: Preview = False, report: Report = None, as_json: Json = False
    ) -> None:
        with _opened_file(file) as stream, opened(context) as bureau:
            _import(bureau, source.watchlist, source.format, source.read(stream), preview, report, as_json)


for _one in _SOURCES:
    _add(_one)


@app.command("ofac-csv")
def import_ofac_csv(
    context: typer.Context,
    sdn: Annotated[Path, typer.Argument(help="sdn.csv")],
    alt: Annotated[Path | None, typer.Argument(help="alt.csv, with other spellings")] = None,
    preview: Preview = False,
    report: Report = None,
    as_json: Json = False,
) -> None:
    """Import OFAC's Specially Designated Nationals (CSV)."""
    with ExitStack() as files, opened(context) as bureau:
        names = files.enter_context(_opened_file(alt)) if alt else None
        source = read_ofac_csv(files.enter_context(_opened_file(sdn)), names)
        _import(bureau, OFAC_LIST, "OFAC SDN (CSV)", source, preview, report, as_json)


@app.command("interpol")
def import_interpol(
    context: typer.Context,
    file: Path,
    action: Annotated[Action, typer.Option(help="What desks are to do about these notices.")] = Action.REFER,
    preview: Preview = False,
    report: Report = None,
    as_json: Json = False,
) -> None:
    """Import INTERPOL's public notices (JSON)."""
    with _opened_file(file) as stream, opened(context) as bureau:
        _import(
            bureau, NOTICES, "INTERPOL notices (JSON)", read_interpol(stream, action=action), preview, report, as_json
        )


@app.command("documents")
def import_documents(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV or XLSX; its first row names the columns.")],
    list_: Annotated[str, typer.Option("--list", help="The list's name; it is made where there is none.")] = "sltd",
    title: Annotated[str, typer.Option(help="Title of a new list.")] = "Stolen and lost travel documents",
    owner: Annotated[str, typer.Option(help="Who answers for the list's content.")] = "",
    state_: Annotated[str, typer.Option("--state", help="Column of the issuing state.")] = "state",
    type_: Annotated[str, typer.Option("--type", help="Column of the type.")] = "type",
    number: Annotated[str, typer.Option(help="Column of the number.")] = "number",
    status: Annotated[str, typer.Option(help="Column of the status.")] = "status",
    lost: Annotated[str, typer.Option(help="Column of the day of loss.")] = "lost",
    reported: Annotated[str, typer.Option(help="Column of the day of report.")] = "reported",
    fixed_state: Annotated[str, typer.Option(help="The state of every row, where --state is empty.")] = "",
    fixed_type: Annotated[str, typer.Option(help="The type of every row, where --type is empty.")] = "P",
    preview: Preview = False,
    report: Report = None,
    as_json: Json = False,
) -> None:
    """Import travel documents from any table, by its columns; an empty column name means there is none."""
    columns = ColumnNames(state_, type_, number, status, lost, reported, fixed_state, fixed_type)
    watchlist = Watchlist(ListName(list_), ListKind.DOCUMENTS, title, owner)
    with _opened_file(file) as stream, opened(context) as bureau:
        source = read_documents(_rows(stream, file), columns)
        _import(bureau, watchlist, "table of travel documents", source, preview, report, as_json)


@app.command("table")
def import_table(
    context: typer.Context,
    kind: Annotated[ListKind, typer.Argument(help="What the table holds.")],
    file: Annotated[Path, typer.Argument(help="CSV or XLSX; its first row names the record's fields.")],
    list_: Annotated[str, typer.Option("--list", help="The list's name; it is made where there is none.")],
    title: Annotated[str, typer.Option(help="Title of a new list.")] = "",
    owner: Annotated[str, typer.Option(help="Who answers for the list's content.")] = "",
    column: Annotated[list[str] | None, typer.Option(help="HEADER=FIELD, where a column is called otherwise.")] = None,
    preview: Preview = False,
    report: Report = None,
    as_json: Json = False,
) -> None:
    """Import vehicles, vessels, firearms, ranges of blanks and other records from any table."""
    columns = dict(pair.split("=", 1) for pair in column or () if "=" in pair)
    watchlist = Watchlist(ListName(list_), kind, title or list_, owner)
    with _opened_file(file) as stream, opened(context) as bureau:
        rows = _rows(stream, file)
        _import(
            bureau, watchlist, f"table of {kind.value}", read_records(rows, kind, columns), preview, report, as_json
        )


@app.command("photos")
def import_photos(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Every file in it: JPEG, JPEG 2000 or PNG of up to 64 KiB.")],
    list_: Annotated[str, typer.Option("--list", help="The list's name; it is made where there is none.")] = "photos",
    preview: Preview = False,
    report: Report = None,
    as_json: Json = False,
) -> None:
    """Replace a list of photos, which records name by their SHA-256. Desks fetch them after everything else."""
    watchlist = Watchlist(ListName(list_), ListKind.PHOTOS, "Photos", "")
    with opened(context) as bureau:
        files = ((path.name, read_bytes(path)) for path in sorted(folder.iterdir()) if path.is_file())
        _import(bureau, watchlist, "photos", read_photos(files), preview, report, as_json)


@app.command("synthetic")
def import_synthetic(
    context: typer.Context,
    documents: Annotated[int, typer.Option(min=1, help="How many documents.")] = 200_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same documents.")] = 7,
    preview: Preview = False,
    report: Report = None,
    as_json: Json = False,
) -> None:
    """Make an invented list of stolen and lost travel documents, for demonstrations and drills."""
    with opened(context) as bureau:
        _import(
            bureau, SYNTHETIC_LIST, "synthetic", stolen_documents(documents, seed), preview, report, as_json, documents
        )


def _import(
    bureau: Bureau,
    watchlist: Watchlist,
    format_: str,
    source: Iterable[Read],
    preview: bool,
    written: Path | None,
    as_json: bool,
    total: int | None = None,
) -> None:
    tally = Tally(format_)
    if written is not None:
        # First, so that nothing is imported whose report cannot be written.
        _write_report(written, tally.report())
    with _progress(total, shown=not as_json) as step:
        records = _records(source, tally, step)
        if preview:
            found = bureau.preview_import(watchlist, records)
        else:
            found = bureau.import_list(watchlist, records, source_date=lambda: tally.generated_at)
    report = tally.report()
    if written is not None:
        _write_report(written, report)
    if as_json:
        emit(_report_plain(report) | {"difference": difference_plain(found), "preview": preview})
        return
    typer.echo(f"{watchlist.name}: read {report.imported} records; {difference_said(found)}")
    if found.duplicates:
        typer.echo(f"  {len(found.duplicates)} keys came more than once; the first counted: {_few(found.duplicates)}")
    for loss, field, reason, times in report.reasons:
        what = {Loss.RECORD: "not imported", Loss.VALUE: "left out", Loss.MOVED: "kept only as a remark"}[loss]
        typer.echo(f"  {times} × {field} {what}: {reason}")
    if written is not None:
        typer.echo(f"Each of these with its line is in {written}.")
    typer.echo("Nothing was changed: this was a preview." if preview else "Reaches the desks with the next publish.")


def _records(source: Iterable[Read], tally: Tally, step: Callable[[], None]) -> Iterator[Record]:
    for read in source:
        record = tally.add(read)
        if record is not None:
            step()
            yield record


@contextmanager
def _progress(total: int | None, *, shown: bool) -> Iterator[Callable[[], None]]:
    """A bar on a terminal; silent where the output goes elsewhere."""
    with Progress(console=Console(stderr=True), transient=True, disable=not (shown and sys.stderr.isatty())) as bar:
        task = bar.add_task("importing", total=total)
        yield lambda: bar.advance(task)


def _write_report(path: Path, report: ImportReport) -> None:
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


def _rows(stream: IO[bytes], file: Path) -> Iterator[TableRow]:
    return xlsx_rows(stream, file.name) if file.suffix.lower() == ".xlsx" else csv_rows(stream, file.name)


@contextmanager
def _opened_file(path: Path) -> Iterator[IO[bytes]]:
    with ExitStack() as held:
        try:
            file = held.enter_context(path.open("rb"))
            is_xz = file.read(len(_XZ)) == _XZ
            file.seek(0)
            stream = held.enter_context(lzma.open(file)) if is_xz else file
        except OSError as error:
            raise FileNotRead(path, error.strerror or str(error)) from error
        try:
            yield stream
        except (EOFError, lzma.LZMAError) as error:
            raise FileNotRead(path, str(error)) from error


def difference_said(found: Difference) -> str:
    """A difference in one line, for a person."""
    return f"{found.added} added, {found.changed} changed, {found.withdrawn} withdrawn, {found.rows} rows"


def _few(keys: Iterable[str]) -> str:
    shown = list(keys)
    return ", ".join(shown[:_SHOWN]) + (" …" if len(shown) > _SHOWN else "")


def difference_plain(found: Difference) -> dict[str, object]:
    """A difference for a program."""
    return {
        "list": found.list,
        "added": found.added,
        "changed": found.changed,
        "withdrawn": found.withdrawn,
        "rows": found.rows,
        "duplicates": list(found.duplicates),
    }


def _report_plain(report: ImportReport) -> dict[str, object]:
    return {
        "format": report.format,
        "imported": report.imported,
        "generated_at": iso(report.generated_at),
        "refused": sum(times for *_, times in report.reasons),
        "refusals": [_refusal_plain(refusal) for refusal in report.refusals],
    }


def _refusal_plain(refusal: Refusal) -> dict[str, object]:
    return {
        "line": refusal.line,
        "record": refusal.record,
        "field": refusal.field,
        "value": refusal.value,
        "reason": str(refusal.reason),
        "loss": refusal.loss.value,
    }
