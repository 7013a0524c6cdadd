"""A bureau in memory that is also the carrier to it: an attack is five lines, spoil something and exchange."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from borderdesk import journal
from borderdesk.clock import Moment
from borderdesk.ids import BureauId, DeskId, ListName, PostId
from borderdesk.people import Role, create_vault, make_machine_secret
from borderdesk.policy import Policy
from borderdesk.store import open_store
from borderdesk.watchlist import (
    Delta,
    DocumentStatus,
    Edition,
    ListKind,
    Snapshot,
    TravelDocument,
    Watchlist,
    Withdrawal,
)
from borderdesk.watchlist.digest import StateDigest
from borderdesk.words import say
from sync.agent import Desk
from sync.agent import identity as identities
from sync.agent.desk import MIGRATIONS
from sync.agent.exchange import Exchange, Exchanged
from sync.agent.spool import Spool, open_spool
from sync.agent.staged import open_staged
from sync.agent.state import Way
from sync.bureau import tls
from sync.carriers import LinkDown, NotThere, Shipment, Shipped, Stick, StickCarrier, Traffic, collect, collected, ship
from sync.trust import BureauKeys, DeskKeys, LinkIdentity, Trust, TrustedTime
from sync.wire import (
    DeskSealer,
    EnrolReply,
    FileRef,
    FileRole,
    KeyGrant,
    KeyRing,
    Letter,
    ListHead,
    Manifest,
    Purpose,
    Receipt,
    Scope,
    SignedBytes,
    encode_delta,
    encode_snapshot,
    encrypt,
    open_envelope,
    payload_hash,
)
from sync.wire.manifest import ANY
from sync.wire.refusals import Refused
from sync.wire.wrapping import unwrap_at_bureau, unwrap_at_desk, wrap_for_bureau, wrap_for_desk

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
SCOPE = Scope("land")
DESK = DeskId("north-1")


def digest_of(rows: Iterable[TravelDocument]) -> bytes:
    """What a replica computes of these rows."""
    digest = StateDigest()
    for row in rows:
        digest.add(row)
    return digest.value()


class HeldClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, at: datetime = START) -> None:
        self.now, self.ticks = at, 1000.0

    def wall(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.ticks


class BureauSimulator:
    """Publishes one list of documents, keeps what desks send. Spoil any attribute to attack."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self.keys = BureauKeys.generate(self.random.randbytes)
        self.desk_keys = DeskKeys.generate(self.random.randbytes)
        self.key = KeyRing.alike(SCOPE, 1, self.random.randbytes(32))
        self.flash = 0
        self.roots: dict[int, bytes] = {}
        self.watchlist = Watchlist(ListName("sltd"), ListKind.DOCUMENTS, "Stolen and lost documents", "Bureau")
        self.now = START
        self.rows: dict[str, TravelDocument] = {}
        self.number = 0
        self.sequence = 0
        self.files: dict[str, bytes] = {}
        self.refs: list[FileRef] = []
        self.page: Manifest | None = None
        self.signed = b""
        self.stored: dict[int, tuple[bytes, bytes]] = {}
        self.cut_batches_after: int | None = None
        self.doubled = 0
        self.hashes: dict[int, bytes] = {}
        self.on_receipt: Callable[[bytes], bytes | None] = lambda signed: signed
        self.answer: Callable[[bytes], bytes] = lambda data: data
        self.letters_sent: list[bytes] = []
        self.down = False
        self.cut_after: int | None = None
        self.pieces: list[tuple[str, int, int]] = []
        self.traffic = Traffic()
        self.newest = 0
        self.before_piece: Callable[[], None] = lambda: None

    # --- what a bureau does ----------------------------------------------------------------------------------------

    def publish(self, add: Sequence[str] = (), withdraw: Sequence[str] = (), *, snapshot: bool = True) -> None:
        """One more edition of the list, with a snapshot and a delta from the one before."""
        self.now += timedelta(hours=1)
        base, before = self.number, len(self.rows)
        gone = []
        for number in withdraw:
            document = self.rows.pop(number)
            gone.append(Withdrawal(document.key, self.now.date(), "found again"))
        new = tuple(TravelDocument("UTO", "P", number, DocumentStatus.STOLEN, date(2026, 11, 1)) for number in add)
        self.rows.update({document.number: document for document in new})
        self.number += 1
        digest = digest_of(self.rows.values())
        edition = Edition(self.watchlist, self.number, len(self.rows), digest, self.now)
        if snapshot or not before:
            self.add_file(encode_snapshot(Snapshot(edition, list(self.rows.values()))), 0)
        if base:
            self.add_file(encode_delta(Delta(base, edition, tuple(gone), new)), base)
        self.sign(edition)

    def add_file(self, plain: bytes, base: int) -> FileRef:
        data = encrypt(plain, self.key.of(self.watchlist.name), self.random.randbytes(16))
        ref = FileRef(
            sha256(data).digest(),
            len(data),
            FileRole.DELTA if base else FileRole.SNAPSHOT,
            base,
            self.number,
            ListKind.DOCUMENTS,
        )
        self.files[ref.name] = data
        self.refs.append(ref)
        return ref

    def sign(self, edition: Edition, **changes: object) -> None:
        """The next manifest. `changes` spoil it before it is signed."""
        previous = payload_hash(self.page.encode()) if self.page else b""
        self.sequence += 1
        page = Manifest(
            SCOPE,
            self.key.epoch,
            self.sequence,
            self.now,
            self.now + timedelta(hours=30),
            previous,
            (ListHead(edition, tuple(self.refs), self.flash),),
        )
        self.page = replace(page, **changes)  # type: ignore[arg-type]
        self.signed = SignedBytes.sign(Purpose.MANIFEST, self.page.encode(), [self.keys.signing]).encode()
        self.newest = self.sequence

    # --- what a carrier does ---------------------------------------------------------------------------------------

    def _reach(self) -> None:
        self.traffic = replace(self.traffic, requests=self.traffic.requests + 1)
        if self.down:
            raise LinkDown(say("nobody answers"))

    @property
    def newest_letter(self) -> int:
        return len(self.letters_sent)

    def write(self, kind: str, body: bytes) -> None:
        """One more letter to the desk."""
        number = len(self.letters_sent) + 1
        letter = Letter.write(DESK, number, kind, body, self.desk_keys.sealing.public)
        self.letters_sent.append(SignedBytes.sign(Purpose.LETTER, letter.encode(), [self.keys.signing]).encode())

    def letters(self, after: int) -> tuple[bytes, ...]:
        self._reach()
        return tuple(self.answer(signed) for signed in self.letters_sent[after:])

    def manifest(self, have: int, wait: float, letters: int = 0, scope: Scope = ANY) -> bytes | None:
        self._reach()
        return self.answer(self.signed) if self.sequence != have else None

    def piece(self, name: str, start: int, length: int) -> bytes:
        self.before_piece()
        self._reach()
        if name not in self.files:
            raise NotThere(name)
        data = self.answer(self.files[name])[start : start + length]
        if self.cut_after is not None:
            data = data[: self.cut_after]
            self.cut_after = 0
            if not data:
                self.cut_after = None
                raise LinkDown(say("the connection broke"))
        self.pieces.append((name, start, len(data)))
        return data

    def grant(self, scope: Scope, epoch: int) -> bytes:
        self._reach()
        return self.sign_grant(KeyGrant.make(self.key, DESK, self.desk_keys.sealing.public))

    def root(self, version: int) -> bytes:
        self._reach()
        if version not in self.roots:
            raise NotThere(f"root {version}")
        return self.roots[version]

    def sign_grant(self, grant: KeyGrant) -> bytes:
        return SignedBytes.sign(Purpose.GRANT, grant.encode(), [self.keys.signing]).encode()

    def takes_uploads(self) -> bool:
        return True

    def send(self, envelopes: Sequence[bytes]) -> tuple[bytes, ...]:
        self._reach()
        signed = [self.take_in(envelope) for envelope in envelopes]
        if self.cut_batches_after is not None:
            self.cut_batches_after -= 1
            if self.cut_batches_after < 0:
                self.cut_batches_after = None
                raise LinkDown(say("the connection broke"))
        return tuple(kept for receipt in signed if receipt and (kept := self.on_receipt(receipt)) is not None)

    def receipts(self) -> tuple[bytes, ...]:
        return ()

    def interrupt(self) -> None:
        return

    def hang_up(self) -> None:
        return

    def close(self) -> None:
        return

    def take_in(self, envelope: bytes) -> bytes | None:
        """What a bureau does with one upload: once per counter, the same receipt for the same bytes."""
        try:
            opened = open_envelope(envelope, lambda _: self.desk_keys.signing.public, self.keys.sealing)
        except Refused:
            return None
        body, receipt = self.stored.get(opened.counter, (opened.body, b""))
        if receipt:
            self.doubled += opened.content_hash != self.hashes[opened.counter]
            return receipt
        page = Receipt(opened.desk, opened.counter, opened.content_hash, self.now)
        receipt = SignedBytes.sign(Purpose.RECEIPT, page.encode(), [self.keys.signing]).encode()
        self.stored[opened.counter] = (body, receipt)
        self.hashes[opened.counter] = opened.content_hash
        return receipt

    # --- what a bureau does with sticks ----------------------------------------------------------------------------

    def fill(self, stick: Stick) -> Shipped:
        """Put everything for this desk on a stick, and say what fitted."""
        grant = self.sign_grant(KeyGrant.make(self.key, DESK, self.desk_keys.sealing.public))
        receipts = [(DESK, self.hashes[counter], receipt) for counter, (_, receipt) in self.stored.items()]
        letters = [(DESK, signed) for signed in self.letters_sent]
        grants = {(DESK, self.key.epoch): grant}
        shipment = Shipment(SCOPE, self.signed, self.files, grants, receipts, letters=letters, desks=[DESK])
        transport = self.desk_keys.transport.public
        return ship(stick, replace(shipment, wrap=lambda _, data: wrap_for_desk(transport, data)))

    def empty(self, stick: Stick) -> None:
        """Take in the uploads that a stick brought."""
        for upload in list(collect(stick, lambda data: unwrap_at_bureau(self.keys.sealing, data))):
            if self.take_in(upload.envelope):
                collected(stick, upload)


class PostSimulator:
    """A desk's spool, trust and clock, with a replica that is a dictionary."""

    def __init__(self, bureau: BureauSimulator, folder: Path) -> None:
        self.bureau = bureau
        self.folder = folder
        self.clock = HeldClock()
        self.trust = Trust([bureau.keys.signing.public], SCOPE, DESK)
        self.time = TrustedTime.first(self.clock, START)
        self.spool: Spool = open_spool(folder / "spool.db")
        self.sealer = DeskSealer(DESK, bureau.desk_keys.signing, bureau.keys.sealing.public)
        self.rows: dict[str, TravelDocument] = {}
        self.held: dict[ListName, int] = {}
        self.counter = 0
        self.exchanger = self._exchange()

    def _exchange(self) -> Exchange:
        return Exchange(self.bureau, self.spool, self.trust, self.time, self.clock, Policy())

    def exchange(self) -> Exchanged:
        return self.exchanger.run()

    def carrier(self, stick: Stick) -> StickCarrier:
        """A stick as this desk reads and fills it."""
        keys, bureau = self.bureau.desk_keys, self.bureau.keys
        return StickCarrier(
            stick,
            DESK,
            wrap=lambda data: wrap_for_bureau(bureau.sealing.public, data),
            unwrap=lambda data: unwrap_at_desk(keys.transport, data),
        )

    def by_stick(self, stick: Stick) -> Exchanged:
        """Take in what a stick brings, and leave on it what waits."""
        carrier = self.carrier(stick)
        return Exchange(carrier, self.spool, self.trust, self.time, self.clock, Policy(), way=Way.STICK).run()

    def apply(self) -> None:
        """What the unlocked engine does, without its digest."""
        for found in open_staged(self.spool, self.trust, self.bureau.desk_keys, self.held, self.time.moment().trusted):
            if isinstance(found, Delta):
                for withdrawal in found.withdrawals:
                    self.rows.pop(withdrawal.key, None)
                new = found.records
            else:
                self.rows.clear()
                new = tuple(found.records) + tuple(row for block in found.columns for row in block.documents())
            self.rows.update({row.key: row for row in new if isinstance(row, TravelDocument)})
            self.held[found.edition.watchlist.name] = found.edition.number
        self.spool.note_held(self.held)

    def update(self) -> Exchanged:
        """Exchange, then apply."""
        done = self.exchange()
        self.apply()
        return done

    @property
    def numbers(self) -> list[str]:
        return sorted(row.number for row in self.rows.values())

    def queue(self, count: int = 1, kind: str = "hit") -> None:
        """Queue sealed uploads, as an act of the officer does."""
        for _ in range(count):
            self.counter += 1
            self.spool.queue([self.sealer.seal(self.counter, kind, f"{kind} {self.counter}".encode())])

    def restart(self) -> None:
        """The program ends, however it ends, and starts again."""
        self.spool.close()
        self.spool = open_spool(self.folder / "spool.db")
        self.exchanger = self._exchange()

    def close(self) -> None:
        self.spool.close()


def link_identity(bureau: BureauSimulator, url: str, ca: bytes) -> LinkIdentity:
    """What a desk of this bureau keeps about its link."""
    reply = EnrolReply(
        DESK,
        PostId("north"),
        SCOPE,
        BureauId("uto"),
        "NCB Utopia",
        bureau.keys.signing.public,
        bureau.keys.sealing.public,
        ca,
        Policy(),
    )
    return LinkIdentity(reply, url, bureau.desk_keys.transport)


def make_desk(bureau: BureauSimulator, folder: Path, clock: HeldClock, root: bytes = b"") -> Desk:
    """A real desk, encrypted store and all, whose only carrier is the simulator. Account `noy`, password `PASSWORD`.

    It follows `root`, where there is one.
    """
    link = link_identity(bureau, "https://nowhere.invalid", tls.make_ca(tls.new_key(), "nobody", clock.wall()))
    link = replace(link, reply=replace(link.reply, root=root))
    at = Moment(clock.wall(), clock.wall())
    folder.mkdir()
    secret = make_machine_secret(folder / identities.MACHINE_SECRET)
    made = create_vault(folder / identities.VAULT, secret)
    made.vault.add(made.key, account="noy", name="Noy", role=Role.SUPERVISOR, password=PASSWORD)
    with open_store(folder / identities.STORE, made.key, MIGRATIONS) as store, store.transaction() as db:
        identities.keep(db, link.encode(), bureau.desk_keys)
        journal.append(db, kind="enrolment", who="noy", at=at)
    identities.write_private(folder / identities.LINK, link.encode())
    return Desk(folder, clock=clock, carrier=bureau)


PASSWORD = "three lanterns at the bridge"
