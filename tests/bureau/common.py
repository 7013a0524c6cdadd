"""What the tests of this room share."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from borderdesk.clock import Moment
from borderdesk.ids import ListName
from borderdesk.watchlist import DocumentStatus, ListKind, TravelDocument, Watchlist

both_databases = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)

SLTD = Watchlist(ListName("sltd"), ListKind.DOCUMENTS, "Stolen and lost travel documents", "INTERPOL")


@dataclass
class HeldClock:
    """Time stands still until the test moves it."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 22, 12, tzinfo=UTC))

    def wall(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.now.timestamp()

    def forward(self, **amount: float) -> None:
        self.now += timedelta(**amount)

    @property
    def moment(self) -> Moment:
        return Moment(self.now, self.now)


def passport(number: str, state: str = "FRA", status: DocumentStatus = DocumentStatus.STOLEN) -> TravelDocument:
    return TravelDocument(state, "P", number, status, date(2026, 1, 2), date(2026, 1, 5))
