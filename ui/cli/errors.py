"""Known errors as three sentences on the command line, never as a traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable

import typer

from borderdesk.errors import BorderDeskError

EXIT_KNOWN = 2
"""Exit code where the program worked but the world did not (a bad file, a full disk, a wrong password)."""


def run(app: typer.Typer | Callable[[], object]) -> None:
    """Run a command line; a known error prints what happened, what is safe and what to do, and exits with 2."""
    try:
        app()
    except BorderDeskError as error:
        for sentence in error.sentences:
            print(sentence, file=sys.stderr)
        sys.exit(EXIT_KNOWN)
