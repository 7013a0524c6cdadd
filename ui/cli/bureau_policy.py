"""`borderdesk-bureau policy`: the numbers that desks work by, signed with the next publishing."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from borderdesk.policy import DEFAULT, Policy, ScreeningPurpose
from sync.bureau import with_number, with_threshold
from sync.wire.policy import NUMBERS
from ui.cli.bureau_common import Json, emit, opened

app = typer.Typer(help="The numbers that desks work by.", no_args_is_help=True)

Post = Annotated[str, typer.Option(help="For the desks of one post only.")]

_NEXT = "Desks hear of it with the next publishing: borderdesk-bureau publish"
_AT_ONCE = "Its desks hear of it with their next exchange."


@app.command()
def show(context: typer.Context, post: Post = "", as_json: Json = False) -> None:
    """Print every number, and what the program itself would take where the bureau has set another."""
    with opened(context) as bureau:
        policy = bureau.post_policy(post) if post else bureau.policy
    if as_json:
        emit(_plain(policy))
        return
    for name in NUMBERS:
        value, own = getattr(policy, name), getattr(DEFAULT, name)
        typer.echo(f"{name:32} {value}" + ("" if value == own else f"  (default {own})"))
    for each in policy.thresholds:
        typer.echo(f"threshold of {each.list}, {each.purpose or 'every purpose'}: {each.score}")


@app.command("set")
def set_number(context: typer.Context, name: str, value: str, post: Post = "", as_json: Json = False) -> None:
    """Set one number; the value `default` takes the program's own again, or for a post the bureau's."""
    with opened(context) as bureau:
        if post:
            own = bureau.set_post_policy(post, name, value, by=getpass.getuser())
            _say(own, f"At {post} {name} is {getattr(own, name)}.", as_json, _AT_ONCE)
            return
        policy = bureau.set_policy(lambda old: with_number(old, name, value), by=getpass.getuser())
    _say(policy, f"{name} is {getattr(policy, name)}.", as_json)


@app.command()
def threshold(
    context: typer.Context,
    list_name: Annotated[str, typer.Argument(metavar="LIST", help="A list, by its short name.")],
    score: Annotated[str, typer.Argument(help="From 0 to 1, or `default`.")],
    purpose: Annotated[ScreeningPurpose | None, typer.Option(help="For this only; otherwise for everything.")] = None,
    as_json: Json = False,
) -> None:
    """Set from which score a candidate of one list is put before the officer; see `borderdesk names tune`."""
    with opened(context) as bureau:
        policy = bureau.set_policy(
            lambda old: with_threshold(old, list_name, purpose, score),
            by=getpass.getuser(),
        )
    _say(policy, f"{list_name}, {purpose or 'every purpose'}: {score}.", as_json)


def _say(policy: Policy, line: str, as_json: bool, further: str = _NEXT) -> None:
    if as_json:
        emit(_plain(policy))
        return
    typer.echo(line)
    typer.echo(further)


def _plain(policy: Policy) -> dict[str, object]:
    scores = [{"list": each.list, "purpose": each.purpose, "score": each.score} for each in policy.thresholds]
    return {**{name: getattr(policy, name) for name in NUMBERS}, "thresholds": scores}
