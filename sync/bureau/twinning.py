"""Twinning: lists of partners taken in, lists of ours given, and reports about a partner's records sent to it.

To a partner this bureau is one of its desks; to this bureau a partner is a desk of a post of its own. What travels, and
who is believed, is what travels between every desk and its bureau (`sync.twin` moves it).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from borderdesk.errors import TamperingError
from borderdesk.hits import ANSWER_KIND, BureauAnswer, SealedItem
from borderdesk.ids import ListName
from borderdesk.watchlist import Delta, Snapshot
from sync.bureau import agreements, foreign, forwarding, journal, keyrings, lists, partners, posts, scopes
from sync.bureau.agreements import Agreed, AgreementState
from sync.bureau.foreign import PartnerList
from sync.bureau.office import NAMED, OWN, Office
from sync.bureau.partners import Partner
from sync.bureau.publishing import Published
from sync.bureau.scopes import ScopeRule
from sync.trust import DeskKeys, LinkIdentity
from sync.wire import EnrolCode, Receipt, Scope
from sync.wire.agreements import ACCEPTED_KIND, ENDED_KIND, Agreement, AgreementWord

OVER: Final = "its time is over"
CLOCKS_DIFFER: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Offered:
    """An agreement that was offered, and the code with which the partner enrols."""

    agreed: Agreed
    code: EnrolCode


class Twinning(Office):
    """What is done between bureaus."""

    # --- our lists, given to a partner ---------------------------------------------------------------------------

    def offer_agreement(
        self,
        post: str,
        names: Sequence[str],
        *,
        until: datetime,
        states: Sequence[str] = (),
        withheld: Sequence[str] = (),
        hits: bool = True,
        words: str = "",
        scope: Scope | None = None,
        by: str = OWN,
    ) -> Offered:
        """Offer lists of ours to a partner, who will be the desk of this post; with the code for its enrolment.

        The partner is sent what the `scope` holds; without one, the lists offered to it and nothing else, in detail for
        the states agreed. Raises UnknownList, BadAgreement, BadPostName, UnknownScope, NotForScope, DiskRefused.
        """
        with self._act("agreement-offered", by) as (db, details):
            now = self.clock.wall()
            agreed = agreements.agreed_lists(db, names, states=states, withheld=withheld)
            # The partner's clock may be behind ours, and what is agreed now is meant now.
            begins = now - CLOCKS_DIFFER
            made = Agreement(self.entropy(8).hex(), self.home.name, agreed, begins, until, hits, words)
            agreements.offer(db, post, made, now)
            sent = self._sent_scope(db, post, made, scope)
            code = posts.new_code(db, post, sent, now, self.entropy)
            if posts.put_into(db, post, sent) != sent or scope is None:
                self._press().settle(db, now)
            details.update(agreement=made.id, partner=post, scope=sent, lists=list(names), until=until.isoformat())
            details.update(hash=made.hash.hex(), states=list(states), withheld=list(withheld))
            return Offered(agreements.one(db, made.id), code)

    def _sent_scope(self, db: sa.Connection, post: str, offered: Agreement, scope: Scope | None) -> Scope:
        """The scope whose lists a partner is sent: the one that was named, or one of its own, made from what is agreed.

        Raises UnknownScope, BadScope, NotForScope.
        """
        if scope is None:
            scope = Scope(f"to-{post}"[:20].rstrip("-"))
            given = [one.agreement for one in agreements.of_partner(db, post, given=True) if one.ended_at is None]
            named = [each for one in given for each in one.lists]
            states = {state for each in named for state in each.states}
            details = tuple(sorted(states)) if all(each.states for each in named) else None
            rule = ScopeRule(scope, tuple(dict.fromkeys(each.list for each in named)), details)
            known = any(each.name == scope for each in scopes.every(db))
            if known and any(one.scope == scope and one.id != post for one in posts.states(db)):
                raise scopes.BadScope(scope)
            (scopes.change if known else scopes.add)(db, rule)
        rule = scopes.one(db, scope)
        for each in offered.lists:
            if rule.share_of(self._list(db, each.list)) is None:
                raise scopes.NotForScope(each.list, scope)
        return scope

    def end_given(self, id_: str, *, why: str, by: str = OWN) -> Agreed:
        """End an agreement about our lists: the partner is told, and its desk is answered no more.

        Raises UnknownAgreement.
        """
        with self._act("agreement-ended", by) as (db, details):
            now = self.clock.wall()
            done = agreements.end_given(db, self._post, id_, by=by, why=why, now=now)
            details.update(agreement=id_, partner=done.partner, why=why)
            if done.desk is not None:
                scope = posts.revoke(db, done.desk, now)
                keyrings.exchange(db, self._press(), keyrings.views_of(db, scope))
            return done

    def agreements(self) -> tuple[Agreed, ...]:
        """Every agreement there ever was, of our lists and of partners', the newest first."""
        with self.database.reading() as db:
            return agreements.all_agreed(db)

    # --- partners' lists, taken in -------------------------------------------------------------------------------

    def add_partner(self, name: str, link: LinkIdentity, keys: DeskKeys, *, by: str = OWN) -> None:
        """Keep a partner at which we have enrolled. Raises BadPartnerName."""
        with self._act("partner", by) as (db, details):
            partners.add(db, self._secrets, self.entropy, name, link, keys, self.clock.wall())
            details.update(partner=name, bureau=link.reply.bureau, desk=link.reply.desk)

    def refuse_bad_partner(self, name: str) -> None:
        """Raises BadPartnerName, before a code is used up for nothing."""
        with self.database.reading() as db:
            partners.refuse_bad_name(db, name)

    def partners(self) -> tuple[Partner, ...]:
        """Every partner, also those with whom it has ended."""
        with self.database.reading() as db:
            return partners.all_partners(db, self._secrets, self.home)

    def partner(self, name: str) -> Partner:
        """One partner. Raises UnknownPartner."""
        with self.database.reading() as db:
            return partners.partner(db, self._secrets, self.home, name)

    def partner_lists(self, name: str = "") -> tuple[PartnerList, ...]:
        """What partners' lists are here, of one partner or of all."""
        with self.database.reading() as db:
            return foreign.partner_lists(db, name)

    def held_of(self, partner: str) -> dict[ListName, int]:
        """Which edition of which of a partner's lists is here."""
        return {one.name: one.edition for one in self.partner_lists(partner) if one.edition}

    def running_agreement(self, partner: str) -> Agreement | None:
        """What holds now about a partner's lists; None where nothing does, and nothing of it is taken."""
        with self.database.reading() as db:
            return agreements.running(db, partner, self.clock.wall())

    def take_offer(self, partner: str, letter: int, agreement: Agreement) -> bool:
        """Keep what a partner offers in a letter; False where it was taken in before."""
        with self.database.writing() as db:
            now = self.clock.wall()
            if not partners.take_letter(db, partner, letter, "agreement", now):
                return False
            new = agreements.offered_to_us(db, partner, agreement, now)
            details = {"agreement": agreement.id, "partner": partner, "hash": agreement.hash.hex()}
            journal.note(db, "agreement-offered", agreement.owner, now, details=details)
            return new

    def accept_agreement(self, partner: str, *, by: str = OWN) -> Agreed:
        """Accept a partner's newest offer, and tell it so. Raises UnknownPartner, UnknownAgreement."""
        with self._act("agreement-accepted", by) as (db, details):
            to = partners.partner(db, self._secrets, self.home, partner)
            now = self.clock.wall()
            done = agreements.accept(db, partner, by=by, now=now)
            word = AgreementWord(done.agreement.id, done.agreement.hash, by, now)
            partners.queue(db, to, ACCEPTED_KIND, f"accepted {word.id}", word.encode(), now)
            details.update(agreement=word.id, partner=partner, hash=word.hash.hex())
            return done

    def take_edition(self, partner: str, change: Snapshot | Delta) -> PartnerList:
        """Take a partner's edition into the draft, as far as the agreement in force lets it pass.

        Raises NotAgreed, EditionNotProved; then nothing was changed.
        """
        watchlist = change.edition.watchlist
        with self._act("partner-edition", partner) as (db, details):
            agreement = agreements.running(db, partner, self.clock.wall())
            if agreement is None:
                raise foreign.NotAgreed(partner, watchlist.name)
            taken = foreign.take(db, partner, change, agreement, today=self.today)
            waiting = lists.difference(db, lists.row_of(db, taken.own))
            details.update(list=taken.own, edition=taken.edition, rows=taken.rows, held_back=taken.held_back)
            details.update(added=waiting.added, changed=waiting.changed, withdrawn=waiting.withdrawn)
            return taken

    def end_partner(self, name: str, *, why: str, by: str = OWN) -> tuple[ListName, ...]:
        """End what is agreed with a partner about its lists: they are withdrawn here, and it is told.

        Raises UnknownPartner. The withdrawal is published by `publish_foreign` or by whoever publishes next.
        """
        with self._act("agreement-ended", by) as (db, details):
            now = self.clock.wall()
            to = partners.partner(db, self._secrets, self.home, name)
            for each in agreements.of_partner(db, name, given=False):
                if each.state is not AgreementState.ENDED:
                    agreements.end_taken(db, each.agreement.id, by=by, why=why, now=now)
                    word = AgreementWord(each.agreement.id, each.agreement.hash, by, now, why)
                    partners.queue(db, to, ENDED_KIND, f"ended {word.id}", word.encode(), now)
            concerned = foreign.give_up(db, name, today=self.today, why=f"the agreement has ended: {why}"[:500])
            details.update(partner=name, why=why, lists=list(concerned))
            return concerned

    def take_end(self, partner: str, letter: int, word: AgreementWord) -> bool:
        """The owner's word, in a letter, that its agreement is over; False where it fits nothing, or was taken in."""
        with self.database.writing() as db:
            now = self.clock.wall()
            known = {each.agreement.id: each for each in agreements.of_partner(db, partner, given=False)}
            found = known.get(word.id)
            if not partners.take_letter(db, partner, letter, ENDED_KIND, now) or found is None:
                return False
            if found.state is AgreementState.ENDED or found.agreement.hash != word.hash:
                return False
            self._over(db, partner, found, by=word.by, why=word.why)
            return True

    def note_cut_off(self, partner: str) -> None:
        """The owner has revoked us, with its signed proof: whatever was agreed is over."""
        with self.database.writing() as db:
            for each in agreements.of_partner(db, partner, given=False):
                if each.state is not AgreementState.ENDED:
                    self._over(db, partner, each, by=partner, why="the partner answers us no more")
            partners.note_ended(db, partner, self.clock.wall())

    def end_lapsed(self) -> tuple[Agreed, ...]:
        """End every agreement whose time is over, of ours and of partners'."""
        now = self.clock.wall()
        with self.database.reading() as db:
            over = agreements.lapsed(db, now)
        for each in over:
            if each.given:
                self.end_given(each.agreement.id, why=OVER)
            else:
                with self.database.writing() as db:
                    self._over(db, each.partner, each, by=OWN, why=OVER)
        return over

    def _over(self, db: sa.Connection, partner: str, agreed: Agreed, *, by: str, why: str) -> None:
        now = self.clock.wall()
        agreements.end_taken(db, agreed.agreement.id, by=by, why=why, now=now)
        details: dict[str, object] = {"agreement": agreed.agreement.id, "partner": partner}
        if agreements.running(db, partner, now) is None:
            text = f"the agreement has ended: {why}"[: lists.MAX_REASON]
            details["lists"] = list(foreign.give_up(db, partner, today=self.today, why=text))
        journal.note(db, "agreement-ended", by, now, why=why, details=details)

    def publish_foreign(self) -> Published | None:
        """Publish what partners changed, where nothing of our own waits in a draft.

        The agreement decided it, so nobody needs to approve it; but nobody's unfinished draft is published with it.
        """
        with self.database.reading() as db:
            theirs = {one.own for one in foreign.partner_lists(db)}
            waiting = [state for state in lists.states(db) if not state.waiting.is_empty]
        if not waiting or any(state.watchlist.name not in theirs for state in waiting):
            return None
        with self._act("publish", OWN) as (db, details):
            done = self._press().publish(db, self.clock.wall())
            details["editions"] = {one.edition.watchlist.name: one.edition.number for one in done.lists}
            journal.sign(db, self._secrets.keys, self.clock.wall())
            return done

    # --- reports about a partner's records -----------------------------------------------------------------------

    def forward_waiting(self) -> int:
        """Queue for partners what is to go to them by itself: hits on their records, and what followed; how many."""
        with self.database.reading() as db:
            due = forwarding.due(db, self.clock.wall())
        count = 0
        for one in due:
            with self._act("forward", OWN) as (db, details):
                to = partners.partner(db, self._secrets, self.home, one.partner)
                sent = forwarding.send(db, to, one, self.clock.wall())
                details.update(hit=one.hit, to=one.partner, about=one.about, counter=sent)
            count += 1
        return count

    def partner_outbox(self, name: str) -> tuple[SealedItem, ...]:
        """What a partner has not acknowledged yet."""
        with self.database.reading() as db:
            return partners.waiting(db, name)

    def take_receipts(self, partner: str, receipts: Iterable[Receipt]) -> int:
        """Note a partner's verified receipts; how many were new."""
        with self.database.writing() as db:
            now = self.clock.wall()
            new = [each.counter for each in receipts if partners.acknowledge(db, partner, each)]
            if new:
                journal.note(db, "receipts", partner, now, details={"counters": new[:NAMED]})
            return len(new)

    def take_answer(self, partner: str, letter: int, answer: BureauAnswer) -> bool:
        """A partner's answer about a hit we sent to it: it goes to the post. False where it was taken in before.

        Raises UnknownCase for a hit that was never sent to this partner.
        """
        with self.database.writing() as db:
            now = self.clock.wall()
            if not partners.take_letter(db, partner, letter, ANSWER_KIND, now):
                return False
            name = partners.partner(db, self._secrets, self.home, partner).bureau
            passed = forwarding.take_answer(db, self._post, partner, name, answer, now)
            details = {"hit": answer.hit, "kind": answer.kind.value, "passed_on": passed}
            journal.note(db, "partner-answer", partner, now, details=details)
            return True

    def pass_over(self, partner: str, letter: int, kind: str, why: str) -> None:
        """Note a letter that says nothing to this program, or that cannot be believed to concern us."""
        with self.database.writing() as db:
            now = self.clock.wall()
            if partners.take_letter(db, partner, letter, kind, now):
                journal.note(db, "letter-passed-over", partner, now, why=why, details={"kind": kind, "letter": letter})

    def note_refused(self, partner: str, refused: Iterable[TamperingError]) -> None:
        """Journal what of a partner was refused."""
        with self.database.writing() as db:
            for error in refused:
                said = {"said": str(error), "partner": partner}
                journal.note(db, "refused", partner, self.clock.wall(), why=type(error).__name__, details=said)

    def note_heard(self, partner: str) -> None:
        """A partner answered."""
        with self.database.writing() as db:
            partners.note_heard(db, partner, self.clock.wall())
