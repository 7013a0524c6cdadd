"""Two real bureaus: Hanoi, which owns a list, and Vientiane, which takes it; and a real desk of Vientiane."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from borderdesk.clock import Clock
from borderdesk.ids import ListName
from borderdesk.watchlist import ListKind, Watchlist
from sync.agent import Desk
from sync.agent.enrolment import enrol
from sync.bureau import Bureau, BureauServer, serve_in_thread
from sync.twin import PartnerLink, enrol_at
from tests.bureau.common import passport

PASSWORD = "three lanterns at the bridge"
STOLEN = Watchlist(ListName("stolen"), ListKind.DOCUMENTS, "Stolen documents of Viet Nam", "NCB Hanoi")
OTHERS = 400
TAKEN = ListName("hanoi-stolen")


@dataclass
class Pair:
    """Hanoi serves; Vientiane is its partner under the name `hanoi`, and serves its own desks."""

    hanoi: Bureau
    hanoi_server: BureauServer
    vientiane: Bureau
    vientiane_server: BureauServer
    folder: Path

    def agree(self, **limits: object) -> None:
        """Hanoi offers its list, Vientiane enrols, looks at the offer and accepts it."""
        until = self.hanoi.clock.wall() + timedelta(days=30)
        offered = self.hanoi.offer_agreement("vientiane", ["stolen"], until=until, by="lan", **limits)  # type: ignore[arg-type]
        enrol_at(self.vientiane, "hanoi", url=self.hanoi_server.url, code=str(offered.code), by="khamla")
        self.fetch()
        self.vientiane.accept_agreement("hanoi", by="khamla")
        self.fetch()

    def fetch(self, *, news: bool = False) -> None:
        """One exchange of Vientiane with Hanoi, and what came is published to Vientiane's desks.

        With `news` it waits for Hanoi to say something.
        """
        with PartnerLink(self.vientiane, "hanoi") as link:
            report = link.exchange(wait=60 if news else 0)
            assert report.reached, [str(line) for line in report.lines]
        self.vientiane.publish_foreign()

    @contextmanager
    def desk(self, post: str = "nong-haet") -> Iterator[Desk]:
        """A desk of Vientiane, signed in and up to date."""
        code = str(self.vientiane.enrol_code(post))
        where = self.folder / f"desk-{post}"
        enrol(where, url=self.vientiane_server.url, code=code, account="noy", name="Noy", password=PASSWORD)
        with Desk(where) as desk:
            desk.sign_in("noy", PASSWORD)
            desk.exchange()
            yield desk


@contextmanager
def two_bureaus(folder: Path, *, database: str = "", clock: Clock | None = None) -> Iterator[Pair]:
    """Both run; Hanoi has published its list. `database` is Vientiane's."""
    with ExitStack() as stack:
        hanoi = stack.enter_context(Bureau.create(folder / "hanoi", name="NCB Hanoi", country="VNM", clock=clock))
        vientiane = stack.enter_context(
            Bureau.create(folder / "vientiane", name="NCB Vientiane", country="LAO", clock=clock, database=database)
        )
        # So many that a change is smaller than the whole list: it then travels as a change, with its reason.
        others = [passport(f"E{7919 * number % 10**7:07}", "VNM") for number in range(OTHERS)]
        hanoi.import_list(STOLEN, [passport("B1234567", "VNM"), passport("C7654321", "FRA"), *others])
        hanoi.publish()
        servers = [stack.enter_context(serve_in_thread(one)) for one in (hanoi, vientiane)]
        yield Pair(hanoi, servers[0], vientiane, servers[1], folder)
