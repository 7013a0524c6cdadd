"""`borderdesk-bureau bench`: many simulated desks on loopback, each figure beside a plain baseline of the same run."""

from __future__ import annotations

import asyncio
import secrets
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from borderdesk.clock import Moment, SystemClock
from borderdesk.hits import Hit, HitAct, HitEvent, HitState, hit_body
from borderdesk.ids import AccountId, DeskId, HitId, ListName, PostId, RecordKey, RecordRef, ScreeningId
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from borderdesk.words import say
from sync.bureau import Bureau, BureauServer, serve_in_thread
from sync.trust import DeskKeys
from sync.wire import DeskSealer, EnrolReply, Purpose, encode_outbox, http
from sync.wire.uploads import MAX_BATCH
from ui.cli.bureau_bench_lists import measure_another_day, measure_lists
from ui.cli.bureau_common import Json, emit


@dataclass(slots=True)
class SimulatedDesk:
    """One desk with one kept-alive connection."""

    keys: DeskKeys
    reply: EnrolReply
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, method: str, path: str, body: bytes = b"") -> int:
        """One signed request; its status."""
        nonce = secrets.token_urlsafe(http.NONCE_BYTES)
        signed = http.bytes_to_sign(method, path, self.reply.desk, "0", nonce, "", body)
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
            f"{http.DESK_HEADER}: {self.reply.desk}\r\n{http.TIME_HEADER}: 0\r\n{http.NONCE_HEADER}: {nonce}\r\n"
            f"{http.SIGNATURE_HEADER}: {http.as_text(self.keys.transport.sign(Purpose.HTTP, signed))}\r\n\r\n"
        )
        return await exchange(self.reader, self.writer, head.encode() + body)


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    """Send one request on an open connection and read its answer."""
    writer.write(request)
    answer = await reader.readuntil(b"\r\n\r\n")
    status = int(answer.split(b" ", 2)[1])
    length = next((line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0")
    await reader.readexactly(int(length.partition(b":")[2]))
    return status


def register(app: typer.Typer) -> None:
    """Add the command to the bureau's."""

    @app.command()
    def bench(
        posts: Annotated[int, typer.Option(min=1, help="Simulated desks, each with its own connection.")] = 200,
        hits: Annotated[int, typer.Option(min=1, help="Hits to upload.")] = 500,
        seconds: Annotated[float, typer.Option(help="Time over which each desk polls once.")] = 10.0,
        database: Annotated[str, typer.Option(help="SQLAlchemy URL of an empty database; empty for SQLite.")] = "",
        records: Annotated[
            int, typer.Option(min=0, help="Instead: import so many documents, and publish one day's difference.")
        ] = 0,
        keep: Annotated[
            Path | None,
            typer.Option(help="With --records: build the list here once, and measure one more day each time."),
        ] = None,
        as_json: Json = False,
    ) -> None:
        """Measure this machine: idle polls and hits of many desks on loopback; server and desks share it."""
        with TemporaryDirectory() as folder:
            if records and keep is not None:
                found = measure_another_day(keep, records, database)
            elif records:
                found = measure_lists(Path(folder), records, database)
            else:
                found = _measure(Path(folder) / "bureau", posts, hits, seconds, database)
        if as_json:
            emit(found)
            return
        for name, value in found.items():
            typer.echo(f"{name}: {value}")


def _measure(folder: Path, posts: int, hits: int, seconds: float, database: str) -> dict[str, object]:
    with Bureau.create(folder, name="Bench", country="UTO", database=database) as bureau:
        bureau.import_list(SYNTHETIC_LIST, stolen_documents(1000, 1))
        bureau.publish()
        keys = [DeskKeys.generate(secrets.token_bytes) for _ in range(posts)]
        replies = bureau.enter_desks("bench", (each.request("") for each in keys))
        desks = list(zip(keys, replies, strict=True))
        with serve_in_thread(bureau) as server:
            return asyncio.run(_desks_at_work(bureau, server, desks, hits, seconds))


async def _desks_at_work(
    bureau: Bureau, server: BureauServer, enrolled: list[tuple[DeskKeys, EnrolReply]], hits: int, seconds: float
) -> dict[str, object]:
    context = ssl.create_default_context(cadata=bureau.ca.decode())
    desks = []
    for keys, reply in enrolled:
        streams = await asyncio.open_connection("127.0.0.1", server.port, ssl=context, server_hostname="localhost")
        desks.append(SimulatedDesk(keys, reply, *streams))
    try:
        plain = await _spread(desks, seconds, lambda desk: exchange(desk.reader, desk.writer, _UNSIGNED))
        idle = await _spread(desks, seconds, lambda desk: desk.ask("GET", f"{http.MANIFEST}?have=1&wait=0"))
        share = min(MAX_BATCH, -(-hits // len(desks)))
        batches = [(desk, _sealed(desk, share)) for desk in desks[: -(-hits // share)]]
        begun = time.perf_counter()
        await asyncio.gather(*(desk.ask("POST", http.OUTBOX, batch) for desk, batch in batches))
        took = time.perf_counter() - begun
    finally:
        for desk in desks:
            desk.writer.close()
        # How the other end took the good-bye does not matter; that the sockets are gone does.
        await asyncio.gather(*(desk.writer.wait_closed() for desk in desks), return_exceptions=True)
    return {
        "desks": len(desks),
        "baseline": "a request refused before anything is looked up",
        "baseline_p99_ms": _percentile(plain, 0.99),
        "idle_poll_p50_ms": _percentile(idle, 0.5),
        "idle_poll_p99_ms": _percentile(idle, 0.99),
        "polls_per_second_offered": round(len(desks) / seconds, 1),
        "idle_poll_p99_ms_asked": 1000,
        "hits": len(bureau.hits()),
        "hits_per_second_asked": 200,
        "hits_per_second_durable": round(share * len(batches) / took, 1),
        "database": bureau.database.engine.dialect.name,
    }


_UNSIGNED = f"GET {http.MANIFEST}?have=1&wait=0 HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


async def _spread(
    desks: list[SimulatedDesk], seconds: float, ask: Callable[[SimulatedDesk], Awaitable[int]]
) -> list[float]:
    """Every desk asks once, evenly spread over the time; how long each answer took, in seconds, sorted."""

    async def one(desk: SimulatedDesk, after: float) -> float:
        await asyncio.sleep(after)
        begun = time.perf_counter()
        await ask(desk)
        return time.perf_counter() - begun

    step = seconds / len(desks)
    return sorted(await asyncio.gather(*(one(desk, place * step) for place, desk in enumerate(desks))))


def _percentile(taken: list[float], share: float) -> float:
    return round(taken[min(len(taken) - 1, int(len(taken) * share))] * 1000, 1)


def _sealed(desk: SimulatedDesk, count: int) -> bytes:
    """The outbox of a desk with so many hits."""
    now = SystemClock().wall()
    sealer = DeskSealer(desk.reply.desk, desk.keys.signing, desk.reply.bureau_sealing)
    record = RecordRef(ListName("sltd"), RecordKey("FRA/P/12AB34567"), 1)
    envelopes = []
    for counter in range(1, count + 1):
        hit = Hit(
            id=HitId(secrets.token_hex(16)),
            screening=ScreeningId(secrets.token_hex(16)),
            post=PostId(desk.reply.post),
            desk=DeskId(desk.reply.desk),
            record=record,
            summary=say("Passport {number} is listed as stolen.", number=record.key),
            document_state="FRA",
            document_number="12AB34567",
            traveller="MARTIN JEANNE",
            taken_up_by=AccountId("bench"),
            taken_up_at=Moment(now, now),
            state=HitState.TAKEN_UP,
            pending=True,
        )
        event = HitEvent(hit.id, HitAct.TAKE_UP, hit.taken_up_by, hit.taken_up_at)
        envelopes.append(sealer.seal(counter, "hit", hit_body(hit, event)).envelope)
    return encode_outbox(envelopes)
