"""What stands behind the HTTP interface on a desk's loopback, for a border-management system on the same machine.

A program asks in the name of whoever is signed in: with nobody signed in nothing is screened or read, only the desk's
status. Screening a traveller is the officer's work at the counter, so it keeps the desk from locking like a scan at the
window does; reading lists and hits does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from borderdesk.documents import UnreadableMrz
from borderdesk.errors import KnownError
from borderdesk.hits import HitState
from borderdesk.hits.plain import hit_plain, iso
from borderdesk.people import Right
from borderdesk.screening import NothingToScreen, verdict_plain
from borderdesk.words import say
from sync.agent.casework import Reported
from sync.agent.desk import Desk
from sync.agent.tokens import is_token
from sync.agent.unlocked import NobodySignedIn
from sync.api import Caller, Missing, Service
from sync.api.openapi import HEALTH, HIT, HITS, LISTS, SCREEN, STATUS, Json

PROGRAM: Final = "program beside the desk"
"""Who the journal names beside the officer."""

OPERATIONS: Final = (SCREEN, LISTS, HITS, HIT, STATUS, HEALTH)
"""What a desk offers. Answering hits and listing posts is the bureau's."""

_RIGHTS: Final = frozenset(one.right for one in OPERATIONS)


class DeskLocked(KnownError):
    """A program asked while nobody was signed in."""

    def __init__(self) -> None:
        super().__init__(
            say("This desk is locked: nobody is signed in."),
            safe=say("Nothing was screened."),
            todo=say("Sign in at the desk, then let the program ask again."),
        )


class DeskService(Service):
    """Answers the interface's calls from one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def caller(self, token: str) -> Caller | None:
        """The program, where it brings the desk's token."""
        return Caller(PROGRAM, _RIGHTS) if is_token(self._desk.folder, token) else None

    def screen(self, caller: Caller, texts: Sequence[str]) -> list[Json]:
        """Screen, remember and journal each text as the desk does; one that cannot be read says so in its place.

        Raises DeskLocked, NotAllowed.
        """
        results: list[Json] = []
        for text in texts:
            try:
                verdict = self._desk.screen(text, program=caller.name)
                results.append(verdict_plain(verdict, veiled=not self._desk.may(Right.READ_DISCREET)))
            except NobodySignedIn as error:
                raise DeskLocked from error
            except (NothingToScreen, UnreadableMrz) as error:
                results.append({"error": str(error.happened)})
        return results

    def lists(self, _caller: Caller) -> list[Json]:
        """Every list this desk holds. Raises DeskLocked."""
        status = self._desk.status()
        if status.signed_in is None:
            raise DeskLocked
        return [
            {
                "list": held.name,
                "title": held.title,
                "rows": held.rows,
                "edition": held.edition,
                "published_at": held.published_at.isoformat(),
                "age_seconds": max(0, int(held.age.total_seconds())),
                "freshness": held.freshness.value,
            }
            for held in status.lists
        ]

    def hits(self, _caller: Caller, *, only_open: bool, limit: int) -> list[Json]:
        """This desk's hits, newest first. Raises DeskLocked, NotAllowed."""
        found = [each for each in self._reported() if not (only_open and each.hit.state is HitState.CLOSED)]
        return [_hit_plain(each) for each in found[:limit]]

    def hit(self, _caller: Caller, hit: str) -> Json:
        """One hit. Raises Missing, DeskLocked, NotAllowed."""
        for each in self._reported():
            if each.hit.id == hit:
                return _hit_plain(each)
        raise Missing

    def status(self) -> Json:
        """Post, link, what waits, and whether the desk is locked; answers while it is."""
        now = self._desk.status()
        return {
            "post": now.post,
            "desk": now.desk,
            "bureau": now.bureau,
            "locked": now.signed_in is None,
            "link": now.link.word.value,
            "link_since": now.link.since.isoformat(),
            "waiting": now.waiting,
            "last_good_exchange": iso(now.last_good_exchange),
        }

    def healthy(self) -> None:
        """The program answers, locked or not."""

    def _reported(self) -> tuple[Reported, ...]:
        try:
            return self._desk.reported()
        except NobodySignedIn as error:
            raise DeskLocked from error


def _hit_plain(each: Reported) -> Json:
    hit = each.hit
    return {**hit_plain(hit, each.answers), "pending": hit.pending, "reported_at": iso(hit.reported_at)}
