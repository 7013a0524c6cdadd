"""The reasons of a score in one plain sentence."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from borderdesk.matching.types import FactMatch, Meeting, PartMatch
from borderdesk.words import Sentence, say

_PART: Final = {
    Meeting.SAME: say("same name"),
    Meeting.SCRIPT: say("same name in other letters"),
    Meeting.SOUND: say("name sounds alike"),
    Meeting.NICKNAME: say("nickname"),
    Meeting.INITIAL: say("initial fits"),
    Meeting.TYPING: say("name differs by a typing slip"),
    Meeting.MISSING: say("a name part is missing"),
    Meeting.CONTRADICTED: say("a name part differs"),
}
_FACT: Final = {
    ("birth", "same"): say("same birth date"),
    ("birth", "slip"): say("birth date differs by a slip"),
    ("birth", "one digit"): say("birth date differs in one digit"),
    ("birth", "other calendar"): say("same birth date in another calendar"),
    ("birth", "same year"): say("same birth year"),
    ("birth", "several years"): say("several birth years are listed"),
    ("birth", "near year"): say("birth year nearly the same"),
    ("birth", "some parts"): say("birth date partly the same"),
    ("birth", "near"): say("birth date a few years apart"),
    ("birth", "other"): say("another birth date"),
    ("nationality", "same"): say("same nationality"),
    ("nationality", "other"): say("another nationality"),
    ("sex", "same"): say("same sex"),
    ("sex", "other"): say("the other sex"),
    ("place", "same"): say("same place of birth"),
    ("document", "same"): say("same document number"),
}


def sentence_for(parts: tuple[PartMatch, ...], facts: tuple[FactMatch, ...]) -> Sentence:
    """All reasons, joined; each is translated by itself."""
    return _joined(frozenset([part.how for part in parts]), tuple([(fact.fact, fact.how) for fact in facts]))


@lru_cache(maxsize=4096)
def _joined(hows: frozenset[Meeting], facts: tuple[tuple[str, str], ...]) -> Sentence:
    reasons = [_PART[how] for how in Meeting if how in hows]
    reasons += [_FACT[fact] for fact in facts]
    sentence = reasons[0] if reasons else say("no name to compare")
    for reason in reasons[1:]:
        sentence = say("{first}, {rest}", first=sentence, rest=reason)
    return say("Why: {reasons}.", reasons=sentence)
