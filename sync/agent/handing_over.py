"""Handing the shift over: written by who leaves, confirmed by who comes, both journalled."""

from __future__ import annotations

from dataclasses import replace

from borderdesk import journal
from borderdesk.clock import Moment
from borderdesk.hits import Hit, outbox
from borderdesk.ids import random_id
from borderdesk.operations import handover
from borderdesk.operations.drills import Standing
from borderdesk.operations.handover import Handover
from borderdesk.people import Right
from borderdesk.replica.types import Freshness
from borderdesk.screening import Verdict, late, records_of
from borderdesk.words import Sentence
from sync.agent.casework import new_hit
from sync.agent.state import LinkWord
from sync.agent.surprises import Surprises
from sync.agent.unacted import unacted
from sync.agent.unlocked import Unlocked


class HandingOver(Surprises):
    """What is done between two shifts."""

    def open_points(self) -> tuple[Sentence, ...]:
        """What a hand-over written now would say is open. Raises NobodySignedIn, NotAllowed."""
        with self._open(Right.READ_HITS) as desk:
            return self._points(desk)

    def hand_over(self, note: str) -> Handover:
        """Write one. Raises NobodySignedIn, NotAllowed, NoteTooLong, DiskFull, DiskFailed."""
        with self._guard, self._open(Right.READ_HITS) as desk:
            at = self.now()
            who = desk.signed_in.account
            made = Handover(random_id(), who, at.trusted, self._points(desk), note.strip())
            with desk.store.transaction() as db:
                handover.write(db, made)
                details = {"handover": made.id, "points": len(made.points)}
                journal.append(db, kind="handover", who=who, at=at, details=details)
            return made

    def newest_handover(self) -> Handover | None:
        """The last one, whoever it is for. Raises NobodySignedIn, NotAllowed."""
        with self._open(Right.READ_HITS) as desk:
            return handover.newest(desk.store.reader)

    def confirm_handover(self, id: str) -> None:
        """Whoever is signed in has read it. Raises NobodySignedIn, NotAllowed, NothingToConfirm, DiskFull."""
        with self._guard, self._open(Right.READ_HITS) as desk:
            at = self.now()
            who = desk.signed_in.account
            with desk.store.transaction() as db:
                handover.confirm(db, id, who, at.trusted)
                journal.append(db, kind="handover-read", who=who, at=at, details={"handover": id})

    def _points(self, desk: Unlocked) -> tuple[Sentence, ...]:
        link, at = self._link.state(), self.now()
        hits, standing = desk.hits.all(), list(self._standing(desk))
        # Whoever reads it may still meet the surprise: it stands here like every other match.
        posed = [_as_left_open(desk, left, verdict, at) for left, verdict in standing if left.left]
        return handover.points_of(
            sorted((*hits, *posed), key=lambda hit: hit.taken_up_at.trusted, reverse=True),
            {hit.id: desk.hits.acts(hit.id) for hit in hits},
            waiting=outbox.count_waiting(desk.store.reader),
            unacted=len(unacted(desk)) + sum(not left.left for left, _ in standing),
            unseen=late.count_unseen(desk.store.reader),
            unwritten=len(self._unwritten),
            down_since=link.since if link.word is LinkWord.DOWN else None,
            too_old=[
                held.title
                for held in desk.replica.held(at.trusted, self.policy)
                if held.freshness is Freshness.RED and not held.name.startswith("own:")
            ],
        )


def _as_left_open(desk: Unlocked, left: Standing, verdict: Verdict, at: Moment) -> Hit:
    """What a real match would be by now. It is never kept."""
    hit = new_hit(desk, verdict, records_of(verdict)[0], left.officer, replace(at, trusted=left.shown_at))
    return replace(hit, left_open=True)
