"""The bureau as one object: what its commands, its server and the tests use.

bureau = Bureau.create(folder, name="NCB Utopia", country="UTO")
bureau.import_list(UN_LIST, records, reason="no longer in the source")
bureau.publish()
code = bureau.enrol_code("torodi")
"""

from __future__ import annotations

import secrets as random
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from borderdesk.clock import Clock, SystemClock
from borderdesk.codes import state
from borderdesk.errors import NOTHING_CHANGED, KnownError
from borderdesk.hits import AnswerKind, BureauAnswer
from borderdesk.ids import BureauId, DeskId, ListName, PostId, RecordKey
from borderdesk.policy import DEFAULT
from borderdesk.watchlist import Record, Watchlist
from borderdesk.words import say
from sync.bureau import cases, inbox, letters, lists, posts, publishing, tls
from sync.bureau import tables as t
from sync.bureau.cases import FalseHits, ReceivedHit, ReceivedLate
from sync.bureau.database import Database
from sync.bureau.home import Home
from sync.bureau.inbox import Quarantined
from sync.bureau.lists import Difference, ListState
from sync.bureau.posts import Desk, DeskDoor, Seen
from sync.bureau.publishing import Press, Published
from sync.bureau.secrets import KeysMissing, Secrets
from sync.trust import BureauKeys
from sync.wire import (
    EnrolCode,
    EnrolReply,
    EnrolRequest,
    Purpose,
    Revocation,
    Scope,
    SignedBytes,
    encode_enrol_reply,
)

ALL: Final = Scope("all")
"""The scope every bureau begins with: every list, in full."""


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
        self._secrets = Secrets.load(home.keys)
        try:
            self._ca = home.ca.read_bytes()
        except OSError as error:
            raise KeysMissing(home.ca) from error
        self.policy = DEFAULT
        self.database = Database(home.database)
        self.database.prepare()

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
    ) -> Difference:
        """Make a list's draft hold exactly these records; what is missing from them is withdrawn for `reason`.

        `source_date` is asked once they were read, for a file says its date on the way.
        Raises OtherKind, and whatever reading the records raises; then nothing was changed.
        """
        with self.database.writing() as db:
            found = lists.import_whole(db, watchlist, records, today=self.clock.wall().date(), reason=reason)
            where = t.lists.c.name == watchlist.name
            dated = source_date()
            # An old source in a fresh edition must not look new: its own date is part of what the officer reads.
            title = f"{watchlist.title}, {dated:%Y-%m-%d}" if dated else watchlist.title
            db.execute(t.lists.update().where(where).values(source_date=dated, title=title))
            return found

    def preview_import(self, watchlist: Watchlist, records: Iterable[Record]) -> Difference:
        """What `import_list` would change, without changing it."""
        with self.database.engine.connect() as db, db.begin() as transaction:
            found = lists.import_whole(db, watchlist, records, today=self.clock.wall().date(), reason="preview")
            transaction.rollback()
            return found

    def put_records(self, name: ListName, records: Iterable[Record]) -> Difference:
        """Add records to a list's draft or replace them. Raises UnknownList, OtherKind."""
        with self.database.writing() as db:
            row = lists.row_of(db, name)
            lists.put(db, row, records)
            return lists.difference(db, row)

    def withdraw(self, name: ListName, key: RecordKey, reason: str) -> Difference:
        """Take a record out of a list's draft. Raises UnknownList, UnknownRecord, ReasonNeeded."""
        with self.database.writing() as db:
            row = lists.row_of(db, name)
            lists.withdraw(db, row, key, today=self.clock.wall().date(), reason=reason)
            return lists.difference(db, row)

    def record(self, name: ListName, key: RecordKey) -> Record | None:
        """A record of a list's draft. Raises UnknownList."""
        with self.database.reading() as db:
            return lists.find(db, lists.row_of(db, name), key)

    def flash(self, name: ListName, records: Iterable[Record]) -> Published:
        """Add records and publish in one act: both, or neither. Raises what `put_records` and `publish` raise."""
        with self.database.writing() as db:
            lists.put(db, lists.row_of(db, name), records)
            return self._press().publish(db, self.clock.wall(), flash=name)

    def publish(self) -> Published:
        """Sign a new edition of every list, and the manifest that names them. Raises DiskRefused, DatabaseFailed."""
        with self.database.writing() as db:
            return self._press().publish(db, self.clock.wall())

    # Posts

    def enrol_code(self, post: str, scope: Scope = ALL) -> EnrolCode:
        """A short-lived code with which one desk of the post can be enrolled. Raises BadPostName."""
        with self.database.writing() as db:
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
        )

    def posts(self) -> tuple[Desk, ...]:
        """Every desk with what it holds."""
        with self.database.reading() as db:
            return posts.inventory(db)

    def revoke(self, desk: str) -> None:
        """Answer this desk no more, tell it to destroy its keys, and leave it out of the next epoch of its scope.

        What is published from now on opens for the other desks only. Raises UnknownDeskId.
        """
        with self.database.writing() as db:
            scope = posts.revoke(db, desk, self.clock.wall())
            press = self._press()
            publishing.new_epoch(db, scope, press, publishing.epoch_key(db, scope, press).epoch + 1)

    def revocation(self, desk: DeskId) -> bytes | None:
        """The signed revocation of a desk, None where it is not revoked."""
        found = next((known for known in self.posts() if known.id == desk), None)
        if found is None or found.revoked_at is None:
            return None
        payload = Revocation(desk, found.revoked_at).encode()
        return SignedBytes.sign(Purpose.REVOCATION, payload, [self._secrets.keys.signing]).encode()

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
        with self.database.reading() as db:
            batch = inbox.read(self._secrets.keys, lambda desk: posts.signing_key(db, desk), envelopes)
        with self.database.writing() as db:
            return inbox.keep(db, self._secrets.keys, batch, brought_by=brought_by, now=self.clock.wall())

    def letters(self, desk: DeskId, after: int) -> tuple[bytes, ...]:
        """The next signed letters to a desk above a number."""
        with self.database.reading() as db:
            return letters.after(db, desk, after)

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
        with self.database.writing() as db:
            return cases.answer(db, self._post, hit, kind, words, by=by, now=self.clock.wall())

    def close_hit(self, hit: str, outcome: str, *, true_hit: bool, by: str) -> BureauAnswer:
        """Close a hit with what came of it, and tell the desk.

        Raises UnknownCase, CaseClosed, OutcomeNeeded, AnswerTooLong.
        """
        with self.database.writing() as db:
            return cases.close(db, self._post, hit, outcome, true_hit=true_hit, by=by, now=self.clock.wall())

    def forward_hit(self, hit: str, to: str, *, by: str) -> None:
        """Note that the list's owner was asked about a hit. Raises UnknownCase, CaseClosed."""
        with self.database.writing() as db:
            cases.forward(db, hit, to, now=self.clock.wall())

    def late_matches(self) -> tuple[ReceivedLate, ...]:
        """Travellers who went on before the edition came that lists them, newest first."""
        with self.database.reading() as db:
            return cases.late_matches(db)

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
        return Press(self.home, self._secrets, self.entropy, self.policy)
