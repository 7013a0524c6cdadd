"""A bad link on loopback: a relay that is slow, far away, and cuts connections. For measuring only."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass


@dataclass(slots=True)
class Counted:
    """What went through: bytes of TLS and what it carries, without TCP/IP headers."""

    up: int = 0
    down: int = 0
    connections: int = 0
    cuts: int = 0


class Relay:
    """Forwards to one port of loopback.

    `rate` is in bits a second for each direction, `delay` the round trip in seconds, `cut_every` the bytes downwards
    after which every open connection is cut; 0 means not limited, not delayed, never cut. All may change while it runs.
    """

    def __init__(self, target: int, rate: float, delay: float, cut_every: int) -> None:
        self.target = target
        self.rate = rate
        self.delay = delay
        self.cut_every = cut_every
        self.counted = Counted()
        self.port = 0
        self._since_cut = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._free = {"up": 0.0, "down": 0.0}
        self._open: set[asyncio.StreamWriter] = set()

    async def run(self, ready: threading.Event, stop: asyncio.Event) -> None:
        """Serve until `stop` is set."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._relay(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.counted.connections += 1
        await asyncio.sleep(self.delay)  # TCP's own round trip
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        self._open |= {writer, far_writer}
        both = [
            asyncio.ensure_future(self._forward(reader, far_writer, "up")),
            asyncio.ensure_future(self._forward(far_reader, writer, "down")),
        ]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in both:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)
            for each in (writer, far_writer):
                self._open.discard(each)
                each.transport.abort()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: str) -> None:
        """Take small amounts, let each wait for its turn on the line, deliver it after half the round trip."""
        loop = asyncio.get_running_loop()
        late: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=64)

        async def deliver() -> None:
            while True:
                at, data = await late.get()
                await asyncio.sleep(max(0.0, at - loop.time()))
                if not data:
                    return
                writer.write(data)
                with suppress(OSError):
                    await writer.drain()

        delivering = asyncio.ensure_future(deliver())
        try:
            while True:
                data = await reader.read(256 if self.rate and self.rate < 100_000 else 4096)
                free = max(self._free[way], loop.time())
                if self.rate:
                    free += len(data) * 8 / self.rate
                    self._free[way] = free
                    await asyncio.sleep(max(0.0, free - loop.time()))
                self._count(way, len(data))
                await late.put((free + self.delay / 2, data))
                if not data:
                    break
            await delivering
        finally:
            delivering.cancel()

    def _count(self, way: str, size: int) -> None:
        if way == "up":
            self.counted.up += size
            return
        self.counted.down += size
        self._since_cut += size
        if self.cut_every and self._since_cut >= self.cut_every:
            self._since_cut = 0
            self.counted.cuts += 1
            for writer in list(self._open):
                writer.transport.abort()


@contextmanager
def relay(target: int, *, rate: float = 0, delay: float = 0, cut_every: int = 0) -> Iterator[Relay]:
    """A running relay to `target`, in a thread of its own that is joined when the block ends."""
    made = Relay(target, rate, delay, cut_every)
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    def serve() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(made.run(ready, stop))

    thread = threading.Thread(target=serve, name="relay")
    thread.start()
    ready.wait()
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
