"""One exchange with the bureau, by whatever carrier: send what waits, learn what is new, fetch it, piece by piece.

It needs no key of the replica, so it goes on while the desk is locked. What arrived is kept in the spool; `open_staged`
opens it once the desk is unlocked. A link that breaks ends the exchange, and the next one goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Final

from borderdesk.clock import Clock
from borderdesk.errors import KnownError, TamperingError
from borderdesk.ids import ListName
from borderdesk.policy import Policy
from borderdesk.watchlist import Delta, Snapshot
from borderdesk.words import Sentence, say
from sync.agent.route import by_lane, route
from sync.agent.spool import Spool, StagedFile
from sync.agent.state import ExchangeReport, LinkState, LinkWord
from sync.carriers import Carrier, Impostor, LinkDown, NotAccepted, NotThere
from sync.trust import DeskKeys, Trust, TrustedManifest, TrustedTime
from sync.wire import (
    EpochKey,
    FileRef,
    ListHead,
    Manifest,
    check_edition,
    check_file,
    decode_edition,
    decrypt,
)
from sync.wire.refusals import GRANT, AlteredReceipt, WrongRecipient
from sync.wire.uploads import MAX_BATCH, MAX_BATCH_BYTES

FIRST_PIECE: Final = 16 * 1024
LEAST_PIECE: Final = 2 * 1024
MOST_PIECE: Final = 1024 * 1024
_MEASURABLE: Final = 4 * 1024
"""Fewer bytes say more about the round trip than about the link."""


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What one exchange did. `refusals` belong in the journal; `failure` is why it ended early, if it did.

    `link` is None after a stick. `revocation` is the bureau's verified and signed word that this desk must destroy its
    keys.
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
    rate: float | None = None
    sent_up_to: int = 0
    letters_asked: int = 0
    cut_off: bool = False

    def refuse(self, error: TamperingError) -> None:
        self.refusals.append(error)
        self.lines.append(error.happened)


class Exchange:
    """Runs exchanges. Owned by the thread that owns the carrier."""

    def __init__(
        self,
        carrier: Carrier,
        spool: Spool,
        trust: Trust,
        time: TrustedTime,
        clock: Clock,
        policy: Policy,
        *,
        by_hand: bool = False,
    ) -> None:
        """`by_hand` is for a stick: it says nothing about the link."""
        self._by_hand = by_hand
        self._carrier = carrier
        self._spool = spool
        self._trust = trust
        self._time = time
        self._clock = clock
        self._policy = policy
        self._piece = FIRST_PIECE

    def run(self, *, wait: float = 0.0, stop: Callable[[], bool] = lambda: False) -> Exchanged:
        """Do everything there is to do now.

        Where nothing is, wait up to `wait` seconds for the bureau to say something new. `stop` is asked between
        pieces. Does not raise for a link that is down or for what was refused: both are in the answer.
        Raises DiskFull or DiskFailed.
        """
        before = self._carrier.traffic
        tally = _Tally()
        failure: KnownError | None = None
        try:
            self._take_receipts(tally, self._carrier.receipts())
            self._send(tally)
            trusted = self._learn(tally, wait)
            if self._spool.newest_counter() > tally.sent_up_to:
                self._send(tally)
            self._take_letters(tally)
            if trusted is not None and not stop():
                self._fetch(tally, trusted, stop)
        except KnownError as error:
            failure = error
            tally.cut_off = isinstance(error, LinkDown | NotAccepted)
            tally.lines.append(error.happened)
        except TamperingError as error:
            tally.cut_off = isinstance(error, Impostor)
            tally.refuse(error)
        after = self._carrier.traffic
        link = None if self._by_hand else self._note_link(tally)
        moment = self._time.moment()
        if not tally.cut_off and not self._by_hand:
            self._spool.keep_good_exchange(moment.trusted)
        self._spool.keep_time(self._time.mark())
        held = self._held_manifest()
        revocation = self._revocation(tally, failure)
        return Exchanged(
            report=ExchangeReport(
                uploaded=tally.uploaded,
                receipts=tally.receipts,
                applied=(),
                bytes_sent=after.sent - before.sent,
                bytes_received=after.received - before.received,
                lines=tuple(tally.lines),
            ),
            link=link,
            new_manifest=tally.new_manifest,
            refusals=tuple(tally.refusals),
            failure=failure,
            warning=held.overdue(moment.trusted) if held else None,
            revocation=revocation,
        )

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

    # --- up --------------------------------------------------------------------------------------------------------

    def _send(self, tally: _Tally) -> None:
        """What has been queued since the last call, in batches that take about one piece's time, urgent ones first."""
        above, tally.sent_up_to = tally.sent_up_to, self._spool.newest_counter()
        after = (-1, 0)
        sent = receipts = 0
        most = min(self._piece, MAX_BATCH_BYTES // 2)
        while batch := self._spool.waiting(most=MAX_BATCH, most_bytes=most, after=after, above=above):
            after = self._spool.place(batch[-1])
            receipts += self._take_receipts(tally, self._carrier.send([item.envelope for item in batch]))
            sent += len(batch)
        tally.uploaded += sent
        if sent and self._by_hand:
            tally.lines.append(say("{sent} reports are on the stick.", sent=sent))
        elif sent:
            tally.lines.append(say("Sent {sent} reports; {receipts} confirmed.", sent=sent, receipts=receipts))

    def _take_receipts(self, tally: _Tally, answers: tuple[bytes, ...]) -> int:
        new = 0
        for signed in answers:
            try:
                new += self._accept(signed)
            except TamperingError as error:
                tally.refuse(error)
        tally.receipts += new
        return new

    def _accept(self, signed: bytes) -> bool:
        """Keep one receipt, if it is for what was queued. True where it is new."""
        receipt = self._trust.receipt(signed)
        queued = self._spool.content_hash(receipt.counter)
        if queued is not None and queued != receipt.content_hash:
            raise AlteredReceipt(receipt.counter)
        self._time.observe(receipt.received_at)
        return queued is not None and self._spool.accept(receipt, signed)

    # --- down ------------------------------------------------------------------------------------------------------

    def _held_manifest(self) -> TrustedManifest | None:
        signed = self._spool.manifest()
        return None if signed is None else self._trust.manifest(signed, None)

    def _learn(self, tally: _Tally, wait: float) -> TrustedManifest | None:
        """The newest manifest that can be believed."""
        held = self._held_manifest()
        have = held.manifest.sequence if held else 0
        busy = held is not None and any(True for _ in self._missing(held.manifest))
        try:
            signed = self._carrier.manifest(have, 0.0 if busy else wait, self._spool.letters_held())
            new = held if signed is None else self._trust.manifest(signed, held)
        except Impostor:
            raise
        except TamperingError as error:
            tally.refuse(error)
            return held
        if new is not None and signed is not None and (held is None or new.hash != held.hash):
            self._spool.keep_manifest(signed)
            self._time.observe(new.manifest.issued)
            tally.new_manifest = True
        if new is not None:
            current = self._spool.held()
            behind = [head for head in new.manifest.lists if current.get(_name(head), 0) != head.edition.number]
            self._spool.keep_only(file for head in behind for file in head.files)
        return new

    def _take_letters(self, tally: _Tally) -> None:
        """Letters that the other side has mentioned and that are not here. They stay sealed until somebody signs in."""
        held = self._spool.letters_held()
        new = 0
        # One that is mentioned and not given is asked for again with the next exchange, not with every piece.
        while self._carrier.newest_letter > max(held, tally.letters_asked):
            before, mentioned = held, self._carrier.newest_letter
            for signed in self._carrier.letters(held):
                try:
                    new += self._spool.keep_letter(self._trust.letter(signed).number, signed)
                except TamperingError as error:
                    tally.refuse(error)
            held = self._spool.letters_held()
            if held == before or self._by_hand:
                tally.letters_asked = mentioned
        if new:
            tally.lines.append(say("{count} letters came from the bureau.", count=new))

    def _missing(self, manifest: Manifest, skip: Set[str] = frozenset()) -> Iterator[StagedFile]:
        """What is still to be fetched, most urgent first. `skip` names files that turned out wrong."""
        held = self._spool.held()
        for head in by_lane(manifest.lists):
            left = dict.fromkeys(head.files, 0)
            for file in head.files:
                left[file] = self._spool.staged(file).left
            way = route(head, held.get(_name(head), 0), left.__getitem__)
            for file in way or ():
                if left[file] > 0 and file.name not in skip:
                    yield self._spool.staged(file)

    def _fetch(self, tally: _Tally, trusted: TrustedManifest, stop: Callable[[], bool]) -> None:
        heard = self._carrier.newest
        given_up: set[str] = set()
        self._fetch_grant(trusted.manifest)
        while (staged := next(self._missing(trusted.manifest, given_up), None)) and not stop():
            try:
                staged = self._spool.add_piece(staged, self._fetch_piece(tally, staged))
                if staged.whole:
                    self._check(staged.file)
            except Impostor:
                raise
            except (TamperingError, NotThere) as error:
                given_up.add(staged.file.name)
                if isinstance(error, TamperingError):
                    tally.refuse(error)
                else:
                    tally.lines.append(error.happened)
            # Between two pieces, what is more urgent goes first.
            if self._spool.newest_counter() > tally.sent_up_to:
                self._send(tally)
            self._take_letters(tally)
            if self._carrier.newest > max(heard, trusted.manifest.sequence):
                heard = self._carrier.newest
                trusted = self._learn(tally, 0.0) or trusted
                self._fetch_grant(trusted.manifest)

    def _fetch_grant(self, manifest: Manifest) -> None:
        if self._spool.grant(manifest.scope, manifest.epoch) is None:
            signed = self._carrier.grant(manifest.scope, manifest.epoch)
            grant = self._trust.grant(signed)
            asked = (manifest.scope, manifest.epoch)
            if (grant.scope, grant.epoch) != asked:
                raise WrongRecipient(GRANT, f"{grant.scope} {grant.epoch}", f"{manifest.scope} {manifest.epoch}")
            self._spool.keep_grant(grant.scope, grant.epoch, signed)

    def _check(self, file: FileRef) -> None:
        try:
            check_file(file, self._spool.read(file))
        except TamperingError:
            self._spool.drop(file)
            raise

    def _fetch_piece(self, tally: _Tally, staged: StagedFile) -> bytes:
        began = self._clock.monotonic()
        data = self._carrier.piece(staged.file.name, staged.have, min(self._piece, staged.left))
        seconds = self._clock.monotonic() - began
        if len(data) > staged.left or not data:
            raise LinkDown(say("it sends something else than was asked for"))
        if len(data) >= min(_MEASURABLE, self._piece) and seconds > 0:
            tally.rate = len(data) / seconds
            fitting = int(tally.rate * self._policy.piece_seconds)
            self._piece = max(LEAST_PIECE, min(MOST_PIECE, fitting, self._piece * 2))
        return data

    # --- the link --------------------------------------------------------------------------------------------------

    def _note_link(self, tally: _Tally) -> LinkState:
        """Up, slow or down; *since* changes only when the word does."""
        before = self._spool.link()
        if tally.cut_off:
            word = LinkWord.DOWN
        elif tally.rate is not None:
            word = LinkWord.SLOW if tally.rate < self._policy.slow_below_bytes_per_second else LinkWord.UP
        else:
            word = before.word if before and before.word is not LinkWord.DOWN else LinkWord.UP
        same = before is not None and before.word is word
        since = before.since if before is not None and same else self._time.moment().trusted
        state = LinkState(word, since, tally.lines[-1] if tally.cut_off else None)
        if state != before:
            self._spool.keep_link(state)
        return state


def open_staged(spool: Spool, trust: Trust, keys: DeskKeys, held: Mapping[ListName, int]) -> Iterator[Snapshot | Delta]:
    """What is ready to be applied, in order: decrypted, decoded and compared with the manifest.

    `held` says which edition of each list the replica holds now. Apply each before asking for the next; then tell
    the spool with `note_held`. Raises a TamperingError for a file that does not hold what the manifest says: it is
    forgotten then, so the next call goes on with the other lists, and the next exchange fetches it again.
    """
    signed = spool.manifest()
    if signed is None:
        return
    manifest = trust.manifest(signed, None).manifest
    grant = spool.grant(manifest.scope, manifest.epoch)
    if grant is None:
        return
    key = trust.grant(grant).open(trust.desk, keys.sealing)
    for head in by_lane(manifest.lists):
        left = {file: spool.staged(file).left for file in head.files}
        for file in route(head, held.get(_name(head), 0), left.__getitem__) or ():
            if left[file] > 0:
                break
            yield _open(spool, key, head, file)


def _name(head: ListHead) -> ListName:
    return head.edition.watchlist.name


def _open(spool: Spool, key: EpochKey, head: ListHead, file: FileRef) -> Snapshot | Delta:
    try:
        data = spool.read(file)
        check_file(file, data)
        found = decode_edition(decrypt(data, key.key))
        check_edition(file, head.edition, found)
    except TamperingError:
        spool.drop(file)
        raise
    return found
