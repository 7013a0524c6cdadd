"""A real PostgreSQL for the length of a test run: Debian's package, no port, nothing shared."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

_ACCOUNT = "postgres"


def binaries() -> Path | None:
    """Where PostgreSQL's programs are."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = shutil.which("initdb")
    return debian[-1].parent if debian else Path(found).parent if found else None


def why_not() -> str:
    """Why no PostgreSQL can be started here; empty where one can."""
    if binaries() is None:
        return "PostgreSQL is not installed (Debian: postgresql)"
    if os.geteuid() == 0 and _account() is None:
        return "PostgreSQL does not run as root, and there is no account for it"
    return ""


def _account() -> str | None:
    import pwd

    try:
        return pwd.getpwnam(_ACCOUNT).pw_name
    except KeyError:
        return None


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _group(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return -1


class PostgresServer:
    """One cluster in a folder. Databases are cheap and never reused."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        """`durable`: a commit waits for the disk, as it does at a bureau. Tests end with the machine."""
        self._folder = folder
        self._sync = "" if durable else "-F"
        self._names = count(1)
        # It refuses to run as root.
        self._as: dict[str, Any] = {"user": _ACCOUNT} if os.geteuid() == 0 else {}

    def __enter__(self) -> PostgresServer:
        if self._as:
            shutil.chown(self._folder, _ACCOUNT)
        self._run("initdb", "-D", str(self._data), "-A", "trust", "-U", _ACCOUNT, "-E", "UTF8", "--no-sync")
        self.start()
        return self

    def start(self) -> None:
        """Start it, also after a crash."""
        options = f"-c listen_addresses='' -k {self._folder} {self._sync} -c max_connections=60"
        self._run("pg_ctl", "-D", str(self._data), "-w", "-o", options, "-l", str(self._folder / "log"), "start")

    def crash(self) -> None:
        """Kill its first process and all it has started, without a word."""
        lock = self._data / "postmaster.pid"
        first = int(lock.read_text().split()[0])
        group = os.getpgid(first)
        handles = [os.pidfd_open(pid) for pid in _processes() if _group(pid) == group]
        os.killpg(group, signal.SIGKILL)
        for handle in handles:
            select.select([handle], [], [], 30)  # readable once the process has ended
            os.close(handle)
        # Nobody may have collected the first one yet, so that its number still looks alive.
        lock.unlink(missing_ok=True)
        for left in self._folder.glob(".s.PGSQL.*"):
            left.unlink()

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "-D", str(self._data), "-w", "-m", "immediate", "stop")

    def new_database(self) -> str:
        """An empty database; its SQLAlchemy URL."""
        name = f"bureau{next(self._names)}"
        self._run("createdb", "-h", str(self._folder), "-U", _ACCOUNT, name)
        return f"postgresql+psycopg://{_ACCOUNT}@/{name}?host={self._folder}"

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _run(self, program: str, *arguments: str) -> None:
        where = binaries()
        assert where is not None
        done = subprocess.run(
            [str(where / program), *arguments],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            cwd=self._folder,
            **self._as,
        )
        assert done.returncode == 0, (program, done.stdout)


def main() -> None:
    """`python -m tests.bureau.postgres ARGUMENTS`: `borderdesk-bureau bench` on a durable PostgreSQL of its own."""
    with (
        TemporaryDirectory(prefix="borderdesk-postgres-") as folder,
        PostgresServer(Path(folder), durable=True) as server,
    ):
        command = [sys.executable, "-c", "from ui.cli.bureau import main; main()", "bench"]
        subprocess.run([*command, "--database", server.new_database(), *sys.argv[1:]], check=True)


if __name__ == "__main__":
    main()
