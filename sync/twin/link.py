"""The link to one partner: what a desk does with its bureau, done by a bureau with another.

Spool, carrier, verifier and trusted time are the desk's (`sync.agent`); only where things come from and go to differs:
the bureau's database instead of a replica. Everything that must not be lost is in that database; the spool beside it
can be made anew.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from borderdesk.clock import Moment
from borderdesk.errors import NOTHING_CHANGED, KnownError, TamperingError
from borderdesk.hits import ANSWER_KIND, UnreadableAnswer, read_answer_body
from borderdesk.ids import ListName
from borderdesk.policy import Policy
from borderdesk.words import Sentence, say
from sync.agent.enrolment import NoCode
from sync.agent.exchange import Exchanged
from sync.agent.link import DeskLink
from sync.agent.state import ExchangeReport
from sync.bureau import Bureau
from sync.bureau.cases import UnknownCase
from sync.bureau.foreign import NameTaken, NotAgreed
from sync.carriers import https
from sync.trust import DeskKeys, LinkIdentity
from sync.wire import EnrolCode, Letter, decode_enrol_reply, encode_enrol_request
from sync.wire.agreements import AGREEMENT_KIND, ENDED_KIND, Agreement, AgreementWord

FOLDER: Final = "partners"


class PartnerBusy(KnownError):
    """Another process speaks with this partner just now."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say("Another program of this bureau speaks with {name} just now.", name=name),
            safe=NOTHING_CHANGED,
            todo=say("While `serve` runs, it does so by itself; otherwise try again in a moment."),
        )


def enrol_at(bureau: Bureau, name: str, *, url: str, code: str, by: str) -> None:
    """Become a desk of another bureau, with the code it gave. What it offers comes with the first exchange.

    Raises BadPartnerName, NoCode, LinkDown, WrongCode, and the refusals of the wire.
    """
    bureau.refuse_bad_partner(name)
    try:
        parsed = EnrolCode.parse(code)
    except ValueError as error:
        raise NoCode from error
    keys = DeskKeys.generate(bureau.entropy)
    request = encode_enrol_request(keys.request(parsed.handle), parsed)
    reply = decode_enrol_reply(https.enrol(url.rstrip("/"), request), parsed, request)
    bureau.add_partner(name, LinkIdentity(reply, url.rstrip("/"), keys.transport), keys, by=by)


class PartnerLink:
    """An open link to one partner. One at a time, over all processes that share the bureau's folder."""

    def __init__(self, bureau: Bureau, name: str) -> None:
        """Raises UnknownPartner, PartnerBusy, DiskFull, DiskFailed."""
        self._bureau = bureau
        self._partner = bureau.partner(name)
        self.name = name
        folder = bureau.home.folder / FOLDER / name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = _locked(folder / "lock", name)
        try:
            self._link = DeskLink(folder, self._partner.link, bureau.clock)
        except BaseException:
            os.close(self._lock)
            raise
        self._link.note_held(bureau.held_of(name))
        self._refused_lists: set[tuple[ListName, int]] = set()
        self._revoked = self._partner.ended_at is not None

    def close(self) -> None:
        """End what is under way, and let another process speak with the partner."""
        self._link.close()
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    @property
    def policy(self) -> Policy:
        """The partner's policy as last heard: how often it wants to be asked."""
        return self._link.policy()

    def exchange(self, *, wait: float = 0.0, stop: Callable[[], bool] = lambda: False) -> ExchangeReport:
        """Send what waits for the partner, fetch what is new, and take it into the draft."""
        self._offer()
        lines: list[Sentence] = []
        refused: list[TamperingError] = []
        done = self._link.exchange(wait, lambda: self._take_in(lines, refused), stop)
        return self._finish(done, lines, refused)

    def carry(self, stick: Path) -> ExchangeReport:
        """The same by stick. Raises StickTrap, StickUnusable."""
        self._offer()
        return self._finish(self._link.carry(stick), [], [])

    def end_wait(self) -> None:
        """End the wait for news, so that what was queued meanwhile goes out. From any thread."""
        self._link.end_wait()

    def is_revoked(self) -> bool:
        """Whether the partner has revoked us, with its signed word."""
        return self._revoked

    def feed_from_neighbour(self, *, stop: Callable[[], bool]) -> ExchangeReport | None:
        """A bureau has no neighbour of its post."""
        return None

    def daily_work_due(self) -> datetime | None:
        """Never: the bureau looks after itself."""
        return None

    def now(self) -> Moment:
        """Trusted time and the PC's own."""
        return self._link.now()

    def do_daily_work(self) -> None:
        """A bureau has its own."""

    def _offer(self) -> None:
        self._bureau.forward_waiting()
        self._link.offer(self._bureau.partner_outbox(self.name))

    def _finish(self, done: Exchanged, lines: list[Sentence], refused: list[TamperingError]) -> ExchangeReport:
        self._take_in(lines, refused)
        refused = [*done.refusals, *refused]
        if refused:
            self._bureau.note_refused(self.name, refused)
        if done.revocation is not None:
            self._bureau.note_cut_off(self.name)
            self._revoked = True
        if done.report.reached:
            self._bureau.note_heard(self.name)
        report = done.report
        return ExchangeReport(
            uploaded=report.uploaded,
            receipts=report.receipts,
            applied=report.applied,
            bytes_sent=report.bytes_sent,
            bytes_received=report.bytes_received,
            lines=(*report.lines, *lines),
            reached=report.reached,
            refused=len(refused),
        )

    # --- what came ---------------------------------------------------------------------------------------------------

    def _take_in(self, lines: list[Sentence], refused: list[TamperingError]) -> None:
        receipts = self._link.receipts()
        self._bureau.take_receipts(self.name, receipts)
        self._link.forget_receipted(receipts)
        letters = self._link.letters()
        for letter in letters:
            try:
                lines += self._read(letter)
            except TamperingError as error:
                refused.append(error)
        self._link.forget_letters(letters)
        self._take_editions(lines, refused)

    def _read(self, letter: Letter) -> list[Sentence]:
        body = letter.open(self._partner.link.reply.desk, self._partner.keys.sealing)
        bureau, name, number = self._bureau, self.name, letter.number
        if letter.kind == AGREEMENT_KIND:
            offered = Agreement.decode(body)
            new = bureau.take_offer(name, number, offered)
            return [say("{owner} offers an agreement.", owner=offered.owner)] if new else []
        if letter.kind == ENDED_KIND:
            word = AgreementWord.decode(body)
            ended = bureau.take_end(name, number, word)
            return [say("The agreement has ended: {why}", why=word.why)] if ended else []
        if letter.kind == ANSWER_KIND:
            with suppress(UnreadableAnswer, UnknownCase):
                answer = read_answer_body(number, body)
                new = bureau.take_answer(name, number, answer)
                return [say("{by} answered a hit: {words}", by=answer.by, words=answer.words)] if new else []
        bureau.pass_over(name, number, letter.kind, "it says nothing to this bureau")
        return []

    def _take_editions(self, lines: list[Sentence], refused: list[TamperingError]) -> None:
        if self._bureau.running_agreement(self.name) is None:
            return
        held = self._bureau.held_of(self.name)
        out: set[ListName] = set()
        staged = self._link.staged(self._partner.keys, held)
        while True:
            try:
                change = next(staged, None)
            except TamperingError as error:
                refused.append(error)
                staged = self._link.staged(self._partner.keys, held)
                continue
            if change is None:
                break
            edition = change.edition
            name = edition.watchlist.name
            if name in out:
                continue
            try:
                taken = self._bureau.take_edition(self.name, change)
            except NotAgreed as error:
                out.add(name)
                if (name, edition.number) not in self._refused_lists:
                    self._refused_lists.add((name, edition.number))
                    refused.append(error)
                continue
            except TamperingError as error:
                out.add(name)
                refused.append(error)
                self._link.drop_staged(name)
                continue
            except NameTaken as error:
                out.add(name)
                lines.append(error.happened)
                continue
            held[name] = taken.edition
            lines.append(say("{list}: edition {edition} is in the draft.", list=taken.own, edition=taken.edition))
        self._link.note_held(held)


def _locked(path: Path, name: str) -> int:
    handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise PartnerBusy(name) from error
    return handle
