"""The command `borderdesk`: the desk's window and the same engine without one."""

from __future__ import annotations

import typer

from ui.cli import benches, errors
from ui.cli.rooms import rooms

app = typer.Typer(
    name="borderdesk",
    help="Watchlist checks at a border post, with or without a link to the capital.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    cls=rooms(
        {
            "enrol": "ui.cli.work:enrol",
            "desk": "ui.cli.window:desk_window",
            "screen": "ui.cli.work:screen",
            "status": "ui.cli.work:status",
            "hits": "ui.cli.hits:app",
            "sync": "ui.cli.sync:app",
            "demo": "ui.cli.demo:demo",
            "mrz": "ui.cli.mrz:app",
            "identifiers": "ui.cli.identifiers:app",
            "manifest": "ui.cli.manifest:app",
            "chip": "ui.cli.chip:app",
            "names": "ui.cli.names:app",
            "clearances": "ui.cli.clearances:app",
            "look-out": "ui.cli.lookouts:app",
            "drill": "ui.cli.drills:app",
            "people": "ui.cli.people:app",
            "replica": "ui.cli.replica:app",
            "journal": "ui.cli.replica:journal_app",
            "api": "ui.cli.api:app",
        }
    ),
)
app.add_typer(benches.app, name="bench")


@app.command()
def version() -> None:
    """Print the version of this program."""
    from borderdesk import __version__

    typer.echo(__version__)


def main() -> None:
    """The console script."""
    errors.run(app)


if __name__ == "__main__":
    main()
