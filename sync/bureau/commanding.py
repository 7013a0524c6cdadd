"""The bureau's posts and desks: enrolled, shown, revoked, ordered; and the operations they take part in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from borderdesk.hits import Contact
from borderdesk.ids import AccountId, DeskId, PostId
from borderdesk.policy import Policy
from sync.bureau import (
    agreements,
    cases,
    chains,
    contacts,
    copies,
    health,
    journal,
    keyrings,
    operations,
    posts,
    rules,
    scopes,
)
from sync.bureau.contacts import Listed
from sync.bureau.copies import Copy
from sync.bureau.health import DeskHealth
from sync.bureau.office import ALL, NAMED, OWN, Office
from sync.bureau.operations import OperationReport, Ordered
from sync.bureau.posts import Desk, Place, PostState
from sync.bureau.publishing import Published
from sync.bureau.scopes import ScopeRule
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
        """A short-lived code with which one desk of the post can be enrolled. `scope` is for a post that is new.

        Raises BadPostName, UnknownScope.
        """
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
            hidden = self._hidden(db)
            found = posts.inventory(db)
        return tuple(replace(desk, holds=tuple(held for held in desk.holds if held[0] not in hidden)) for desk in found)

    def desk_health(self) -> dict[DeskId, DeskHealth]:
        """What every desk last said of itself, where it did."""
        with self.database.reading() as db:
            return health.newest(db)

    def copies(self) -> tuple[Copy, ...]:
        """The inventory of copies: every list at every desk, held or destroyed."""
        with self.database.reading() as db:
            hidden = self._hidden(db)
            return tuple(one for one in copies.inventory(db, posts.inventory(db)) if one.list not in hidden)

    def revoke(self, desk: str, *, by: str = OWN) -> None:
        """Answer this desk no more, tell it to destroy its keys, and exchange the keys of everything it may hold.

        What is published from now on opens for the other desks only. Raises UnknownDeskId.
        """
        with self._act("revoke", by) as (db, details):
            details.update(desk=desk)
            scope = posts.revoke(db, desk, self.clock.wall())
            keyrings.exchange(db, self._press(), keyrings.views_of(db, scope))

    def revocation(self, desk: DeskId) -> bytes | None:
        """The signed revocation of a desk, None where it is not revoked."""
        found = next((known for known in self.posts() if known.id == desk), None)
        if found is None or found.revoked_at is None:
            return None
        return self._revocation(desk, found.revoked_at)

    def order(self, desk: str, account: str, *, shut_out: bool, reason: str, by: str = OWN) -> int:
        """Order a desk to shut an account out, or to let it in again; the number of the letter that says so.

        The bureau knows no accounts: one that the desk does not have is only journalled there. Raises UnknownDeskId.
        """
        with self._act("account-order", by) as (db, details):
            details.update(desk=desk, account=account, shut_out=shut_out, reason=reason)
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

    def scopes(self) -> tuple[ScopeRule, ...]:
        """Every scope, by name."""
        with self.database.reading() as db:
            return scopes.every(db)

    def add_scope(self, rule: ScopeRule, *, by: str = OWN) -> None:
        """Make a scope. Raises BadScope, UnknownList."""
        with self._act("scope-add", by) as (db, details):
            details.update(_scope_plain(rule))
            scopes.add(db, rule)
            self._settle(db)

    def change_scope(self, rule: ScopeRule, *, by: str = OWN) -> None:
        """Give a scope another content; its desks hear of it with the next publishing.

        What they may hold no longer, they destroy then. Raises UnknownScope, UnknownList.
        """
        with self._act("scope-set", by) as (db, details):
            details.update(_scope_plain(rule))
            scopes.change(db, rule)

    def remove_scope(self, name: str, *, by: str = OWN) -> None:
        """Forget a scope that no post belongs to. Raises UnknownScope, ScopeInUse."""
        with self._act("scope-remove", by) as (db, details):
            details.update(scope=name)
            scopes.remove(db, name)

    def put_post_into(self, post: str, scope: str, *, by: str = OWN) -> Published:
        """Put a post into another scope: its desks follow with their next exchange, and destroy what is not in it.

        Raises UnknownPost, UnknownScope, DiskRefused.
        """
        with self._act("post-scope", by) as (db, details):
            before = posts.put_into(db, post, scope)
            details.update(post=post, before=before, scope=scope)
            return self._settle(db, details)

    def set_post_policy(self, post: str, name: str, value: str, *, by: str = OWN) -> Policy:
        """Set one number of the policy for one post; `default` takes the bureau's again. What the post works by now.

        Its desks hear of it with their next exchange. Raises UnknownPost, UnknownRule, UnfitValue.
        """
        with self._act("post-policy", by) as (db, details):
            policy = rules.stored(db)
            kept = rules.kept_with(policy, posts.own_rules(db, post), name, value)
            posts.keep_rules(db, post, kept)
            details.update(post=post, name=name, value=value)
            self._settle(db, details)
            return rules.of_post(policy, kept)

    def post_policy(self, post: str) -> Policy:
        """What the desks of a post work by. Raises UnknownPost."""
        with self.database.reading() as db:
            return rules.of_post(rules.stored(db), posts.own_rules(db, post))

    def post_states(self) -> tuple[PostState, ...]:
        """Every post with its scope and what is set for it alone."""
        with self.database.reading() as db:
            return posts.states(db)

    def settle(self) -> Published | None:
        """Put desks into the scope that is theirs now, where an operation began or ended; None where nothing did."""
        with self.database.reading() as db:
            wanted = chains.now_in_use(db, rules.stored(db), self.clock.wall())
            if not chains.unsettled(db, wanted):
                return None
        with self._act("settle", OWN) as (db, details):
            return self._settle(db, details)

    def order_operation(
        self,
        name: str,
        posts: Sequence[str],
        begins_at: datetime,
        ends_at: datetime,
        goals: str,
        *,
        lists: Sequence[str] = (),
        by: str = OWN,
    ) -> Ordered:
        """Order an operation to every desk of the posts; it ends by itself, and with it the posts' access to `lists`.

        Raises BadOperation, UnknownList, NotForScope, DiskRefused.
        """
        with self._act("operation", by) as (db, details):
            details.update(name=name, posts=list(posts), begins=begins_at.isoformat(), ends=ends_at.isoformat())
            details.update({"lists": list(lists)} if lists else {})
            made = operations.order(
                db,
                self._post,
                name=name,
                posts=posts,
                begins_at=begins_at,
                ends_at=ends_at,
                goals=goals,
                lists=lists,
                by=by,
                entropy=self.entropy,
            )
            if lists:
                self._settle(db, details)
            return made

    def end_operation(self, number: int, *, by: str = OWN) -> Ordered:
        """End an operation before its time. Raises UnknownOperation, BadOperation."""
        with self._act("operation-end", by) as (db, details):
            details.update(number=number)
            ended = operations.end(db, self._post, number, self.clock.wall())
            if ended.lists:
                self._settle(db, details)
            return ended

    def operations(self) -> tuple[Ordered, ...]:
        """Every operation, the newest first."""
        with self.database.reading() as db:
            return operations.all_ordered(db)

    def operation_report(self, number: int) -> OperationReport:
        """An operation in numbers. Raises UnknownOperation."""
        with self.database.reading() as db:
            found = operations.one(db, number)
            hits = cases.cases(db, self.policy, hidden=self._hidden(db))
            return operations.report(found, hits, operations.counted_by_hand(db, found.operation))

    def _settle(self, db: sa.Connection, details: dict[str, Any] | None = None) -> Published:
        done = self._press().settle(db, self.clock.wall())
        if details is not None and done.moved:
            details["moved"] = {move.desk: move.now.name for move in done.moved[:NAMED]}
        return done


def _scope_plain(rule: ScopeRule) -> dict[str, object]:
    return {
        "scope": rule.name,
        "lists": "all" if rule.lists is None else list(rule.lists),
        "details": "all" if rule.details is None else list(rule.details),
        **({"categories": list(rule.categories)} if rule.categories else {}),
    }
