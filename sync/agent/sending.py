"""What goes up, in the order of its lanes: this desk's own, and what other desks of the post handed over."""

from __future__ import annotations

from borderdesk.errors import TamperingError
from borderdesk.words import say
from sync.agent.lanes import Lane
from sync.agent.news import News
from sync.agent.pace import Pace
from sync.agent.relay import Relay
from sync.agent.spool import Spool
from sync.agent.state import Way
from sync.agent.tally import Tally
from sync.carriers import Carrier, HttpsCarrier, NotThere, StickFull
from sync.trust import Trust, TrustedTime
from sync.wire.refusals import AlteredReceipt
from sync.wire.uploads import MAX_BATCH, MAX_BATCH_BYTES


class Sending:
    """Sends batches by one carrier, and keeps the receipts. Owned by the exchange of that carrier."""

    def __init__(
        self,
        carrier: Carrier,
        spool: Spool,
        trust: Trust,
        time: TrustedTime,
        news: News,
        pace: Pace,
        way: Way,
        relay: Relay | None,
    ) -> None:
        """`news` knows how to believe what a newer key has signed."""
        self._carrier = carrier
        self._spool = spool
        self._trust = trust
        self._time = time
        self._news = news
        self._pace = pace
        self._way_there = way
        self._relay = relay

    def first_lane(self, tally: Tally) -> Lane | None:
        """The lane of the most urgent upload that may go by this carrier, None where nothing waits."""
        if tally.full is not None:
            return None
        own = self._spool.first_lane(tally.sent)
        if own is not None and not self._carrier.takes_uploads():
            # A report that only lies at another desk would not have been sent.
            return None
        theirs = self._relay.first_lane(tally.relayed) if self._relay is not None else None
        return min((lane for lane in (own, theirs) if lane is not None), default=None)

    def batch(self, tally: Tally, last: Lane) -> bool:
        """One batch of the most urgent lane up to `last`, about one piece long, this desk's own before another's.

        False where there was nothing.
        """
        lane = self.first_lane(tally)
        if lane is None:
            return False
        most = min(self._pace.piece, MAX_BATCH_BYTES // 2)
        if self._relay is not None and self._spool.first_lane(tally.sent) != lane:
            return self._relayed(tally, self._relay, min(lane, last), most)
        # One at a time, so that what is said of a stick that became full is how many are really on it.
        many = 1 if self._way_there is Way.STICK else MAX_BATCH
        batch = self._spool.waiting(most=many, most_bytes=most, skip=tally.sent, last=last)
        if not batch:
            return False
        tally.sent.update(item.counter for item in batch)
        answers = self._send(tally, [item.envelope for item in batch])
        if answers is None:
            return False
        self.take_receipts(tally, answers)
        tally.uploaded += len(batch)
        return True

    def _relayed(self, tally: Tally, relay: Relay, last: Lane, most: int) -> bool:
        """One batch of what other desks of the post handed over; its receipts are kept for them."""
        batch = relay.waiting(most=MAX_BATCH, most_bytes=most, skip=tally.relayed, last=last)
        if not batch:
            return False
        tally.relayed.update(each.content_hash for each in batch)
        for signed in self._send(tally, [each.envelope for each in batch]) or ():
            try:
                relay.accept(self._news.believe(tally, lambda signed=signed: self._trust.any_receipt(signed)), signed)  # type: ignore[misc]
            except TamperingError as error:
                tally.refuse(error)
        return True

    def _send(self, tally: Tally, envelopes: list[bytes]) -> tuple[bytes, ...] | None:
        """The receipts that came back; None where the stick is full. What it brings is taken in all the same."""
        try:
            return self._carrier.send(envelopes)
        except StickFull as error:
            tally.full = error
            return None

    def ask_for_the_post(self, tally: Tally) -> None:
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

    def say_what_was_sent(self, tally: Tally) -> None:
        """A line for a person about all of it, and what to do where not all of it went."""
        if tally.uploaded and self._way_there is Way.STICK:
            tally.lines.append(say("Reports on the stick: {sent}.", sent=tally.uploaded))
        elif tally.uploaded and self._way_there is Way.POST:
            line = say(
                "Reports at the other desk: {sent}; confirmed by the bureau: {receipts}.",
                sent=tally.uploaded,
                receipts=tally.receipts,
            )
            tally.lines.append(line)
        elif tally.uploaded:
            line = say("Reports sent: {sent}; confirmed: {receipts}.", sent=tally.uploaded, receipts=tally.receipts)
            tally.lines.insert(0, line)
        if tally.full is not None:
            tally.lines.extend(tally.full.sentences)

    def take_receipts(self, tally: Tally, answers: tuple[bytes, ...]) -> None:
        """Keep the receipts that are believed; refuse the others."""
        for signed in answers:
            try:
                tally.receipts += self._accept(tally, signed)
            except TamperingError as error:
                tally.refuse(error)

    def _accept(self, tally: Tally, signed: bytes) -> bool:
        """Keep one receipt, if it is for what was queued. True where it is new."""
        receipt = self._news.believe(tally, lambda: self._trust.receipt(signed))
        queued = self._spool.content_hash(receipt.counter)
        if queued is not None and queued != receipt.content_hash:
            raise AlteredReceipt(receipt.counter)
        self._time.observe(receipt.received_at)
        return queued is not None and self._spool.accept(receipt, signed)
