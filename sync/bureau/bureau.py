"""The bureau as one object: what its commands, its server and the tests use.

bureau = Bureau.create(folder, name="NCB Utopia", country="UTO")
bureau.import_list(UN_LIST, records, reason="no longer in the source")
bureau.publish()
code = bureau.enrol_code("torodi")
"""

from __future__ import annotations

import secrets as random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa

from borderdesk.clock import Clock, SystemClock
from borderdesk.codes import state
from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.hits import AnswerKind, BureauAnswer
from borderdesk.hits.packet import Packet
from borderdesk.ids import AccountId, BureauId, DeskId, ListName, PostId, RecordKey
from borderdesk.journal import JournalReport
from borderdesk.policy import Policy
from borderdesk.screening import Verdict
from borderdesk.watchlist import Record, Watchlist
from borderdesk.words import say
from sync.bureau import (
    alarms,
    cases,
    inbox,
    journal,
    letters,
    lists,
    operations,
    posts,
    proposals,
    publishing,
    reviews,
    rules,
    spoken,
    tls,
)
from sync.bureau import tables as t
from sync.bureau.alarms import Alarm
from sync.bureau.cases import FalseHits, ReceivedHit, ReceivedLate
from sync.bureau.database import Database
from sync.bureau.home import Home
from sync.bureau.inbox import Quarantined
from sync.bureau.journal import JournalLine
from sync.bureau.lists import Change, Difference, ListState
from sync.bureau.operations import OperationReport, Ordered
from sync.bureau.people import People
from sync.bureau.posts import Desk, DeskDoor, Place, Seen
from sync.bureau.proposals import Proposal
from sync.bureau.publishing import Press, Published
from sync.bureau.reviews import Review
from sync.bureau.roots import RootStore, sign_letters_anew
from sync.bureau.screening import BureauScreen
from sync.bureau.secrets import KeysMissing, Secrets
from sync.trust import BureauKeys
from sync.trust.offline import draft
from sync.wire import (
    Checkpoint,
    EnrolCode,
    EnrolReply,
    EnrolRequest,
    Purpose,
    Revocation,
    Scope,
    SignedBytes,
    VerifyingKey,
    encode_enrol_reply,
)
from sync.wire.manifest import MAX_CHECKPOINT
from sync.wire.orders import ORDER_KIND, AccountOrder
from sync.wire.policy import policy_out
from sync.wire.refusals import CHECKPOINT

ALL: Final = Scope("all")
"""The scope every bureau begins with: every list, in full."""

OWN: Final = "bureau"
"""Who the journal names where nobody is: the program, or its command line."""

_NAMED: Final = 50
"""At most so many keys stand in one entry of the journal."""


class UnknownCountry(KnownError):
    """A country code that ICAO does not know."""

    def __init__(self, code: str) -> None:
        super().__init__(
            say("There is no state with the code {code}.", code=code),
            safe=NOTHING_CHANGED,
            todo=say("Give the three letters that the state's passports carry, such as MLI or UTO."),
        )


class Bureau:
    """One open bureau. Safe to use from several threads, and from several processes on the same folder."""

    def __init__(self, home: Home, *, clock: Clock, entropy: Callable[[int], bytes] = random.token_bytes) -> None:
        self.home = home
        self.clock = clock
        self.entropy = entropy
        self._loaded: tuple[int, Secrets] | None = None
        self.roots = RootStore(home)
        try:
            self._ca = home.ca.read_bytes()
        except OSError as error:
            raise KeysMissing(home.ca) from error
        self.database = Database(home.database)
        self.database.prepare()
        self._screen = BureauScreen(self.database, self.policy)
        self.people = People(self.database, self._secrets, home, clock, entropy, self.policy)

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        name: str,
        country: str,
        database: str = "",
        clock: Clock | None = None,
        entropy: Callable[[int], bytes] = random.token_bytes,
    ) -> Bureau:
        """Make a bureau: its folder, keys, certificate authority and database, and the scope `all`.

        `database` is an SQLAlchemy URL; empty for a file in the folder.
        Raises UnknownCountry, BureauExists, DiskRefused, DatabaseFailed.
        """
        found = state(country)
        if found is None:
            raise UnknownCountry(country)
        clock = clock or SystemClock()
        bureau = BureauId(f"ncb-{found.code.lower()}-{entropy(4).hex()}")
        home = Home.make(folder, bureau, name, found.code, database)
        secrets = Secrets(BureauKeys.generate(entropy), tls.new_key())
        secrets.save(home.keys)
        home.ca.write_bytes(tls.make_ca(secrets.ca_key, name, clock.wall()))
        made = cls(home, clock=clock, entropy=entropy)
        with made.database.writing() as db:
            if not db.execute(sa.select(t.scopes.c.name).where(t.scopes.c.name == ALL)).first():
                db.execute(t.scopes.insert().values(name=ALL))
        return made

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        clock: Clock | None = None,
        entropy: Callable[[int], bytes] = random.token_bytes,
    ) -> Bureau:
        """Open a bureau that was made. Raises NoBureauHere, KeysMissing, NewerDatabase, DatabaseFailed."""
        return cls(Home.open(folder), clock=clock or SystemClock(), entropy=entropy)

    @property
    def _secrets(self) -> Secrets:
        """The bureau's keys; read again where another process has exchanged them. Raises KeysMissing."""
        try:
            changed = self.home.keys.stat().st_mtime_ns
        except OSError as error:
            raise KeysMissing(self.home.keys) from error
        if self._loaded is None or self._loaded[0] != changed:
            self._loaded = (changed, Secrets.load(self.home.keys))
        return self._loaded[1]

    # Policy

    @property
    def policy(self) -> Policy:
        """What desks are told to work by."""
        with self.database.reading() as db:
            return rules.stored(db)

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

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def __enter__(self) -> Bureau:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Lists

    def lists(self) -> tuple[ListState, ...]:
        """Every list as it stands."""
        with self.database.reading() as db:
            return lists.states(db)

    def import_list(
        self,
        watchlist: Watchlist,
        records: Iterable[Record],
        *,
        reason: str = "no longer on the list of its owner",
        source_date: Callable[[], datetime | None] = lambda: None,
        by: str = OWN,
    ) -> Difference:
        """Make a list's draft hold exactly these records; what is missing from them is withdrawn for `reason`.

        `source_date` is asked once they were read, for a file says its date on the way.
        Raises OtherKind, and whatever reading the records raises; then nothing was changed.
        """
        with self._act("import", by) as (db, details):
            found = lists.import_whole(db, watchlist, records, today=self.today, reason=reason)
            where = t.lists.c.name == watchlist.name
            dated = source_date()
            # An old source in a fresh edition must not look new: its own date is part of what the officer reads.
            title = f"{watchlist.title}, {dated:%Y-%m-%d}" if dated else watchlist.title
            db.execute(t.lists.update().where(where).values(source_date=dated, title=title))
            details.update(_counts(found))
            return found

    def preview_import(self, watchlist: Watchlist, records: Iterable[Record]) -> Difference:
        """What `import_list` would change, without changing it."""
        with self.database.engine.connect() as db, db.begin() as transaction:
            found = lists.import_whole(db, watchlist, records, today=self.today, reason="preview")
            transaction.rollback()
            return found

    def put_records(self, name: ListName, records: Iterable[Record], *, by: str = OWN) -> Difference:
        """Add records to a list's draft or replace them. Raises UnknownList, OtherKind."""
        with self._act("put", by) as (db, details):
            row = lists.row_of(db, name)
            put = list(records)
            lists.put(db, row, put)
            found = lists.difference(db, row)
            details.update(_counts(found), keys=[record.key for record in put[:_NAMED]])
            return found

    def withdraw(self, name: ListName, key: RecordKey, reason: str, *, by: str = OWN) -> Difference:
        """Take a record out of a list's draft. Raises UnknownList, UnknownRecord, ReasonNeeded."""
        with self._act("withdraw", by) as (db, details):
            row = lists.row_of(db, name)
            lists.withdraw(db, row, key, today=self.today, reason=reason)
            details.update(list=name, key=key, reason=reason)
            return lists.difference(db, row)

    def record(self, name: ListName, key: RecordKey) -> Record | None:
        """A record of a list's draft. Raises UnknownList."""
        with self.database.reading() as db:
            return lists.find(db, lists.row_of(db, name), key)

    def plan_review(
        self, name: ListName, key: RecordKey, *, review_on: date | None, expires_on: date | None, by: str = OWN
    ) -> None:
        """Set when a record is looked at again and when it ends. Raises UnknownList, UnknownRecord, DatesCross."""
        with self._act("review", by) as (db, details):
            row = lists.row_of(db, name)
            reviews.plan(db, row, key, review_on=review_on, expires_on=expires_on, today=self.today)
            details.update(list=name, key=key, review=str(review_on), expires=str(expires_on))

    def reviews_due(self) -> tuple[Review, ...]:
        """Records that somebody is to look at."""
        with self.database.reading() as db:
            return reviews.due(db, self.today)

    # Publishing

    def flash(self, name: ListName, records: Iterable[Record], *, by: str = OWN) -> Published:
        """Add records and publish in one act: both, or neither. An alert does not wait for a second person.

        Raises what `put_records` and `publish` raise, but for SecondPersonNeeded.
        """
        with self._act("flash", by) as (db, details):
            put = list(records)
            lists.put(db, lists.row_of(db, name), put)
            details.update(list=name, keys=[record.key for record in put[:_NAMED]])
            return self._publish(db, details, flash=name)

    def publish(self, *, by: str = OWN) -> Published:
        """Sign a new edition of every list, and the manifest that names them. What has expired is withdrawn before.

        Raises DiskRefused, DatabaseFailed; and SecondPersonNeeded where the bureau publishes with four eyes and a draft
        has changes. Unchanged lists are published by anybody: they are the heartbeat.
        """
        with self._act("publish", by) as (db, details):
            if proposals.required(db) and any(not state.waiting.is_empty for state in lists.states(db)):
                raise proposals.SecondPersonNeeded
            self._expire(db, details)
            return self._publish(db, details)

    def delete_old_files(self) -> int:
        """Delete published files that are named no more and older than a month; how many."""
        with self.database.writing() as db:
            old = publishing.forget_old_files(db, self.clock.wall())
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

    def propose(self, *, by: str) -> Proposal:
        """Propose the drafts as they stand to somebody else."""
        with self._act("propose", by) as (db, details):
            made = proposals.propose(db, by=by, now=self.clock.wall())
            details.update(proposal=made.number)
            return made

    def approve(self, number: int, *, by: str) -> Published:
        """Publish exactly what was proposed. Raises ProposalOver, SecondPersonNeeded, and what `publish` raises."""
        with self._act("publish", by) as (db, details):
            settled = proposals.approve(db, number, by=by, now=self.clock.wall())
            details.update(proposal=number, proposed_by=settled.proposed_by)
            return self._publish(db, details)

    def reject(self, number: int, *, by: str) -> None:
        """Say no to a proposal; the drafts stay. Raises ProposalOver."""
        with self._act("reject", by) as (db, details):
            proposals.reject(db, number, by=by, now=self.clock.wall())
            details.update(proposal=number)

    def proposal(self) -> Proposal | None:
        """What waits for a second person."""
        with self.database.reading() as db:
            return proposals.open_proposal(db)

    def four_eyes(self) -> bool:
        """Whether publishing takes two persons."""
        with self.database.reading() as db:
            return proposals.required(db)

    def _publish(self, db: sa.Connection, details: dict[str, Any], *, flash: ListName | None = None) -> Published:
        now = self.clock.wall()
        done = self._press().publish(db, now, flash=flash)
        details["editions"] = {one.edition.watchlist.name: one.edition.number for one in done.lists}
        journal.sign(db, self._secrets.keys, now)
        return done

    def _expire(self, db: sa.Connection, details: dict[str, Any]) -> None:
        ended = reviews.expire(db, self.today)
        if ended:
            details["expired"] = [f"{one.list} {one.key}" for one in ended[:_NAMED]]

    @contextmanager
    def _act(self, kind: str, by: str) -> Iterator[tuple[sa.Connection, dict[str, Any]]]:
        """One act: what it changes and its journal entry, or neither. The entry's details are filled on the way."""
        details: dict[str, Any] = {}
        with self.database.writing() as db:
            yield db, details
            journal.note(db, kind, by, self.clock.wall(), details=details)

    @property
    def today(self) -> date:
        """The bureau's date, in UTC."""
        return self.clock.wall().date()

    def journal_newest(self, most: int = 200) -> tuple[JournalLine, ...]:
        """The newest entries of the bureau's journal."""
        with self.database.reading() as db:
            return journal.newest(db, most)

    def journal_lines(self) -> Iterator[str]:
        """The whole journal as lines of JSON."""
        with self.database.reading() as db:
            yield from journal.export(db)

    def verify_journal(self) -> JournalReport:
        """Whether the journal is whole."""
        with self.database.reading() as db:
            return journal.verify(db, self._secrets.keys)

    # Posts

    def enrol_code(self, post: str, scope: Scope = ALL, *, by: str = OWN) -> EnrolCode:
        """A short-lived code with which one desk of the post can be enrolled. Raises BadPostName."""
        with self._act("enrol-code", by) as (db, details):
            details.update(post=post, scope=scope)
            return posts.new_code(db, post, scope, self.clock.wall(), self.entropy)

    def enter_desks(self, post: str, requests: Iterable[EnrolRequest], scope: Scope = ALL) -> tuple[EnrolReply, ...]:
        """Enter desks whose keys are known to be theirs, without a code: for measurements and drills."""
        now = self.clock.wall()
        with self.database.writing() as db:
            posts.ensure_post(db, post, scope)
            known = [
                posts.enter(db, post, scope, number, request, now) for number, request in enumerate(requests, start=1)
            ]
        return tuple(self._reply(desk, PostId(post), scope) for desk in known)

    def enrol(self, request: bytes) -> bytes:
        """The answer to an enrolment request. Raises CodeNotValid, Malformed, TooLarge."""
        with self.database.writing() as db:
            admitted = posts.admit(db, request, self.clock.wall())
            if admitted is not None:
                journal.note(db, "enrol", OWN, self.clock.wall(), details={"desk": admitted.desk})
        if admitted is None:
            raise posts.CodeNotValid
        reply = self._reply(admitted.desk, admitted.post, admitted.scope)
        return encode_enrol_reply(reply, admitted.code, request)

    def _reply(self, desk: DeskId, post: PostId, scope: Scope) -> EnrolReply:
        keys = self._secrets.keys
        return EnrolReply(
            desk=desk,
            post=post,
            scope=scope,
            bureau=self.home.id,
            bureau_name=self.home.name,
            bureau_signing=keys.signing.public,
            bureau_sealing=keys.sealing.public,
            tls_ca=self._ca,
            policy=self.policy,
            root=self.roots.newest_bytes(),
            second=self._secrets.second_public,
        )

    # The root of trust

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
            publishing.note_checkpoint(db, found.scope, signed)
            journal.note(db, "checkpoint", OWN, self.clock.wall(), details={"sequence": found.sequence})
        return found

    def checkpoint_to_sign(self, scope: Scope) -> Checkpoint | None:
        """What the holder of the checkpoint key is to compare and sign: the newest manifest, None where none is."""
        with self.database.reading() as db:
            return publishing.newest_checkpoint(db, scope, self.clock.wall())

    def posts(self) -> tuple[Desk, ...]:
        """Every desk with what it holds."""
        with self.database.reading() as db:
            return posts.inventory(db)

    def revoke(self, desk: str, *, by: str = OWN) -> None:
        """Answer this desk no more, tell it to destroy its keys, and leave it out of the next epoch of its scope.

        What is published from now on opens for the other desks only. Raises UnknownDeskId.
        """
        with self._act("revoke", by) as (db, details):
            details.update(desk=desk)
            scope = posts.revoke(db, desk, self.clock.wall())
            press = self._press()
            publishing.new_epoch(db, scope, press, publishing.epoch_key(db, scope, press).epoch + 1)

    def order(self, desk: str, account: str, *, shut_out: bool, reason: str) -> int:
        """Order a desk to shut an account out, or to let it in again; the number of the letter that says so.

        The bureau knows no accounts: one that the desk does not have is only journalled there. Raises UnknownDeskId.
        """
        with self.database.writing() as db:
            if DeskId(desk) not in posts.doors(db):
                raise posts.UnknownDeskId(desk)
            order = AccountOrder(AccountId(account), shut_out, reason, self.clock.wall())
            return self._post(db, DeskId(desk), ORDER_KIND, lambda _: order.encode())

    def revocation(self, desk: DeskId) -> bytes | None:
        """The signed revocation of a desk, None where it is not revoked."""
        found = next((known for known in self.posts() if known.id == desk), None)
        if found is None or found.revoked_at is None:
            return None
        payload = Revocation(desk, found.revoked_at).encode()
        return SignedBytes.sign(Purpose.REVOCATION, payload, [self._secrets.keys.signing]).encode()

    def put_on_map(self, post: str, latitude: float, longitude: float, *, by: str = OWN) -> None:
        """Note where a post lies, in degrees. Raises BadPostName."""
        with self._act("place", by) as (db, details):
            posts.put_on_map(db, post, latitude, longitude)
            details.update(post=post)

    def places(self) -> tuple[Place, ...]:
        """The posts whose place is known."""
        with self.database.reading() as db:
            return posts.places(db)

    def alarms(self) -> tuple[Alarm, ...]:
        """What somebody has to look at now."""
        desks, open_hits = self.posts(), self.hits(only_open=True)
        with self.database.reading() as db:
            return alarms.alarms(db, desks, open_hits, self.policy, self.clock.wall())

    def stamp(self) -> str:
        """Changes whenever something happened that a page shows."""
        with self.database.reading() as db:
            counts = (
                sa.select(sa.func.count()).select_from(table).scalar_subquery()
                for table in (t.uploads, t.quarantine, t.journal)
            )
            return "-".join(str(count) for count in db.execute(sa.select(*counts)).one())

    # Operations

    def order_operation(
        self, name: str, posts: Sequence[str], begins_at: datetime, ends_at: datetime, goals: str, *, by: str = OWN
    ) -> Ordered:
        """Order an operation to every desk of the posts; it ends by itself. Raises BadOperation."""
        with self._act("operation", by) as (db, details):
            details.update(name=name, posts=list(posts), begins=begins_at.isoformat(), ends=ends_at.isoformat())
            return operations.order(
                db,
                self._post,
                name=name,
                posts=posts,
                begins_at=begins_at,
                ends_at=ends_at,
                goals=goals,
                by=by,
                entropy=self.entropy,
            )

    def end_operation(self, number: int, *, by: str = OWN) -> Ordered:
        """End an operation before its time. Raises UnknownOperation, BadOperation."""
        with self._act("operation-end", by) as (db, details):
            details.update(number=number)
            return operations.end(db, self._post, number, self.clock.wall())

    def operations(self) -> tuple[Ordered, ...]:
        """Every operation, the newest first."""
        with self.database.reading() as db:
            return operations.all_ordered(db)

    def operation_report(self, number: int) -> OperationReport:
        """An operation in numbers. Raises UnknownOperation."""
        with self.database.reading() as db:
            found = operations.one(db, number)
            return operations.report(found, cases.cases(db, self.policy))

    def changes(self, name: ListName, most: int) -> tuple[Change, ...]:
        """The first changes that wait in a list's draft. Raises UnknownList."""
        with self.database.reading() as db:
            return lists.changes(db, lists.row_of(db, name), most)

    def door(self, desk: DeskId) -> DeskDoor | None:
        """How to recognise one desk; None where there is no such one."""
        with self.database.reading() as db:
            return posts.door(db, desk)

    def doors_mark(self) -> tuple[int, int, int]:
        """Another one whenever `doors` would be."""
        with self.database.reading() as db:
            return posts.doors_mark(db)

    def doors(self) -> dict[DeskId, DeskDoor]:
        """How to recognise every desk."""
        with self.database.reading() as db:
            return posts.doors(db)

    def note_seen(self, seen: Mapping[DeskId, Seen]) -> None:
        """Keep when desks asked, and what they said they hold."""
        with self.database.writing() as db:
            posts.note_seen(db, seen)

    # What desks fetch and send

    def manifest(self, scope: Scope) -> tuple[int, bytes] | None:
        """Sequence and signed bytes of the scope's newest manifest."""
        newest = sa.select(t.manifests.c.sequence, t.manifests.c.signed).where(t.manifests.c.scope == scope)
        with self.database.reading() as db:
            row = db.execute(newest.order_by(t.manifests.c.sequence.desc()).limit(1)).one_or_none()
        return (row.sequence, row.signed) if row else None

    def published_file(self, digest: bytes, scope: Scope) -> Path | None:
        """Where a file that the scope may fetch lies."""
        with self.database.reading() as db:
            where = (t.files.c.sha256 == digest) & (t.files.c.scope == scope)
            found = db.execute(sa.select(t.files.c.sha256).where(where)).first()
        return self.home.file(digest) if found else None

    def grant(self, desk: DeskId, scope: Scope, epoch: int) -> bytes | None:
        """The signed key grant of a desk for an epoch; None where it is not entitled."""
        with self.database.reading() as db:
            return publishing.grant(db, self._press(), desk, scope, epoch)

    def receive(self, envelopes: Iterable[bytes], brought_by: DeskId) -> tuple[bytes, ...]:
        """Keep a batch of uploads; the signed receipts of those kept. They are on the disk when this returns."""
        return self.keep([(self.read_uploads(envelopes), brought_by)])[0]

    def read_uploads(
        self, envelopes: Iterable[bytes], doors: Mapping[DeskId, DeskDoor] = MappingProxyType({})
    ) -> tuple[inbox.Upload, ...]:
        """Verify, open and read uploads; nothing is kept yet. `doors` are desks that are known without asking."""

        def key_of(desk: DeskId) -> VerifyingKey | None:
            door = doors.get(desk)
            if door is not None:
                return None if door.revoked else door.signing
            with self.database.reading() as db:
                return posts.signing_key(db, desk)

        return inbox.read(self._secrets.keys, key_of, envelopes)

    def keep(self, batches: Sequence[tuple[Sequence[inbox.Upload], DeskId]]) -> list[tuple[bytes, ...]]:
        """Keep what several desks brought, with one write to the disk; the receipts of each, in order."""
        uploads = [upload for batch, _ in batches for upload in batch]
        carriers = [desk for batch, desk in batches for _ in batch]
        with self.database.writing() as db:
            found = iter(inbox.keep(db, self._secrets.keys, uploads, brought_by=carriers, now=self.clock.wall()))
        return [tuple(receipt for receipt in islice(found, len(batch)) if receipt) for batch, _ in batches]

    def letters(self, desk: DeskId, after: int) -> tuple[bytes, ...]:
        """The next signed letters to a desk above a number."""
        with self.database.reading() as db:
            return letters.after(db, desk, after)

    def recent_receipts(self, scope: Scope, most: int) -> tuple[tuple[DeskId, bytes, bytes], ...]:
        """The newest receipts for desks of the scope: desk, hash of the upload, signed receipt.

        Whether one arrived, only its desk knows; a stick takes them along for uploads whose answer the link lost.
        """
        with self.database.reading() as db:
            return inbox.recent_receipts(db, self._secrets.keys, scope, most)

    def outstanding_letters(self, scope: Scope) -> tuple[tuple[DeskId, bytes], ...]:
        """Every letter that a desk of the scope has not said it holds."""
        with self.database.reading() as db:
            return letters.outstanding(db, scope)

    # Hits

    def hits(self, *, only_open: bool = False, most: int = 0) -> tuple[ReceivedHit, ...]:
        """Every hit reported (or those not closed, or the newest `most`), newest first."""
        with self.database.reading() as db:
            return cases.cases(db, self.policy, only_open=only_open, most=most)

    def hit(self, hit: str) -> ReceivedHit:
        """One hit. Raises UnknownCase."""
        with self.database.reading() as db:
            return cases.case(db, self.policy, hit)

    def answer(self, hit: str, kind: AnswerKind, words: str, *, by: str) -> BureauAnswer:
        """Answer a hit; the letter goes to its desk by whatever carrier comes first.

        Raises UnknownCase, CaseClosed, AnswerTooLong.
        """
        with self._act("answer", by) as (db, details):
            details.update(hit=hit, kind=kind.value)
            return cases.answer(db, self._post, hit, kind, words, by=by, now=self.clock.wall())

    def read_packet(self, code: str) -> Packet:
        """What a post read out or sent as a QR code. Raises WrongGroups, NoPacket, PacketForged."""
        with self.database.reading() as db:
            return spoken.read(db, code)

    def answer_packet(self, packet: Packet, kind: AnswerKind, words: str, *, by: str) -> tuple[str, ...]:
        """Answer it: the groups to read out; the words follow as a letter. Raises CaseClosed, AnswerTooLong."""
        with self._act("answer", by) as (db, details):
            details.update(hit=packet.hit, kind=kind.value, spoken=True)
            return spoken.answer(db, self._secrets.keys, self._post, packet, kind, words, by=by, now=self.clock.wall())

    def close_hit(self, hit: str, outcome: str, *, true_hit: bool, by: str) -> BureauAnswer:
        """Close a hit with what came of it, and tell the desk.

        Raises UnknownCase, CaseClosed, OutcomeNeeded, AnswerTooLong.
        """
        with self._act("close", by) as (db, details):
            details.update(hit=hit, true_hit=true_hit)
            return cases.close(db, self._post, hit, outcome, true_hit=true_hit, by=by, now=self.clock.wall())

    def forward_hit(self, hit: str, to: str, *, by: str) -> None:
        """Note that the list's owner was asked about a hit. Raises UnknownCase, CaseClosed."""
        with self._act("forward", by) as (db, details):
            details.update(hit=hit, to=to)
            cases.forward(db, hit, to, now=self.clock.wall())

    def late_matches(self) -> tuple[ReceivedLate, ...]:
        """Travellers who went on before the edition came that lists them, newest first."""
        with self.database.reading() as db:
            return cases.late_matches(db)

    def screen(self, text: str) -> Verdict:
        """Screen what an officer would scan or type. Raises NothingToScreen, UnreadableMrz, DatabaseFailed."""
        return self._screen.screen(text, at=self.clock.wall(), screening=self.entropy(16).hex())

    def note_screened(self, by: str, count: int) -> None:
        """Journal that so many were screened for a program."""
        with self._act("screening", by) as (_, details):
            details.update(count=count)

    def false_hits(self, *, by_record: bool = False) -> tuple[FalseHits, ...]:
        """The false-hit rate by list or by record, the worst first."""
        with self.database.reading() as db:
            return cases.false_hits(db, by_record=by_record)

    def _post(self, db: sa.Connection, desk: DeskId, kind: str, body: Callable[[int], bytes]) -> int:
        return letters.write(db, self._secrets.keys, desk, kind, body, self.clock.wall())

    def quarantined(self) -> tuple[Quarantined, ...]:
        """Uploads that were not accepted, newest first."""
        with self.database.reading() as db:
            return inbox.quarantined(db)

    # The server's own needs

    def server_certificate(self, hosts: tuple[str, ...]) -> tuple[Path, Path]:
        """Certificate and key files for these host names, renewed where they do not fit or soon end."""
        certificate, key = self.home.folder / "server.pem", self.home.folder / "server-key.pem"
        if certificate.exists() and key.exists() and tls.still_good(certificate.read_bytes(), hosts, self.clock.wall()):
            return certificate, key
        key_pem, certificate_pem = tls.make_server(self._secrets.ca_key, self._ca, hosts, self.clock.wall())
        key.unlink(missing_ok=True)
        key.touch(mode=0o600)
        key.write_bytes(key_pem)
        certificate.write_bytes(certificate_pem)
        return certificate, key

    @property
    def ca(self) -> bytes:
        """The certificate that desks trust, as PEM."""
        return self._ca

    def _press(self) -> Press:
        return Press(self.home, self._secrets, self.entropy, self.policy, self.roots.newest())


def _counts(found: Difference) -> dict[str, Any]:
    counts = {"added": found.added, "changed": found.changed, "withdrawn": found.withdrawn}
    return {"list": found.list, **counts}
