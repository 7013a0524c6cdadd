"""Garbage with widgets in it is collected in the window's thread, whoever makes the garbage."""

from __future__ import annotations

import gc
import threading

from PySide6.QtCore import QObject

from tests.desktop.conftest import Opener
from tests.desktop.desk_simulator import DeskSimulator
from ui.desktop.collector import Collector


class _Kept(QObject):
    """Part of a cycle; tells in which thread it was collected."""

    def __init__(self, died_in: list[int]) -> None:
        super().__init__()
        self.itself = self
        self.died_in = died_in

    def __del__(self) -> None:
        self.died_in.append(threading.get_ident())


def test_a_worker_that_makes_garbage_never_collects_the_windows(qapp: object) -> None:
    died_in: list[int] = []
    parent = QObject()
    collector = Collector(parent)
    collector.start()
    _Kept(died_in)
    worker = threading.Thread(target=lambda: [[] for _ in range(200_000)] and [[[]] for _ in range(50_000)])
    worker.start()
    worker.join()
    assert died_in == [], "the worker collected it"
    collector.stop()
    assert died_in == [threading.get_ident()]


def test_the_automatic_collector_is_given_back(open_desk: Opener) -> None:
    assert gc.isenabled()
    window = open_desk(DeskSimulator(signed_in=True))
    assert not gc.isenabled()
    window.close()
    assert gc.isenabled()


def test_the_program_itself_is_not_searched_for_garbage_while_a_window_is_open(open_desk: Opener) -> None:
    window = open_desk(DeskSimulator())
    assert gc.get_freeze_count() > 50_000
    window.close()
    assert gc.get_freeze_count() == 0


def test_what_is_due_is_collected_from_the_event_loop(qapp: object) -> None:
    died_in: list[int] = []
    parent = QObject()
    collector = Collector(parent)
    collector.start()
    try:
        _Kept(died_in)
        keep = [[] for _ in range(2 * gc.get_threshold()[0])]
        collector.collect_what_is_due()
        assert died_in == [threading.get_ident()], f"not collected with {len(keep)} new objects"
    finally:
        collector.stop()
