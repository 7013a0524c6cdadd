"""Traveller in, verdict out."""

from borderdesk.screening import closer, decided, late, memory
from borderdesk.screening.batch import SearchedTogether, questions_of, title_of, together
from borderdesk.screening.closer import (
    Answered,
    CloserLook,
    Inspection,
    Interview,
    Referral,
    Seen,
    SenseMark,
    Settled,
    inspect,
    looked_closer,
)
from borderdesk.screening.discretion import (
    asks_discretion,
    discreet_records,
    is_discreet,
    is_discreet_record,
    ordinary,
)
from borderdesk.screening.engine import screen, word_of
from borderdesk.screening.late import KeptLateMatch, LateMatch
from borderdesk.screening.late_report import LATE_KIND, UnreadableLateMatch, late_body, read_late_body
from borderdesk.screening.plain import verdict_plain
from borderdesk.screening.question import Asked, NothingToScreen, NotThen, typed_later, understand
from borderdesk.screening.recheck import Newcomers, found_late
from borderdesk.screening.subject import records_of, subject_of
from borderdesk.screening.verdict import DrillMark, ListLine, Question, ScreenedList, Verdict, VerdictWord

__all__ = [
    "LATE_KIND",
    "Answered",
    "Asked",
    "CloserLook",
    "DrillMark",
    "Inspection",
    "Interview",
    "KeptLateMatch",
    "LateMatch",
    "ListLine",
    "Newcomers",
    "NotThen",
    "NothingToScreen",
    "Question",
    "Referral",
    "ScreenedList",
    "SearchedTogether",
    "Seen",
    "SenseMark",
    "Settled",
    "UnreadableLateMatch",
    "Verdict",
    "VerdictWord",
    "asks_discretion",
    "closer",
    "decided",
    "discreet_records",
    "found_late",
    "inspect",
    "is_discreet",
    "is_discreet_record",
    "late",
    "late_body",
    "looked_closer",
    "memory",
    "ordinary",
    "questions_of",
    "read_late_body",
    "records_of",
    "screen",
    "subject_of",
    "title_of",
    "together",
    "typed_later",
    "understand",
    "verdict_plain",
    "word_of",
]
