"""`borderdesk-bureau drill`: surprise drills, ordered, printed as a slip, reported."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from borderdesk.operations.drills import MOST_DOCUMENTS
from sync.bureau.drills import DrillNumbers, OrderedDrill
from ui.cli.bureau_common import From, Json, Until, between, emit, iso, opened, when

app = typer.Typer(help="Surprise drills of posts: invented documents for a time.", no_args_is_help=True)


@app.command()
def order(
    context: typer.Context,
    posts: Annotated[list[str], typer.Argument(help="The posts that are drilled.")],
    until: Until,
    begin: From = None,
    documents: Annotated[int, typer.Option(min=1, max=MOST_DOCUMENTS, help="How many documents.")] = 1,
    as_json: Json = False,
) -> None:
    """Order a drill, and print the slip for the supervisor or technician who holds the documents.

    Every desk of the posts is told by signed letter. The officers learn of it only after they acted.
    """
    with opened(context) as bureau:
        begins, ends = between(bureau, begin, until)
        made = bureau.order_drill(posts, begins, ends, documents=documents, by=getpass.getuser())
    _print(made, as_json)


@app.command()
def slip(context: typer.Context, number: int, as_json: Json = False) -> None:
    """Print the slip of a drill again."""
    with opened(context) as bureau:
        made = bureau.drill(number)
    _print(made, as_json)


@app.command("list")
def list_drills(context: typer.Context, as_json: Json = False) -> None:
    """Every drill, the newest first."""
    with opened(context) as bureau:
        found, now = bureau.drills(), bureau.clock.wall()
    if as_json:
        emit([_plain(one) for one in found])
        return
    for one in found:
        state = "running" if one.order.runs(now) else "not running"
        typer.echo(f"{one.number}: until {when(one.order.ends_at)}, {', '.join(one.posts)}; {state}")
    if not found:
        typer.echo("No drill was ordered yet.")


@app.command()
def end(context: typer.Context, number: int) -> None:
    """End a drill before its time."""
    with opened(context) as bureau:
        done = bureau.end_drill(number, by=getpass.getuser())
    typer.echo(f"Drill {done.number} ends {when(done.order.ends_at)}.")


@app.command()
def report(context: typer.Context, number: int, as_json: Json = False) -> None:
    """A drill in numbers, post by post. No report names an officer."""
    with opened(context) as bureau:
        found = bureau.drill_report(number)
    if as_json:
        emit(_report_plain(found))
        return
    typer.echo(f"Drill {number}, {when(found.ordered.order.begins_at)} to {when(found.ordered.order.ends_at)}")
    for post in found.posts:
        median = "-" if post.median_seconds is None else f"{post.median_seconds} s"
        steps = "-" if post.steps_done is None else f"{post.steps_done:.0%}"
        typer.echo(
            f"  {post.post}: {post.desks} desks, {post.runs} acted; right {post.right}, safe {post.safe},"
            f" wrong {post.wrong}, overtaken {post.overtaken}; median {median}, steps done {steps}"
        )


def _print(made: OrderedDrill, as_json: bool) -> None:
    if as_json:
        emit(_plain(made))
        return
    made_order = made.order
    typer.echo(f"DRILL {made.number} - slip for whoever holds the documents. Invented; no State issued them.")
    typer.echo(f"Posts: {', '.join(made.posts)}")
    typer.echo(f"From {when(made_order.begins_at)} until {when(made_order.ends_at)}")
    for number, document in enumerate(made_order.documents, start=1):
        typer.echo(f"\nDocument {number}: let the desk scan these lines, or type them.")
        for line in document.lines:
            typer.echo(line)
    typer.echo("\nThe desk answers like on a hit. Say nothing until the officer has acted; the desk then tells.")
    typer.echo("Destroy this slip afterwards.")


def _plain(one: OrderedDrill) -> dict[str, object]:
    return {
        "number": one.number,
        "begins_at": iso(one.order.begins_at),
        "ends_at": iso(one.order.ends_at),
        "posts": list(one.posts),
        "made_by": one.made_by,
        "documents": [list(document.lines) for document in one.order.documents],
    }


def _report_plain(found: DrillNumbers) -> dict[str, object]:
    return {
        "number": found.ordered.number,
        "posts": [
            {
                "post": post.post,
                "desks": post.desks,
                "acted": post.runs,
                "right": post.right,
                "safe": post.safe,
                "wrong": post.wrong,
                "overtaken": post.overtaken,
                "median_seconds": post.median_seconds,
                "steps_done": post.steps_done,
            }
            for post in found.posts
        ],
    }
