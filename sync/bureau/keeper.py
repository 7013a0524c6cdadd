"""Uploads that arrive together are kept together: one write to the disk for all who wait for it.

A disk writes durably a hundred times a second or so; a bureau with two thousand desks may be sent more. Whoever comes
while a write is under way goes with the next one. A receipt still leaves only after its own upload is on the disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from borderdesk.ids import DeskId
from sync.bureau.bureau import Bureau
from sync.bureau.inbox import Upload

_TOGETHER: Final = 64
"""Requests in one write, so that the first does not wait for a crowd."""

Receipts = tuple[bytes, ...]
Batch = tuple[Sequence[Upload], DeskId]
Do = Callable[[Callable[[], list[Receipts]]], Awaitable[list[Receipts]]]


class Keeper:
    """Belongs to one event loop. `do` runs work in the server's pool."""

    def __init__(self, bureau: Bureau, do: Do) -> None:
        self._bureau, self._do = bureau, do
        self._waiting: list[tuple[Batch, asyncio.Future[Receipts]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def keep(self, uploads: Sequence[Upload], desk: DeskId) -> Receipts:
        """The receipts, once all of it is on the disk. Raises DatabaseFailed; then nothing of it was kept."""
        kept: asyncio.Future[Receipts] = asyncio.get_running_loop().create_future()
        self._waiting.append(((uploads, desk), kept))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return await kept

    async def _write(self) -> None:
        try:
            while self._waiting:
                now, self._waiting = self._waiting[:_TOGETHER], self._waiting[_TOGETHER:]
                await self._write_one([batch for batch, _ in now], [kept for _, kept in now])
        finally:
            self._writing = None

    async def _write_one(self, batches: list[Batch], kept: list[asyncio.Future[Receipts]]) -> None:
        (found,) = await asyncio.gather(self._do(lambda: self._bureau.keep(batches)), return_exceptions=True)
        for place, future in enumerate(kept):
            if future.done():
                continue
            if isinstance(found, BaseException):
                # Also a bug: whoever waits must hear of it, or they would wait for ever.
                future.set_exception(found)
            else:
                future.set_result(found[place])
