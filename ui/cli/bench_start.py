"""How long until an officer can sign in: run as its own process by `borderdesk bench desk`, on an enrolled folder.

    python -m ui.cli.bench_start FOLDER

It is `borderdesk desk`, ended as soon as the sign-in screen was painted. Prints as JSON the moment of that by the
computer's monotonic clock, and the seconds of computing it took until then.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from typer.main import get_command

from ui.cli.desk import app
from ui.resting import collector_at_rest


def main() -> None:
    """Open, paint, end."""
    # As the console script does: the command is looked up among all, and its room is loaded.
    if get_command(app).name != app.info.name:
        raise RuntimeError("the command line is part of what is measured")
    with collector_at_rest():
        from ui.cli.window import show_window

    def painted() -> None:
        print(json.dumps({"painted_at": time.monotonic(), "computed_s": time.process_time()}), flush=True)
        # Not loaded before `show_window` loads it, in its own order.
        from ui.desktop.app import application

        application().exit(0)

    show_window(Path(sys.argv[1]), once_shown=painted)


if __name__ == "__main__":
    main()
