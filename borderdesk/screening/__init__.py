"""Traveller in, verdict out."""

from borderdesk.screening import memory
from borderdesk.screening.engine import screen
from borderdesk.screening.question import Asked, NothingToScreen, understand
from borderdesk.screening.subject import is_discreet, subject_of
from borderdesk.screening.verdict import Question, Verdict, VerdictWord

__all__ = [
    "Asked",
    "NothingToScreen",
    "Question",
    "Verdict",
    "VerdictWord",
    "is_discreet",
    "memory",
    "screen",
    "subject_of",
    "understand",
]
