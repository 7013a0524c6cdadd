"""What stands behind the HTTP interface at the bureau."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from borderdesk.errors import KnownError
from borderdesk.hits import AnswerKind, plain
from borderdesk.hits.plain import answer_plain, iso
from borderdesk.screening import verdict_plain
from sync.api import Caller, Missing, Service
from sync.api.app import Over
from sync.bureau.bureau import Bureau
from sync.bureau.cases import CaseClosed, ReceivedHit, UnknownCase
from sync.bureau.categories import Sight
from sync.bureau.database import DatabaseFailed

Json = dict[str, Any]


class BureauService(Service):
    """Answers the interface's calls from one bureau."""

    def __init__(self, bureau: Bureau) -> None:
        self._bureau = bureau

    def caller(self, token: str) -> Caller | None:
        """Who holds this token."""
        found = self._bureau.people.token(token)
        if found is None:
            return None
        return Caller(found.name, frozenset(right.value for right in found.rights), frozenset(found.categories))

    def _seen_by(self, caller: Caller) -> Bureau:
        return self._bureau.seen_with(Sight(caller.categories))

    def screen(self, caller: Caller, texts: Sequence[str]) -> list[Json]:
        """Screen each text; one that cannot be read says so in its place. How many were asked is journalled."""
        results: list[Json] = []
        seen = self._seen_by(caller)
        for text in texts:
            try:
                results.append(verdict_plain(seen.screen(text)))
            except DatabaseFailed:
                raise
            except KnownError as error:
                results.append({"error": str(error.happened)})
        self._bureau.note_screened(caller.name, len(texts))
        return results

    def lists(self, caller: Caller) -> list[Json]:
        """Every list that is theirs to know."""
        return [
            {
                "list": state.watchlist.name,
                "kind": state.watchlist.kind.value,
                "title": state.watchlist.title,
                "owner": state.watchlist.owner,
                "rows": state.rows,
                "edition": state.edition,
                "published_at": iso(state.published_at),
            }
            for state in self._seen_by(caller).lists()
        ]

    def hits(self, caller: Caller, *, only_open: bool, limit: int) -> list[Json]:
        """Hits, newest first."""
        found = self._seen_by(caller).hits(only_open=only_open, most=limit)
        return [hit_plain(one, self._bureau.clock.wall()) for one in found]

    def hit(self, caller: Caller, hit: str) -> Json:
        """One hit. Raises Missing."""
        try:
            return hit_plain(self._seen_by(caller).hit(hit), self._bureau.clock.wall())
        except UnknownCase as error:
            raise Missing from error

    def answer(self, caller: Caller, hit: str, kind: str, words: str) -> Json:
        """Answer a hit in the name of the token. Raises Missing, Over."""
        try:
            done = self._seen_by(caller).answer(hit, AnswerKind(kind), words, by=caller.name)
        except UnknownCase as error:
            raise Missing from error
        except CaseClosed as error:
            raise Over from error
        return answer_plain(done)

    def posts(self) -> list[Json]:
        """Every desk with what it holds."""
        return [
            {
                "post": desk.post,
                "desk": desk.id,
                "scope": desk.scope,
                "enrolled_at": iso(desk.enrolled_at),
                "revoked_at": iso(desk.revoked_at),
                "seen_at": iso(desk.seen_at),
                "holds": dict(desk.holds),
                "received": desk.received,
                "missing": list(desk.missing),
            }
            for desk in self._bureau.posts()
        ]

    def healthy(self) -> None:
        """Raises DatabaseFailed."""
        self._bureau.four_eyes()


def hit_plain(one: ReceivedHit, now: datetime) -> Json:
    """A hit for a program."""
    clock = one.clock
    return {
        **plain.hit_plain(one.hit, one.answers),
        "urgency": one.urgency.value,
        "desk_clock": iso(one.hit.taken_up_at.wall),
        "received_at": iso(one.received_at),
        "counter": one.counter,
        "request": clock.request if clock else None,
        "due_at": iso(clock.due_at) if clock else None,
        "late": clock.is_late(now) if clock else False,
        "for_supervisor": clock.is_supervisors(now) if clock else False,
        "acts": [
            {"act": event.act.value, "officer": event.officer, "at": iso(event.at.trusted), "note": event.note}
            for event in one.events
        ],
        "forwarded_to": one.forwarded_to,
        "outcome": one.outcome,
        "closed_at": iso(one.closed_at),
    }
