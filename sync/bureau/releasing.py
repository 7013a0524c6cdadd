"""Lists go out: published, with four eyes, at once or because records ended; and the root that signs them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from borderdesk.errors import KnownError
from borderdesk.ids import ListName
from borderdesk.policy import Policy
from borderdesk.watchlist import Record
from borderdesk.words import say
from sync.bureau import aside, editing, foreign, journal, lists, pages, proposals, reviews, rules
from sync.bureau.office import NAMED, OWN, Office
from sync.bureau.proposals import Proposal
from sync.bureau.publishing import Published
from sync.bureau.roots import sign_letters_anew
from sync.trust.offline import draft
from sync.wire import Checkpoint, Scope, SignedBytes, VerifyingKey
from sync.wire.manifest import MAX_CHECKPOINT
from sync.wire.policy import policy_out
from sync.wire.refusals import CHECKPOINT


class ChangesUnseen(KnownError):
    """Somebody was to publish changes of a list that is not theirs to know."""

    def __init__(self) -> None:
        super().__init__(
            say("Changes wait that you may not see, so you cannot publish them."),
            safe=say("Nothing was published; the drafts stay as they are."),
            todo=say("Let somebody publish who may see every list that has changed."),
        )


class Releasing(Office):
    """What is signed: editions, policy, roots, checkpoints."""

    def set_policy(self, change: Callable[[Policy], Policy], *, by: str = OWN) -> Policy:
        """Change the policy; desks hear of it with the next publishing. Raises what `change` raises."""
        with self._act("policy", by) as (db, details):
            before = rules.stored(db)
            after = change(before)
            rules.store(db, after)
            new, old = policy_out(after), policy_out(before)
            details.update(
                {name: new.get(name, "default") for name in sorted({*new, *old}) if new.get(name) != old.get(name)}
            )
        return after

    def flash(self, name: ListName, records: Iterable[Record], *, by: str = OWN) -> Published:
        """Add records and publish in one act: both, or neither. An alert does not wait for a second person.

        Nothing else goes out with it: what waits in drafts waits on. Raises what `put_records` raises, DiskRefused; and
        SecondPersonNeeded where the list was never published, has records, and the bureau publishes with four eyes.
        """
        with self._act("flash", by) as (db, details), aside.drafts_aside(db):
            foreign.refuse_foreign(db, name)
            put, drafts = list(records), aside.never_published(db)
            self._put(db, self._list(db, name), put)
            after = aside.never_published(db)
            brought = {id_ for id_, version in drafts.items() if after[id_] != version}
            if brought and proposals.required(db):
                raise proposals.SecondPersonNeeded
            details.update(list=name, keys=[record.key for record in put[:NAMED]])
            return self._publish(db, details, flash=name, without=drafts.keys() - brought)

    def publish(self, *, by: str = OWN) -> Published:
        """Sign a new edition of every list, and the manifest that names them. What has expired is withdrawn before.

        Raises DiskRefused, DatabaseFailed; and SecondPersonNeeded where the bureau publishes with four eyes and a draft
        has changes. Unchanged lists are published by anybody: they are the heartbeat. Raises ChangesUnseen where what
        waits is not theirs to know.
        """
        with self._act("publish", by) as (db, details):
            self._refuse_unseen(db)
            if proposals.required(db) and any(not state.waiting.is_empty for state in lists.states(db)):
                raise proposals.SecondPersonNeeded
            self._expire(db, details)
            return self._publish(db, details)

    def renew_wholes(self, stop: Callable[[], bool] = lambda: False) -> int:
        """Make whole lists anew that many changes lie behind, from the published state; how many files.

        Takes minutes for a large list, and keeps nobody waiting: the next publishing names them. Where another process
        is at it, nothing is done. Once `stop` says so, what is under way is left, and made another time.
        Raises DiskRefused, DatabaseFailed; then what desks are sent to is as it was.
        """
        with self.home.alone("wholes") as ours:
            if not ours:
                return 0
            press = self._press()
            with self.database.reading() as db:
                due = press.due_wholes(db, self.clock.wall())
            for each in due:
                try:
                    with self.database.seeing() as db:
                        files = press.make_whole(db, each, stop)
                except editing.Ended:
                    break
                with self.database.writing() as db:
                    press.keep_whole(db, each, files)
            return press.files_written

    def delete_old_files(self) -> int:
        """Delete published files that are named no more and older than a month; how many."""
        with self.database.writing() as db:
            old = pages.forget_old_files(db, self.clock.wall())
        # Named nowhere from here on: where the program ends now, files remain that do no harm.
        for digest in old:
            self.home.delete_file(digest)
        return len(old)

    def publish_expired(self) -> Published | None:
        """Withdraw what has expired, and publish it where nothing else waits in a draft.

        It was decided before, so nobody needs to approve it; but nobody's unfinished draft is published along with it:
        then the withdrawal waits in the draft like everything else.
        """
        with self.database.reading() as db:
            if not reviews.any_ended(db, self.today):
                return None
        with self._act("expire", OWN) as (db, details):
            others_wait = any(not state.waiting.is_empty for state in lists.states(db))
            self._expire(db, details)
            return None if others_wait else self._publish(db, details)

    def require_four_eyes(self, wanted: bool, *, by: str = OWN) -> None:
        """Say whether publishing takes two persons."""
        with self._act("four-eyes", by) as (db, details):
            proposals.require(db, wanted)
            details.update(wanted=wanted)

    def four_eyes(self) -> bool:
        """Whether publishing takes two persons."""
        with self.database.reading() as db:
            return proposals.required(db)

    def propose(self, *, by: str) -> Proposal:
        """Propose the drafts as they stand to somebody else."""
        with self._act("propose", by) as (db, details):
            made = proposals.propose(db, by=by, now=self.clock.wall())
            details.update(proposal=made.number)
            return made

    def proposal(self) -> Proposal | None:
        """What waits for a second person."""
        with self.database.reading() as db:
            return proposals.open_proposal(db)

    def approve(self, number: int, *, by: str) -> Published:
        """Publish exactly what was proposed. Raises ProposalOver and what `publish` raises."""
        with self._act("publish", by) as (db, details):
            self._refuse_unseen(db)
            settled = proposals.approve(db, number, by=by, now=self.clock.wall())
            details.update(proposal=number, proposed_by=settled.proposed_by)
            return self._publish(db, details)

    def reject(self, number: int, *, by: str) -> None:
        """Say no to a proposal; the drafts stay. Raises ProposalOver."""
        with self._act("reject", by) as (db, details):
            proposals.reject(db, number, by=by, now=self.clock.wall())
            details.update(proposal=number)

    def _refuse_unseen(self, db: sa.Connection) -> None:
        for state in lists.states(db):
            if not self._sight.sees(state.category) and not state.waiting.is_empty:
                raise ChangesUnseen

    def _publish(
        self,
        db: sa.Connection,
        details: dict[str, Any],
        *,
        flash: ListName | None = None,
        without: Collection[int] = (),
    ) -> Published:
        now = self.clock.wall()
        done = self._press().publish(db, now, flash=flash, without=without)
        details["editions"] = {one.edition.watchlist.name: one.edition.number for one in done.lists}
        if done.moved:
            details["moved"] = {move.desk: move.now.name for move in done.moved[:NAMED]}
        journal.sign(db, self._secrets.keys, now)
        return done

    def _expire(self, db: sa.Connection, details: dict[str, Any]) -> None:
        ended = reviews.expire(db, self.today)
        if ended:
            details["expired"] = [f"{one.list} {one.key}" for one in ended[:NAMED]]

    def draft_root(
        self,
        holders: Sequence[VerifyingKey],
        threshold: int,
        *,
        checkpoints: Sequence[VerifyingKey] = (),
        exchange_key: bool = False,
        valid_for: timedelta = timedelta(days=365),
    ) -> bytes:
        """The next root, unsigned, for its holders to sign on machines without a network.

        With `exchange_key` it names a new publishing key instead of today's, which is put in use when it is adopted.
        Raises NoDraft, DiskRefused.
        """
        ours = self.roots.prepare_key(self.entropy) if exchange_key else self._secrets.keys.signing
        return draft(
            self.roots.newest_bytes(),
            holders=holders,
            threshold=threshold,
            publishing=[ours.public],
            checkpoints=checkpoints,
            expires=self.clock.wall() + valid_for,
        )

    def adopt_root(self, data: bytes) -> int:
        """Put a root in force that enough of its holders have signed; its version.

        Where it exchanges the publishing key, everything is published again with the new one: what the old one signed
        is believed no longer.

        Raises RootWithoutUs, RootNotSigned, RootOutOfOrder, Malformed, TooLarge, DiskRefused; then nothing changed.
        """
        secrets = self._secrets
        key = self.roots.check(data, secrets.keys.signing)
        with self.database.writing() as db:
            version = self.roots.keep(data)
            if key.public != secrets.keys.signing.public:
                sign_letters_anew(db, key)
                secrets.with_signing(key).replace(self.home.keys)
                self._press().publish(db, self.clock.wall())
            journal.note(db, "root", OWN, self.clock.wall(), details={"version": version})
        return version

    def sign_twice(self) -> bool:
        """Sign every manifest with ML-DSA-65 too, from the next one on; desks enrolled from now on insist on it.

        False where it is done already. Costs 3.3 kB a manifest.
        """
        secrets = self._secrets
        if secrets.second:
            return False
        with self.database.writing() as db:
            secrets.with_second(self.entropy(32)).replace(self.home.keys)
            journal.note(db, "second-signature", OWN, self.clock.wall(), details={})
        return True

    def add_checkpoint(self, signed: bytes) -> Checkpoint:
        """Keep a checkpoint that its holder signed: the next manifest brings it. Raises Malformed, TooLarge."""
        found = Checkpoint.decode(SignedBytes.decode(signed, CHECKPOINT, MAX_CHECKPOINT).payload)
        with self.database.writing() as db:
            pages.note_checkpoint(db, found.scope, signed)
            journal.note(db, "checkpoint", OWN, self.clock.wall(), details={"sequence": found.sequence})
        return found

    def checkpoint_to_sign(self, scope: Scope) -> Checkpoint | None:
        """What the holder of the checkpoint key is to compare and sign: the newest manifest, None where none is."""
        with self.database.reading() as db:
            return pages.newest_checkpoint(db, scope, self.clock.wall())
