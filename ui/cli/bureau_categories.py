"""`borderdesk-bureau categories`: what only some may hold and see, and which lists and records that is."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from borderdesk.ids import ListName, RecordKey
from sync.bureau.categories import OPEN, Category
from sync.bureau.rights import BureauRole
from ui.cli.bureau_common import Json, emit, opened

app = typer.Typer(help="Need-to-know categories: terrorism, victims, discreet …", no_args_is_help=True)

_NONE = "none"
_PUBLISH = "Desks hear of it with the next publishing: borderdesk-bureau publish"


@app.command("set")
def set_category(
    context: typer.Context,
    name: str,
    roles: Annotated[
        list[BureauRole] | None,
        typer.Option("--role", help="A role of the bureau that may see it; may be repeated. The supervisor, if none."),
    ] = None,
    title: Annotated[str, typer.Option(help="What it is called in full.")] = "",
    as_json: Json = False,
) -> None:
    """Make a category, or say anew who at the bureau may see it. Posts hold it where their scope has --category."""
    category = Category(name, title, tuple(roles or (BureauRole.SUPERVISOR,)))
    with opened(context) as bureau:
        bureau.put_category(category, by=getpass.getuser())
    if as_json:
        emit(_plain(category))
        return
    typer.echo(f"{name} is for: {', '.join(category.roles)}.")


@app.command()
def show(context: typer.Context, as_json: Json = False) -> None:
    """Every category: who may see it, which lists carry it, which scopes may hold it."""
    with opened(context) as bureau:
        found, lists, scopes = bureau.categories(), bureau.lists(), bureau.scopes()
    carried = {one.name: [each.watchlist.name for each in lists if each.category == one.name] for one in found}
    holding = {one.name: [rule.name for rule in scopes if one.name in rule.categories] for one in found}
    if as_json:
        emit([_plain(one) | {"lists": carried[one.name], "scopes": holding[one.name]} for one in found])
        return
    for one in found:
        of, held = ", ".join(carried[one.name]) or _NONE, ", ".join(holding[one.name]) or _NONE
        typer.echo(f"{one.name}: {one.title}; seen by {', '.join(one.roles)}; lists: {of}; scopes: {held}")


@app.command("of")
def classify(
    context: typer.Context,
    list_: Annotated[str, typer.Argument(metavar="LIST")],
    category: Annotated[str, typer.Argument(help="A category, or none.")],
) -> None:
    """Let a list carry a category. Desks that may not hold it destroy it."""
    with opened(context) as bureau:
        bureau.classify(ListName(list_), OPEN if category == _NONE else category, by=getpass.getuser())
    typer.echo(f"{list_} is open to all." if category == _NONE else f"{list_} is for {category} only.")
    typer.echo(_PUBLISH)


@app.command()
def apart(
    context: typer.Context,
    list_: Annotated[str, typer.Argument(metavar="LIST")],
    key: Annotated[str, typer.Argument(help="The record's key.")],
    category: str,
) -> None:
    """Set one record apart into a list of this category; later imports of LIST keep it there."""
    with opened(context) as bureau:
        into = bureau.set_apart(ListName(list_), RecordKey(key), category, by=getpass.getuser())
    typer.echo(f"{key} is in {into} from now on.")
    typer.echo(_PUBLISH)


@app.command()
def remove(context: typer.Context, name: str) -> None:
    """Forget a category that no list carries."""
    with opened(context) as bureau:
        bureau.remove_category(name, by=getpass.getuser())
    typer.echo(f"There is no category {name} any more.")


def _plain(category: Category) -> dict[str, object]:
    return {"category": category.name, "title": category.title or category.name, "roles": list(category.roles)}
