"""The demonstration's stage: a real bureau in its own process, its lists, and a desk enrolled with it.

Everything goes through the commands and the wire that a real installation uses; only the folder and the sample
passwords are the demonstration's own.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import Any, Final

from borderdesk.errors import KnownError
from borderdesk.words import say

DOCUMENTS: Final = 200_000
SEED: Final = 7
POST: Final = "nong-haet"
OFFICER: Final = "noy"
OFFICER_NAME: Final = "Noy Phommachanh (demo)"
PASSWORD: Final = "three lanterns at the bridge"  # noqa: S105 - a demonstration's password, printed on purpose
SLTD: Final = "sltd"
UN: Final = "un-sc"

_STARTED_WITHIN: Final = 60.0
"""Seconds a bureau may take until it answers; a cheap PC with a cold disk needs some."""


class CommandFailed(KnownError):
    """One of the demonstration's own steps did not work."""

    def __init__(self, command: str, output: str) -> None:
        super().__init__(
            say("The step `{command}` failed: {output}", command=command, output=output),
            safe=say("Nothing outside the demonstration's folder was touched."),
            todo=say("Run it again with --keep and look into the folder; report it if it stays."),
        )


class Stage:
    """One bureau and one desk in a folder. `report` gets a line for each step."""

    def __init__(self, folder: Path, report: Callable[[str], None], documents: int = DOCUMENTS) -> None:
        self.folder = folder
        self.bureau_folder = folder / "bureau"
        self.desk_folder = folder / "desk"
        self.documents = documents
        self._report = report
        self._server: subprocess.Popen[bytes] | None = None
        self.port = _free_port()

    @property
    def url(self) -> str:
        """Where the bureau answers while it runs."""
        return f"https://127.0.0.1:{self.port}"

    def prepare_bureau(self) -> None:
        """Make the bureau and publish its first editions: the real UN list and seeded synthetic documents."""
        self.bureau("init", "--name", "NCB Vientiane (demo)", "--country", "LAO")
        un_list = resources.files("borderdesk.watchlist") / "data" / "un-sc-consolidated-2026-02-27.xml.xz"
        with resources.as_file(un_list) as file:
            self.bureau("lists", "import", "un", str(file))
        self._report("bureau: imported the UN Security Council consolidated list of 2026-02-27")
        self.bureau("lists", "import", "synthetic", "--documents", str(self.documents), "--seed", str(SEED))
        self._report(f"bureau: imported {self.documents:,} synthetic stolen and lost documents (seed {SEED})")
        self.bureau("publish")
        self._report("bureau: published the first edition of each list, signed and encrypted")

    def start_bureau(self) -> None:
        """Serve until `stop_bureau`; returns when it answers."""
        log = (self.folder / "bureau.log").open("ab")
        with closing(log):
            self._server = subprocess.Popen(  # noqa: S603 - our own command, our own arguments
                [*_command("borderdesk-bureau"), *self._bureau_options(), "serve", "--port", str(self.port), "--log"],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        _wait_for_port(self.port, self._server)
        self._report(f"bureau: serving on {self.url}")

    def stop_bureau(self) -> None:
        """End the bureau's process, as a power cut in the capital would for the desk."""
        if self._server is not None:
            self._server.terminate()
            self._server.wait(timeout=30)
            self._server = None
            self._report("bureau: stopped")

    def bureau(self, *arguments: str) -> str:
        """Run one `borderdesk-bureau` command and return what it printed. Raises CommandFailed."""
        return _run([*_command("borderdesk-bureau"), *self._bureau_options(), *arguments])

    def bureau_json(self, *arguments: str) -> Any:
        """The same with `--json`, read."""
        return json.loads(self.bureau(*arguments, "--json"))

    def close(self) -> None:
        """Leave no process behind."""
        self.stop_bureau()

    def __enter__(self) -> Stage:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _bureau_options(self) -> tuple[str, ...]:
        return ("--dir", str(self.bureau_folder))


def _command(name: str) -> tuple[str, ...]:
    beside = Path(sys.executable).parent / name
    if beside.exists():
        return (str(beside),)
    found = shutil.which(name)
    if found is None:
        raise CommandFailed(name, "the command is not installed")
    return (found,)


def _run(command: list[str]) -> str:
    done = subprocess.run(  # noqa: S603 - our own command, our own arguments
        command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, env=os.environ.copy()
    )
    if done.returncode != 0:
        raise CommandFailed(" ".join(command[1:]), (done.stderr or done.stdout).strip())
    return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for_port(port: int, server: subprocess.Popen[bytes]) -> None:
    """Return when something accepts connections there. Raises CommandFailed where the process ends instead."""
    deadline = time.monotonic() + _STARTED_WITHIN
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise CommandFailed("borderdesk-bureau serve", f"ended with code {server.returncode}")
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise CommandFailed("borderdesk-bureau serve", "did not answer in time")
