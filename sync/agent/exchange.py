"""One exchange with the bureau, by whatever carrier: send what waits, learn what is new, fetch it, piece by piece.

Between two pieces the most urgent thing goes next, up or down, by the lanes of `sync.agent.lanes`.

It needs no key of the replica, so it goes on while the desk is locked. What arrived is kept in the spool; `open_staged`
opens it once the desk is unlocked. A link that breaks ends the exchange, and the next one goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from borderdesk.clock import Clock
from borderdesk.errors import KnownError, TamperingError
from borderdesk.policy import Policy
from borderdesk.store import DiskFailed, DiskFull
from borderdesk.words import Sentence, say
from sync.agent.fetching import Fetching
from sync.agent.lanes import Allowance, Lane, allowance
from sync.agent.news import News
from sync.agent.pace import Pace
from sync.agent.relay import Relay
from sync.agent.sending import Sending
from sync.agent.shelf import MEGABYTE, Shelf
from sync.agent.spool import Spool
from sync.agent.state import ExchangeReport, LinkState, LinkWord, Progress, Way
from sync.agent.tally import Tally
from sync.carriers import Carrier, HungUp, Impostor, LinkDown, NotAccepted
from sync.trust import Trust, TrustedManifest, TrustedTime
from sync.wire import FileRole, Manifest


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
        self._carrier = carrier
        self._spool = spool
        self._trust = trust
        self._time = time
        self._pace = Pace(clock, rest)
        self._news = News(carrier, spool, trust, time, policy, way, shelf)
        self._sending = Sending(carrier, spool, trust, time, self._news, self._pace, way, relay)
        self._fetching = Fetching(carrier, spool, time, self._pace, way, shelf)
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
        link that is down or for what was refused: both are in the answer. Raises DiskFull or DiskFailed, and whatever
        `arrived` raises.
        """
        before = self._carrier.traffic
        tally = Tally()
        failure: KnownError | None = None
        try:
            self._sending.take_receipts(tally, self._carrier.receipts())
            while self._sending.batch(tally, Lane.HITS) and not stop():
                continue
            trusted = self._news.learn(tally, 0.0 if self._is_busy(tally) else wait)
            self._sending.ask_for_the_post(tally)
            self._work(tally, trusted, stop, arrived, due)
        except (DiskFull, DiskFailed):
            raise
        except KnownError as error:
            failure = error
            tally.cut_off = isinstance(error, LinkDown | NotAccepted)
            # A link comes back by itself; about a stick somebody has to do something.
            tally.lines.extend(error.sentences if self._way_there is Way.STICK else (error.happened,))
        except TamperingError as error:
            tally.cut_off = isinstance(error, Impostor)
            tally.refuse(error)
        finally:
            self.progress = None
            after = self._carrier.traffic
            self._count(after.sent - before.sent + after.received - before.received)
        self._sending.say_what_was_sent(tally)
        by_link = self._way_there is Way.LINK
        # Who was cut off by this program itself has learnt nothing about the link.
        link = self._note_link(tally) if by_link and not isinstance(failure, HungUp) else None
        moment = self._time.moment()
        if by_link and not tally.cut_off:
            self._spool.keep_good_exchange(moment.trusted)
        self._spool.keep_time(self._time.mark())
        self._propose_a_stick(tally)
        held = self.held_manifest()
        for spoiled in self._news.take_spoiled():
            tally.refuse(spoiled)
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
            failure=failure or tally.full,
            warning=held.overdue(moment.trusted) if held else None,
            revocation=revocation,
        )

    # --- what may be asked meanwhile ---------------------------------------------------------------------------------

    def held_manifest(self) -> TrustedManifest | None:
        """The newest manifest that was believed."""
        return self._news.held_manifest()

    def policy(self) -> Policy:
        """The bureau's policy as last heard."""
        return self._news.policy()

    def left(self) -> Progress | None:
        """What is still to come down, None where nothing is. Counted from the spool, so also after a restart."""
        held = self.held_manifest()
        return None if held is None else self._fetching.progress(self._fetching.missing(held.manifest, frozenset()))

    def _allowance(self, manifest: Manifest | None) -> Allowance:
        if manifest is None or self._way_there is not Way.LINK:
            return Allowance(Lane.BULK)
        at = self._time.moment().trusted
        return allowance(self._news.policy_of(manifest), at, self._spool.used(at.date()))

    def _count(self, used: int) -> None:
        if self._way_there is Way.LINK:
            day = self._time.moment().trusted.date()
            self._spool.keep_used(day, self._spool.used(day) + used)

    def _revocation(self, tally: Tally, failure: KnownError | None) -> bytes | None:
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
        tally: Tally,
        trusted: TrustedManifest | None,
        stop: Callable[[], bool],
        arrived: Callable[[], None],
        due: Callable[[], bool],
    ) -> None:
        """The most urgent piece, up or down, again and again."""
        heard = self._carrier.newest
        told = tally.receipts
        if trusted is not None:
            self._news.take_grant(trusted.manifest)
        while not stop():
            if self._news.take_letters(tally) or due():
                arrived()
            last = self._allowance(trusted.manifest if trusted else None).last
            upload = self._sending.first_lane(tally)
            missing = [] if trusted is None else self._fetching.missing(trusted.manifest, tally.given_up)
            self.progress = self._fetching.progress(missing)
            # Within a lane the numbers of every list come before the rest of any: a desk can answer from them.
            next_ = min(missing, key=lambda one: (one.lane, one.staged.file.role is FileRole.REST), default=None)
            if upload is not None and upload <= last and (next_ is None or upload <= next_.lane):
                self._sending.batch(tally, upload)
            elif next_ is not None and next_.lane <= last and trusted is not None:
                if self._fetching.piece(tally, next_.staged, self._news.policy_of(trusted.manifest)):
                    arrived()
                    if self._spool.staged(next_.staged.file).have == 0:
                        # Found wrong when it was opened: not again in this exchange.
                        tally.given_up.add(next_.staged.file.name)
            elif not self._fetching.shard(tally, last, self.policy(), arrived):
                return
            if tally.receipts > told:
                told = tally.receipts
                arrived()
            # Between two pieces, news of an alert is asked after.
            if trusted is not None and self._carrier.newest > max(heard, trusted.manifest.sequence):
                heard = self._carrier.newest
                trusted = self._news.learn(tally, 0.0) or trusted
                self._news.take_grant(trusted.manifest)

    def _is_busy(self, tally: Tally) -> bool:
        """Whether there is something that may be done at once."""
        held = self.held_manifest()
        last = self._allowance(held.manifest if held else None).last
        upload = self._sending.first_lane(tally)
        if upload is not None and upload <= last:
            return True
        missing = self._fetching.missing(held.manifest, frozenset()) if held else []
        return any(one.lane <= last for one in missing)

    def _propose_a_stick(self, tally: Tally) -> None:
        """Where so much is still to come that somebody who drives is sooner here."""
        left = self.left() if self._way_there is Way.LINK else None
        if left is not None and left.bytes_left > self.policy().stick_above_megabytes * MEGABYTE:
            megabytes = left.bytes_left // MEGABYTE
            tally.lines.append(
                say("{megabytes} MB are still to come: let the bureau fill a stick.", megabytes=megabytes)
            )

    # --- the link --------------------------------------------------------------------------------------------------

    def _note_link(self, tally: Tally) -> LinkState:
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
