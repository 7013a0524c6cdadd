"""Matches on which nobody has acted: they come back at the next sign-in, and the second line sees them."""

from __future__ import annotations

from collections.abc import Iterable

from borderdesk.hits import Hit
from borderdesk.ids import ScreeningId
from borderdesk.screening import Verdict, VerdictWord, memory, records_of
from sync.agent.unlocked import Unlocked


def is_unacted(verdict: Verdict, hits: Iterable[Hit]) -> bool:
    """True for a match from which no hit was taken up, or one that was only left open when the desk was locked."""
    return (
        verdict.word is VerdictWord.MATCH
        and bool(records_of(verdict))
        and not any(hit.screening == verdict.screening and not hit.left_open for hit in hits)
    )


def unacted(desk: Unlocked) -> tuple[Verdict, ...]:
    """Those of which nothing at all was recorded, lines of lists included, the oldest first.

    One that was left open is a hit of its own, with a clock.
    """
    taken = {hit.screening for hit in desk.hits.all()}
    return tuple(
        verdict
        for verdict in memory.matches(desk.store.reader)
        if verdict.screening not in taken and is_unacted(verdict, ())
    )


def still_due(desk: Unlocked) -> tuple[ScreeningId, ...]:
    """The matches that still ask for an act, those that were left open too: they are not forgotten by their age."""
    hits = desk.hits.all()
    return tuple(each.screening for each in memory.matches(desk.store.reader) if is_unacted(each, hits))
