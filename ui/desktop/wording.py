"""The words the window has for what the domain only numbers: one table per enumeration."""

from __future__ import annotations

from typing import Final

from borderdesk.findings import Severity
from borderdesk.hits.types import HitAct, HitState
from borderdesk.replica.types import Freshness
from borderdesk.screening.verdict import VerdictWord
from borderdesk.words import Sentence, say
from sync.agent.state import LinkWord

VERDICT: Final[dict[VerdictWord, Sentence]] = {
    VerdictWord.NO_MATCH: say("No match"),
    VerdictWord.LOOK_AGAIN: say("Look again"),
    VerdictWord.MATCH: say("Match"),
}
FRESHNESS: Final[dict[Freshness, Sentence]] = {
    Freshness.GREEN: say("fresh"),
    Freshness.AMBER: say("ageing"),
    Freshness.RED: say("too old"),
}
SEVERITY: Final[dict[Severity, Sentence]] = {
    Severity.STOP: say("Stop"),
    Severity.LOOK: say("Look"),
    Severity.INFO: say("Note"),
}
HIT_STATE: Final[dict[HitState, Sentence]] = {
    HitState.TAKEN_UP: say("Taken up"),
    HitState.REPORTED: say("Reported to the bureau"),
    HitState.CONFIRMED: say("Confirmed by the bureau"),
    HitState.NOT_CONFIRMED: say("Not confirmed by the bureau"),
    HitState.CLOSED: say("Closed by the bureau"),
}
ACT: Final[dict[HitAct, Sentence]] = {
    HitAct.TAKE_UP: say("Take up"),
    HitAct.REFER: say("Refer"),
    HitAct.NOT_THE_PERSON: say("Not the person"),
    HitAct.SEIZED: say("Document seized"),
    HitAct.LET_GO: say("Let go"),
    HitAct.PROTECTED: say("Victim protected"),
}
LINK: Final[dict[LinkWord, Sentence]] = {
    LinkWord.UP: say("Link up"),
    LinkWord.SLOW: say("Link slow"),
    LinkWord.DOWN: say("Link down"),
}
