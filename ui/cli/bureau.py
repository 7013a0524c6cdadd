"""The command `borderdesk-bureau`: the National Central Bureau's side."""

from __future__ import annotations

import typer

from ui.cli import errors

app = typer.Typer(
    name="borderdesk-bureau",
    help="Run the bureau: lists, publishing, posts, hits.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.command()
def version() -> None:
    """Print the version of this program."""
    from borderdesk import __version__

    typer.echo(__version__)


def main() -> None:
    """The console script."""
    errors.run(app)
