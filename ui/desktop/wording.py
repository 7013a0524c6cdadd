"""The words the window has for what the domain only names: one table for every enumeration."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from borderdesk.findings import Severity
from borderdesk.hits.types import AnswerKind, HitAct, HitState
from borderdesk.matching.types import Meeting
from borderdesk.operations.drills import Course, DrillKind, Judged
from borderdesk.people import Role
from borderdesk.replica.types import Freshness
from borderdesk.screening import Seen
from borderdesk.screening.verdict import VerdictWord
from borderdesk.words import Sentence, say
from sync.agent.state import LinkWord
from ui.desktop.page import Page

WORDS: Final[Mapping[type[Enum], Mapping[Enum, Sentence]]] = {
    VerdictWord: {
        VerdictWord.NO_MATCH: say("No match"),
        VerdictWord.LOOK_AGAIN: say("Look again"),
        VerdictWord.MATCH: say("Match"),
    },
    Freshness: {
        Freshness.GREEN: say("fresh"),
        Freshness.AMBER: say("ageing"),
        Freshness.RED: say("too old"),
    },
    Severity: {
        Severity.STOP: say("Stop"),
        Severity.LOOK: say("Look"),
        Severity.INFO: say("Note"),
    },
    HitState: {
        HitState.TAKEN_UP: say("Taken up"),
        HitState.REPORTED: say("Reported to the bureau"),
        HitState.MORE_NEEDED: say("The bureau asks back"),
        HitState.CONFIRMED: say("Confirmed by the bureau"),
        HitState.NOT_CONFIRMED: say("Not confirmed by the bureau"),
        HitState.CLOSED: say("Closed by the bureau"),
    },
    HitAct: {
        HitAct.TAKE_UP: say("Take up"),
        HitAct.REFER: say("Refer"),
        HitAct.NOT_THE_PERSON: say("Not the person"),
        HitAct.SEIZED: say("Document seized"),
        HitAct.LET_GO: say("Let go"),
        HitAct.PROTECTED: say("Victim protected"),
        HitAct.ASK_AGAIN: say("Ask again"),
        HitAct.REPLY: say("Reply to the bureau"),
        HitAct.NOTED: say("Answers or findings noted"),
        HitAct.LEFT_OPEN: say("Left open without an act"),
    },
    AnswerKind: {
        AnswerKind.CONFIRMED: say("Confirmed"),
        AnswerKind.NOT_CONFIRMED: say("Not confirmed"),
        AnswerKind.MORE_NEEDED: say("More needed"),
        AnswerKind.INSTRUCTIONS: say("Instructions"),
        AnswerKind.CLOSED: say("Closed"),
    },
    Seen: {
        Seen.FINE: say("In order"),
        Seen.DOUBTFUL: say("Doubtful"),
    },
    Meeting: {
        Meeting.SAME: say("same"),
        Meeting.SOUND: say("sounds the same"),
        Meeting.SCRIPT: say("same in the other script"),
        Meeting.NICKNAME: say("short form"),
        Meeting.INITIAL: say("initial"),
        Meeting.TYPING: say("nearly the same"),
        Meeting.MISSING: say("not on both sides"),
        Meeting.CONTRADICTED: say("differs"),
    },
    Course: {
        Course.FIRST_HOUR: say("The first hour"),
        Course.PRACTICE: say("Practice set"),
    },
    Judged: {
        Judged.RIGHT: say("right"),
        Judged.SAFE: say("safe, but not needed"),
        Judged.WRONG: say("wrong"),
    },
    DrillKind: {
        DrillKind.PRACTICE: say("Practice"),
        DrillKind.SURPRISE: say("Surprise drill"),
    },
    Page: {
        Page.SCREENING: say("Screening"),
        Page.CASES: say("Cases of this desk"),
        Page.EXCHANGE: say("Exchange with the bureau"),
        Page.NUMBERS: say("The shift in numbers"),
        Page.HELP: say("Help"),
        Page.LISTS: say("Lists of people"),
        Page.CLEARANCES: say("Not the person"),
        Page.FORM: say("Search form"),
        Page.PACKET: say("By voice or code"),
        Page.JOURNAL: say("Journal"),
        Page.ACCOUNTS: say("Accounts"),
        Page.DIAGNOSIS: say("Diagnosis"),
        Page.TRAINING: say("Drills and training"),
        Page.HANDOVER: say("Hand-over of the shift"),
        Page.EXAMINE: say("Examine the document"),
        Page.INTERVIEW: say("Interview"),
        Page.SECOND_LINE: say("Second line"),
    },
    Role: {
        Role.OFFICER: say("Officer"),
        Role.SUPERVISOR: say("Supervisor"),
        Role.TECHNICIAN: say("Technician"),
        Role.AUDITOR: say("Auditor"),
    },
    LinkWord: {
        LinkWord.UP: say("Link up"),
        LinkWord.SLOW: say("Link slow"),
        LinkWord.DOWN: say("Link down"),
    },
}
"""By type first: members of two enumerations may be the same word."""

FACT: Final[Mapping[str, Sentence]] = {
    "birth": say("Born"),
    "nationality": say("Nationality"),
    "sex": say("Sex"),
    "place": say("Born in"),
    "document": say("Document"),
}
"""What the matcher compares beside names, by its own words for it."""


def word_of(member: Enum) -> Sentence:
    """The word for a member of one of these enumerations."""
    return WORDS[type(member)][member]
