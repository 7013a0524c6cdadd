"""What an officer did in a drill: how fast, which act, which steps; the score, and when to practise again.

Results stand in the desk's encrypted store, one row a drill. An officer sees their own; who sees others' is decided by
the desk's roles. What travels to the bureau (`orders.report_body`) names no officer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlite_utils import Database, Migrations

from borderdesk.hits import HitAct
from borderdesk.ids import AccountId
from borderdesk.operations.drills.lessons import LESSONS, Course, Progress
from borderdesk.policy import Policy
from borderdesk.words import Sentence, say

MIGRATIONS: Final = Migrations("drills")

_ACT_POINTS: Final = 60
_SAFE_POINTS: Final = 30
_SPEED_POINTS: Final = 20
_STEP_POINTS: Final = 20
_FORGIVEN: Final = 5
"""Times the prompt seconds after which speed counts for nothing."""


class DrillKind(StrEnum):
    """Who began a drill."""

    PRACTICE = "practice"  # the officer, knowing it
    SURPRISE = "surprise"  # the bureau


class Judged(StrEnum):
    """How the first act was."""

    RIGHT = "right"
    SAFE = "safe"  # harms nobody, and was not needed
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class DrillResult:
    """One drill of one officer. `about` names the scene, or the bureau's order and the document of it.

    `seconds` run from the verdict to the first act. `done` of `steps` are the steps the officer marks as taken.
    """

    id: str
    officer: AccountId
    kind: DrillKind
    about: str
    at: datetime
    seconds: float
    act: HitAct
    judged: Judged
    done: int = 0
    steps: int = 0

    def score(self, policy: Policy) -> int:
        """0 to 100: sixty for the right act (thirty for a safe one), twenty for speed, twenty for the steps.

        A wrong act scores nothing at all: being fast at it is no merit.
        """
        if self.judged is Judged.WRONG:
            return 0
        points = float(_ACT_POINTS if self.judged is Judged.RIGHT else _SAFE_POINTS)
        late = (self.seconds / policy.drill_prompt_seconds - 1) / (_FORGIVEN - 1)
        points += _SPEED_POINTS * min(1.0, max(0.0, 1 - late))
        points += _STEP_POINTS * (self.done / self.steps if self.steps else 1)
        return round(points)


def judge(act: HitAct, *, right: frozenset[HitAct], safe: frozenset[HitAct]) -> Judged:
    """How this act was, by the scene's own lists of acts."""
    return Judged.RIGHT if act in right else Judged.SAFE if act in safe else Judged.WRONG


def refresher(
    results: Iterable[DrillResult], now: datetime, policy: Policy, progress: Iterable[Progress] = ()
) -> Sentence | None:
    """What one officer should practise and why, None where there is no reason. Results and progress are all of theirs.

    Who has begun the first hour is led to its end, whatever was scored on the way.
    """
    behind = {each.lesson for each in progress}
    hour = [each for each in LESSONS if each.course is Course.FIRST_HOUR]
    ahead = next((each for each in hour if each.id not in behind), None)
    if ahead is not None and any(each.id in behind for each in hour):
        return say("Your first hour is not finished. Go on with: {lesson}", lesson=ahead.title)
    last = max(results, key=lambda result: result.at, default=None)
    if last is None:
        return say("You have not practised at this desk yet. Begin with the first lesson.")
    days = (now - last.at) // timedelta(days=1)
    if days >= policy.refresher_days:
        return _again(say("Your last drill was {days} days ago.", days=days))
    score = last.score(policy)
    if score < policy.refresher_below_score:
        return _again(say("Your last drill scored {score} of 100.", score=score))
    return None


def _again(why: Sentence) -> Sentence:
    return say("Practise again. {why}", why=why)


@MIGRATIONS()
def make_results(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE drill_results (
            id TEXT PRIMARY KEY,
            officer TEXT NOT NULL,
            kind TEXT NOT NULL,
            about TEXT NOT NULL,
            at TEXT NOT NULL,              -- trusted time of the first act
            seconds REAL NOT NULL,
            act TEXT NOT NULL,
            judged TEXT NOT NULL,
            done INTEGER NOT NULL,
            steps INTEGER NOT NULL
        ) STRICT"""
    )
    db.conn.execute("CREATE INDEX drill_results_of ON drill_results (officer, at)")


@MIGRATIONS()
def make_orders(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE drill_orders (
            id TEXT PRIMARY KEY,
            letter INTEGER NOT NULL,       -- the newest letter about it counts, in whatever order they come
            begins TEXT NOT NULL,
            ends TEXT NOT NULL,
            body BLOB NOT NULL             -- as it came, verified
        ) STRICT"""
    )


@MIGRATIONS()
def make_lessons(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE lessons_done (
            officer TEXT NOT NULL,
            lesson TEXT NOT NULL,
            at TEXT NOT NULL,
            skipped INTEGER NOT NULL,
            PRIMARY KEY (officer, lesson)
        ) STRICT, WITHOUT ROWID"""
    )


def keep(db: Database, result: DrillResult) -> None:
    """Keep a result, or what it has become, inside the caller's transaction."""
    db.conn.execute(
        "INSERT OR REPLACE INTO drill_results (id, officer, kind, about, at, seconds, act, judged, done, steps)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            result.id,
            result.officer,
            result.kind.value,
            result.about,
            result.at.isoformat(),
            result.seconds,
            result.act.value,
            result.judged.value,
            result.done,
            result.steps,
        ),
    )


def of_officer(db: Database, officer: AccountId) -> tuple[DrillResult, ...]:
    """One officer's results, newest first."""
    return _results(db.query("SELECT * FROM drill_results WHERE officer = ? ORDER BY at DESC, id", (officer,)))


def of_everybody(db: Database) -> tuple[DrillResult, ...]:
    """Everybody's results at this desk, newest first."""
    return _results(db.query("SELECT * FROM drill_results ORDER BY at DESC, id"))


def _results(rows: Iterable[dict[str, Any]]) -> tuple[DrillResult, ...]:
    return tuple(
        DrillResult(
            row["id"],
            AccountId(row["officer"]),
            DrillKind(row["kind"]),
            row["about"],
            datetime.fromisoformat(row["at"]),
            row["seconds"],
            HitAct(row["act"]),
            Judged(row["judged"]),
            row["done"],
            row["steps"],
        )
        for row in rows
    )
