"""Lessons: a guided first hour for somebody new, and the practice set for everybody; what each officer has behind them.

A lesson is done when what it `needs` was done, not when it was read; it can be skipped and taken up again any time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlite_utils import Database

from borderdesk.ids import AccountId
from borderdesk.words import Sentence, say


class Course(StrEnum):
    """What a lesson belongs to."""

    FIRST_HOUR = "first hour"
    PRACTICE = "practice"


class Need(StrEnum):
    """What has to happen for a lesson to be done. Each includes those before it, but for LOCK."""

    ANSWER = "answer"  # the practice document was screened
    ACT = "act"  # and acted on, not wrongly
    STEPS = "steps"  # and the steps were marked
    SPOKEN = "spoken"  # and the packet's answer was typed in
    LOCK = "lock"  # the desk was locked


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson. `scene` names what is practised in it, empty where nothing is scanned."""

    id: str
    course: Course
    title: Sentence
    text: Sentence
    scene: str
    needs: Need


@dataclass(frozen=True, slots=True)
class Progress:
    """One lesson that an officer has behind them."""

    lesson: str
    at: datetime
    skipped: bool


def lesson(id: str) -> Lesson | None:
    """The lesson of this id, None where there is none."""
    return next((each for each in LESSONS if each.id == id), None)


def note(db: Database, officer: AccountId, lesson: str, at: datetime, *, skipped: bool) -> None:
    """Note it, inside the caller's transaction. Done stays done; skipped may become done."""
    db.conn.execute(
        "INSERT INTO lessons_done VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at,"
        " skipped = excluded.skipped WHERE lessons_done.skipped = 1",
        (officer, lesson, at.isoformat(), int(skipped)),
    )


def progress(db: Database, officer: AccountId) -> tuple[Progress, ...]:
    """What an officer has behind them, in the order in which it was done."""
    rows = db.conn.execute(
        "SELECT lesson, at, skipped FROM lessons_done WHERE officer = ? ORDER BY at, lesson", (officer,)
    )
    return tuple(Progress(name, datetime.fromisoformat(at), bool(skipped)) for name, at, skipped in rows)


_ACT_AS_ON_A_REAL_ONE: Final = say(
    "Scan the practice document, act as you would on a real one, then mark the steps you would take."
)


def _hour(name: str, title: Sentence, text: Sentence, scene: str, needs: Need) -> Lesson:
    return Lesson(f"hour.{name}", Course.FIRST_HOUR, title, text, scene, needs)


def _practice(scene: str, title: Sentence, needs: Need = Need.STEPS) -> Lesson:
    return Lesson(f"practice.{scene}", Course.PRACTICE, title, _ACT_AS_ON_A_REAL_ONE, scene, needs)


LESSONS: Final = (
    _hour(
        "scan",
        say("Scan a document"),
        say(
            "Press the key below: a practice passport is scanned as if it lay on the reader. A scan is taken from"
            " anywhere in the window. Any other document you scan is real, and is answered as always."
        ),
        "clean",
        Need.ANSWER,
    ),
    _hour(
        "no-match",
        say("No match"),
        say(
            "Scan the practice passport again and read the line below the word: it says as of when. What is newer, the"
            " desk cannot know."
        ),
        "clean",
        Need.ANSWER,
    ),
    _hour(
        "look-again",
        say("Look again"),
        say("Something may fit. Compare what is printed with what the desk found before you act."),
        "near",
        Need.ACT,
    ),
    _hour(
        "match",
        say("Match"),
        say("A list names the document. It is no proof. Act on it first: take it up, or refer it."),
        "stolen",
        Need.ACT,
    ),
    _hour(
        "procedure",
        say("The procedure"),
        say("Every hit has its steps. Scan, act, then mark each step you would take."),
        "bearer",
        Need.STEPS,
    ),
    _hour(
        "refer",
        say("Refer at any moment"),
        say("F3 hands a traveller to the second line. You need no proof for it, only a doubt."),
        "spelling",
        Need.ACT,
    ),
    _hour(
        "link-down",
        say("The link is down"),
        say("The report of a hit then waits on this desk, and a packet of groups can be read to the bureau."),
        "link",
        Need.SPOKEN,
    ),
    _hour(
        "lock",
        say("Lock the desk"),
        say("Press the key below, then F12, as whenever you leave the desk, and sign in again. What you did is kept."),
        "",
        Need.LOCK,
    ),
    _practice("stolen", say("A stolen passport")),
    _practice("near", say("A number that is nearly listed")),
    _practice("bearer", say("A genuine document, a sought bearer")),
    _practice("spelling", say("A person under another spelling")),
    _practice("discreet", say("A discreet check")),
    _practice("child", say("A child to protect")),
    _practice("link", say("The link is down"), Need.SPOKEN),
    _practice("forged", say("A machine readable zone that is forged")),
)
"""Every lesson, in the order in which they are offered."""
