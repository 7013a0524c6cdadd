"""Surprise drills at a desk: a document of the bureau's order, answered in place of *no match*, like a match.

What is real goes first: where a real list knows the document, theirs is the answer, and the drill is over. A match on
which nobody acted comes back at the next sign-in, and so does a surprise, or leaving the desk would tell what it was.
A document of a drill that is over is no traveller: it is said to be invented, and nothing of it is remembered.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Final

from borderdesk import journal
from borderdesk.findings import Finding, Outcome, Severity
from borderdesk.hits import outbox
from borderdesk.ids import random_id
from borderdesk.operations import drills
from borderdesk.operations.drills import DrillDocument, DrillKind, DrillOrder, Run, Standing
from borderdesk.people import RIGHTS, Right
from borderdesk.replica.types import HeldList
from borderdesk.screening import DrillMark, Question, Verdict, understand
from borderdesk.store import DiskFailed, DiskFull
from borderdesk.watchlist import ListKind
from borderdesk.words import say
from sync.agent.checking import Checking
from sync.agent.unlocked import Unlocked


class Surprises(Checking):
    """What the bureau makes of practice, without telling anybody at the desk."""

    _run: Run | None = None
    """The drill whose verdict was shown last."""

    def drill_left(self) -> Verdict | None:
        """The answer of a surprise that was left without an act: to be shown and handed to `record` as at first.

        A real match, where a real list has come to name the document. None where nothing of the kind was left, or not
        to whoever is signed in. Raises NobodySignedIn, NotAllowed.
        """
        with self._guard, self._open(Right.READ_RECORDS) as desk:
            for left in drills.standing(desk.store.reader):
                about = drills.about_order(left.order, left.document)
                if not self.may(Right.TAKE_UP_HITS) or self._did(desk, about):
                    continue
                real = super().answer(left.document.text)
                if known(real):
                    if self._tell_overtaken(desk, left.order.id, about):
                        return with_finding(real, KNOWN_TOO)
                    continue
                waited = left.seconds(desk.signed_in.account, real.asked_at.trusted)
                if (verdict := self._disguised(desk, left.order, left.document, real, waited)) is not None:
                    return verdict
            return None

    def leave_drill(self, verdict: Verdict) -> None:
        """The officer leaves the desk, and was told that this match has no act. Raises NobodySignedIn, DiskFull,
        DiskFailed; ValueError where it is none of a surprise."""
        if verdict.drill is None or not verdict.drill.disguised:
            raise ValueError("what was left is no surprise")
        with self._open(Right.TAKE_UP_HITS) as desk:
            about, at = verdict.drill.drill, self.now()
            with desk.store.transaction() as db:
                drills.note_left(db, about)
                details = {"drill": about, "done": "left open"}
                journal.append(db, kind="drill", who=desk.signed_in.account, at=at, details=details)

    def _surprise(self, desk: Unlocked, real: Verdict) -> Verdict:
        now = real.asked_at.trusted
        for order in drills.recent_orders(desk.store.reader, now, self.policy):
            for document in order.documents:
                if not says_the_same(document.text, real):
                    continue
                about = drills.about_order(order, document)
                if known(real):
                    self._tell_overtaken(desk, order.id, about)
                    return with_finding(real, KNOWN_TOO)
                if self._did(desk, about):
                    return _over(real, about, _DONE)
                if not order.runs(now):
                    return _over(real, about, _ENDED)
                return self._disguised(desk, order, document, real) or real
        return real

    def _disguised(
        self, desk: Unlocked, order: DrillOrder, document: DrillDocument, real: Verdict, waited: float = 0.0
    ) -> Verdict | None:
        """What looks like a match from the real lists, and the run that begins with it. None where it would be none."""
        verdict = self._posed(order, document, real)
        if verdict is not None:
            officer = desk.signed_in.account
            run = drills.of_order(random_id(), order, document, verdict, officer, second_line=is_second_line(desk))
            self._run = drills.shown(run, self._clock.monotonic() - waited)
        return verdict

    def _posed(self, order: DrillOrder, document: DrillDocument, real: Verdict) -> Verdict | None:
        title, edition = _posing_as(real.lists, document.title)
        found = drills.answer(
            drills.DrillLists([document.record], edition=edition),
            understand(document.text, today=real.asked_at.trusted.date()),
            DrillMark(drills.about_order(order, document), disguised=True, title=title),
            policy=self.policy,
            at=real.asked_at,
            screening=real.screening,
            title=title,
        )
        if all(finding.record is None for finding in found.findings):
            return None
        return replace(found, lists=real.lists, limits=real.limits, as_of=real.as_of)

    def _unmarked(self, desk: Unlocked) -> Run | None:
        """The surprise that whoever is signed in acted on before the desk was locked, where its steps are not marked.

        It is asked for as long as a drill may run.
        """
        left, now = drills.unmarked(desk.store.reader, desk.signed_in.account), self.now().trusted
        if left is None or now - left.result.at > timedelta(days=self.policy.drill_longest_days):
            return None
        verdict = self._posed(left.order, left.document, super().answer(left.document.text))
        if verdict is None:
            return None
        officer = left.result.officer
        run = drills.of_order(left.result.id, left.order, left.document, verdict, officer, second_line=left.second_line)
        return replace(run, result=left.result)

    def _standing(self, desk: Unlocked) -> Iterator[tuple[Standing, Verdict]]:
        """The surprises that look like matches without an act, the oldest first, each as it would be shown."""
        for left in drills.standing(desk.store.reader):
            real = super().answer(left.document.text)
            verdict = None if known(real) else self._posed(left.order, left.document, real)
            if verdict is not None:
                yield left, verdict

    @property
    def _surprise_waits(self) -> bool:
        """Whether a surprise was shown and not acted on: then it keeps its run, whatever is begun meanwhile."""
        return self._run is not None and self._run.kind is DrillKind.SURPRISE and self._run.result is None

    @staticmethod
    def _did(desk: Unlocked, about: str) -> bool:
        own = drills.of_officer(desk.store.reader, desk.signed_in.account)
        return any(each.about == about for each in own)

    def _tell_overtaken(self, desk: Unlocked, order: str, about: str) -> bool:
        """A real list knows the document too: the bureau hears of it, once; the answer never waits for that.

        Whether it was new."""
        report = drills.DrillReport(order, about, 0, None, None, 0, 0)
        at = self.now()
        with suppress(DiskFull, DiskFailed), desk.store.transaction() as db:
            drills.note_over(db, about)
            told = "SELECT 1 FROM outbox WHERE kind = ? AND about = ?"
            if db.conn.execute(told, (drills.DRILL_KIND, about)).fetchone() is not None:
                return False
            body = drills.report_body(report)
            outbox.queue(db, desk.sealer, kind=drills.DRILL_KIND, about=about, body=body, at=at)
            details = {"drill": about, "done": "overtaken by a real record"}
            journal.append(db, kind="drill", who=desk.signed_in.account, at=at, details=details)
        return True


def is_second_line(desk: Unlocked) -> bool:
    """Whether whoever is signed in follows the procedure's steps for the second line, too."""
    return Right.CLEAR in RIGHTS[desk.role]


def says_the_same(text: str, real: Verdict) -> bool:
    """Whether a scan says in every field what this document says; readers deliver one zone in many ways."""
    return _plain(understand(text, today=real.asked_at.trusted.date()).question) == _plain(real.question)


def known(verdict: Verdict) -> bool:
    """Whether a list says anything that asks for an act or a look."""
    return any(each.code.startswith("list.") and each.severity is not Severity.INFO for each in verdict.findings)


def with_finding(verdict: Verdict, finding: Finding) -> Verdict:
    """The same, with this said of it too."""
    return replace(verdict, findings=(*verdict.findings, finding))


def _posing_as(held: tuple[HeldList, ...], title: str) -> tuple[str, int]:
    """The title and edition under which it is shown: of a list that is on this desk, as a match's would be.

    A post may be without the very list that the bureau named."""
    of_documents = [each for each in held if each.kind is ListKind.DOCUMENTS]
    named = [each for each in held if each.title == title]
    return next(((each.title, each.edition) for each in (*named, *of_documents)), (title, 1))


def _plain(question: Question) -> Question:
    return replace(question, scanned="")


def _over(real: Verdict, about: str, why: Finding) -> Verdict:
    """Nothing is asked of anybody any more, and there is nothing left to hide: it is marked as invented."""
    return replace(with_finding(real, why), drill=DrillMark(about))


KNOWN_TOO: Final = Finding(
    code="drill.overtaken",
    severity=Severity.INFO,
    outcome=Outcome.FINE,
    sentence=say("This document was made for a drill, and a real list names it too: the drill is over. Act on it."),
)
_DONE: Final = Finding(
    code="drill.over",
    severity=Severity.INFO,
    outcome=Outcome.FINE,
    sentence=say("This document was made for a drill that you have done already."),
)
_ENDED: Final = Finding(
    code="drill.ended",
    severity=Severity.INFO,
    outcome=Outcome.FINE,
    sentence=say("This document was made for a drill that is over by now."),
)
