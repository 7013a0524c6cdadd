"""How long until an alert is in use at a real desk, while much is fetched, and while a large list comes into use."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from borderdesk.hits import HitAct, outbox
from borderdesk.ids import ListName, RecordKey
from borderdesk.people import Binding
from borderdesk.watchlist import ListKind, Person, PersonName, Watchlist
from sync.agent import Courier, Desk
from sync.agent.enrolment import enrol
from ui.cli.bench_figures import Measured
from ui.cli.relay import Relay

if TYPE_CHECKING:
    from sync.bureau.bureau import Bureau

BACKLOG: Final = Watchlist(ListName("backlog"), ListKind.DOCUMENTS, "Invented stolen documents", "bench")
FLASH: Final = Watchlist(ListName("flash"), ListKind.PERSONS, "Flash alerts", "bench")
SECONDS: Final = 10.0
"""Within which an alert is to be on the screen."""

_PASSWORD = "only for the bench"  # noqa: S105 - of a desk that lives for minutes
_REPORT_BYTES = 2000
_TRAVELLER = "NUMBER, ALERT 1980-02-03 UTO"


def alert(number: int) -> Person:
    """One invented alert."""
    return Person(
        RecordKey(f"F{number}"), (PersonName("Alert NUMBER", "NUMBER", "Alert"),), remarks="armed and on the way"
    )


def during_backlog(bureau: Bureau, line: Relay, folder: Path, alerts: int, backlog: int) -> Iterator[Measured]:
    """Publish alerts while a real desk downloads `backlog` bytes; then a report of a hit on one of them."""
    seconds: list[float] = []
    applying: list[float] = []
    with _working(bureau, line, folder) as desk, Courier(desk) as courier:
        # The alert list comes first; wait until it is in use and the backlog under way.
        _until(lambda: _edition(desk) > 0 and _left(desk) < backlog, courier)
        for _ in range(alerts):
            time.sleep(1.7)  # not in step with the pieces
            coming = _left(desk) > 0
            if not coming and _in_use(desk):
                break
            took = _one(bureau, desk, courier)
            if took is None:
                break
            (seconds if coming else applying).append(took)
        left = _left(desk)
        report = _report_bytes(desk)
    if len(seconds) + len(applying) < alerts:
        yield Measured(
            "alerts that came before the backlog was through (take a larger --backlog)",
            len(seconds) + len(applying),
            "",
        )
    in_turn = left * 8 / line.rate if line.rate else None
    if seconds:
        behind = "in its turn, behind the backlog"
        yield Measured("flash alert during a backlog, slowest", max(seconds), "s", SECONDS, in_turn, behind)
        yield Measured("flash alert during a backlog, mean", sum(seconds) / len(seconds), "s")
    if applying:
        yield Measured("flash alert while the backlog comes into use, slowest", max(applying), "s", SECONDS)
    yield Measured("backlog still to come after the last alert", left, "bytes")
    if report is not None:
        yield Measured("report of a hit on it, sealed", report, "bytes", _REPORT_BYTES)


def while_applying(bureau: Bureau, line: Relay, folder: Path, rows: int) -> Iterator[Measured]:
    """Publish an alert while a list of so many rows comes into use. It is fetched fast; the alert is not."""
    rate, line.rate = line.rate, 0
    seconds: list[float] = []
    with _working(bureau, line, folder) as desk, Courier(desk) as courier:
        _until(lambda: _edition(desk) > 0 and _left(desk) == 0, courier)
        line.rate = rate
        began = time.perf_counter()
        while not _in_use(desk):
            took = _one(bureau, desk, courier)
            if took is None:
                break
            if not _in_use(desk) or not seconds:
                seconds.append(took)
        whole = time.perf_counter() - began
    name = f"flash alert while a list of {rows:,} rows comes into use, slowest"
    if seconds:
        yield Measured(name, max(seconds), "s", SECONDS, whole, "behind the list")
    yield Measured("alerts published meanwhile", len(seconds), "")


@contextmanager
def _working(bureau: Bureau, line: Relay, folder: Path) -> Iterator[Desk]:
    """A real desk with somebody signed in."""
    code = str(bureau.enrol_code(folder.name))
    rate, line.rate = line.rate, 0  # enrolment is not what is measured
    enrol(
        folder,
        url=f"https://127.0.0.1:{line.port}",
        code=code,
        account="bench",
        name="",
        password=_PASSWORD,
        binding=Binding.FILE,
    )
    line.rate = rate
    with Desk(folder) as desk:
        desk.sign_in("bench", _PASSWORD)
        yield desk


def _one(bureau: Bureau, desk: Desk, courier: Courier) -> float | None:
    """Seconds from publishing one alert until officers are answered from it; None where the courier gave up."""
    before = _edition(desk)
    bureau.flash(FLASH.name, [alert(before)])
    began = time.perf_counter()
    return time.perf_counter() - began if _until(lambda: _edition(desk) > before, courier) else None


def _report_bytes(desk: Desk) -> int | None:
    """How large the report is that an officer's hit on an alert makes, as it travels; None where there is no match."""
    verdict = desk.screen(_TRAVELLER)
    record = next((finding.record for finding in verdict.findings if finding.record), None)
    record = record or next((candidate.record for candidate in verdict.candidates), None)
    if record is None:
        return None
    desk.take_up(verdict, record=record, act=HitAct.REFER, note="He says that he is on his way home to his family.")
    return len(outbox.waiting(desk.unlocked_store().reader)[-1].item.envelope)


def _edition(desk: Desk) -> int:
    """The edition of the alert list that officers are answered from, 0 where there is none yet."""
    return next((held.edition for held in desk.status().lists if held.name == FLASH.name), 0)


def _in_use(desk: Desk) -> bool:
    """Whether officers are answered from the backlog's list already."""
    return any(held.name == BACKLOG.name for held in desk.status().lists)


def _left(desk: Desk) -> int:
    progress = desk.status().progress
    return progress.bytes_left if progress else 0


def _until(true: Callable[[], bool], courier: Courier) -> bool:
    """Look again and again; False where the courier gave up."""
    while not true():
        if not courier.is_running:
            return true()
        time.sleep(0.05)
    return True
