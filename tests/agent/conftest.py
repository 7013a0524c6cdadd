"""A real bureau behind HTTPS and a real desk, signed in; and a clock that a test moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from sync.agent import Desk
from sync.agent.enrolment import enrol
from sync.bureau import Bureau
from sync.bureau.server import BureauServer, serve_in_thread

PASSWORD = "three lanterns at the bridge"
DOCUMENTS, SEED = 200, 7


class MovableClock:
    """Wall and monotonic time that stand still until a test moves them."""

    def __init__(self) -> None:
        self.now, self.ticks = datetime.now(UTC), 1000.0

    def wall(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.ticks

    def pass_(self, time: timedelta) -> None:
        """Time goes by, and the PC's clock knows it."""
        self.now += time
        self.ticks += time.total_seconds()


@dataclass(frozen=True)
class Place:
    """A bureau with its server, and an enrolled desk."""

    bureau: Bureau
    server: BureauServer
    folder: Path
    clock: MovableClock

    def desk(self) -> Desk:
        """The desk as it starts, locked."""
        return Desk(self.folder, clock=self.clock)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def place(tmp_path: Path, clock: MovableClock) -> Iterator[Place]:
    with Bureau.create(tmp_path / "bureau", name="NCB Test", country="LAO", clock=clock) as bureau:
        bureau.import_list(SYNTHETIC_LIST, stolen_documents(DOCUMENTS, SEED))
        bureau.publish()
        with serve_in_thread(bureau) as server:
            code = str(bureau.enrol_code("nong-haet"))
            enrol(
                tmp_path / "desk", url=server.url, code=code, account="noy", name="Noy", password=PASSWORD, clock=clock
            )
            yield Place(bureau, server, tmp_path / "desk", clock)


@pytest.fixture
def desk(place: Place) -> Iterator[Desk]:
    with place.desk() as desk:
        desk.sign_in("noy", PASSWORD)
        desk.exchange()
        yield desk
