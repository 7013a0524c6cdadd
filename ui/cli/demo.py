"""`borderdesk demo`: the product at work, in a window or, without a display, in pictures and lines."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from borderdesk.errors import KnownError
from borderdesk.words import say

_SCREEN = "-screen 0 1366x768x24"


class NoVirtualScreen(KnownError):
    """There is no display, and nothing to make a virtual one with."""

    def __init__(self) -> None:
        super().__init__(
            say("There is no display, and xvfb-run is not installed."),
            safe=say("Nothing was changed."),
            todo=say("Run `make demo`, which installs it, or install the Debian package xvfb."),
        )


def demo(
    play: Annotated[bool, typer.Option(help="Play the scenes by themselves even where there is a display.")] = False,
    out: Annotated[Path, typer.Option(help="Folder for the pictures of the scenes.")] = Path("demo-output"),
    keep: Annotated[Path | None, typer.Option(help="Keep bureau and desk in this folder.")] = None,
    documents: Annotated[int, typer.Option(min=1000, help="Stolen and lost documents to invent.")] = 200_000,
) -> None:
    """Show BorderDesk at work: a bureau on loopback, an enrolled desk, six scenes."""
    has_display = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    if not has_display and os.environ.get("QT_QPA_PLATFORM") != "offscreen":
        _again_under_virtual_screen()
    from ui.demo.run import perform

    def run(folder: Path) -> None:
        perform(folder, out=out, documents=documents, by_itself=play or not _watched(), today=datetime.now(UTC).date())

    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        run(keep)
    else:
        with tempfile.TemporaryDirectory(prefix="borderdesk-demo-") as folder:
            run(Path(folder))


def _watched() -> bool:
    return "BORDERDESK_VIRTUAL_SCREEN" not in os.environ and os.environ.get("QT_QPA_PLATFORM") != "offscreen"


def _again_under_virtual_screen() -> None:
    """Replace this process by the same command under a virtual display."""
    runner = shutil.which("xvfb-run")
    if runner is None:
        raise NoVirtualScreen
    os.environ["BORDERDESK_VIRTUAL_SCREEN"] = "1"
    sys.stdout.flush()
    os.execv(runner, [runner, "-a", "-s", _SCREEN, sys.executable, "-m", "ui.cli.desk", *sys.argv[1:]])  # noqa: S606
