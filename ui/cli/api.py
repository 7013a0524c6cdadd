"""`borderdesk api`: the desk's interface for a border-management system on the same machine."""

from __future__ import annotations

import json
import secrets
import signal
import threading
from typing import Annotated

import typer

from borderdesk import __version__
from sync.agent import Courier
from sync.agent.beside import OPERATIONS
from sync.agent.loopback import serve_beside
from sync.agent.tokens import new_token
from sync.api import describe
from ui.cli.work import DEFAULT_FOLDER, Account, Folder, signed_in

app = typer.Typer(help="Let a border-management system on this machine ask the desk, over HTTP.", no_args_is_help=True)


@app.command()
def token(account: Account, folder: Folder = DEFAULT_FOLDER) -> None:
    """Make the token a program must bring. It is shown once; the one before is good no longer.

    Supervisors, technicians and auditors may; the act is journalled.
    """
    with signed_in(folder, account) as desk:
        desk.note("api-token")
        made = new_token(folder, secrets.token_bytes)
    typer.echo(made)


@app.command()
def serve(
    account: Account,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")] = 8753,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Sign in and answer programs until stopped (Ctrl+C or SIGTERM), exchanging with the bureau meanwhile.

    The desk locks itself after the policy's minutes without a screening; then it answers that it is locked.
    """
    with signed_in(folder, account) as desk:
        stopped = threading.Event()
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, lambda *_: stopped.set())
        with serve_beside(desk, port) as server, Courier(desk):
            typer.echo(f"serving {server.url}")
            # The desk is signed out, and the journal says so, however it is stopped.
            stopped.wait()


@app.command()
def description() -> None:
    """Print the OpenAPI description of what a desk answers."""
    typer.echo(json.dumps(describe(OPERATIONS, "BorderDesk", __version__), indent=2))
