"""A bureau in a folder of its own, with a clock that a test holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sync.bureau import Bureau, BureauServer, serve_in_thread
from tests.bureau.common import HeldClock
from tests.bureau.simulator import DeskSimulator


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def bureau(tmp_path: Path, clock: HeldClock) -> Iterator[Bureau]:
    with Bureau.create(tmp_path / "bureau", name="NCB Utopia", country="UTO", clock=clock) as made:
        yield made


@pytest.fixture
def server(bureau: Bureau) -> Iterator[BureauServer]:
    with serve_in_thread(bureau) as running:
        yield running


@pytest.fixture
def new_desk(bureau: Bureau, server: BureauServer) -> Iterator[Callable[[str], DeskSimulator]]:
    """Enrols one more desk of a post."""
    with ExitStack() as stack:

        def enrolled(post: str = "torodi") -> DeskSimulator:
            desk = DeskSimulator(server.url, bureau.home.ca)
            stack.callback(desk.close)
            assert desk.enrol(bureau.enrol_code(post)).status_code == 200
            return desk

        yield enrolled
