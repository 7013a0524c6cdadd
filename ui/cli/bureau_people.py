"""`borderdesk-bureau people`, `tokens` and `journal`: who works here, which programs ask, and who did what."""

from __future__ import annotations

import getpass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from sync.bureau.rights import BureauRole, right_of
from ui.cli.bureau_common import Json, emit, end_of, iso, opened, when
from ui.cli.work import password

app = typer.Typer(help="The bureau's people.", no_args_is_help=True)
tokens = typer.Typer(help="Entries for programs that use the HTTP interface.", no_args_is_help=True)
journal = typer.Typer(help="Who did what at the bureau.", no_args_is_help=True)


@app.command("add")
def add_person(
    context: typer.Context,
    account: str,
    role: Annotated[BureauRole, typer.Option(help="What somebody is here.")],
    name: Annotated[str, typer.Option(help="Full name.")] = "",
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Its last day (UTC); it then ends by itself.")
    ] = None,
    operation: Annotated[
        int | None, typer.Option(help="The number of an operation; the account ends with it by itself.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make an account for the console. The secret for the telephone's one-time codes is printed once."""
    chosen = password(new=True)
    with opened(context) as bureau:
        made = bureau.people.add(
            account,
            name=name,
            role=role,
            password=chosen,
            by=getpass.getuser(),
            until=end_of(until),
            operation=operation,
        )
    ends = made.account.ends_at
    if as_json:
        plain = {"account": account, "role": role.value, "ends_at": iso(ends)}
        emit(plain | {"one_time_secret": made.typed, "address": made.address})
        return
    typer.echo(f"{account} is {role.value}{f', until {when(ends)}' if ends else ''}.")
    typer.echo(f"For the telephone, once: {made.typed}")
    typer.echo(made.address)


@app.command("end")
def end_person(context: typer.Context, account: str) -> None:
    """End an account and whoever is signed in with it."""
    with opened(context) as bureau:
        bureau.people.end(account, by=getpass.getuser())
    typer.echo(f"{account} is ended.")


@app.command("list")
def list_people(context: typer.Context, as_json: Json = False) -> None:
    """Every account."""
    with opened(context) as bureau:
        bureau.people.end_lapsed()
        found = bureau.people.all()
    if as_json:
        emit(
            [
                {
                    "account": one.id,
                    "name": one.name,
                    "role": one.role.value,
                    "ended": iso(one.ended_at),
                    "ends_at": iso(one.ends_at),
                    "operation": one.operation,
                }
                for one in found
            ]
        )
        return
    for one in found:
        until = f"; until {when(one.ends_at)}" if one.ends_at else ""
        said = f"; ended {when(one.ended_at)}" if one.ended_at else until
        typer.echo(f"{one.id}: {one.name}, {one.role.value}{said}")


@tokens.command("add")
def add_token(
    context: typer.Context,
    name: str,
    rights: Annotated[list[str], typer.Argument(help="Such as: screen lists hits posts hits:answer metrics")],
    categories: Annotated[
        list[str] | None, typer.Option("--category", help="A need-to-know category it may see; may be repeated.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a token. Its secret is printed once."""
    with opened(context) as bureau:
        wanted = [right_of(one) for one in rights]
        secret = bureau.people.add_token(name, wanted, by=getpass.getuser(), categories=categories or ())
    if as_json:
        emit({"token": name, "secret": secret, "rights": sorted(rights)})
        return
    typer.echo(secret)


@tokens.command("revoke")
def revoke_token(context: typer.Context, name: str) -> None:
    """Let a token count no more."""
    with opened(context) as bureau:
        bureau.people.revoke_token(name, by=getpass.getuser())
    typer.echo(f"{name} counts no more.")


@tokens.command("list")
def list_tokens(context: typer.Context, as_json: Json = False) -> None:
    """Every token and what it may do."""
    with opened(context) as bureau:
        found = bureau.people.tokens()
    plain = [
        {
            "token": one.name,
            "rights": sorted(right.value for right in one.rights),
            "categories": list(one.categories),
            "made_by": one.made_by,
            "ends_at": iso(one.ends_at),
            "revoked_at": iso(one.revoked_at),
        }
        for one in found
    ]
    if as_json:
        emit(plain)
        return
    for one in found:
        said = f"; revoked {when(one.revoked_at)}" if one.revoked_at else f"; until {when(one.ends_at)}"
        typer.echo(f"{one.name}: {' '.join(sorted(right.value for right in one.rights))}{said}")


@journal.command("show")
def show_journal(context: typer.Context, most: Annotated[int, typer.Option(min=1)] = 50, as_json: Json = False) -> None:
    """The newest entries."""
    with opened(context) as bureau:
        found = bureau.journal_newest(most)
    if as_json:
        emit(
            [
                {"number": e.number, "kind": e.kind, "who": e.who, "at": iso(e.at), "why": e.why, "details": e.details}
                for e in found
            ]
        )
        return
    for entry in found:
        typer.echo(f"{entry.number} {when(entry.at)} {entry.who}: {entry.kind} {entry.why} {entry.details}")


@journal.command("verify")
def verify_journal(context: typer.Context, as_json: Json = False) -> None:
    """Compute every hash again, and check what was signed."""
    with opened(context) as bureau:
        report = bureau.verify_journal()
    if as_json:
        emit({"entries": report.entries, "segments": report.segments, "whole": report.is_whole})
    else:
        typer.echo(
            f"{report.entries} entries, {report.segments} signed segments, {report.unsigned} after the last one."
        )
    report.require_whole()


@journal.command("export")
def export_journal(context: typer.Context, file: Path) -> None:
    """Write the journal as lines of JSON, for a supervisory authority."""
    with opened(context) as bureau, file.open("x", encoding="ascii") as out:
        for line in bureau.journal_lines():
            out.write(line + "\n")
    typer.echo(f"Written to {file}.")
