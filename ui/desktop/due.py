"""What a verdict asks of the officer. No Qt here."""

from __future__ import annotations

from borderdesk.hits import Hit
from borderdesk.screening import Verdict
from sync.agent.unacted import is_unacted


def is_practice(verdict: Verdict | None) -> bool:
    """Whether this is the answer of a drill that the officer knows to be one."""
    return verdict is not None and verdict.drill is not None and not verdict.drill.disguised


def needs_act(verdict: Verdict | None, hits: tuple[Hit, ...]) -> bool:
    """True for a match on which nobody acted. What is only practised never keeps a traveller waiting."""
    return verdict is not None and not is_practice(verdict) and is_unacted(verdict, hits)
