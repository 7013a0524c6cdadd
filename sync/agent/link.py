"""The desk's half that works while it is locked: spool, carrier, trust and time of one folder, put together."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from borderdesk.clock import Clock, Moment
from borderdesk.errors import TamperingError
from borderdesk.hits.types import SealedItem
from borderdesk.ids import ListName
from borderdesk.policy import Policy
from borderdesk.watchlist import Delta, Edition, Snapshot
from borderdesk.words import Sentence, say
from sync.agent import identity as identities
from sync.agent.doubt import CLOCK
from sync.agent.exchange import Exchange, Exchanged
from sync.agent.preview import Preview, preview
from sync.agent.relay import Relay
from sync.agent.repairs import Repairs
from sync.agent.shelf import MEGABYTE, Shelf
from sync.agent.spool import open_spool
from sync.agent.staged import open_sealed, open_staged
from sync.agent.state import LinkState, LinkWord, Progress, Way
from sync.carriers import Carrier, HttpsCarrier, PeerAddress, PeerCarrier, Stick, StickCarrier, signed_headers
from sync.trust import NEVER, DeskKeys, LinkIdentity, TimeMark, Trust, TrustedTime
from sync.wire import Letter, Manifest, Receipt, Scope
from sync.wire.refusals import Refused
from sync.wire.wrapping import unwrap_at_desk, wrap_for_bureau

LEAVE_SECONDS: Final = 3.0
"""For the piece that is under way when the program is closed: a satellite answers within two."""


class Line(Carrier, Protocol):
    """A carrier that is always there: its wait can be ended, and it is closed when done."""

    def interrupt(self) -> None: ...

    def hang_up(self) -> None: ...

    def close(self) -> None: ...


class DeskLink:
    """Everything about the link that needs no replica key. Any thread may call anything; one exchange at a time."""

    def __init__(self, folder: Path, identity: LinkIdentity, clock: Clock, carrier: Line | None = None) -> None:
        """`carrier` is what leads to the bureau; None for HTTPS. Raises DiskFull or DiskFailed."""
        reply = identity.reply
        self._folder = folder
        self._spool = open_spool(folder / identities.SPOOL)
        self._trust = self._believe(identity)
        wall = clock.wall()
        self._time = TrustedTime(clock, self._spool.time_mark() or TimeMark(NEVER, wall, wall))
        self._shelf, self._relay = Shelf(folder), Relay(folder)
        self.repairs = Repairs(self._spool)
        self._carrier = carrier or HttpsCarrier(identity, clock, secrets.token_bytes)
        self._gone_on, self._ended = threading.Event(), threading.Event()
        self._leaving: threading.Timer | None = None
        self._exchange = Exchange(
            self._carrier,
            self._spool,
            self._trust,
            self._time,
            clock,
            reply.policy,
            shelf=self._shelf,
            relay=self._relay,
            rest=self._gone_on.wait,
        )
        self._clock, self._identity = clock, identity
        self._queue, self._turn, self._counting = threading.Lock(), threading.Lock(), threading.Lock()
        self._hurried = 0
        self.desk = reply.desk

    def _believe(self, identity: LinkIdentity) -> Trust:
        trust = Trust.of(identity, self._spool.roots())
        assignment = self._spool.assignment()
        if assignment is not None:
            # One that is believed no longer is asked for again, when the page of the other scope comes.
            with suppress(TamperingError):
                trust.move(assignment)
        return trust

    @property
    def scope(self) -> Scope:
        """The scope this desk belongs to now."""
        return self._trust.scope

    def page(self) -> Manifest | None:
        """The newest page that was believed: what this desk may hold."""
        held = self._exchange.held_manifest()
        return None if held is None else held.manifest

    def close(self) -> None:
        """End what is under way, keep the time, let go of the network and the spool."""
        with self._my_turn(hurry=True):
            if self._leaving is not None:
                self._leaving.cancel()
                self._leaving.join()
            self._spool.keep_time(self._time.mark())
            self._carrier.close()
            self._spool.close()

    def exchange(
        self,
        wait: float,
        arrived: Callable[[], None] = lambda: None,
        stop: Callable[[], bool] = lambda: False,
        due: Callable[[], bool] = lambda: False,
    ) -> Exchanged:
        """Send what waits and fetch what is new, waiting so many seconds for news. See `Exchange.run`.

        Without waiting, it ends the exchange that is under way at its next piece. A dead link is in the answer, not an
        exception.
        """
        with self._my_turn(hurry=wait <= 0):
            self._ended.clear()
            return self._exchange.run(
                wait=wait,
                stop=lambda: self._hurried > 0 or self._is_ending or stop(),
                arrived=arrived,
                due=due,
            )

    def carry(self, stick: Path) -> Exchanged:
        """Take in what a stick brings and leave on it what waits. Raises StickTrap or StickUnusable."""
        return self._beside(self._on(stick), Way.STICK)

    def feed(self, peer: PeerAddress, stop: Callable[[], bool] = lambda: False) -> Exchanged:
        """Take in what another desk of the post has from the bureau; where it relays, hand it what waits."""
        return self._beside(PeerCarrier(peer, self._sign), Way.POST, lambda: self._hurried > 0 or stop())

    def _sign(self, method: str, target: str, range_: str, body: bytes) -> dict[str, str]:
        return signed_headers(self._identity, self._clock, secrets.token_bytes, method, target, range_, body)

    def _beside(self, carrier: Carrier, way: Way, stop: Callable[[], bool] = lambda: False) -> Exchanged:
        """One exchange by something else than the link."""
        with self._my_turn(hurry=True):
            self._ended.clear()
            exchange = Exchange(
                carrier,
                self._spool,
                self._trust,
                self._time,
                self._clock,
                self._exchange.policy(),
                way=way,
                shelf=self._shelf,
                relay=None if way is Way.POST else self._relay,
            )
            return exchange.run(stop=lambda: self._is_ending or stop())

    def open_shelf(self) -> None:
        """Keep from now on what the other desks of the post may want. Raises ShelfFailed."""
        with self._my_turn(hurry=True):
            self._shelf.open(self._spool, self._trust, self.policy().post_shelf_megabytes * MEGABYTE)
            self._relay.open()

    def close_shelf(self) -> None:
        """Keep it no longer, and forget what is there."""
        with self._my_turn(hurry=True):
            self._shelf.close()
            self._relay.close()

    def end_exchange(self) -> None:
        """End the exchange that is under way at its next piece. From any thread."""
        self._ended.set()
        self._carrier.interrupt()

    def leave(self) -> None:
        """The program ends: nothing more is begun, and what is under way has `LEAVE_SECONDS`. From any thread, at once.

        A bureau that takes a call and never answers keeps nobody waiting for as long as a network would.
        """
        with self._counting:
            if self._leaving is None:
                self._leaving = threading.Timer(LEAVE_SECONDS, self._carrier.hang_up)
                self._leaving.start()
            self._gone_on.set()
        self._carrier.interrupt()

    @property
    def _is_ending(self) -> bool:
        return self._leaving is not None or self._ended.is_set()

    def end_wait(self) -> None:
        """End what is under way at its next piece, or at once where it waits for news. From any thread."""
        self._carrier.interrupt()

    @contextmanager
    def _my_turn(self, *, hurry: bool) -> Iterator[None]:
        """One exchange at a time, in the order in which they were asked for: a plain lock is not fair."""
        if hurry:
            self._hurry(1)
            if self._turn.locked():
                self._carrier.interrupt()
        with self._queue:
            self._turn.acquire()
        try:
            if hurry:
                self._hurry(-1)
            yield
        finally:
            self._turn.release()

    def _hurry(self, more: int) -> None:
        with self._counting:
            self._hurried += more
            (self._gone_on.set if self._hurried or self._leaving else self._gone_on.clear)()

    def policy(self) -> Policy:
        """The bureau's policy as last heard."""
        return self._exchange.policy()

    def progress(self) -> Progress | None:
        """What is still to come down, None where the desk is up to date."""
        return self._exchange.progress or self._exchange.left()

    def warning(self) -> Sentence | None:
        """That the bureau should have spoken since, where it has not; or that the time is in doubt."""
        held = self._exchange.held_manifest()
        overdue = None if held is None else held.overdue(self.now().trusted)
        return overdue or (None if self.time_is_sure else CLOCK)

    def heard(self) -> datetime | None:
        """When the bureau said the newest of what is believed, None where it said nothing yet."""
        held = self._exchange.held_manifest()
        return None if held is None else held.manifest.issued

    def preview(self, stick: Path) -> Preview:
        """What `carry` would change; nothing is. Raises NotThere, StickTrap or StickUnusable."""
        return preview(self._on(stick), self._spool, self._trust)

    def _on(self, stick: Path) -> StickCarrier:
        bureau, transport = self._identity.reply.bureau_sealing, self._identity.transport
        return StickCarrier(
            Stick(stick, not_on=self._folder),
            self._trust.desk,
            wrap=lambda data: wrap_for_bureau(bureau, data),
            unwrap=lambda data: unwrap_at_desk(transport, data),
        )

    def offer(self, items: Iterable[SealedItem]) -> None:
        """Put sealed items where the link finds them; offering one twice is harmless.

        An exchange that waits for news stops waiting and sends them."""
        if self._spool.queue(items):
            self._carrier.interrupt()

    def receipts(self) -> tuple[Receipt, ...]:
        """Verified receipts that the store has not taken in yet. One that is no longer believed is asked for again."""
        found: list[Receipt] = []
        for counter, signed in self._spool.receipts().items():
            try:
                found.append(self._trust.receipt(signed))
            except Refused:
                self._spool.refuse_receipt(counter)
        return tuple(found)

    def forget_receipted(self, receipts: Iterable[Receipt]) -> None:
        """The store has taken these in."""
        self._spool.forget_receipted(receipt.counter for receipt in receipts)

    def letters(self) -> tuple[Letter, ...]:
        """Verified letters, still sealed, that the store has not taken in yet; as with receipts."""
        found: list[Letter] = []
        for signed in self._spool.letters():
            try:
                found.append(self._trust.letter(signed))
            except Refused:
                self._spool.refuse_letter(signed)
        return tuple(found)

    def forget_letters(self, letters: Iterable[Letter]) -> None:
        """The store has taken these in."""
        self._spool.forget_letters(letter.number for letter in letters)

    def staged(
        self,
        keys: DeskKeys,
        held: Mapping[ListName, int],
        skip: Callable[[ListName], bool] = lambda _: False,
        has_any: Callable[[ListName], bool] = lambda _: True,
    ) -> Iterator[Snapshot | Delta]:
        """Editions that are here whole, decrypted and decoded, in the order in which to apply them (`open_staged`)."""
        return open_staged(self._spool, self._trust, keys, held, self.now().trusted, skip, has_any)

    def open_sealed(self, keys: DeskKeys, name: ListName, data: bytes) -> Snapshot | Delta:
        """A shard that came to mend a list. Raises a TamperingError."""
        return open_sealed(self._spool, self._trust, keys, name, data)

    def head(self, name: ListName) -> Edition | None:
        """The newest edition of a list, as the page last believed names it."""
        held = self._exchange.held_manifest()
        head = held.manifest.head(name) if held is not None else None
        return head.edition if head is not None else None

    def drop_staged(self, name: ListName) -> None:
        """Forget what is here of a list whose edition the replica refused; it is fetched again."""
        signed = self._spool.manifest()
        if signed is not None:
            head = self._trust.manifest(signed, None).manifest.head(name)
            for file in head.files if head else ():
                self._spool.drop(file)

    def note_held(self, held: Mapping[ListName, int]) -> None:
        """Tell a desk that will be locked what it holds, so that it knows what to fetch."""
        self._spool.note_held(held)

    def held(self) -> dict[ListName, int]:
        """The editions the replica held when somebody was last signed in."""
        return self._spool.held()

    def waiting(self) -> int:
        """Items offered that have no receipt yet."""
        return self._spool.count_waiting()

    def state(self) -> LinkState:
        """How the link is, and since when."""
        return self._spool.link() or LinkState(LinkWord.DOWN, self.now().trusted, say("not tried yet"))

    def last_good(self) -> datetime | None:
        """When the bureau was last reached and everything went well."""
        return self._spool.last_good_exchange()

    @property
    def time_is_sure(self) -> bool:
        """Whether the PC's clock can be right about how long the desk was off, or the bureau has spoken since."""
        return not self._time.clock_doubtful

    def now(self) -> Moment:
        """Trusted time and the PC's own."""
        return self._time.moment()
