"""`borderdesk-bureau scopes`: which lists a group of posts may hold, and whose documents' details."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from borderdesk.codes import regions as known_regions
from borderdesk.ids import ListName
from borderdesk.watchlist import STATUS_OF_OTHERS
from sync.bureau import ScopeRule, states_of
from sync.wire import Scope
from ui.cli.bureau_common import Json, emit, opened

app = typer.Typer(help="Scopes: what a group of posts may hold.", no_args_is_help=True)

Lists = Annotated[list[str] | None, typer.Option("--list", help="A list of the scope; all lists if none is named.")]
Details = Annotated[
    list[str] | None,
    typer.Option(
        "--details",
        help="A state or region of whose documents everything is held; all states if none is named, `none` for no"
        " state. That a document is listed is held for all states.",
    ),
]

StatusOfOthers = Annotated[
    bool,
    typer.Option(
        "--status-of-others",
        help="With --details: of all other documents the status is held too, without days. So there are three sizes"
        " of a copy: numbers (--details none), status (--details none --status-of-others), and everything.",
    ),
]

Categories = Annotated[
    list[str] | None, typer.Option("--category", help="A need-to-know category its desks may hold; may be repeated.")
]


@app.command()
def add(
    context: typer.Context,
    name: str,
    lists: Lists = None,
    details: Details = None,
    status_of_others: StatusOfOthers = False,
    categories: Categories = None,
    as_json: Json = False,
) -> None:
    """Make a scope."""
    rule = _rule(name, lists, details, categories, status_of_others)
    with opened(context) as bureau:
        bureau.add_scope(rule, by=getpass.getuser())
    _tell(rule, as_json, "Put posts into it: borderdesk-bureau posts scope POST NAME")


@app.command("set")
def set_scope(
    context: typer.Context,
    name: str,
    lists: Lists = None,
    details: Details = None,
    status_of_others: StatusOfOthers = False,
    categories: Categories = None,
    as_json: Json = False,
) -> None:
    """Give a scope another content. Its desks destroy what they may hold no longer."""
    rule = _rule(name, lists, details, categories, status_of_others)
    with opened(context) as bureau:
        bureau.change_scope(rule, by=getpass.getuser())
    _tell(rule, as_json, "Desks hear of it with the next publishing: borderdesk-bureau publish")


@app.command()
def show(context: typer.Context, as_json: Json = False) -> None:
    """Every scope, what it holds, and the posts in it."""
    with opened(context) as bureau:
        rules, posts = bureau.scopes(), bureau.post_states()
    if as_json:
        emit([_plain(rule) | {"posts": [post.id for post in posts if post.scope == rule.name]} for rule in rules])
        return
    for rule in rules:
        inside = ", ".join(post.id for post in posts if post.scope == rule.name) or "no post"
        typer.echo(f"{_said(rule)}; {inside}")


@app.command()
def remove(context: typer.Context, name: str) -> None:
    """Forget a scope that no post is in."""
    with opened(context) as bureau:
        bureau.remove_scope(name, by=getpass.getuser())
    typer.echo(f"There is no scope {name} any more.")


@app.command()
def regions(as_json: Json = False) -> None:
    """The regions that --details understands, with their members."""
    if as_json:
        emit([{"code": each.code, "name": each.name, "states": list(each.states)} for each in known_regions()])
        return
    for each in known_regions():
        typer.echo(f"{each.code:10} {each.name}: {' '.join(each.states)}")


def _rule(
    name: str, lists: list[str] | None, details: list[str] | None, categories: list[str] | None, others: bool
) -> ScopeRule:
    nobody = details is not None and [each.lower() for each in details] == ["none"]
    states = () if nobody else states_of(details) if details else None
    if others and states is None:
        raise typer.BadParameter("of which states is everything held? Name them, or none", param_hint="--details")
    if others and states is not None:
        states = (*states, STATUS_OF_OTHERS)
    named = tuple(map(ListName, lists)) if lists else None
    return ScopeRule(Scope(name), named, states, tuple(sorted(set(categories or ()))))


def _tell(rule: ScopeRule, as_json: bool, further: str) -> None:
    if as_json:
        emit(_plain(rule))
        return
    typer.echo(_said(rule))
    typer.echo(further)


def _said(rule: ScopeRule) -> str:
    lists = "every list" if rule.lists is None else ", ".join(rule.lists)
    known = f"; may hold {', '.join(rule.categories)}" if rule.categories else ""
    if rule.details is None:
        return f"{rule.name}: {lists}; details of all documents{known}"
    return f"{rule.name}: {lists}; {said_of(rule.details)}{known}"


def said_of(details: tuple[str, ...]) -> str:
    """What a share of a list says of its documents."""
    states = " ".join(each for each in details if each != STATUS_OF_OTHERS) or "no state"
    others = ", of all others the status" if STATUS_OF_OTHERS in details else ""
    return f"details of documents of {states}{others}"


def _plain(rule: ScopeRule) -> dict[str, object]:
    return {
        "scope": rule.name,
        "lists": None if rule.lists is None else list(rule.lists),
        "details": None if rule.details is None else list(rule.details),
        "categories": list(rule.categories),
    }
