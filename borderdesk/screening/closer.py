"""A closer look at a traveller who was screened: what is printed beside the zone, what the officer's senses say, what
the traveller answered, and whether the second line was asked without any list naming them.

The verdict stays as it was given; what the closer look found is kept beside it, only ever added to, and shown with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sqlite_utils import Database, Migrations

from borderdesk.clock import Moment
from borderdesk.documents import SENSES, PrintedFields, Sense, check_authenticity
from borderdesk.findings import Finding, Outcome, Severity, heaviest_first
from borderdesk.ids import AccountId, ScreeningId
from borderdesk.policy import Policy
from borderdesk.screening.engine import word_of
from borderdesk.screening.question import understand
from borderdesk.screening.stored import form_of, from_json, to_json
from borderdesk.screening.verdict import Verdict, VerdictWord
from borderdesk.words import Sentence, say

MIGRATIONS: Final = Migrations("closer_looks")
MAX_NOTE: Final = 500
"""Characters of one answer; a longer one belongs on paper."""

_PRINTED: Final = "authenticity.printed."
_SENSE: Final = "authenticity.sense."
_NO_ZONE: Final = "authenticity.no-zone"
_AGREES: Final = "authenticity.print-agrees"
_OWN: Final = (_PRINTED, _SENSE, _NO_ZONE, _AGREES)
"""Findings that only a closer look makes."""


@MIGRATIONS()
def make_closer_looks(db: Database) -> None:
    db.conn.execute(
        """CREATE TABLE closer_looks (
            id INTEGER PRIMARY KEY,        -- only ever added to
            screening TEXT NOT NULL,
            kind TEXT NOT NULL,            -- inspection, interview, referral, settled
            at TEXT NOT NULL,              -- trusted time
            look TEXT NOT NULL             -- the whole of it, as JSON
        ) STRICT"""
    )
    db.conn.execute("CREATE INDEX closer_looks_of ON closer_looks (screening, id)")


class Seen(StrEnum):
    """What a sense check gave."""

    FINE = "fine"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class SenseMark:
    """One check that the officer ticked, and when."""

    sense: Sense
    seen: Seen
    at: Moment


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was typed from the printed page and ticked, with what that proves."""

    screening: ScreeningId
    officer: AccountId
    at: Moment
    printed: PrintedFields
    marks: tuple[SenseMark, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """One question of the interview, as it was put, and the officer's note of the answer."""

    question: str
    asked: Sentence
    note: str


@dataclass(frozen=True, slots=True)
class Interview:
    """What the traveller was asked in which language, and answered."""

    screening: ScreeningId
    officer: AccountId
    at: Moment
    language: str
    answers: tuple[Answered, ...]


@dataclass(frozen=True, slots=True)
class Referral:
    """The traveller was sent to the second line although no list names them."""

    screening: ScreeningId
    officer: AccountId
    at: Moment
    note: str


@dataclass(frozen=True, slots=True)
class Settled:
    """The second line has dealt with a traveller who was referred; the note says how."""

    screening: ScreeningId
    officer: AccountId
    at: Moment
    note: str


CloserLook = Inspection | Interview | Referral | Settled

_KINDS: Final[Mapping[str, type[CloserLook]]] = {
    "inspection": Inspection,
    "interview": Interview,
    "referral": Referral,
    "settled": Settled,
}


def get_ready() -> None:
    """Learn now how closer looks are written and read, and not with the first of them."""
    for shape in _KINDS.values():
        form_of(shape)


def kind_of(look: CloserLook) -> str:
    """The word under which it is stored and journalled."""
    return next(kind for kind, shape in _KINDS.items() if isinstance(look, shape))


def inspect(
    verdict: Verdict,
    printed: PrintedFields,
    marks: Mapping[Sense, Seen],
    *,
    officer: AccountId,
    at: Moment,
    policy: Policy,
) -> Inspection:
    """Compare what is printed with the zone of the document on the verdict, and weigh what the senses said.

    Where the document was not read from a zone there is nothing to compare, and a finding says so.
    """
    ticked = tuple(SenseMark(sense, seen, at) for sense, seen in marks.items())
    found = [*_printed(verdict, printed, at, policy), *_doubts(ticked)]
    return Inspection(verdict.screening, officer, at, printed, ticked, heaviest_first(tuple(found)))


def marks_of(looks: Iterable[CloserLook]) -> Mapping[Sense, SenseMark]:
    """The newest mark of each sense check that was ticked."""
    return {mark.sense: mark for look in looks if isinstance(look, Inspection) for mark in look.marks}


def found_by(looks: Iterable[CloserLook]) -> tuple[Finding, ...]:
    """What closer looks at one traveller found, heaviest first: by the newest comparison and the newest ticks."""
    inspections = [look for look in looks if isinstance(look, Inspection)]
    compared = [look for look in inspections if look.printed != PrintedFields()][-1:]
    print_ = [each for look in compared for each in look.findings if not each.code.startswith(_SENSE)]
    return heaviest_first((*print_, *_doubts(marks_of(inspections).values())))


def is_doubt(code: str) -> bool:
    """Whether a finding of a closer look says that something is wrong."""
    return code.startswith((_PRINTED, _SENSE))


def taken_back_by(look: Inspection, codes: Iterable[str]) -> tuple[str, ...]:
    """Which of these findings of earlier looks no longer hold by this one, as `found_by` would have it."""
    found = {each.code for each in look.findings}
    fine = {f"{_SENSE}{mark.sense.value}" for mark in look.marks}
    compared = look.printed != PrintedFields()
    return tuple(
        code for code in codes if code not in found and (code in fine or (compared and not code.startswith(_SENSE)))
    )


def looked_closer(verdict: Verdict, looks: Iterable[CloserLook]) -> Verdict:
    """The verdict as it was given, with what closer looks at this traveller found."""
    found = found_by(looks)
    given = tuple(each for each in verdict.findings if not each.code.startswith(_OWN))
    if not found and given == verdict.findings:
        return verdict
    findings = heaviest_first((*given, *found))
    # A candidate asks for another look whatever is found; and no closer look makes a match anything less.
    words = [word_of(findings), *([VerdictWord.LOOK_AGAIN] if verdict.candidates else [])]
    words += [verdict.word] if verdict.word is VerdictWord.MATCH else []
    return replace(verdict, findings=findings, word=min(words, key=lambda word: word.order))


def keep(db: Database, look: CloserLook) -> None:
    """Keep it, inside the caller's transaction."""
    kind = kind_of(look)
    db.conn.execute(
        "INSERT INTO closer_looks (screening, kind, at, look) VALUES (?, ?, ?, ?)",
        (look.screening, kind, look.at.trusted.isoformat(), to_json(look)),
    )


def looks_at(db: Database, screening: ScreeningId) -> tuple[CloserLook, ...]:
    """Every closer look at one traveller, oldest first."""
    rows = db.conn.execute("SELECT kind, look FROM closer_looks WHERE screening = ? ORDER BY id", (screening,))
    return tuple(from_json(_KINDS[kind], text) for kind, text in rows if kind in _KINDS)


def referred(db: Database) -> tuple[Referral, ...]:
    """Travellers who were referred and with whom the second line has not dealt yet, the longest waiting first."""
    rows = db.conn.execute(
        "SELECT look FROM closer_looks AS asked WHERE kind = 'referral' AND NOT EXISTS ("
        " SELECT 1 FROM closer_looks AS later WHERE later.screening = asked.screening AND later.id > asked.id"
        " AND later.kind IN ('settled', 'referral')) ORDER BY id"
    )
    return tuple(from_json(Referral, text) for (text,) in rows)


def with_looks(db: Database, verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """Verdicts with what closer looks at them found."""
    looked = {row[0] for row in db.conn.execute("SELECT DISTINCT screening FROM closer_looks")}
    return tuple(
        looked_closer(each, looks_at(db, each.screening)) if each.screening in looked else each for each in verdicts
    )


def forget_old(db: Database, *, at: Moment, policy: Policy) -> int:
    """Drop those older than remembered screenings, but for travellers from whom a hit was taken up. How many."""
    oldest = (at.trusted - timedelta(days=policy.recheck_days)).isoformat()
    return int(
        db.conn.execute(
            "DELETE FROM closer_looks WHERE at < ? AND screening NOT IN (SELECT screening FROM hits)", (oldest,)
        ).rowcount
    )


def _printed(verdict: Verdict, printed: PrintedFields, at: Moment, policy: Policy) -> list[Finding]:
    if printed == PrintedFields():
        return []
    today = at.trusted.date()
    reading = understand(verdict.question.scanned, today=today).reading
    if reading is None:
        return [
            Finding(
                _NO_ZONE,
                Severity.INFO,
                say("This document was not read from a zone, so there is nothing to compare the print with."),
                Outcome.UNPROVEN,
                todo=say("Scan the document, then compare again."),
            )
        ]
    found = check_authenticity(reading, today=today, policy=policy, printed=printed)
    wrong = [finding for finding in found if finding.code.startswith(_PRINTED)]
    return wrong or [Finding(_AGREES, Severity.INFO, say("What you typed agrees with the zone."), Outcome.FINE)]


def _doubts(marks: Iterable[SenseMark]) -> list[Finding]:
    return [
        Finding(
            f"{_SENSE}{mark.sense.value}",
            Severity.STOP if mark.sense is Sense.PERSON else Severity.LOOK,
            say("The officer doubts: {check}", check=SENSES[mark.sense]),
            Outcome.UNPROVEN,
            todo=say("Refer the holder to the second line."),
        )
        for mark in marks
        if mark.seen is Seen.DOUBTFUL
    ]
