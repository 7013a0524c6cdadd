"""A real PostgreSQL for the length of a test run: Debian's package, no port, nothing shared."""

from __future__ import annotations

import os
import shutil
import subprocess
from itertools import count
from pathlib import Path
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


class PostgresServer:
    """One cluster in a folder. Databases are cheap and never reused."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names = count(1)
        # It refuses to run as root.
        self._as: dict[str, Any] = {"user": _ACCOUNT} if os.geteuid() == 0 else {}

    def __enter__(self) -> PostgresServer:
        if self._as:
            shutil.chown(self._folder, _ACCOUNT)
        self._run("initdb", "-D", str(self._data), "-A", "trust", "-U", _ACCOUNT, "-E", "UTF8", "--no-sync")
        # Tests end with the machine; nobody needs their data after a power cut.
        options = f"-c listen_addresses='' -k {self._folder} -F -c max_connections=60"
        self._run("pg_ctl", "-D", str(self._data), "-w", "-o", options, "-l", str(self._folder / "log"), "start")
        return self

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
