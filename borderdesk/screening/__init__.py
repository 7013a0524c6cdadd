"""Traveller in, verdict out."""

from borderdesk.screening import memory
from borderdesk.screening.engine import screen
from borderdesk.screening.question import Asked, NothingToScreen, understand
from borderdesk.screening.verdict import Question, Verdict, VerdictWord

__all__ = ["Asked", "NothingToScreen", "Question", "Verdict", "VerdictWord", "memory", "screen", "understand"]
