"""Traveller in, verdict out."""

from borderdesk.screening import late, memory
from borderdesk.screening.engine import screen
from borderdesk.screening.late import KeptLateMatch, LateMatch
from borderdesk.screening.late_report import LATE_KIND, UnreadableLateMatch, late_body, read_late_body
from borderdesk.screening.question import Asked, NothingToScreen, understand
from borderdesk.screening.recheck import Newcomers, found_late
from borderdesk.screening.subject import is_discreet, subject_of
from borderdesk.screening.verdict import Question, Verdict, VerdictWord

__all__ = [
    "LATE_KIND",
    "Asked",
    "KeptLateMatch",
    "LateMatch",
    "Newcomers",
    "NothingToScreen",
    "Question",
    "UnreadableLateMatch",
    "Verdict",
    "VerdictWord",
    "found_late",
    "is_discreet",
    "late",
    "late_body",
    "memory",
    "read_late_body",
    "screen",
    "subject_of",
    "understand",
]
