"""A bureau in a folder of its own, with a clock that a test holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from sync.bureau import ALL, Bureau, BureauServer, serve_in_thread
from sync.wire import Scope
from tests.bureau.common import HeldClock
from tests.bureau.postgres import PostgresServer, why_not
from tests.bureau.simulator import DeskSimulator


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL of this test run's own, on a socket in a folder of its own."""
    reason = why_not()
    if reason:
        pytest.skip(reason)
    # Not below pytest's own folder: only this user may enter that, and PostgreSQL must be another one than root.
    with TemporaryDirectory(prefix="borderdesk-postgres-") as folder, PostgresServer(Path(folder)) as server:
        yield server


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database: empty for SQLite in the bureau's folder. `both_databases` runs a test on both."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return ""
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
def bureau(tmp_path: Path, clock: HeldClock, database: str) -> Iterator[Bureau]:
    folder = tmp_path / "bureau"
    with Bureau.create(folder, name="NCB Utopia", country="UTO", clock=clock, database=database) as made:
        yield made


@pytest.fixture
def server(bureau: Bureau) -> Iterator[BureauServer]:
    with serve_in_thread(bureau) as running:
        yield running


@pytest.fixture
def new_desk(bureau: Bureau, server: BureauServer) -> Iterator[Callable[..., DeskSimulator]]:
    """Enrols one more desk of a post."""
    with ExitStack() as stack:

        def enrolled(post: str = "torodi", scope: Scope = ALL) -> DeskSimulator:
            desk = DeskSimulator(server.url, bureau.home.ca)
            stack.callback(desk.close)
            assert desk.enrol(bureau.enrol_code(post, scope)).status_code == 200
            return desk

        yield enrolled
