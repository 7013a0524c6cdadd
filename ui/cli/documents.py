"""The commands of the documents room, in one place."""

from __future__ import annotations

import typer

from ui.cli import bench_documents, chip, identifiers, manifest, mrz


def register(app: typer.Typer, bench: typer.Typer) -> None:
    """Add them to `borderdesk` and to `borderdesk bench`."""
    app.add_typer(mrz.app, name="mrz")
    app.add_typer(identifiers.app, name="identifiers")
    app.add_typer(manifest.app, name="manifest")
    bench.command("documents")(bench_documents.documents)
    app.add_typer(chip.app, name="chip")
