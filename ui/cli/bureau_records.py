"""`borderdesk-bureau lists withdraw`, `review` and `due`: single records of any list, by their keys."""

from __future__ import annotations

import getpass
from datetime import datetime
from typing import Annotated

import typer

from borderdesk.ids import ListName, RecordKey
from ui.cli.bureau_common import Json, emit, opened

_DAY = ["%Y-%m-%d"]

Name = Annotated[str, typer.Argument(metavar="LIST", help="The list's name.")]
Key = Annotated[str, typer.Argument(help="The record's key, such as FRA/P/12AB34567.")]


def register(app: typer.Typer) -> None:
    """Add these commands to `lists`."""
    app.command()(withdraw)
    app.command()(review)
    app.command()(due)


def withdraw(
    context: typer.Context,
    list_: Name,
    key: Key,
    reason: Annotated[str, typer.Option(help="Why: the traveller listed yesterday is told.")],
    as_json: Json = False,
) -> None:
    """Take a record of any list out of the draft."""
    with opened(context) as bureau:
        waiting = bureau.withdraw(ListName(list_), RecordKey(key), reason, by=getpass.getuser())
    if as_json:
        emit({"list": list_, "key": key, "withdrawn": waiting.withdrawn, "rows": waiting.rows})
        return
    typer.echo(f"{key} is withdrawn in the draft; {waiting.withdrawn} withdrawals wait to be published.")


def review(
    context: typer.Context,
    list_: Name,
    key: Key,
    review_on: Annotated[datetime | None, typer.Option("--on", formats=_DAY, help="When to look at it again.")] = None,
    expires_on: Annotated[datetime | None, typer.Option(formats=_DAY, help="Its last day.")] = None,
) -> None:
    """Set when a record is reviewed and when it ends by itself; without days, take them off."""
    with opened(context) as bureau:
        bureau.plan_review(
            ListName(list_),
            RecordKey(key),
            review_on=review_on.date() if review_on else None,
            expires_on=expires_on.date() if expires_on else None,
            by=getpass.getuser(),
        )
    typer.echo(f"{key}: noted.")


def due(context: typer.Context, as_json: Json = False) -> None:
    """Records that somebody is to look at."""
    with opened(context) as bureau:
        found = bureau.reviews_due()
    if as_json:
        emit([{"list": one.list, "key": one.key, "review_on": str(one.review_on)} for one in found])
        return
    for one in found:
        typer.echo(f"{one.review_on} {one.list} {one.key}")
