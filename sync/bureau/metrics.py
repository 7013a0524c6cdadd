"""What the bureau counts about itself, in Prometheus' text format (version 0.0.4), and its log of requests.

Neither names a person, a document or a record: desks are counted, paths are those of the routes.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import Counter
from collections.abc import Sequence
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.bureau.bureau import Bureau
from sync.bureau.lists import ListState

METRICS_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
LOG: Final = logging.getLogger("borderdesk.bureau")
"""One line of JSON for each request: route, status, milliseconds."""

_BUCKETS: Final = (0.005, 0.025, 0.1, 0.5, 1.0, 5.0)


class Counts:
    """Requests since the start, by route and status. Any thread may read."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._buckets: Counter[float] = Counter()
        self._seconds = 0.0

    def add(self, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        with self._guard:
            self._requests[route, status] += 1
            self._seconds += seconds
            for bucket in _BUCKETS:
                self._buckets[bucket] += seconds <= bucket

    def lines(self) -> list[str]:
        """The counts as metrics."""
        with self._guard:
            found = ["# TYPE borderdesk_requests_total counter"]
            for (route, status), count in sorted(self._requests.items()):
                found.append(f'borderdesk_requests_total{{route={_label(route)},status="{status}"}} {count}')
            total = sum(self._requests.values())
            found.append("# TYPE borderdesk_request_seconds histogram")
            found += [f'borderdesk_request_seconds_bucket{{le="{each}"}} {self._buckets[each]}' for each in _BUCKETS]
            found.append(f'borderdesk_request_seconds_bucket{{le="+Inf"}} {total}')
            found.append(f"borderdesk_request_seconds_sum {self._seconds:.6f}")
            found.append(f"borderdesk_request_seconds_count {total}")
            return found


class Counting:
    """Counts every request by its route, and logs it where logging is on. A long poll counts until it is answered."""

    def __init__(self, app: ASGIApp, counts: Counts) -> None:
        self._app, self._counts = app, counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            seconds = time.perf_counter() - begun
            # The route, not the path: paths name hits and files.
            route = getattr(scope.get("route"), "path", "none")
            self._counts.add(route, status, seconds)
            if LOG.isEnabledFor(logging.INFO):
                said = {"method": scope["method"], "route": route, "status": status, "ms": round(seconds * 1000, 1)}
                LOG.info(json.dumps(said))


def metrics(bureau: Bureau, counts: Counts, states: Sequence[ListState]) -> str:
    """Everything as text. `states` are the lists that whoever asks may know of. Raises DatabaseFailed."""
    now = bureau.clock.wall()
    desks = [desk for desk in bureau.posts() if desk.revoked_at is None]
    open_hits = bureau.hits(only_open=True)
    late = sum(one.clock is not None and one.clock.is_late(now) for one in open_hits)
    gauges: dict[str, float] = {
        "borderdesk_desks": len(desks),
        "borderdesk_desks_seen_last_hour": sum(
            desk.seen_at is not None and (now - desk.seen_at).total_seconds() < 3600 for desk in desks
        ),
        "borderdesk_desks_with_missing_reports": sum(bool(desk.missing) for desk in desks),
        "borderdesk_hits_open": len(open_hits),
        "borderdesk_hits_late": late,
        "borderdesk_uploads_quarantined": len(bureau.quarantined()),
    }
    lines = counts.lines()
    for name, value in gauges.items():
        lines += [f"# TYPE {name} gauge", f"{name} {value:g}"]
    lines.append("# TYPE borderdesk_list_rows gauge")
    lines += [f"borderdesk_list_rows{{list={_label(state.watchlist.name)}}} {state.rows}" for state in states]
    lines.append("# TYPE borderdesk_list_edition gauge")
    lines += [f"borderdesk_list_edition{{list={_label(state.watchlist.name)}}} {state.edition}" for state in states]
    return "\n".join(lines) + "\n"


def _label(value: str) -> str:
    """A label's value in quotes: a list may be called anything."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
