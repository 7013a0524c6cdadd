"""The bureau's posts and desks: enrolled, shown, revoked, ordered; and the operations they take part in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from borderdesk.hits import Contact
from borderdesk.ids import AccountId, DeskId, PostId
from sync.bureau import agreements, cases, contacts, health, journal, operations, posts, publishing
from sync.bureau.contacts import Listed
from sync.bureau.health import DeskHealth
from sync.bureau.office import ALL, OWN, Office
from sync.bureau.operations import OperationReport, Ordered
from sync.bureau.posts import Desk, Place
from sync.wire import (
    EnrolCode,
    EnrolReply,
    EnrolRequest,
    Scope,
    encode_enrol_reply,
)
from sync.wire.orders import ORDER_KIND, AccountOrder


class Commanding(Office):
    """What is done about posts and desks."""

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
                agreements.enrolled(db, self._post, admitted.post, admitted.desk)
                contacts.tell(db, self._post, admitted.desk, admitted.post)
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

    def posts(self) -> tuple[Desk, ...]:
        """Every desk with what it holds."""
        with self.database.reading() as db:
            return posts.inventory(db)

    def desk_health(self) -> dict[DeskId, DeskHealth]:
        """What every desk last said of itself, where it did."""
        with self.database.reading() as db:
            return health.newest(db)

    def revoke(self, desk: str, *, by: str = OWN) -> None:
        """Answer this desk no more, tell it to destroy its keys, and leave it out of the next epoch of its scope.

        What is published from now on opens for the other desks only. Raises UnknownDeskId.
        """
        with self._act("revoke", by) as (db, details):
            details.update(desk=desk)
            scope = posts.revoke(db, desk, self.clock.wall())
            press = self._press()
            publishing.new_epoch(db, scope, press, publishing.epoch_key(db, scope, press).epoch + 1)

    def revocation(self, desk: DeskId) -> bytes | None:
        """The signed revocation of a desk, None where it is not revoked."""
        found = next((known for known in self.posts() if known.id == desk), None)
        if found is None or found.revoked_at is None:
            return None
        return self._revocation(desk, found.revoked_at)

    def order(self, desk: str, account: str, *, shut_out: bool, reason: str) -> int:
        """Order a desk to shut an account out, or to let it in again; the number of the letter that says so.

        The bureau knows no accounts: one that the desk does not have is only journalled there. Raises UnknownDeskId.
        """
        with self.database.writing() as db:
            if DeskId(desk) not in posts.doors(db):
                raise posts.UnknownDeskId(desk)
            order = AccountOrder(AccountId(account), shut_out, reason, self.clock.wall())
            return self._post(db, DeskId(desk), ORDER_KIND, lambda _: order.encode())

    def contacts(self) -> tuple[Listed, ...]:
        """Whom officers are told to call."""
        with self.database.reading() as db:
            return contacts.book(db)

    def add_contact(self, contact: Contact, post: str = "", *, by: str = OWN) -> Listed:
        """One more, for one post or for all; every desk it concerns is sent its book. Raises BadContact."""
        with self._act("contact", by) as (db, details):
            details.update(role=contact.role.value, name=contact.name, post=post)
            return contacts.add(db, self._post, contact, post)

    def remove_contact(self, number: int, *, by: str = OWN) -> Listed:
        """One less. Raises UnknownContact."""
        with self._act("contact-out", by) as (db, details):
            gone = contacts.remove(db, self._post, number)
            details.update(role=gone.contact.role.value, name=gone.contact.name, post=gone.post)
            return gone

    def put_on_map(self, post: str, latitude: float, longitude: float, *, by: str = OWN) -> None:
        """Note where a post lies, in degrees. Raises BadPostName."""
        with self._act("place", by) as (db, details):
            posts.put_on_map(db, post, latitude, longitude)
            details.update(post=post)

    def places(self) -> tuple[Place, ...]:
        """The posts whose place is known."""
        with self.database.reading() as db:
            return posts.places(db)

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
            return operations.report(
                found, cases.cases(db, self.policy), operations.counted_by_hand(db, found.operation)
            )
