"""`borderdesk bench`: what this machine can do."""

from __future__ import annotations

import typer

from ui.cli.rooms import rooms

app = typer.Typer(
    help="Measure this machine; every figure has a plain baseline beside it.",
    no_args_is_help=True,
    cls=rooms(
        {
            "documents": "ui.cli.bench_documents:documents",
            "names": "ui.cli.bench_names:names",
            "wire": "ui.cli.bench_wire:bench_wire",
            "link": "ui.cli.bench_link:bench_link",
            "replica": "ui.cli.bench_replica:replica",
            "desk": "ui.cli.bench_desk:desk",
        }
    ),
)
