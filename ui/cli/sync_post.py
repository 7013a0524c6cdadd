"""`borderdesk sync serve-post` and `sync peer`: a post's second desk feeds from the first."""

from __future__ import annotations

from typing import Annotated

import typer

from sync.agent import Desk
from sync.agent.errand import Errand
from sync.agent.neighbour import neighbour, set_neighbour
from sync.agent.post_server import PostServer
from sync.agent.shelf import MEGABYTE
from sync.carriers import PeerAddress
from ui.cli.work import DEFAULT_FOLDER, Folder


def register(app: typer.Typer) -> None:
    """Add these commands to `borderdesk sync`."""
    app.command("serve-post")(serve_post)
    app.command("peer")(peer)


def serve_post(
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 8470,
    listen: Annotated[
        str, typer.Option(help="This machine's address on the post's network, such as 192.168.1.10.")
    ] = "127.0.0.1",
    end: Annotated[bool, typer.Option("--end", help="Serve no longer, and forget what was kept for it.")] = False,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Let the other desks of the post fetch from this one what the bureau published, until interrupted.

    It also takes their sealed reports along to the bureau, and what the bureau answers back to them. What comes later
    is kept for them by whatever exchanges here: `borderdesk desk`, `sync now`, a stick.
    """
    with Desk(folder) as desk:
        if end:
            desk.serve_no_post()
            typer.echo("Nothing is kept for other desks any more.")
            return
        desk.serve_post()
        with Errand(desk) as errand:
            most = desk.policy.post_relay_megabytes * MEGABYTE
            server = PostServer(folder, listen, port, came=errand.run, most_relayed=most)
            typer.echo(
                f"This desk serves its post at {server.url}. At the other desk: borderdesk sync peer {server.url}"
            )
            server.serve_forever()


def peer(
    address: Annotated[str, typer.Argument(help="Where the other desk serves, such as http://192.168.1.10:8470.")] = "",
    none: Annotated[bool, typer.Option("--none", help="Feed from no other desk.")] = False,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Set, or show, the desk of the post to feed from whenever the link to the bureau is down."""
    with Desk(folder):  # an enrolled one
        if none or address:
            set_neighbour(folder, None if none else PeerAddress.read(address))
        found = neighbour(folder)
    typer.echo(f"Feeds from {found.url} while the link is down." if found else "Feeds from no other desk.")
