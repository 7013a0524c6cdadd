"""`borderdesk-bureau lists`: add, withdraw, show; `bureau_imports` takes whole lists over."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from borderdesk.codes import state
from borderdesk.documents import normal_number
from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.ids import ListName
from borderdesk.watchlist import DocumentStatus, TravelDocument, document_key
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST
from borderdesk.words import say
from sync.bureau import Difference, ListState
from ui.cli import bureau_imports, bureau_records
from ui.cli.bureau_common import Json, emit, iso, opened, when
from ui.cli.bureau_imports import difference_plain, difference_said

app = typer.Typer(help="The bureau's lists. Changes reach the desks with the next publish.", no_args_is_help=True)
app.add_typer(bureau_imports.app, name="import")
bureau_records.register(app)

ListOption = Annotated[str, typer.Option("--list", help="The list's name.")]


class BadDocument(KnownError):
    """A document's state, type or number is not one that a list could hold."""

    def __init__(self, field: str, value: str) -> None:
        super().__init__(
            say("The document's {field} cannot be {value}.", field=field, value=repr(value)),
            safe=NOTHING_CHANGED,
            todo=say("Give the state in ICAO letters (FRA, D), the type as its letter (P), the number as printed."),
        )


@app.command("show")
def show(context: typer.Context, as_json: Json = False) -> None:
    """Every list: rows, edition, and what waits to be published."""
    with opened(context) as bureau:
        found = bureau.lists()
    if as_json:
        emit([_state_plain(one) for one in found])
        return
    for one in found:
        waiting = "nothing waits" if one.waiting.is_empty else f"waiting: {difference_said(one.waiting)}"
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


def _tell(waiting: Difference, done: str, as_json: bool) -> None:
    if as_json:
        emit(difference_plain(waiting))
    else:
        typer.echo(f"{done}; waiting to be published: {difference_said(waiting)}")


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
        "waiting": difference_plain(one.waiting),
    }
