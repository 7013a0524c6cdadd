"""The command `borderdesk-bureau`: the National Central Bureau's side."""

from __future__ import annotations

import getpass
import logging
from pathlib import Path
from typing import Annotated

import typer

from sync.bureau import ALL, CODE_LIFE, Bureau, BureauServer, back_up, restore
from sync.twin import Twins
from sync.wire import Scope
from ui.cli import (
    bureau_bench,
    bureau_categories,
    bureau_contacts,
    bureau_drills,
    bureau_hits,
    bureau_lists,
    bureau_operations,
    bureau_people,
    bureau_policy,
    bureau_posts,
    bureau_root,
    bureau_scopes,
    bureau_sticks,
    bureau_twin,
    errors,
)
from ui.cli.bureau_common import Json, emit, folder_of, iso, opened, when
from ui.console import console_routes

app = typer.Typer(
    name="borderdesk-bureau",
    help="Run the bureau: lists, publishing, posts, hits.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(bureau_lists.app, name="lists")
bureau_bench.register(app)
bureau_lists.register_flash(app)
app.add_typer(bureau_sticks.app, name="stick")
app.add_typer(bureau_root.app, name="root")
app.add_typer(bureau_root.checkpoints, name="checkpoint")
app.add_typer(bureau_hits.app, name="hits")
app.add_typer(bureau_twin.app, name="twin")
app.add_typer(bureau_contacts.app, name="contacts")
app.add_typer(bureau_operations.app, name="operations")
app.add_typer(bureau_drills.app, name="drill")
app.add_typer(bureau_people.app, name="people")
app.add_typer(bureau_policy.app, name="policy")
app.add_typer(bureau_posts.app, name="posts")
app.add_typer(bureau_scopes.app, name="scopes")
app.add_typer(bureau_categories.app, name="categories")
app.add_typer(bureau_people.tokens, name="tokens")
app.add_typer(bureau_people.journal, name="journal")


@app.callback()
def choose_folder(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Option("--dir", envvar="BORDERDESK_BUREAU", help="The bureau's folder.", file_okay=False)
    ] = Path("bureau"),
) -> None:
    """Every command works on one bureau's folder."""
    context.obj = folder


@app.command()
def version() -> None:
    """Print the version of this program."""
    from borderdesk import __version__

    typer.echo(__version__)


@app.command()
def init(
    context: typer.Context,
    name: Annotated[str, typer.Option(help="What the bureau is called on the desks' screens.")],
    country: Annotated[str, typer.Option(help="The state's code in ICAO letters.")],
    folder: Annotated[Path | None, typer.Argument(help="The folder to make; --dir does the same.")] = None,
    database: Annotated[str, typer.Option(help="SQLAlchemy URL; empty for a file in the folder.")] = "",
    as_json: Json = False,
) -> None:
    """Make a bureau: its folder, keys, certificate authority and database."""
    where = folder or folder_of(context)
    with Bureau.create(where, name=name, country=country, database=database) as bureau:
        home = bureau.home
    if as_json:
        emit({"id": home.id, "name": home.name, "country": home.country, "folder": str(home.folder)})
        return
    typer.echo(f"{home.name} ({home.id}) is ready in {home.folder}.")
    typer.echo(f"Back up {home.keys}: without it every desk would have to be enrolled again.")


@app.command()
def publish(
    context: typer.Context,
    propose: Annotated[bool, typer.Option("--propose", help="Only propose it to a second person.")] = False,
    approve: Annotated[int, typer.Option(help="Publish the proposal of this number.")] = 0,
    four_eyes: Annotated[
        bool | None, typer.Option("--four-eyes/--two-eyes", help="From now on publishing takes two persons, or one.")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Who does it; your own account if not given.")] = "",
    as_json: Json = False,
) -> None:
    """Sign a new edition of every list for the desks; an unchanged list gets a heartbeat."""
    who = by or getpass.getuser()
    with opened(context) as bureau:
        if four_eyes is not None:
            bureau.require_four_eyes(four_eyes, by=who)
            _say(
                {"four_eyes": four_eyes},
                "Publishing takes two persons." if four_eyes else "One person publishes.",
                as_json,
            )
            return
        if propose:
            made = bureau.propose(by=who)
            _say({"proposal": made.number, "by": who}, f"Proposal {made.number} waits for somebody else.", as_json)
            return
        done = bureau.approve(approve, by=who) if approve else bureau.publish(by=who)
        # Desks have the news already; whole lists for new desks may take minutes.
        bureau.renew_wholes()
    if as_json:
        lists = [
            {
                "list": one.edition.watchlist.name,
                "edition": one.edition.number,
                "rows": one.edition.rows,
                "withdrawn": one.withdrawn,
                "upserted": one.upserted,
                "digest": one.edition.digest.hex(),
                "published_at": iso(one.edition.published_at),
            }
            for one in done.lists
        ]
        manifests = [{"scope": one.scope, "epoch": one.epoch, "sequence": one.sequence} for one in done.manifests]
        emit({"lists": lists, "manifests": manifests, "files": done.files, "bytes": done.bytes})
        return
    for one in done.lists:
        change = f"{one.withdrawn} withdrawn, {one.upserted} added or changed, {one.edition.rows} rows"
        typer.echo(f"{one.edition.watchlist.name}: edition {one.edition.number}: {change}")
    typer.echo(f"{done.files} files, {done.bytes} bytes; signed for {len(done.manifests)} scope(s).")


@app.command()
def enrol(
    context: typer.Context,
    post: str,
    scope: Annotated[str, typer.Option(help="The scope of a post that is new.")] = ALL,
    as_json: Json = False,
) -> None:
    """Print a code with which one desk of a post can be enrolled, once, within an hour."""
    with opened(context) as bureau:
        until = bureau.clock.wall() + CODE_LIFE
        code = bureau.enrol_code(post, Scope(scope))
    if as_json:
        emit({"post": post, "code": str(code), "expires_at": iso(until)})
        return
    typer.echo(str(code))
    typer.echo(f"For one desk of {post}, until {when(until)}. Say it; do not send it in writing.", err=True)


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on, and name in the certificate.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8443,
    log: Annotated[bool, typer.Option("--log", help="Write a line of JSON for each request, without names.")] = False,
) -> None:
    """Serve desks, programs and the console over HTTPS, and speak with partners, until stopped (Ctrl+C or SIGTERM)."""
    with opened(context) as bureau:
        server = BureauServer(bureau, host, port, pages=console_routes)
        if log:
            # Only our own lines, which name nobody: other parts' might.
            lines = logging.getLogger("borderdesk")
            lines.addHandler(logging.StreamHandler())
            lines.setLevel(logging.INFO)
        typer.echo(f"serving {server.url}")
        with Twins(bureau):
            server.serve_forever()


@app.command("shut-out")
def shut_out(
    context: typer.Context,
    desk: str,
    account: Annotated[str, typer.Argument(help="The account as it signs in at that desk.")],
    reason: Annotated[str, typer.Option(help="Why; goes into the desk's journal.")],
    again: Annotated[bool, typer.Option("--let-in-again", help="Undo it.")] = False,
) -> None:
    """Order a desk that somebody may sign in there no more. It obeys when it next hears from the bureau."""
    with opened(context) as bureau:
        number = bureau.order(desk, account, shut_out=not again, reason=reason)
    typer.echo(f"Letter {number} to {desk}: {account} {'is let in again' if again else 'is shut out'}.")


@app.command()
def place(context: typer.Context, post: str, latitude: float, longitude: float) -> None:
    """Put a post on the console's map, in degrees."""
    with opened(context) as bureau:
        bureau.put_on_map(post, latitude, longitude, by=getpass.getuser())
    typer.echo(f"{post} is on the map.")


@app.command()
def revoke(context: typer.Context, desk: str) -> None:
    """Answer a desk no more, from now on."""
    with opened(context) as bureau:
        bureau.revoke(desk)
    typer.echo(f"{desk} is answered no more, and the next publish uses a key that it never gets.")
    typer.echo("What it holds stays on its disk until its keys are destroyed there.")


@app.command()
def backup(
    context: typer.Context,
    archive: Annotated[Path, typer.Argument(help="The file to write; as secret as the bureau itself.")],
    as_json: Json = False,
) -> None:
    """Write everything the bureau would need to go on elsewhere into one file, while it works."""
    with opened(context) as bureau:
        done = back_up(bureau.home, archive)
    if as_json:
        emit({"archive": str(done.archive), "files": done.files, "bytes": done.bytes})
        return
    typer.echo(f"{done.archive}: {done.bytes} bytes with {done.files} published files. Keep it as you keep a key.")


@app.command("restore")
def restore_backup(
    context: typer.Context,
    archive: Path,
    folder: Path,
    database: Annotated[
        str, typer.Option(help="URL of an empty PostgreSQL database, where the backup is of one.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Unpack a backup into a new folder."""
    home = restore(archive, folder, database=database)
    if as_json:
        emit({"id": home.id, "name": home.name, "folder": str(home.folder)})
        return
    typer.echo(f"{home.name} ({home.id}) is restored in {home.folder}. Let only one of the two serve desks.")


def main() -> None:
    """The console script."""
    errors.run(app)


def _say(plain: dict[str, object], words: str, as_json: bool) -> None:
    if as_json:
        emit(plain)
    else:
        typer.echo(words)
