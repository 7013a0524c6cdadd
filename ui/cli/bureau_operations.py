"""`borderdesk-bureau operations`: order, end, list and report."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from sync.bureau.operations import OperationReport, Ordered
from ui.cli.bureau_common import From, Json, Until, between, emit, iso, opened, when

app = typer.Typer(help="Operations and events: ordered to posts for a time, counted, reported.", no_args_is_help=True)


@app.command()
def order(
    context: typer.Context,
    name: str,
    posts: Annotated[list[str], typer.Argument(help="The posts that take part.")],
    until: Until,
    begin: From = None,
    goals: Annotated[str, typer.Option(help="What the officers are to look for.")] = "",
    lists: Annotated[
        list[str] | None, typer.Option("--list", help="A list that the posts have for the operation's time only.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Order an operation. Every desk of the posts is told by signed letter; it ends there by itself."""
    with opened(context) as bureau:
        begins, ends = between(bureau, begin, until)
        made = bureau.order_operation(name, posts, begins, ends, goals, lists=lists or (), by=getpass.getuser())
    if as_json:
        emit(_plain(made))
        return
    typer.echo(f"Operation {made.number} runs until {when(made.operation.ends_at)} at {', '.join(made.posts)}.")


@app.command("list")
def list_operations(context: typer.Context, as_json: Json = False) -> None:
    """Every operation, the newest first."""
    with opened(context) as bureau:
        found, now = bureau.operations(), bureau.clock.wall()
    if as_json:
        emit([_plain(one) for one in found])
        return
    for one in found:
        state = "running" if one.operation.runs(now) else "not running"
        typer.echo(
            f"{one.number} {one.operation.name}: until {when(one.operation.ends_at)}, {', '.join(one.posts)}; {state}"
        )


@app.command()
def end(context: typer.Context, number: int) -> None:
    """End an operation before its time."""
    with opened(context) as bureau:
        done = bureau.end_operation(number, by=getpass.getuser())
    typer.echo(f"{done.operation.name} is ended.")


@app.command()
def report(context: typer.Context, number: int, as_json: Json = False) -> None:
    """An operation in numbers."""
    with opened(context) as bureau:
        found = bureau.operation_report(number)
    if as_json:
        emit(_report_plain(found))
        return
    typer.echo(f"{found.ordered.operation.name}: {found.hits} hits")
    for name, counts in (
        ("state", found.by_state),
        ("act", found.by_act),
        ("list", found.by_list),
        ("post", found.by_post),
        ("by hand", found.by_hand),
    ):
        for value, count in counts:
            typer.echo(f"  {name} {value}: {count}")


def _plain(one: Ordered) -> dict[str, object]:
    operation = one.operation
    return {
        "number": one.number,
        "name": operation.name,
        "goals": operation.goals,
        "begins_at": iso(operation.begins_at),
        "ends_at": iso(operation.ends_at),
        "posts": list(one.posts),
        "lists": list(one.lists),
        "made_by": one.made_by,
    }


def _report_plain(found: OperationReport) -> dict[str, object]:
    return _plain(found.ordered) | {
        "hits": found.hits,
        "by_state": dict(found.by_state),
        "by_act": dict(found.by_act),
        "by_list": dict(found.by_list),
        "by_post": dict(found.by_post),
        "by_hand": dict(found.by_hand),
        "answered_within_minutes": found.answered_within,
    }
