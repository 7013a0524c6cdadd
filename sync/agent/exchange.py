"""One exchange with the bureau, by whatever carrier: send what waits, learn what is new, fetch it, piece by piece.

Between two pieces the most urgent thing goes next, up or down, by the lanes of `sync.agent.lanes`.

It needs no key of the replica, so it goes on while the desk is locked. What arrived is kept in the spool; `open_staged`
opens it once the desk is unlocked. A link that breaks ends the exchange, and the next one goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, field, replace
from typing import TypeVar

from borderdesk.clock import Clock
from borderdesk.errors import KnownError, TamperingError
from borderdesk.policy import Policy
from borderdesk.store import DiskFailed, DiskFull
from borderdesk.words import Sentence, say
from sync.agent.entitled import shares_changed
from sync.agent.lanes import Allowance, Lane, allowance, in_order, lane_of_file
from sync.agent.pace import Pace
from sync.agent.relay import Relay
from sync.agent.repairs import Repairs
from sync.agent.route import way_left
from sync.agent.shelf import MEGABYTE, Shelf, ShelfFailed
from sync.agent.spool import Spool, StagedFile
from sync.agent.staged import name_of
from sync.agent.state import ExchangeReport, LinkState, LinkWord, Progress, Way
from sync.carriers import Carrier, HttpsCarrier, Impostor, LinkDown, NotAccepted, NotThere
from sync.trust import Trust, TrustedManifest, TrustedTime
from sync.trust.refusals import WrongScope
from sync.trust.root import MOST_ROOTS
from sync.wire import FileRef, ListHead, Manifest, check_file
from sync.wire.policy import changed
from sync.wire.refusals import GRANT, MANIFEST, AlteredReceipt, BadSignature, Refused, WrongRecipient
from sync.wire.uploads import MAX_BATCH, MAX_BATCH_BYTES

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What one exchange did. `refusals` belong in the journal; `failure` is why it ended early, if it did.

    `link` is None after anything but the link. `revocation` is the bureau's verified and signed word that this desk
    must destroy its keys.
    """

    report: ExchangeReport
    link: LinkState | None
    new_manifest: bool
    refusals: tuple[TamperingError, ...]
    failure: KnownError | None
    warning: Sentence | None
    revocation: bytes | None


@dataclass(slots=True)
class _Tally:
    uploaded: int = 0
    receipts: int = 0
    new_manifest: bool = False
    refusals: list[TamperingError] = field(default_factory=list)
    lines: list[Sentence] = field(default_factory=list)
    letters_asked: int = 0
    roots_asked: bool = False
    sent: set[int] = field(default_factory=set)
    relayed: set[bytes] = field(default_factory=set)
    given_up: set[str] = field(default_factory=set)
    measured: bool = False
    cut_off: bool = False

    def refuse(self, error: TamperingError) -> None:
        self.refusals.append(error)
        self.lines.append(error.happened)


@dataclass(frozen=True, slots=True)
class _Missing:
    """A file that is still to be fetched, in which lane."""

    lane: Lane
    staged: StagedFile


class Exchange:
    """Runs exchanges. Owned by the thread that owns the carrier; `progress` may be read by any."""

    def __init__(
        self,
        carrier: Carrier,
        spool: Spool,
        trust: Trust,
        time: TrustedTime,
        clock: Clock,
        policy: Policy,
        *,
        way: Way = Way.LINK,
        shelf: Shelf | None = None,
        relay: Relay | None = None,
        rest: Callable[[float], object] = lambda _: None,
    ) -> None:
        """`policy` holds where no manifest says otherwise. `way` other than the link says nothing about the link, and
        the policy's caps are not for it. `shelf` keeps what the other desks of the post may want, `relay` what they
        handed over.

        `rest` waits so many seconds where the policy caps the link.
        """
        self._way_there = way
        self._shelf = shelf
        self._relay = relay
        self._carrier = carrier
        self._spool = spool
        self._trust = trust
        self._time = time
        self._enrolled = policy
        self._pace = Pace(clock, rest)
        self._held: TrustedManifest | None = None
        self._spoiled: list[TamperingError] = []
        self.progress: Progress | None = None

    def run(
        self,
        *,
        wait: float = 0.0,
        stop: Callable[[], bool] = lambda: False,
        arrived: Callable[[], None] = lambda: None,
        due: Callable[[], bool] = lambda: False,
    ) -> Exchanged:
        """Do everything there is to do now.

        Where nothing is, wait up to `wait` seconds for the bureau to say something new. `stop` is asked between
        pieces; `arrived` is called when a file has become whole or a receipt has come, so that it can be used while
        the rest is still on its way, or where `due` says between two pieces that it is wanted. Does not raise for a
        link that is down or for what was refused: both are in the
        answer. Raises DiskFull or DiskFailed, and whatever `arrived` raises.
        """
        before = self._carrier.traffic
        tally = _Tally()
        failure: KnownError | None = None
        try:
            self._take_receipts(tally, self._carrier.receipts())
            while self._send(tally, Lane.HITS) and not stop():
                continue
            trusted = self._learn(tally, wait)
            self._ask_for_the_post(tally)
            self._work(tally, trusted, stop, arrived, due)
        except (DiskFull, DiskFailed):
            raise
        except KnownError as error:
            failure = error
            tally.cut_off = isinstance(error, LinkDown | NotAccepted)
            tally.lines.append(error.happened)
        except TamperingError as error:
            tally.cut_off = isinstance(error, Impostor)
            tally.refuse(error)
        finally:
            self.progress = None
            after = self._carrier.traffic
            self._count(after.sent - before.sent + after.received - before.received)
        self._say_what_was_sent(tally)
        by_link = self._way_there is Way.LINK
        link = self._note_link(tally) if by_link else None
        moment = self._time.moment()
        if by_link and not tally.cut_off:
            self._spool.keep_good_exchange(moment.trusted)
        self._spool.keep_time(self._time.mark())
        self._propose_a_stick(tally)
        held = self.held_manifest()
        while self._spoiled:
            tally.refuse(self._spoiled.pop())
        revocation = self._revocation(tally, failure)
        return Exchanged(
            report=ExchangeReport(
                uploaded=tally.uploaded,
                receipts=tally.receipts,
                applied=(),
                bytes_sent=after.sent - before.sent,
                bytes_received=after.received - before.received,
                lines=tuple(tally.lines),
                reached=not tally.cut_off,
                refused=len(tally.refusals),
            ),
            link=link,
            new_manifest=tally.new_manifest,
            refusals=tuple(tally.refusals),
            failure=failure,
            warning=held.overdue(moment.trusted) if held else None,
            revocation=revocation,
        )

    # --- what may be asked meanwhile ---------------------------------------------------------------------------------

    def held_manifest(self) -> TrustedManifest | None:
        """The newest manifest that was believed."""
        signed = self._spool.manifest()
        if signed is None:
            return None
        if self._held is None or self._held.signed != signed:
            try:
                self._held = self._trust.manifest(signed, None)
            except Refused as error:
                # Spoiled on the disk. The replica still refuses older editions of every list.
                self._spool.forget_manifest()
                self._spoiled.append(error)
                return None
        return self._held

    def policy(self) -> Policy:
        """The bureau's policy as last heard."""
        held = self.held_manifest()
        return self._enrolled if held is None else self._policy_of(held.manifest)

    def left(self) -> Progress | None:
        """What is still to come down, None where nothing is. Counted from the spool, so also after a restart."""
        held = self.held_manifest()
        return None if held is None else self._progress(self._missing(held.manifest, frozenset()))

    def _policy_of(self, manifest: Manifest) -> Policy:
        return self._enrolled if manifest.policy is None else changed(manifest.policy, MANIFEST)

    def _allowance(self, manifest: Manifest | None) -> Allowance:
        if manifest is None or self._way_there is not Way.LINK:
            return Allowance(Lane.BULK)
        at = self._time.moment().trusted
        return allowance(self._policy_of(manifest), at, self._spool.used(at.date()))

    def _count(self, used: int) -> None:
        if self._way_there is Way.LINK:
            day = self._time.moment().trusted.date()
            self._spool.keep_used(day, self._spool.used(day) + used)

    def _revocation(self, tally: _Tally, failure: KnownError | None) -> bytes | None:
        """The proof that came with a refusal, if it is one. Somebody else's word is refused like anything else."""
        if not isinstance(failure, NotAccepted) or not failure.proof:
            return None
        try:
            self._trust.revocation(failure.proof)
        except TamperingError as error:
            tally.refuse(error)
            return None
        return failure.proof

    # --- one piece after the other -----------------------------------------------------------------------------------

    def _work(
        self,
        tally: _Tally,
        trusted: TrustedManifest | None,
        stop: Callable[[], bool],
        arrived: Callable[[], None],
        due: Callable[[], bool],
    ) -> None:
        """The most urgent piece, up or down, again and again."""
        heard = self._carrier.newest
        told = tally.receipts
        if trusted is not None:
            self._fetch_grant(trusted.manifest)
        while not stop():
            if self._take_letters(tally) or due():
                arrived()
            last = self._allowance(trusted.manifest if trusted else None).last
            upload = self._first_upload(tally)
            missing = [] if trusted is None else self._missing(trusted.manifest, tally.given_up)
            self.progress = self._progress(missing)
            next_ = min(missing, key=lambda one: one.lane, default=None)
            if upload is not None and upload <= last and (next_ is None or upload <= next_.lane):
                self._send(tally, upload)
            elif next_ is not None and next_.lane <= last and trusted is not None:
                if self._fetch(tally, next_.staged, self._policy_of(trusted.manifest)):
                    arrived()
                    if self._spool.staged(next_.staged.file).have == 0:
                        # Found wrong when it was opened: not again in this exchange.
                        tally.given_up.add(next_.staged.file.name)
            elif not self._fetch_shard(tally, last, arrived):
                return
            if tally.receipts > told:
                told = tally.receipts
                arrived()
            # Between two pieces, news of an alert is asked after.
            if trusted is not None and self._carrier.newest > max(heard, trusted.manifest.sequence):
                heard = self._carrier.newest
                trusted = self._learn(tally, 0.0) or trusted
                self._fetch_grant(trusted.manifest)

    # --- up --------------------------------------------------------------------------------------------------------

    def _first_upload(self, tally: _Tally) -> Lane | None:
        own = self._spool.first_lane(tally.sent)
        if own is not None and not self._carrier.takes_uploads():
            # A report that only lies at another desk would not have been sent.
            return None
        theirs = self._relay.first_lane(tally.relayed) if self._relay is not None else None
        return min((lane for lane in (own, theirs) if lane is not None), default=None)

    def _send(self, tally: _Tally, last: Lane) -> bool:
        """One batch of the most urgent lane up to `last`, about one piece long, this desk's own before another's.

        False where there was nothing.
        """
        lane = self._first_upload(tally)
        if lane is None:
            return False
        most = min(self._pace.piece, MAX_BATCH_BYTES // 2)
        if self._relay is not None and self._spool.first_lane(tally.sent) != lane:
            return self._send_relayed(tally, self._relay, min(lane, last), most)
        batch = self._spool.waiting(most=MAX_BATCH, most_bytes=most, skip=tally.sent, last=last)
        if not batch:
            return False
        tally.sent.update(item.counter for item in batch)
        self._take_receipts(tally, self._carrier.send([item.envelope for item in batch]))
        tally.uploaded += len(batch)
        return True

    def _send_relayed(self, tally: _Tally, relay: Relay, last: Lane, most: int) -> bool:
        """One batch of what other desks of the post handed over; its receipts are kept for them."""
        batch = relay.waiting(most=MAX_BATCH, most_bytes=most, skip=tally.relayed, last=last)
        if not batch:
            return False
        tally.relayed.update(each.content_hash for each in batch)
        for signed in self._carrier.send([each.envelope for each in batch]):
            try:
                relay.accept(self._believe(tally, lambda signed=signed: self._trust.any_receipt(signed)), signed)  # type: ignore[misc]
            except TamperingError as error:
                tally.refuse(error)
        return True

    def _ask_for_the_post(self, tally: _Tally) -> None:
        """What the bureau says to the other desks of the post that asked here, and who they are."""
        if self._relay is None or not self._relay.is_open or not isinstance(self._carrier, HttpsCarrier):
            return
        wanted = self._relay.wanted()
        if not wanted and not self._relay.has_strangers:
            return
        try:
            self._relay.heard(self._carrier.post(wanted), wanted)
        except NotThere:  # an older bureau: uploads go all the same, as soon as it names the desks
            tally.lines.append(say("The bureau does not name the other desks of this post yet; nothing is relayed."))

    def _say_what_was_sent(self, tally: _Tally) -> None:
        if tally.uploaded and self._way_there is Way.STICK:
            tally.lines.append(say("{sent} reports are on the stick.", sent=tally.uploaded))
        elif tally.uploaded and self._way_there is Way.POST:
            line = say(
                "{sent} reports lie at the other desk; the bureau has confirmed {receipts} of them.",
                sent=tally.uploaded,
                receipts=tally.receipts,
            )
            tally.lines.append(line)
        elif tally.uploaded:
            line = say("Sent {sent} reports; {receipts} confirmed.", sent=tally.uploaded, receipts=tally.receipts)
            tally.lines.insert(0, line)

    def _propose_a_stick(self, tally: _Tally) -> None:
        """Where so much is still to come that somebody who drives is sooner here."""
        left = self.left() if self._way_there is Way.LINK else None
        if left is not None and left.bytes_left > self.policy().stick_above_megabytes * MEGABYTE:
            megabytes = left.bytes_left // MEGABYTE
            tally.lines.append(
                say("{megabytes} MB are still to come: let the bureau fill a stick.", megabytes=megabytes)
            )

    def _take_receipts(self, tally: _Tally, answers: tuple[bytes, ...]) -> None:
        for signed in answers:
            try:
                tally.receipts += self._accept(tally, signed)
            except TamperingError as error:
                tally.refuse(error)

    def _accept(self, tally: _Tally, signed: bytes) -> bool:
        """Keep one receipt, if it is for what was queued. True where it is new."""
        receipt = self._believe(tally, lambda: self._trust.receipt(signed))
        queued = self._spool.content_hash(receipt.counter)
        if queued is not None and queued != receipt.content_hash:
            raise AlteredReceipt(receipt.counter)
        self._time.observe(receipt.received_at)
        return queued is not None and self._spool.accept(receipt, signed)

    # --- down ------------------------------------------------------------------------------------------------------

    def _learn(self, tally: _Tally, wait: float) -> TrustedManifest | None:
        """The newest manifest that can be believed."""
        held = self.held_manifest()
        have = held.manifest.sequence if held else 0
        try:
            patience = 0.0 if self._is_busy(tally, held) else wait
            signed = self._carrier.manifest(have, patience, self._spool.letters_held(), self._trust.scope)
            if signed is None and self._way_there is Way.STICK:
                tally.lines.append(say("There is nothing for this desk from the bureau on the stick."))
            elif signed is None and self._way_there is Way.POST:
                tally.lines.append(say("The other desk of the post knows nothing newer."))
            new = held if signed is None else self._believe(tally, lambda: self._judge(tally, signed))
        except Impostor:
            raise
        except TamperingError as error:
            if isinstance(error, WrongScope) and self._way_there is Way.POST:
                # The post's desks are put into another scope one after the other.
                tally.lines.append(say("The other desk of the post follows another scope."))
            else:
                tally.refuse(error)
            return self.held_manifest()
        if new is not None and signed is not None and (held is None or new.hash != held.hash):
            if held is None or new.manifest.scope == held.manifest.scope:
                self._spool.keep_manifest(signed)
                self._spool.forget_held(shares_changed(held, new))
            self._spool.keep_page_hash(new.manifest.sequence, new.hash)
            files = [file for head in new.manifest.lists for file in head.files]
            self._shelve(tally, lambda shelf: shelf.keep_page(signed, files))
            self._time.observe(new.manifest.issued)
            tally.new_manifest = True
        if new is not None and new.manifest.root > self._trust.root_version:
            self._follow_roots(tally)
        if new is not None:
            current = self._spool.held()
            running = new.manifest.running(self._time.moment().trusted)
            behind = [head for head in running if current.get(name_of(head), 0) != head.edition.number]
            self._spool.keep_only(file for head in behind for file in head.files)
        return new

    def _judge(self, tally: _Tally, signed: bytes) -> TrustedManifest:
        held = self.held_manifest()
        try:
            new = self._trust.manifest(signed, held)
        except WrongScope as error:
            new = self._move(tally, signed, held, error)
        self._trust.check_checkpoint(new.manifest, self._spool.page_hash)
        return new

    def _move(self, tally: _Tally, signed: bytes, held: TrustedManifest | None, error: WrongScope) -> TrustedManifest:
        """Follow the page of another scope, where the bureau's grant says that this desk belongs to it now."""
        page = self._trust.any_scope(signed)
        try:
            grant = self._carrier.grant(page.scope, page.epoch)
        except NotThere:
            raise error from None
        if self._trust.grant(grant).scope != page.scope:
            raise error
        before = self._trust.scope, self._trust.assigned
        self._trust.move(grant)
        try:
            new = self._trust.manifest(signed, held)
        except TamperingError:
            self._trust.scope, self._trust.assigned = before
            raise
        gone = shares_changed(held, new)
        self._spool.move(grant, signed, [name for name in self._spool.held() if name not in gone])
        self._spool.keep_grant(page.scope, page.epoch, grant)
        tally.lines.append(say("The bureau has put this desk into the scope {scope}.", scope=page.scope))
        return new

    def _believe(self, tally: _Tally, judge: Callable[[], _T]) -> _T:
        """Believe something; where its signature is not known, the bureau may have exchanged its keys meanwhile."""
        try:
            return judge()
        except BadSignature:
            if not self._follow_roots(tally):
                raise
            return judge()

    def _follow_roots(self, tally: _Tally) -> bool:
        """The roots of trust that came after the one followed. True where there was one. Asked once an exchange."""
        if self._trust.root is None or tally.roots_asked:
            return False
        tally.roots_asked = True
        before = self._trust.root_version
        while self._trust.root_version - before < MOST_ROOTS:
            try:
                data = self._carrier.root(self._trust.root_version + 1)
            except NotThere:
                break
            changed = self._trust.follow(data)
            version = self._trust.root_version
            self._spool.keep_root(version, data)
            self._shelve(tally, lambda shelf: shelf.keep_root(version, data))  # noqa: B023 - called at once
            if changed:
                self._spool.forget_manifest()
        if self._trust.root_version == before:
            return False
        tally.lines.append(say("The bureau's root of trust is now number {version}.", version=self._trust.root_version))
        return True

    def _take_letters(self, tally: _Tally) -> bool:
        """Letters that the other side has mentioned and that are not here. They stay sealed until somebody signs in.

        True where one came.
        """
        held = self._spool.letters_held()
        new = 0
        # One that is mentioned and not given is asked for again with the next exchange, not with every piece.
        while self._carrier.newest_letter > max(held, tally.letters_asked):
            before, mentioned = held, self._carrier.newest_letter
            for signed in self._carrier.letters(held):
                try:
                    letter = self._believe(tally, lambda signed=signed: self._trust.letter(signed))  # type: ignore[misc]
                    new += self._spool.keep_letter(letter.number, signed)
                except TamperingError as error:
                    tally.refuse(error)
            held = self._spool.letters_held()
            if held == before or self._way_there is Way.STICK:
                tally.letters_asked = mentioned
        if new:
            tally.lines.append(say("{count} letters came from the bureau.", count=new))
        return bool(new)

    def _is_busy(self, tally: _Tally, held: TrustedManifest | None) -> bool:
        """Whether there is something that may be done at once."""
        last = self._allowance(held.manifest if held else None).last
        upload = self._first_upload(tally)
        if upload is not None and upload <= last:
            return True
        missing = self._missing(held.manifest, frozenset()) if held else []
        return any(one.lane <= last for one in missing)

    def _missing(self, manifest: Manifest, skip: Set[str]) -> list[_Missing]:
        """What is still to be fetched, in the order of each lane. `skip` names files that turned out wrong."""
        held = self._spool.held()
        return [
            _Missing(lane_of_file(head, one.file, held.get(name_of(head), 0)), one)
            for head in in_order(manifest.running(self._time.moment().trusted))
            for one in self._way(head, held.get(name_of(head), 0), skip)
            if one.left > 0
        ]

    def _way(self, head: ListHead, held: int, skip: Set[str]) -> Iterator[StagedFile]:
        if held == head.edition.number:
            return
        staged = {file: self._spool.staged(file) for file in head.files}
        if self._way_there is Way.POST:
            # Another desk has what it needed itself: go around what it lacks. By link that would make a small
            # exchange a big one.
            head = replace(head, files=tuple(file for file in head.files if file.name not in skip))
        for file in way_left(head, held, lambda one: staged[one].left) or ():
            if file.name not in skip:
                yield staged[file]

    def _progress(self, missing: list[_Missing]) -> Progress | None:
        if not missing:
            return None
        rate = self._pace.rate or self._spool.rate()
        return Progress(
            lane=min(one.lane for one in missing).title,
            bytes_left=sum(one.staged.left for one in missing),
            bytes_here=sum(one.staged.have for one in missing),
            bytes_per_second=int(rate),
        )

    def _fetch(self, tally: _Tally, staged: StagedFile, policy: Policy) -> bool:
        """One piece of a file. True where the file is whole with it."""
        try:
            staged = self._spool.add_piece(staged, self._fetch_piece(tally, staged, policy))
            if staged.whole:
                whole = self._check(staged.file)
                most = self.policy().post_shelf_megabytes * MEGABYTE
                self._shelve(tally, lambda shelf: shelf.keep(staged.file, whole, most))
        except Impostor:
            raise
        except (TamperingError, NotThere) as error:
            tally.given_up.add(staged.file.name)
            if isinstance(error, TamperingError):
                tally.refuse(error)
            else:
                tally.lines.append(error.happened)
            return False
        return staged.whole

    def _fetch_shard(self, tally: _Tally, last: Lane, arrived: Callable[[], None]) -> bool:
        """One shard of a list that is to be mended, once nothing else is to be fetched. False where there is none."""
        if last < Lane.CHANGES or not isinstance(self._carrier, HttpsCarrier):
            return False
        repairs = Repairs(self._spool)
        for repair in repairs.all():
            if repair.asked is None or repair.is_complete or repair.list in tally.given_up:
                continue
            try:
                given = self._carrier.shard(repair.list, replace(repair.asked, have=tuple(sorted(repair.shards))))
            except NotThere:  # a newer edition is out, or the bureau is older than this desk
                tally.given_up.add(repair.list)
                continue
            if given.shard is None:
                repairs.complete(repair.list)
                arrived()
            else:
                repairs.add(repair.list, given.shard, given.sealed)
            return True
        return False

    def _fetch_grant(self, manifest: Manifest) -> None:
        if self._spool.grant(manifest.scope, manifest.epoch) is None:
            signed = self._carrier.grant(manifest.scope, manifest.epoch)
            grant = self._trust.grant(signed)
            asked = (manifest.scope, manifest.epoch)
            if (grant.scope, grant.epoch) != asked:
                raise WrongRecipient(GRANT, f"{grant.scope} {grant.epoch}", f"{manifest.scope} {manifest.epoch}")
            self._spool.keep_grant(grant.scope, grant.epoch, signed)
            if grant.assigned > self._trust.assigned:
                self._trust.move(signed)
            if grant.assigned:
                self._spool.keep_assignment(signed)

    def _check(self, file: FileRef) -> bytes:
        data = self._spool.read(file)
        try:
            check_file(file, data)
        except TamperingError:
            self._spool.drop(file)
            raise
        return data

    def _shelve(self, tally: _Tally, keep: Callable[[Shelf], None]) -> None:
        """Keep something for the other desks of the post. That it cannot be kept must not stop this one."""
        if self._shelf is None:
            return
        try:
            keep(self._shelf)
        except ShelfFailed as error:
            tally.lines.append(error.happened)

    def _fetch_piece(self, tally: _Tally, staged: StagedFile, policy: Policy) -> bytes:
        began = self._pace.now()
        data = self._carrier.piece(staged.file.name, staged.have, min(self._pace.piece, staged.left))
        if len(data) > staged.left or not data:
            raise LinkDown(say("it sends something else than was asked for"))
        self._pace.took(len(data), began, policy)
        tally.measured = tally.measured or self._pace.rate is not None
        return data

    # --- the link --------------------------------------------------------------------------------------------------

    def _note_link(self, tally: _Tally) -> LinkState:
        """Up, slow or down; *since* changes only when the word does."""
        before = self._spool.link()
        rate = self._pace.rate
        if tally.measured and rate is not None:
            self._spool.keep_rate(int(rate))
        if tally.cut_off:
            word = LinkWord.DOWN
        elif tally.measured and rate is not None:
            word = LinkWord.SLOW if rate < self.policy().slow_below_bytes_per_second else LinkWord.UP
        else:
            word = before.word if before and before.word is not LinkWord.DOWN else LinkWord.UP
        same = before is not None and before.word is word
        since = before.since if before is not None and same else self._time.moment().trusted
        state = LinkState(word, since, tally.lines[-1] if tally.cut_off else None)
        if state != before:
            self._spool.keep_link(state)
        return state
