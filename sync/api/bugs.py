"""What an error of the program leaves in the log: its kind and where it stands, and not what it was about.

The message of an error may quote a name or a number, and so may a traceback's last line; a log is read by people who
may not read lists. So the server's own report of it is never reached: the caller gets 500, the log one line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import logging
import traceback
from pathlib import Path
from typing import Final

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOG: Final = logging.getLogger("borderdesk.bugs")
_FRAMES: Final = 6


class BrokeOff(Exception):
    """An answer that had begun could not be finished; the line before says why."""


class Bugs:
    """Middleware around everything that may fail unforeseen."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            if scope["type"] != "http":
                raise
            LOG.error(told(error))  # noqa: TRY400 - with the exception it would say what it was about
            if begun:
                raise BrokeOff from None
            await Response(status_code=500)(scope, receive, send)


def watched(work: asyncio.Task[None]) -> asyncio.Task[None]:
    """Work beside the requests, whose bug is told at once: nobody waits for it before the server ends."""

    def ended(task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):
            LOG.error(told(error))

    work.add_done_callback(ended)
    return work


def told(error: Exception) -> str:
    """One line about an error of the program."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    where = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return json.dumps({"bug": type(error).__name__, "at": where})
