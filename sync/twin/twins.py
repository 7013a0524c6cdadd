"""Every partner of a bureau, spoken with for as long as its server runs: one courier each, as at a desk.

One thread looks every second what is to go to partners, and ends what is over. Of several processes on one folder, the
one that came first speaks with a partner.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Final, Self

from borderdesk.errors import KnownError
from sync.agent.courier import Courier
from sync.bureau import Bureau
from sync.twin.link import PartnerBusy, PartnerLink

_LOOK_SECONDS: Final = 1.0


class Twins:
    """Owns its threads; they have ended when the block ends."""

    def __init__(self, bureau: Bureau, *, look: float = _LOOK_SECONDS) -> None:
        self._bureau = bureau
        self._look = look
        self._stopping = threading.Event()
        self._seen = ""
        self._links: dict[str, tuple[PartnerLink, Courier]] = {}
        self._thread = threading.Thread(target=self._run, name="twins")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()
        for link, courier in self._links.values():
            courier.stop()
            link.close()
        self._links.clear()

    def _run(self) -> None:
        while not self._stopping.is_set():
            # The database or the disk failed: whoever asks the server hears of it, and the next round tries again.
            with suppress(KnownError):
                self._round()
            self._stopping.wait(self._look)

    def _round(self) -> None:
        bureau = self._bureau
        for over in bureau.end_lapsed():
            self._wake(over.partner)
        stamp = bureau.stamp()
        if stamp != self._seen:
            bureau.forward_waiting()
            bureau.publish_foreign()
            self._seen = stamp
        for partner in bureau.partners():
            if partner.ended_at is None and partner.name not in self._links:
                self._begin(partner.name)
            if bureau.partner_outbox(partner.name):
                self._wake(partner.name)

    def _begin(self, name: str) -> None:
        try:
            link = PartnerLink(self._bureau, name)
        except PartnerBusy:
            return
        courier = Courier(link)
        self._links[name] = (link, courier)
        courier.start()

    def _wake(self, name: str) -> None:
        if name in self._links:
            self._links[name][0].end_wait()
