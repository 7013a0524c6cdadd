"""The command `borderdesk`: the desk's window and the same engine without one."""

from __future__ import annotations

import typer

from ui.cli import (
    api,
    bench_desk,
    bench_replica,
    clearances,
    demo,
    documents,
    drills,
    errors,
    hits,
    lookouts,
    replica,
    sync,
    work,
)
from ui.cli.bench_link import bench_link
from ui.cli.bench_names import names as bench_names
from ui.cli.bench_wire import bench_wire
from ui.cli.names import app as names

app = typer.Typer(
    name="borderdesk",
    help="Watchlist checks at a border post, with or without a link to the capital.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
bench = typer.Typer(help="Measure this machine; every figure has a plain baseline beside it.", no_args_is_help=True)
app.add_typer(bench, name="bench")

# One line per room; each room's commands are in its own file.
work.register(app)
app.add_typer(hits.app, name="hits")
app.add_typer(sync.app, name="sync")
app.command()(demo.demo)
documents.register(app, bench)
app.add_typer(names, name="names")
bench.command("names")(bench_names)
bench.command("wire")(bench_wire)
bench.command("link")(bench_link)
bench.command("replica")(bench_replica.replica)
app.add_typer(clearances.app, name="clearances")
app.add_typer(lookouts.app, name="look-out")
app.add_typer(drills.app, name="drill")
replica.register(app)
app.add_typer(api.app, name="api")
bench.command("desk")(bench_desk.desk)


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
