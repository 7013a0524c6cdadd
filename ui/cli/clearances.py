"""`borderdesk clearances`: what officers cleared, for the supervisor who reviews it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from borderdesk.matching import Clearance
from ui.cli.work import DEFAULT_FOLDER, Account, Folder, Json, print_json, signed_in

app = typer.Typer(help="Review and revoke remembered clearances.", no_args_is_help=True)

Which = Annotated[str, typer.Argument(help="The clearance, as `list` names it.")]


@app.command("list")
def list_clearances(account: Account, folder: Folder = DEFAULT_FOLDER, as_json: Json = False) -> None:
    """All clearances: those that wait for review first, then the newest."""
    with signed_in(folder, account) as desk:
        found, at = desk.clearances(), desk.now().trusted
    if as_json:
        print_json([_plain(each, at) for each in found])
        return
    for each in found:
        typer.echo(f"{each.id}  {each.traveller_name} is not {each.listed_name} ({each.list} {each.key})")
        typer.echo(
            f"    {each.reason}; {each.cleared_by}, {each.cleared_at:%Y-%m-%d}, until {each.expires_at:%Y-%m-%d}"
        )
        reviewed = f"reviewed by {each.reviewed_by}" if each.reviewed_by else f"waits for review by {each.review_by:%F}"
        typer.echo(f"    {reviewed}{'' if each.holds(at) else ', holds no longer'}")
    if not found:
        typer.echo("This desk remembers no clearance.")


@app.command()
def review(which: Which, account: Account, folder: Folder = DEFAULT_FOLDER) -> None:
    """Let a clearance hold until it expires."""
    with signed_in(folder, account) as desk:
        reviewed = desk.review_clearance(which)
    typer.echo(f"{reviewed.id} holds until {reviewed.expires_at:%Y-%m-%d}.")


@app.command()
def revoke(
    which: Which,
    account: Account,
    reason: Annotated[str, typer.Option(help="Why; it is journalled.")],
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Let the record stop this traveller again."""
    with signed_in(folder, account) as desk:
        desk.revoke_clearance(which, reason=reason)
    typer.echo(f"{which} is revoked.")


def _plain(clearance: Clearance, at: datetime) -> dict[str, Any]:
    plain = {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(clearance).items()
    }
    return {**plain, "holds": clearance.holds(at)}
