"""What the server knows from memory, so that an idle poll costs nothing: who is who, and each scope's newest page.

Whoever asks waits for a look into the database that began after it asked, and everybody who asked meanwhile waits for
the same one. So a desk hears what was published before it asked, by whichever process, and two thousand desks cost no
more looks than one after the other.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

from borderdesk.ids import DeskId
from sync.bureau.bureau import Bureau
from sync.bureau.database import DatabaseFailed
from sync.bureau.home import DiskRefused
from sync.bureau.posts import DeskDoor, Seen
from sync.wire import Scope

_NONCES_KEPT: Final = 64
"""Of each desk. What an older recording could still do is harmless: fetch what is sealed, hand in what is kept once."""
_T = TypeVar("_T")


class Do(Protocol):
    """Does work that may wait for a disk in a thread, and gives what comes of it."""

    def __call__(self, work: Callable[[], _T]) -> Awaitable[_T]: ...


@dataclass(slots=True)
class Board:
    """What the server keeps in memory, and what wakes those who wait for news. Of one event loop."""

    bureau: Bureau
    do: Do
    doors: dict[DeskId, DeskDoor] = field(default_factory=dict)
    manifests: dict[Scope, tuple[int, bytes]] = field(default_factory=dict)
    seen: dict[DeskId, Seen] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    stopping: bool = False
    _mark: tuple[int, ...] = ()
    _nonces: dict[DeskId, deque[str]] = field(default_factory=dict)
    _running: asyncio.Task[None] | None = None
    _next: asyncio.Task[None] | None = None

    def is_new(self, desk: DeskId, nonce: str) -> bool:
        """Whether a desk's request is none of its last ones, sent again by somebody who recorded it."""
        last = self._nonces.setdefault(desk, deque(maxlen=_NONCES_KEPT))
        if nonce in last:
            return False
        last.append(nonce)
        return True

    def wake(self) -> None:
        """Let everybody who waits look again."""
        self.news.set()
        self.news = asyncio.Event()

    async def door(self, desk: DeskId) -> DeskDoor | None:
        """How to recognise a desk; one that was enrolled a moment ago, perhaps by another process, is looked up."""
        known = self.doors.get(desk)
        if known is None:
            known = await self.do(lambda: self.bureau.door(desk))
            if known is not None:
                self.doors[known.id] = known
        return known

    async def look(self) -> None:
        """See what the database says now, not what it said before this was asked.

        Raises DatabaseFailed or DiskRefused; what is in memory is then still what was true.
        """
        if self._next is None:
            self._next = asyncio.create_task(self._look_after(self._running))
        await asyncio.shield(self._next)

    async def end(self) -> None:
        """Wait for the looks that somebody asked for and went away."""
        looks = [each for each in (self._running, self._next) if each is not None]
        await asyncio.gather(*looks, return_exceptions=True)

    async def _look_after(self, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait({before})
        self._running, self._next = self._next, None
        await self._look()

    async def _look(self) -> None:
        mark = await self.do(self.bureau.doors_mark)
        # Who waits for news and was revoked, or written to, meanwhile hears of it now.
        changed = mark != self._mark
        if changed:
            self.doors, self._mark = await self.do(self.bureau.doors), mark
        followed = {door.scope for door in self.doors.values()}
        numbers = await self.do(lambda: self.bureau.manifest_numbers(followed))
        for scope in followed:
            if self.manifests.get(scope, (0, b""))[0] == numbers.get(scope, 0):
                continue
            newest = await self.do(lambda scope=scope: self.bureau.manifest(scope))  # type: ignore[misc]
            if newest is not None:
                self.manifests[scope] = newest
                changed = True
        if changed:
            self.wake()

    async def look_if_possible(self) -> None:
        """The same; where the database cannot be asked, what is in memory is the best there is."""
        with suppress(DatabaseFailed, DiskRefused):
            await self.look()

    async def flush(self) -> None:
        """Keep when desks asked, and what they said they hold."""
        seen, self.seen = self.seen, {}
        if seen:
            await self.do(lambda: self.bureau.note_seen(seen))
