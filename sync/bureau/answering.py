"""Hits at the bureau: read, answered, forwarded, closed; and screening for systems that ask the bureau itself."""

from __future__ import annotations

from borderdesk.hits import AnswerKind, BureauAnswer
from borderdesk.hits.packet import Packet
from borderdesk.screening import Verdict
from sync.bureau import cases, forwarding, links, looked, photos, spoken
from sync.bureau.cases import FalseHits, ReceivedHit, ReceivedLate
from sync.bureau.forwarding import Forward
from sync.bureau.links import Link, Sought
from sync.bureau.looked import Looked, Watched
from sync.bureau.messages import OwnerMessage
from sync.bureau.office import Office
from sync.bureau.photos import ReceivedPhoto


class Answering(Office):
    """What is done about hits."""

    def hits(
        self, *, only_open: bool = False, most: int = 0, longest_first: bool = False, words: str = ""
    ) -> tuple[ReceivedHit, ...]:
        """Every hit reported (or those not closed, or the newest `most`), newest first.

        `longest_first`: those that wait for an answer, and have waited longest, come first. `words`: only those in
        whose traveller, document, record, desk, post or officer every one of them stands.
        """
        policy = self.policy
        with self.database.reading() as db:
            hidden = self._hidden(db)
            return cases.cases(
                db,
                policy,
                only_open=only_open,
                most=most,
                longest_first=longest_first,
                hidden=hidden,
                words=words,
            )

    def links(self, sought: Sought) -> tuple[Link, ...]:
        """Hits that share something, the largest group first. Raises UnknownCase for links of a hit not theirs."""
        policy = self.policy
        with self.database.reading() as db:
            if sought.hit:
                self._refuse_hidden_hit(db, sought.hit)
            return links.links(db, policy, sought, hidden=self._hidden(db))

    def hit(self, hit: str) -> ReceivedHit:
        """One hit. Raises UnknownCase."""
        with self.database.reading() as db:
            self._refuse_hidden_hit(db, hit)
            return cases.case(db, self.policy, hit)

    def photos(self, hit: str) -> tuple[ReceivedPhoto, ...]:
        """The photos of one hit, whole or still coming. Raises UnknownCase."""
        with self.database.reading() as db:
            self._refuse_hidden_hit(db, hit)
            return photos.photos(db, hit)

    def answer(self, hit: str, kind: AnswerKind, words: str, *, by: str) -> BureauAnswer:
        """Answer a hit; the letter goes to its desk by whatever carrier comes first.

        Raises UnknownCase, CaseClosed, AnswerTooLong.
        """
        with self._act("answer", by) as (db, details):
            self._refuse_hidden_hit(db, hit)
            details.update(hit=hit, kind=kind.value)
            return cases.answer(db, self._post, hit, kind, words, by=by, now=self.clock.wall())

    def read_packet(self, code: str) -> Packet:
        """What a post read out or sent as a QR code. Raises WrongGroups, NoPacket, PacketForged."""
        with self.database.reading() as db:
            found = spoken.read(db, code)
            self._refuse_hidden_hit(db, found.hit)
            return found

    def answer_packet(self, packet: Packet, kind: AnswerKind, words: str, *, by: str) -> tuple[str, ...]:
        """Answer it: the groups to read out; the words follow as a letter. Raises CaseClosed, AnswerTooLong."""
        with self._act("answer", by) as (db, details):
            self._refuse_hidden_hit(db, packet.hit)
            details.update(hit=packet.hit, kind=kind.value, spoken=True)
            return spoken.answer(db, self._secrets.keys, self._post, packet, kind, words, by=by, now=self.clock.wall())

    def close_hit(self, hit: str, outcome: str, *, true_hit: bool, by: str) -> BureauAnswer:
        """Close a hit with what came of it, and tell the desk.

        Raises UnknownCase, CaseClosed, OutcomeNeeded, AnswerTooLong.
        """
        with self._act("close", by) as (db, details):
            self._refuse_hidden_hit(db, hit)
            details.update(hit=hit, true_hit=true_hit)
            return cases.close(db, self._post, hit, outcome, true_hit=true_hit, by=by, now=self.clock.wall())

    def forward_hit(self, hit: str, to: str, words: str = "", *, by: str) -> int:
        """Ask the owner of a hit's record, or ask again; the number of the request.

        Where the owner is a partner it is sent there; elsewhere somebody carries `owner_message`. Raises UnknownCase,
        CaseClosed, WordsTooLong.
        """
        with self._act("forward", by) as (db, details):
            self._refuse_hidden_hit(db, hit)
            number = forwarding.ask(db, hit, to, words, by=by, now=self.clock.wall())
            details.update(hit=hit, to=to, number=number)
            return number

    def note_owner_answer(self, hit: str, words: str, *, by: str) -> int:
        """Note what the owner answered; the number of the request it answers. Raises NothingAsked."""
        with self._act("owner-answer", by) as (db, details):
            self._refuse_hidden_hit(db, hit)
            number = forwarding.note_answer(db, hit, words, now=self.clock.wall())
            details.update(hit=hit, number=number)
            return number

    def forwards(self, hit: str) -> tuple[Forward, ...]:
        """Every request about a hit to its record's owner."""
        with self.database.reading() as db:
            self._refuse_hidden_hit(db, hit)
            return forwarding.forwards(db, self.policy, hit)

    def owner_message(self, hit: str) -> OwnerMessage:
        """The last request about a hit, ready to be carried to its record's owner. Raises UnknownCase, NothingAsked."""
        with self.database.reading() as db:
            self._refuse_hidden_hit(db, hit)
            one, asked = cases.case(db, self.policy, hit), forwarding.forwards(db, self.policy, hit)
        if not asked:
            raise forwarding.NothingAsked(hit)
        return OwnerMessage.of(self.home, one, asked[-1])

    def signed_message(self, message: OwnerMessage) -> bytes:
        """The message as a file that anybody can check against this bureau's key."""
        return message.signed(self._secrets.keys.signing)

    def late_matches(self) -> tuple[ReceivedLate, ...]:
        """Travellers who went on before the edition came that lists them, newest first."""
        with self.database.reading() as db:
            return cases.late_matches(db, self._hidden(db))

    def false_hits(self, *, by_record: bool = False) -> tuple[FalseHits, ...]:
        """The false-hit rate by list or by record, the worst first."""
        with self.database.reading() as db:
            return cases.false_hits(db, by_record=by_record, hidden=self._hidden(db))

    def looked_at(self, what: Watched) -> dict[str, Looked]:
        """What of a kind somebody has settled, by its key (`looked.gap_key`, `looked.late_key`, a quarantined id)."""
        with self.database.reading() as db:
            return looked.every(db, what)

    def look_at(self, what: Watched, key: str, words: str, *, by: str) -> None:
        """Settle it, with what came of it. Raises LookNeedsWords."""
        with self._act("looked-at", by) as (db, details):
            looked.note(db, what, key, words, by=by, at=self.clock.wall())
            details.update(what=what.value, key=key, words=words.strip())

    def screen(self, text: str) -> Verdict:
        """Screen what an officer would scan or type. Raises NothingToScreen, UnreadableMrz, DatabaseFailed."""
        return self._screen_with(self._sight).screen(text, at=self.clock.wall(), screening=self.entropy(16).hex())

    def note_screened(self, by: str, count: int) -> None:
        """Journal that so many were screened for a program."""
        with self._act("screening", by) as (_, details):
            details.update(count=count)
