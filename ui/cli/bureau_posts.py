"""`borderdesk-bureau posts`: every desk and what it holds, which scope its post is in, and the inventory of copies."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from sync.bureau import Desk
from sync.bureau.copies import Copy, as_table, row_of
from ui.cli.bureau_common import Json, emit, iso, opened, when
from ui.cli.bureau_scopes import said_of

app = typer.Typer(help="Posts and their desks: what each holds, and may hold.", invoke_without_command=True)


@app.callback()
def posts(context: typer.Context, as_json: Json = False) -> None:
    """Every desk and which editions it holds; or one of the commands below."""
    if context.invoked_subcommand is not None:
        return
    with opened(context) as bureau:
        found = bureau.posts()
    if as_json:
        emit([_desk_plain(desk) for desk in found])
        return
    for desk in found:
        holds = ", ".join(f"{name} {number}" for name, number in desk.holds) or "nothing yet"
        gaps = f"; MISSING reports {', '.join(map(str, desk.missing))}" if desk.missing else ""
        revoked = f"; REVOKED {when(desk.revoked_at)}" if desk.revoked_at else ""
        other = f" (still {desk.holds_scope})" if desk.holds and desk.holds_scope != desk.scope else ""
        typer.echo(
            f"{desk.post} {desk.id}: scope {desk.scope}{other}; seen {when(desk.seen_at)}; holds {holds};"
            f" {desk.received} reports{gaps}{revoked}"
        )


@app.command()
def scope(context: typer.Context, post: str, name: str, as_json: Json = False) -> None:
    """Put a post into another scope. With their next exchange its desks destroy what is not in it."""
    with opened(context) as bureau:
        done = bureau.put_post_into(post, name, by=getpass.getuser())
    if as_json:
        emit({"post": post, "scope": name, "moved": {move.desk: move.now.name for move in done.moved}})
        return
    desks = ", ".join(move.desk for move in done.moved) or "no desk, so far"
    typer.echo(f"{post} is in {name}: {desks}.")


@app.command("list")
def list_posts(context: typer.Context, as_json: Json = False) -> None:
    """Every post: its scope, and what is set for it alone."""
    with opened(context) as bureau:
        found = bureau.post_states()
    if as_json:
        emit([{"post": one.id, "scope": one.scope, "own_policy": list(one.own), "desks": one.desks} for one in found])
        return
    for one in found:
        own = f"; its own: {', '.join(one.own)}" if one.own else ""
        typer.echo(f"{one.id}: scope {one.scope}; {one.desks} desks{own}")


@app.command()
def inventory(
    context: typer.Context,
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a table for a spreadsheet, and nothing else.")] = False,
) -> None:
    """Every copy: who holds which edition of which list in which scope, how old, since when, destroyed when."""
    with opened(context) as bureau:
        found, now = bureau.copies(), bureau.clock.wall()
    if as_json:
        emit([row_of(copy, now) for copy in found])
    elif as_csv:
        typer.echo(as_table(found, now), nl=False)
    else:
        for copy in found:
            typer.echo(_line(copy, copy.age_hours(now)))


def _line(copy: Copy, age: float | None) -> str:
    if not copy.list:
        return f"{copy.desk} ({copy.scope}): holds nothing yet, as far as it has said"
    details = "" if copy.details is None else f", {said_of(copy.details)}"
    line = f"{copy.desk} ({copy.scope}): {copy.list} {copy.edition}{details}"
    if copy.destroyed_at is not None:
        return f"{line}: DESTROYED {when(copy.destroyed_at)}, {copy.why}"
    since = f" since {when(copy.since)}" if copy.since else ""
    lent = f", lent until {when(copy.lent_until)}" if copy.lent_until else ""
    revoked = f"; desk REVOKED {when(copy.revoked_at)}" if copy.revoked_at else ""
    return f"{line}{since}, {age:g} h old{lent}; program {copy.program or '?'}{revoked}"


def _desk_plain(desk: Desk) -> dict[str, object]:
    return {
        "post": desk.post,
        "desk": desk.id,
        "scope": desk.scope,
        "holds_scope": desk.holds_scope,
        "enrolled_at": iso(desk.enrolled_at),
        "revoked_at": iso(desk.revoked_at),
        "seen_at": iso(desk.seen_at),
        "holds": dict(desk.holds),
        "received": desk.received,
        "missing": list(desk.missing),
    }
