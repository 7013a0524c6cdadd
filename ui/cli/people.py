"""`borderdesk people`: who may use this desk. Every change is journalled."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime, time
from typing import Annotated

import typer

from borderdesk import journal
from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.operations import Operation
from borderdesk.people import (
    Right,
    Role,
    Vault,
    make_machine_secret,
    open_lists,
    read_machine_secret,
    rekey,
    require,
)
from borderdesk.store import open_store
from borderdesk.words import say
from sync.agent import Desk
from sync.agent import identity as identities
from sync.agent.desk import MIGRATIONS
from ui.cli.work import DEFAULT_FOLDER, Account, Folder, Json, NoPassword, password, print_json, signed_in

NEW_PASSWORD_VARIABLE = "BORDERDESK_NEW_PASSWORD"  # noqa: S105 - a variable's name

RECOVERY_VARIABLE = "BORDERDESK_RECOVERY_CODE"

app = typer.Typer(help="Who may use this desk.", no_args_is_help=True)

Whom = Annotated[str, typer.Argument(help="The account this is about.")]


class NoSuchOperation(KnownError):
    """An account was to be for an operation that does not run at this desk."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say("No operation called {name} runs at this desk.", name=name),
            safe=NOTHING_CHANGED,
            todo=say("Give the name as the bureau ordered it, once this desk has heard of it."),
        )


@app.command("list")
def list_people(folder: Folder = DEFAULT_FOLDER, as_json: Json = False) -> None:
    """Everybody who has a key slot. Needs no password: the sign-in screen shows the same."""
    vault = Vault.open(folder / identities.VAULT, read_machine_secret(folder / identities.MACHINE_SECRET))
    if as_json:
        print_json([asdict(each) | {"ends_at": _iso(each.ends_at)} for each in vault.people()])
        return
    for each in vault.people():
        until = f"  (until {each.ends_at:%Y-%m-%d %H:%M} UTC)" if each.ends_at else ""
        said = "  (shut out)" if each.disabled else until
        typer.echo(f"{each.account:20} {each.role.value:12} {each.name}{said}")


@app.command("status")
def status(folder: Folder = DEFAULT_FOLDER, as_json: Json = False) -> None:
    """What guards this desk's key: what keeps the machine's secret, and how many may sign in. Needs no password."""
    vault = Vault.open(folder / identities.VAULT, read_machine_secret(folder / identities.MACHINE_SECRET))
    binding, passed_over = vault.binding()
    people = vault.people()
    shut_out = sum(each.disabled for each in people)
    if as_json:
        told = {"binding": binding or "file", "passed_over": passed_over, "people": len(people), "shut_out": shut_out}
        print_json(told)
        return
    typer.echo(f"machine's secret kept by: {binding or 'file'}")
    for reason in passed_over:
        typer.echo(f"  not by {reason}")
    typer.echo(f"{len(people)} people have a key slot, {shut_out} of them shut out")


@app.command("add")
def add(
    whom: Whom,
    account: Account,
    name: Annotated[str, typer.Option(help="The person's name.")],
    role: Annotated[Role, typer.Option(help="What the person is.")] = Role.OFFICER,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The account's last day (UTC); it ends by itself.")
    ] = None,
    operation: Annotated[
        str, typer.Option(help="The name of a running operation; the account ends with it by itself.")
    ] = "",
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Give somebody a key slot and a first password."""
    with signed_in(folder, account) as desk:
        order = _running(desk, operation) if operation else None
        last = datetime.combine(until.date(), time.max, UTC) if until else None
        desk.add_person(whom, name=name, role=role, password=_new_password(whom), until=last, operation=order)


@app.command("remove")
def remove(whom: Whom, account: Account, folder: Folder = DEFAULT_FOLDER) -> None:
    """Take somebody's key slot away. Re-key afterwards where a copy of the old key file may exist."""
    with signed_in(folder, account) as desk:
        desk.remove_person(whom)


@app.command("shut-out")
def shut_out(
    whom: Whom,
    account: Account,
    folder: Folder = DEFAULT_FOLDER,
    again: Annotated[bool, typer.Option("--let-in-again", help="Undo it.")] = False,
) -> None:
    """Let somebody sign in no more, without taking the slot away."""
    with signed_in(folder, account) as desk:
        desk.shut_out(whom, disabled=not again)


@app.command("reset")
def reset(whom: Whom, account: Account, folder: Folder = DEFAULT_FOLDER) -> None:
    """Give somebody who forgot the password a new first one."""
    with signed_in(folder, account) as desk:
        desk.reset_password(whom, _new_password(whom))


@app.command("password")
def change_password(account: Account, folder: Folder = DEFAULT_FOLDER) -> None:
    """Change one's own password."""
    word = password(new=False)
    with signed_in(folder, account, word) as desk:
        desk.change_password(word, _new_password(account))


@app.command("recover")
def recover(
    whom: Whom,
    name: Annotated[str, typer.Option(help="The person's name.")],
    folder: Folder = DEFAULT_FOLDER,
    new_secret: Annotated[
        bool,
        typer.Option(
            "--new-machine-secret", help="The old one is lost (a new TPM or mainboard): drops every key slot."
        ),
    ] = False,
) -> None:
    """Make a new supervisor with the recovery code from the safe, where no password opens the desk any more."""
    path, secret = folder / identities.VAULT, folder / identities.MACHINE_SECRET
    # Without the machine's secret: the code alone opens its slot, on any machine.
    key = Vault.open(path, b"").recover(_recovery_code())
    word = _new_password(whom)
    if new_secret:
        secret.unlink(missing_ok=True)
        Vault.open(path, b"").rebind(key, make_machine_secret(secret))
    with Desk(folder) as desk:
        at = desk.now()
    vault = Vault.open(path, read_machine_secret(secret))
    with open_store(folder / identities.STORE, key, MIGRATIONS) as store, store.transaction() as db:
        journal.append(
            db, kind="recovery", who=whom, at=at, why="recovery code", details={"about": whom, "new": new_secret}
        )
        vault.add(key, account=whom, name=name, role=Role.SUPERVISOR, password=word)
    typer.echo("The recovery code stays valid: put it back into the safe.")


@app.command("rekey")
def new_key(account: Account, folder: Folder = DEFAULT_FOLDER) -> None:
    """Encrypt everything under a fresh key: after somebody left, or the disk was out of sight. Takes minutes."""
    with Desk(folder) as desk:
        at, sure = desk.now(), desk.time_is_sure
    vault = Vault.open(folder / identities.VAULT, read_machine_secret(folder / identities.MACHINE_SECRET))
    word = password(new=False)
    who = vault.unlock(account, word, at=at, time_is_sure=sure)
    require(who.role, Right.MANAGE_PEOPLE)
    with open_lists(folder / identities.STORE, who, vault, MIGRATIONS) as store:
        if who.next_key is not None:
            # Opening finished or undid an interrupted re-keying; the slot now says which key is in use.
            who = vault.unlock(account, word, at=at)
        with store.transaction() as db:
            # Committed before it begins: where it is interrupted, the next sign-in finishes or undoes it.
            journal.append(db, kind="re-keying", who=who.account, at=at, details={"about": ""})
        rekey(vault, store, who.key)
        typer.echo("everything is encrypted under a new key")


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _running(desk: Desk, name: str) -> Operation:
    for each in desk.operations():
        if name in (each.id, each.name):
            return each
    raise NoSuchOperation(name)


def _recovery_code() -> str:
    given = os.environ.get(RECOVERY_VARIABLE)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise NoPassword
    asked: str = typer.prompt("Recovery code", hide_input=True, err=True)
    return asked


def _new_password(account: str) -> str:
    given = os.environ.get(NEW_PASSWORD_VARIABLE)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise NoPassword
    asked: str = typer.prompt(f"New password for {account}", hide_input=True, confirmation_prompt=True, err=True)
    return asked
