"""`borderdesk-bureau lists`: import, add, withdraw, show."""

from __future__ import annotations

import lzma
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from borderdesk.codes import state
from borderdesk.documents import normal_number
from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.ids import ListName
from borderdesk.watchlist import Action, DocumentStatus, ListKind, Record, TravelDocument, Watchlist, document_key
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
from sync.bureau import Bureau, Difference, ListState
from ui.cli import bureau_records
from ui.cli.bureau_common import Json, emit, iso, opened, when
from ui.cli.lines import read_bytes

app = typer.Typer(help="The bureau's lists. Changes reach the desks with the next publish.", no_args_is_help=True)
imports = typer.Typer(help="Take over a whole list from its owner's file.", no_args_is_help=True)
app.add_typer(imports, name="import")
bureau_records.register(app)

_XZ = b"\xfd7zXZ\x00"
_SHOWN = 20

Preview = Annotated[bool, typer.Option("--preview", help="Only show what would change.")]
ListOption = Annotated[str, typer.Option("--list", help="The list's name.")]


class FileNotRead(KnownError):
    """A file that should be imported could not be opened."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            say("The file {path} could not be read ({reason}).", path=str(path), reason=reason),
            safe=NOTHING_CHANGED,
            todo=say("Check the name and the permissions of the file."),
        )


class BadDocument(KnownError):
    """A document's state, type or number is not one that a list could hold."""

    def __init__(self, field: str, value: str) -> None:
        super().__init__(
            say("The document's {field} cannot be {value}.", field=field, value=repr(value)),
            safe=NOTHING_CHANGED,
            todo=say("Give the state in ICAO letters (FRA, D), the type as its letter (P), the number as printed."),
        )


@imports.command("un")
def import_un(context: typer.Context, file: Path, preview: Preview = False, as_json: Json = False) -> None:
    """Import the UN Security Council's consolidated list (XML, also compressed with xz)."""
    with _opened_file(file) as stream, opened(context) as bureau:
        _import(bureau, UN_LIST, "UN consolidated list (XML)", read_un(stream), preview, as_json)


@imports.command("ofac-csv")
def import_ofac_csv(
    context: typer.Context,
    sdn: Annotated[Path, typer.Argument(help="sdn.csv")],
    alt: Annotated[Path | None, typer.Argument(help="alt.csv, with other spellings")] = None,
    preview: Preview = False,
    as_json: Json = False,
) -> None:
    """Import OFAC's Specially Designated Nationals (CSV)."""
    with ExitStack() as files, opened(context) as bureau:
        names = files.enter_context(_opened_file(alt)) if alt else None
        source = read_ofac_csv(files.enter_context(_opened_file(sdn)), names)
        _import(bureau, OFAC_LIST, "OFAC SDN (CSV)", source, preview, as_json)


@imports.command("ofac-xml")
def import_ofac_xml(context: typer.Context, file: Path, preview: Preview = False, as_json: Json = False) -> None:
    """Import OFAC's Specially Designated Nationals (XML)."""
    with _opened_file(file) as stream, opened(context) as bureau:
        _import(bureau, OFAC_LIST, "OFAC SDN (XML)", read_ofac_xml(stream), preview, as_json)


@imports.command("eu")
def import_eu(context: typer.Context, file: Path, preview: Preview = False, as_json: Json = False) -> None:
    """Import EU sanctions (CSV of the annexes)."""
    with _opened_file(file) as stream, opened(context) as bureau:
        _import(bureau, EU_LIST, "EU sanctions (CSV)", read_eu_csv(stream), preview, as_json)


@imports.command("eu-consolidated")
def import_eu_consolidated(context: typer.Context, file: Path, preview: Preview = False, as_json: Json = False) -> None:
    """Import the EU's consolidated financial sanctions list (CSV with semicolons, version 1.1)."""
    with _opened_file(file) as stream, opened(context) as bureau:
        _import(bureau, EU_CONSOLIDATED, "EU consolidated list (CSV)", read_eu_consolidated(stream), preview, as_json)


@imports.command("interpol")
def import_interpol(
    context: typer.Context,
    file: Path,
    action: Annotated[Action, typer.Option(help="What desks are to do about these notices.")] = Action.REFER,
    preview: Preview = False,
    as_json: Json = False,
) -> None:
    """Import INTERPOL's public notices (JSON)."""
    with _opened_file(file) as stream, opened(context) as bureau:
        _import(bureau, NOTICES, "INTERPOL notices (JSON)", read_interpol(stream, action=action), preview, as_json)


@imports.command("ftm")
def import_ftm(context: typer.Context, file: Path, preview: Preview = False, as_json: Json = False) -> None:
    """Import FollowTheMoney entities as OpenSanctions publishes them (JSON lines)."""
    with _opened_file(file) as stream, opened(context) as bureau:
        _import(bureau, FTM_LIST, "FollowTheMoney entities", read_ftm(stream), preview, as_json)


@imports.command("documents")
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
    as_json: Json = False,
) -> None:
    """Import travel documents from any table, by its columns; an empty column name means there is none."""
    columns = ColumnNames(state_, type_, number, status, lost, reported, fixed_state, fixed_type)
    watchlist = Watchlist(ListName(list_), ListKind.DOCUMENTS, title, owner)
    with _opened_file(file) as stream, opened(context) as bureau:
        source = read_documents(_rows(stream, file), columns)
        _import(bureau, watchlist, "table of travel documents", source, preview, as_json)


@imports.command("table")
def import_table(
    context: typer.Context,
    kind: Annotated[ListKind, typer.Argument(help="What the table holds.")],
    file: Annotated[Path, typer.Argument(help="CSV or XLSX; its first row names the record's fields.")],
    list_: Annotated[str, typer.Option("--list", help="The list's name; it is made where there is none.")],
    title: Annotated[str, typer.Option(help="Title of a new list.")] = "",
    owner: Annotated[str, typer.Option(help="Who answers for the list's content.")] = "",
    column: Annotated[list[str] | None, typer.Option(help="HEADER=FIELD, where a column is called otherwise.")] = None,
    preview: Preview = False,
    as_json: Json = False,
) -> None:
    """Import vehicles, vessels, firearms, ranges of blanks and other records from any table."""
    columns = dict(pair.split("=", 1) for pair in column or () if "=" in pair)
    watchlist = Watchlist(ListName(list_), kind, title or list_, owner)
    with _opened_file(file) as stream, opened(context) as bureau:
        rows = _rows(stream, file)
        _import(bureau, watchlist, f"table of {kind.value}", read_records(rows, kind, columns), preview, as_json)


@imports.command("photos")
def import_photos(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Every file in it: JPEG, JPEG 2000 or PNG of up to 64 KiB.")],
    list_: Annotated[str, typer.Option("--list", help="The list's name; it is made where there is none.")] = "photos",
    preview: Preview = False,
    as_json: Json = False,
) -> None:
    """Replace a list of photos, which records name by their SHA-256. Desks fetch them after everything else."""
    watchlist = Watchlist(ListName(list_), ListKind.PHOTOS, "Photos", "")
    with opened(context) as bureau:
        files = ((path.name, read_bytes(path)) for path in sorted(folder.iterdir()) if path.is_file())
        _import(bureau, watchlist, "photos", read_photos(files), preview, as_json)


@imports.command("synthetic")
def import_synthetic(
    context: typer.Context,
    documents: Annotated[int, typer.Option(min=1, help="How many documents.")] = 200_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same documents.")] = 7,
    preview: Preview = False,
    as_json: Json = False,
) -> None:
    """Make an invented list of stolen and lost travel documents, for demonstrations and drills."""
    with opened(context) as bureau:
        _import(bureau, SYNTHETIC_LIST, "synthetic", stolen_documents(documents, seed), preview, as_json, documents)


@app.command("show")
def show(context: typer.Context, as_json: Json = False) -> None:
    """Every list: rows, edition, and what waits to be published."""
    with opened(context) as bureau:
        found = bureau.lists()
    if as_json:
        emit([_state_plain(one) for one in found])
        return
    for one in found:
        waiting = "nothing waits" if one.waiting.is_empty else f"waiting: {_said(one.waiting)}"
        edition = f"edition {one.edition} of {when(one.published_at)}" if one.edition else "not published yet"
        known = f" ({one.category})" if one.category else ""
        typer.echo(f"{one.watchlist.name}{known}: {one.watchlist.title}; {one.rows} rows; {edition}; {waiting}")


@app.command("add-document")
def add_document(
    context: typer.Context,
    state_: Annotated[str, typer.Option("--state", help="Issuing state in ICAO letters.")],
    number: Annotated[str, typer.Option(help="The number as printed.")],
    type_: Annotated[str, typer.Option("--type", help="First letter of the document code.")] = "P",
    status: Annotated[DocumentStatus, typer.Option(help="Why it is listed.")] = DocumentStatus.STOLEN,
    lost_on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    reported_on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    list_: ListOption = SYNTHETIC_LIST.name,
    as_json: Json = False,
) -> None:
    """Add one travel document to a list, or change it."""
    issuer, letter, normal = _document(state_, type_, number)
    with opened(context) as bureau:
        reported = reported_on.date() if reported_on else bureau.clock.wall().date()
        record = TravelDocument(issuer, letter, normal, status, lost_on.date() if lost_on else None, reported)
        waiting = bureau.put_records(ListName(list_), [record])
    _tell(waiting, f"{record.key} is in the draft", as_json)


def register_flash(bureau: typer.Typer) -> None:
    """Add the flash alert to the bureau's own commands: it is an act of its own, not only a change of a list."""

    @bureau.command()
    def flash(
        context: typer.Context,
        state_: Annotated[str, typer.Option("--state", help="Issuing state in ICAO letters.")],
        number: Annotated[str, typer.Option(help="The number as printed.")],
        type_: Annotated[str, typer.Option("--type", help="First letter of the document code.")] = "P",
        status: Annotated[DocumentStatus, typer.Option(help="Why it is listed.")] = DocumentStatus.STOLEN,
        list_: ListOption = SYNTHETIC_LIST.name,
        as_json: Json = False,
    ) -> None:
        """List one travel document and publish at once: whoever waits for news has it within seconds."""
        issuer, letter, normal = _document(state_, type_, number)
        with opened(context) as bureau:
            today = bureau.clock.wall().date()
            done = bureau.flash(ListName(list_), [TravelDocument(issuer, letter, normal, status, None, today)])
        edition = next(one.edition for one in done.lists if one.edition.watchlist.name == list_)
        if as_json:
            emit({"list": list_, "edition": edition.number, "published_at": iso(edition.published_at)})
            return
        typer.echo(f"{issuer}/{letter}/{normal} is published: {list_} edition {edition.number}.")


@app.command("withdraw-document")
def withdraw_document(
    context: typer.Context,
    state_: Annotated[str, typer.Option("--state", help="Issuing state in ICAO letters.")],
    number: Annotated[str, typer.Option(help="The number as printed.")],
    reason: Annotated[str, typer.Option(help="Why: the traveller listed yesterday is told.")],
    type_: Annotated[str, typer.Option("--type", help="First letter of the document code.")] = "P",
    list_: ListOption = SYNTHETIC_LIST.name,
    as_json: Json = False,
) -> None:
    """Withdraw one travel document from a list."""
    key = document_key(*_document(state_, type_, number))
    with opened(context) as bureau:
        waiting = bureau.withdraw(ListName(list_), key, reason)
    _tell(waiting, f"{key} is withdrawn in the draft", as_json)


def _import(
    bureau: Bureau,
    watchlist: Watchlist,
    format_: str,
    source: Iterable[Read],
    preview: bool,
    as_json: bool,
    total: int | None = None,
) -> None:
    tally = Tally(format_)
    with _progress(total, shown=not as_json) as step:
        records = _records(source, tally, step)
        if preview:
            found = bureau.preview_import(watchlist, records)
        else:
            found = bureau.import_list(watchlist, records, source_date=lambda: tally.generated_at)
    report = tally.report()
    if as_json:
        emit(_report_plain(report) | {"difference": _difference_plain(found), "preview": preview})
        return
    typer.echo(f"{watchlist.name}: read {report.imported} records; {_said(found)}")
    if found.duplicates:
        typer.echo(f"  {len(found.duplicates)} keys came more than once; the first counted: {_few(found.duplicates)}")
    for loss, field, reason, times in report.reasons:
        what = {Loss.RECORD: "not imported", Loss.VALUE: "left out", Loss.MOVED: "kept only as a remark"}[loss]
        typer.echo(f"  {times} × {field} {what}: {reason}")
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


def _document(state_: str, type_: str, number: str) -> tuple[str, str, str]:
    found = state(state_)
    if found is None:
        raise BadDocument("state", state_)
    letter = type_.strip().upper()
    if len(letter) != 1 or not letter.isalpha():
        raise BadDocument("type", type_)
    normal = normal_number(number)
    if not normal:
        raise BadDocument("number", number)
    return found.code, letter, normal


def _rows(stream: IO[bytes], file: Path) -> Iterator[TableRow]:
    return xlsx_rows(stream, file.name) if file.suffix.lower() == ".xlsx" else csv_rows(stream, file.name)


def _opened_file(path: Path) -> IO[bytes]:
    try:
        with path.open("rb") as file:
            is_xz = file.read(len(_XZ)) == _XZ
        return lzma.open(path) if is_xz else path.open("rb")
    except OSError as error:
        raise FileNotRead(path, error.strerror or str(error)) from error


def _tell(waiting: Difference, done: str, as_json: bool) -> None:
    if as_json:
        emit(_difference_plain(waiting))
    else:
        typer.echo(f"{done}; waiting to be published: {_said(waiting)}")


def _said(found: Difference) -> str:
    return f"{found.added} added, {found.changed} changed, {found.withdrawn} withdrawn, {found.rows} rows"


def _few(keys: Iterable[str]) -> str:
    shown = list(keys)
    return ", ".join(shown[:_SHOWN]) + (" …" if len(shown) > _SHOWN else "")


def _difference_plain(found: Difference) -> dict[str, object]:
    return {
        "list": found.list,
        "added": found.added,
        "changed": found.changed,
        "withdrawn": found.withdrawn,
        "rows": found.rows,
        "duplicates": list(found.duplicates),
    }


def _state_plain(one: ListState) -> dict[str, object]:
    return {
        "list": one.watchlist.name,
        "kind": one.watchlist.kind.value,
        "title": one.watchlist.title,
        "owner": one.watchlist.owner,
        "rows": one.rows,
        "edition": one.edition,
        "published_at": iso(one.published_at),
        "source_date": iso(one.source_date),
        "category": one.category,
        "waiting": _difference_plain(one.waiting),
    }


def _report_plain(report: ImportReport) -> dict[str, object]:
    return {
        "format": report.format,
        "imported": report.imported,
        "generated_at": iso(report.generated_at),
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
