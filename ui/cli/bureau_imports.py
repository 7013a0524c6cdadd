"""`borderdesk-bureau lists import`: whole lists from their owners' files, with what was refused, and a preview."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from borderdesk.ids import ListName
from borderdesk.watchlist import Action, ListKind, Watchlist
from borderdesk.watchlist.readers import (
    NOTICES,
    OFAC_LIST,
    ColumnNames,
    ImportReport,
    Loss,
    Read,
    Refusal,
    Tally,
    read_documents,
    read_interpol,
    read_ofac_csv,
    read_records,
)
from borderdesk.watchlist.readers.photos import read_photos
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from sync.bureau import Bureau, Difference
from sync.bureau.formats import FORMATS, Format, parts_of, rows_of
from sync.bureau.formats import opened as opened_file
from sync.bureau.importing import take_over, write_report
from sync.bureau.office import OWN
from ui.cli.bureau_common import Json, emit, iso, opened
from ui.cli.lines import read_bytes

app = typer.Typer(help="Take over a whole list from its owner's file.", no_args_is_help=True)

_SHOWN = 20
_STEPS = 4096
"""Records between two drawings of the bar: drawing it costs more than a record does."""
_COST = {
    Loss.RECORD: "not imported",
    Loss.VALUE: "left out",
    Loss.MOVED: "kept only as a remark",
    Loss.DOUBT: "taken as it stands, and to be looked at",
}

Preview = Annotated[bool, typer.Option("--preview", help="Only show what would change.")]
Report = Annotated[
    Path | None,
    typer.Option(help="Write what was refused here, as CSV: line, record, field, value, reason, what it cost."),
]
Many = Annotated[
    bool, typer.Option("--withdraw-many", help="Mean it that a large part of the list is not in the file any more.")
]


def _add(source: Format) -> None:
    @app.command(source.name, help=source.help)
    def take_over(
        context: typer.Context,
        file: Path,
        preview: Preview = False,
        report: Report = None,
        withdraw_many: Many = False,
        as_json: Json = False,
    ) -> None:
        with opened_file(file) as stream, opened(context) as bureau:
            _import(
                bureau,
                source.watchlist,
                source.title.text,
                source.read(stream),
                preview,
                report,
                withdraw_many,
                as_json,
            )


for _one in FORMATS:
    _add(_one)


@app.command("ofac-csv")
def import_ofac_csv(
    context: typer.Context,
    sdn: Annotated[Path, typer.Argument(help="sdn.csv")],
    alt: Annotated[Path | None, typer.Argument(help="alt.csv, with other spellings")] = None,
    preview: Preview = False,
    report: Report = None,
    withdraw_many: Many = False,
    as_json: Json = False,
) -> None:
    """Import OFAC's Specially Designated Nationals (CSV)."""
    with ExitStack() as files, opened(context) as bureau:
        names = files.enter_context(opened_file(alt)) if alt else None
        source = read_ofac_csv(files.enter_context(opened_file(sdn)), names)
        _import(bureau, OFAC_LIST, "OFAC SDN (CSV)", source, preview, report, withdraw_many, as_json)


@app.command("interpol")
def import_interpol(
    context: typer.Context,
    file: Path,
    action: Annotated[Action, typer.Option(help="What desks are to do about these notices.")] = Action.REFER,
    preview: Preview = False,
    report: Report = None,
    withdraw_many: Many = False,
    as_json: Json = False,
) -> None:
    """Import INTERPOL's public notices (JSON)."""
    with opened_file(file) as stream, opened(context) as bureau:
        _import(
            bureau,
            NOTICES,
            "INTERPOL notices (JSON)",
            read_interpol(stream, action=action),
            preview,
            report,
            withdraw_many,
            as_json,
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
    withdraw_many: Many = False,
    as_json: Json = False,
) -> None:
    """Import travel documents from any table, by its columns; an empty column name means there is none."""
    columns = ColumnNames(state_, type_, number, status, lost, reported, fixed_state, fixed_type)
    watchlist = Watchlist(ListName(list_), ListKind.DOCUMENTS, title, owner)
    with opened_file(file) as stream, opened(context) as bureau:
        source = read_documents(parts_of(stream, file.name), columns)
        _import(bureau, watchlist, "table of travel documents", source, preview, report, withdraw_many, as_json)


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
    withdraw_many: Many = False,
    as_json: Json = False,
) -> None:
    """Import persons, vehicles, vessels, firearms, ranges of blanks and other records from any table."""
    columns = dict(pair.split("=", 1) for pair in column or () if "=" in pair)
    watchlist = Watchlist(ListName(list_), kind, title or list_, owner)
    with opened_file(file) as stream, opened(context) as bureau:
        rows = rows_of(stream, file.name)
        _import(
            bureau,
            watchlist,
            f"table of {kind.value}",
            read_records(rows, kind, columns),
            preview,
            report,
            withdraw_many,
            as_json,
        )


@app.command("photos")
def import_photos(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Every file in it: JPEG, JPEG 2000 or PNG of up to 64 KiB.")],
    list_: Annotated[str, typer.Option("--list", help="The list's name; it is made where there is none.")] = "photos",
    preview: Preview = False,
    report: Report = None,
    withdraw_many: Many = False,
    as_json: Json = False,
) -> None:
    """Replace a list of photos, which records name by their SHA-256. Desks fetch them after everything else."""
    watchlist = Watchlist(ListName(list_), ListKind.PHOTOS, "Photos", "")
    with opened(context) as bureau:
        files = ((path.name, read_bytes(path)) for path in sorted(folder.iterdir()) if path.is_file())
        _import(bureau, watchlist, "photos", read_photos(files), preview, report, withdraw_many, as_json)


@app.command("synthetic")
def import_synthetic(
    context: typer.Context,
    documents: Annotated[int, typer.Option(min=1, help="How many documents.")] = 200_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same documents.")] = 7,
    preview: Preview = False,
    report: Report = None,
    withdraw_many: Many = False,
    as_json: Json = False,
) -> None:
    """Make an invented list of stolen and lost travel documents, for demonstrations and drills."""
    with opened(context) as bureau:
        _import(
            bureau,
            SYNTHETIC_LIST,
            "synthetic",
            stolen_documents(documents, seed),
            preview,
            report,
            withdraw_many,
            as_json,
            documents,
        )


def _import(
    bureau: Bureau,
    watchlist: Watchlist,
    format_: str,
    source: Iterable[Read],
    preview: bool,
    written: Path | None,
    withdraw_many: bool,
    as_json: bool,
    total: int | None = None,
) -> None:
    tally = Tally(format_)
    if written is not None:
        # First, so that nothing is imported whose report cannot be written.
        write_report(written, tally.report())
    with _progress(total, shown=not as_json) as step:
        seen = take_over(bureau, watchlist, source, tally, step, preview=preview, withdraw_many=withdraw_many, by=OWN)
    found = seen.difference
    report = tally.report()
    if written is not None:
        write_report(written, report)
    if as_json:
        emit(_report_plain(report) | {"difference": difference_plain(found), "preview": preview, "many": seen.many})
        return
    typer.echo(f"{watchlist.name}: read {report.imported} records; {difference_said(found)}")
    if found.duplicates:
        typer.echo(f"  {len(found.duplicates)} keys came more than once; the first counted: {_few(found.duplicates)}")
    for loss, field, reason, times in report.reasons:
        typer.echo(f"  {times} × {field} {_COST[loss]}: {reason}")
    if seen.many and not withdraw_many:
        typer.echo("  A large part of the list is not in the file: the import takes --withdraw-many.")
    if written is not None:
        typer.echo(f"Each of these with its line is in {written}.")
    typer.echo("Nothing was changed: this was a preview." if preview else "Reaches the desks with the next publish.")


@contextmanager
def _progress(total: int | None, *, shown: bool) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal; silent where the output goes elsewhere."""
    with Progress(console=Console(stderr=True), transient=True, disable=not (shown and sys.stderr.isatty())) as bar:
        task = bar.add_task("importing", total=total)
        at = told = 0

        def step(records: int) -> None:
            nonlocal at, told
            at += records
            if at - told >= _STEPS:
                told = at
                bar.update(task, completed=at, description=f"{at:,} read")

        yield step


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
