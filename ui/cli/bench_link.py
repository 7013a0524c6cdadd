"""`borderdesk bench link`: a real bureau and a real desk over a link that is slow, far, and cut in mid-file."""

from __future__ import annotations

import json
import re
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from borderdesk.clock import SystemClock
from borderdesk.policy import DEFAULT
from borderdesk.watchlist.synthetic import stolen_documents
from sync.agent.exchange import Exchange, Exchanged
from sync.agent.spool import Spool, open_spool
from sync.carriers import HttpsCarrier
from sync.trust import DeskKeys, LinkIdentity, Trust, TrustedTime
from sync.wire import DeskSealer, EnrolCode, FileRole, Manifest, decode_enrol_reply, encode_enrol_request
from sync.wire.http import MAX_WAIT
from ui.cli.bench_figures import Measured
from ui.cli.bench_link_alerts import BACKLOG, FLASH, alert, during_backlog, while_applying
from ui.cli.relay import Counted, Relay, relay

if TYPE_CHECKING:
    from sync.bureau.bureau import Bureau

_DAY = 86_400
_RETRY_SECONDS = 0.5
_REPORT = 700
"""Bytes of a hit report before it is sealed, where no real one was made."""
_TUF_BYTES, _TUF_ROUND_TRIPS = 7600, 6
"""What the client of The Update Framework takes to learn that nothing is new: four requests, TCP and TLS."""
_POLL_SECONDS = 300
"""How often a program without long poll asks."""


def bench_link(
    rate: Annotated[float, typer.Option(help="Bits a second, each way; 0 for as fast as it goes.")] = 9600,
    delay: Annotated[float, typer.Option(help="Round trip in milliseconds.")] = 600,
    cut_every: Annotated[str, typer.Option(help="Cut the connection after so many bytes downwards, e.g. 100kB.")] = "",
    backlog: Annotated[
        str, typer.Option(help="What is being fetched meanwhile: records, or bytes such as 300MB (alerts only then).")
    ] = "40000",
    alerts: Annotated[int, typer.Option(help="Flash alerts published during the download.")] = 3,
    applying: Annotated[
        int, typer.Option(help="Also publish alerts while a list of so many rows comes into use, fetched fast.")
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Measure seconds to a flash alert, what cuts cost, and what an idle day costs. Takes minutes on a slow link."""
    with tempfile.TemporaryDirectory() as folder:
        records = int(backlog) if backlog.isdigit() else 0
        padding = 0 if records else _bytes(backlog, "--backlog")
        figures = list(_measure(Path(folder), rate, delay / 1000, _bytes(cut_every), records, padding, alerts))
        if applying:
            figures += _measure_applying(Path(folder) / "large", rate, delay / 1000, applying)
    if as_json:
        print(json.dumps([asdict(figure) | {"held": figure.is_held} for figure in figures], indent=1))
        return
    table = Table()
    for heading in ("", "measured", "", "asked", "held", "a plain way", ""):
        table.add_column(heading, justify="right" if heading not in ("", "held") else "left")
    for figure in figures:
        goal = "" if figure.goal is None else f"{figure.goal:,.1f}"
        held = {None: "", True: "yes", False: "NO"}[figure.is_held]
        plain = "" if not figure.baseline else "never" if figure.plain is None else f"{figure.plain:,.1f}"
        table.add_row(figure.name, f"{figure.value:,.1f}", figure.unit, goal, held, plain, figure.baseline)
    Console().print(table)


def _bytes(text: str, option: str = "--cut-every") -> int:
    found = re.fullmatch(r"(\d*)(kB|MB|B)?", text)
    if not found or (text and not found[1]):
        raise typer.BadParameter("give a number of bytes such as 100kB", param_hint=option)
    return int(found[1] or 0) * {"kB": 1000, "MB": 1_000_000}.get(found[2] or "B", 1)


class _Desk:
    """A desk's locked half: spool, carrier, exchange."""

    def __init__(self, folder: Path, link: LinkIdentity, keys: DeskKeys) -> None:
        folder.mkdir()
        clock = SystemClock()
        self.keys = keys
        self.spool: Spool = open_spool(folder / "spool.db")
        self.trust = Trust.of(link)
        self.carrier = HttpsCarrier(link, clock, secrets.token_bytes)
        time_ = TrustedTime.first(clock, clock.wall())
        self.exchange = Exchange(self.carrier, self.spool, self.trust, time_, clock, DEFAULT)
        self.sealer = DeskSealer(link.reply.desk, keys.signing, link.reply.bureau_sealing)

    def run(self, stop: Callable[[], bool] = lambda: False, wait: float = 0) -> Exchanged:
        return self.exchange.run(stop=stop, wait=wait)

    def manifest(self) -> Manifest:
        signed = self.spool.manifest()
        assert signed is not None  # noqa: S101 - asked after an exchange that succeeded
        return self.trust.manifest(signed, None).manifest

    def close(self) -> None:
        self.carrier.close()
        self.spool.close()


def _measure(
    folder: Path, rate: float, delay: float, cut_every: int, backlog: int, padding: int, alerts: int
) -> Iterator[Measured]:
    # Imported here: every command of the desk would otherwise wait for the bureau's database.
    from sync.bureau.bureau import Bureau
    from sync.bureau.server import serve_in_thread

    with ExitStack() as stack:
        bureau = stack.enter_context(
            Bureau.create(folder / "bureau", name="NCB Utopia", country="UTO", clock=SystemClock())
        )
        bureau.import_list(BACKLOG, stolen_documents(backlog if not padding else 100, 1))
        bureau.import_list(FLASH, [alert(0)])
        bureau.publish()
        if padding:
            _pad(bureau, padding)
        server = stack.enter_context(serve_in_thread(bureau))
        line = stack.enter_context(relay(server.port))
        keys, link = _enrol(bureau, f"https://127.0.0.1:{line.port}")

        def desk(name: str) -> _Desk:
            made = _Desk(folder / name, link, keys)
            stack.callback(made.close)
            return made

        line.rate, line.delay = rate, delay
        yield from during_backlog(bureau, line, folder / "flash", alerts, _backlog_bytes(bureau))
        if padding:
            return
        whole = desk("whole")
        smooth = _fill(line, whole)
        yield from smooth.figures("first fill")
        if cut_every:
            line.cut_every = cut_every
            rough = _fill(line, desk("cut"))
            line.cut_every = 0
            yield from rough.figures(f"first fill, cut every {cut_every:,} bytes")
            more = (rough.used.down / smooth.used.down - 1) * 100
            # A file that is longer than what comes between two cuts never arrives where it begins anew each time.
            plain = 0.0 if smooth.files < cut_every else None
            yield Measured("cuts cost, downwards", more, "%", 10, plain, "beginning anew after each cut")
        yield from _small_things(line, whole, link)


def _measure_applying(folder: Path, rate: float, delay: float, rows: int) -> Iterator[Measured]:
    from sync.bureau.bureau import Bureau
    from sync.bureau.server import serve_in_thread

    folder.mkdir()
    with ExitStack() as stack:
        bureau = stack.enter_context(
            Bureau.create(folder / "bureau", name="NCB Utopia", country="UTO", clock=SystemClock())
        )
        bureau.import_list(BACKLOG, stolen_documents(rows, 1))
        bureau.import_list(FLASH, [alert(0)])
        bureau.publish()
        line = stack.enter_context(relay(stack.enter_context(serve_in_thread(bureau)).port))
        line.rate, line.delay = rate, delay
        yield from while_applying(bureau, line, folder / "flash", rows)


def _pad(bureau: Bureau, size: int) -> None:
    """Let the backlog's whole list be a file of so many zeros: nobody will fetch all of it."""
    import sqlalchemy as sa

    from sync.bureau import tables

    digest = sha256(b"backlog %d" % size).digest()
    with bureau.home.file(digest).open("wb") as file:
        file.truncate(size)
    with bureau.database.writing() as db:
        list_ = sa.select(tables.lists.c.id).where(tables.lists.c.name == BACKLOG.name).scalar_subquery()
        where = (tables.sealed.c.list == list_) & (tables.sealed.c.role == FileRole.SNAPSHOT.value)
        db.execute(tables.sealed.update().where(where).values(sha256=digest, length=size))
    bureau.publish()


@dataclass(frozen=True, slots=True)
class _Filled:
    """What one first fill took: bytes of the files themselves, and everything that went over the line."""

    files: int
    used: Counted
    seconds: float

    def figures(self, name: str) -> Iterator[Measured]:
        yield Measured(name, self.seconds, "s")
        yield Measured(f"{name}: files", self.files, "bytes")
        more = (self.used.down / self.files - 1) * 100
        yield Measured(f"{name}: more than the files, downwards", more, "%", 10 if self.used.cuts else None)
        yield Measured(f"{name}: upwards", self.used.up, "bytes")
        yield Measured(f"{name}: connections", self.used.connections, "")


def _fill(line: Relay, desk: _Desk) -> _Filled:
    """Fetch everything, through cuts."""
    before = _now(line)
    began = time.perf_counter()
    while (done := desk.run()).failure is not None:
        time.sleep(_RETRY_SECONDS)
    if done.refusals:
        raise done.refusals[0]
    files = sum(file.length for head in desk.manifest().lists for file in head.files if desk.spool.staged(file).whole)
    return _Filled(files, _since(line, before), time.perf_counter() - began)


def _small_things(line: Relay, desk: _Desk, link: LinkIdentity) -> Iterator[Measured]:
    """What is paid over and over: a start, an idle poll, a report."""
    tuf = "the client of The Update Framework, measured elsewhere"
    began = time.perf_counter()
    before = _now(line)
    with _fresh_carrier(link) as carrier:
        carrier.manifest(desk.manifest().sequence, 0)
        used, seconds = _since(line, before), time.perf_counter() - began
        start = used.up + used.down
        yield Measured("start to up to date", start, "bytes", 6000, _TUF_BYTES, tuf)
        yield Measured("start to up to date, time", seconds, "s")
        if line.delay:
            # Bytes on the line take their own time; what is left of it is going to and fro.
            waiting = seconds - (start * 8 / line.rate if line.rate else 0)
            yield Measured(
                "start to up to date, round trips", round(waiting / line.delay, 1), "", 3.5, _TUF_ROUND_TRIPS, tuf
            )
        before = _now(line)
        carrier.manifest(desk.manifest().sequence, 1)
        used = _since(line, before)
    polls = _DAY / MAX_WAIT
    yield Measured("idle poll", used.up + used.down, "bytes")
    yield Measured("idle day, polls", polls, "", None, _DAY / _POLL_SECONDS, "a new connection every five minutes")
    idle = polls * (used.up + used.down) / 1000
    plain = _DAY / _POLL_SECONDS * start / 1000
    yield Measured("idle day", idle, "kB", 80, plain, "a new connection every five minutes")
    item = desk.sealer.seal(1, "hit", bytes(_REPORT))
    yield Measured(f"hit report of {_REPORT} bytes, sealed", len(item.envelope), "bytes", 2000)


@contextmanager
def _fresh_carrier(link: LinkIdentity) -> Iterator[HttpsCarrier]:
    carrier = HttpsCarrier(link, SystemClock(), secrets.token_bytes)
    try:
        yield carrier
    finally:
        carrier.close()


def _enrol(bureau: Bureau, url: str) -> tuple[DeskKeys, LinkIdentity]:
    code = EnrolCode.parse(str(bureau.enrol_code("bench")))
    keys = DeskKeys.generate(secrets.token_bytes)
    request = encode_enrol_request(keys.request(code.handle), code)
    reply = decode_enrol_reply(bureau.enrol(request), code, request)
    return keys, LinkIdentity(reply, url, keys.transport)


def _backlog_bytes(bureau: Bureau) -> int:
    import sqlalchemy as sa

    from sync.bureau import tables

    with bureau.database.reading() as db:
        return int(db.execute(sa.select(sa.func.max(tables.sealed.c.length))).scalar_one())


def _now(line: Relay) -> Counted:
    counted = line.counted
    return Counted(counted.up, counted.down, counted.connections, counted.cuts)


def _since(line: Relay, before: Counted) -> Counted:
    now = line.counted
    return Counted(
        now.up - before.up,
        now.down - before.down,
        now.connections - before.connections,
        now.cuts - before.cuts,
    )
