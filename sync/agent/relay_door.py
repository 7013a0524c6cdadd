"""The door to the relay: who may hand something over, and what is answered."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from borderdesk.store import DiskFailed, DiskFull
from sync.agent.relay import Known, Relay, RelayFull
from sync.wire import Purpose, http
from sync.wire.refusals import Refused
from sync.wire.relaying import Handover

_NONCES_KEPT: Final = 256


@dataclass(frozen=True, slots=True)
class RelayDoor:
    """Answers handovers: 403 for whom the bureau did not name, 401 with the proof for whom it revoked, 507 where there
    is no room. `came` is told when something was handed over."""

    relay: Relay
    most_bytes: int
    came: Callable[[], object]
    nonces: deque[str] = field(default_factory=lambda: deque(maxlen=_NONCES_KEPT))

    def answer(self, request: Request, body: bytes) -> Response:
        """One handover."""
        if not self.relay.is_open:
            return Response(status_code=404)
        desk = self._who(request, body)
        if desk is None:
            self.relay.note_stranger()
            return Response(status_code=403)
        if desk.revoked:
            return Response(desk.revoked, status_code=401, media_type=http.CONTENT_TYPE)
        try:
            handed = Handover.decode(body)
            brought = self.relay.take(desk, handed, self.most_bytes)
        except Refused:
            return Response(status_code=400)
        except (RelayFull, DiskFull, DiskFailed):
            return Response(status_code=507)
        if len(brought.receipts) < len(handed.envelopes) or (handed.epoch and not brought.grant):
            self.came()
        return Response(brought.encode(), media_type=http.CONTENT_TYPE)

    def _who(self, request: Request, body: bytes) -> Known | None:
        names = (http.DESK_HEADER, http.TIME_HEADER, http.NONCE_HEADER, http.SIGNATURE_HEADER)
        desk, time, nonce, signature = (request.headers.get(name, "") for name in names)
        known = self.relay.known(desk)
        if known is None or len(nonce) != http.NONCE_LENGTH or nonce in self.nonces:
            return None
        try:
            raw = http.as_bytes(signature)
        except ValueError:
            return None
        if not known.transport.verifies(
            Purpose.HTTP, http.bytes_to_sign(request.method, http.RELAY, desk, time, nonce, "", body), raw
        ):
            return None
        self.nonces.append(nonce)
        return known
