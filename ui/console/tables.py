"""What stands for something (a state, an act, a role, a field, a number of the policy), as sentences."""

from __future__ import annotations

from typing import Final

from borderdesk.hits import CONTACT_ROLES, EVENT_KIND, HIT_KIND, AnswerKind, HitAct, HitState, Urgency, procedure_for
from borderdesk.hits.photos import PHOTO_KIND
from borderdesk.operations import COUNTED
from borderdesk.operations.drills import DRILL_KIND
from borderdesk.screening import LATE_KIND
from borderdesk.watchlist import Action, DocumentStatus, ListKind
from borderdesk.watchlist.readers import Loss
from borderdesk.words import Sentence, say
from sync.bureau.agreements import AgreementState
from sync.bureau.arrivals import Stage
from sync.bureau.formats import TITLES
from sync.bureau.rights import RIGHT_NAMES, BureauRole
from sync.wire.reports import HEALTH, STATISTICS
from sync.wire.reports import JOURNAL as ENTRIES
from ui.console.acts import JOURNAL, JOURNAL_DETAIL, WHY
from ui.console.fields import FIELD
from ui.console.numbers import POLICY
from ui.console.wording import WORDS

HIT_STATE: Final[dict[str, Sentence]] = {
    HitState.TAKEN_UP.value: say("Taken up"),
    HitState.REPORTED.value: say("Waits for an answer"),
    HitState.MORE_NEEDED.value: say("Asked back"),
    HitState.CONFIRMED.value: say("Confirmed"),
    HitState.NOT_CONFIRMED.value: say("Not confirmed"),
    HitState.CLOSED.value: say("Closed"),
}
ACT: Final[dict[str, Sentence]] = {
    HitAct.TAKE_UP.value: say("Take up"),
    HitAct.REFER.value: say("Refer"),
    HitAct.NOT_THE_PERSON.value: say("Not the person"),
    HitAct.SEIZED.value: say("Document seized"),
    HitAct.LET_GO.value: say("Let go"),
    HitAct.PROTECTED.value: say("Victim protected"),
    HitAct.ASK_AGAIN.value: say("Ask again"),
    HitAct.REPLY.value: say("Reply to the bureau"),
    HitAct.NOTED.value: say("Answers or findings noted"),
    HitAct.LEFT_OPEN.value: say("Left open without an act"),
}
ANSWER: Final[dict[str, Sentence]] = {
    AnswerKind.CONFIRMED.value: say("Confirmed"),
    AnswerKind.NOT_CONFIRMED.value: say("Not confirmed"),
    AnswerKind.MORE_NEEDED.value: say("More needed"),
    AnswerKind.INSTRUCTIONS.value: say("Instructions"),
    AnswerKind.CLOSED.value: say("Closed"),
}
URGENCY: Final[dict[str, Sentence]] = {
    Urgency.URGENT.value: say("urgent"),
    Urgency.ROUTINE.value: say("routine"),
}
LINK: Final[dict[str, Sentence]] = {
    "person": say("person"),
    "document": say("document"),
    "vehicle": say("vehicle"),
    "record": say("record"),
    "route": say("route"),
}
LINK_STATE: Final[dict[str, Sentence]] = {
    "good": say("in touch"),
    "old": say("quiet"),
    "bad": say("out of touch, or reports missing"),
    "gone": say("no desk in use"),
}
AGE: Final[dict[str, Sentence]] = {"fresh": say("fresh"), "ageing": say("ageing"), "too old": say("too old")}
ROLE: Final[dict[str, Sentence]] = {
    BureauRole.DUTY.value: say("duty officer"),
    BureauRole.LISTS.value: say("list editor"),
    BureauRole.PUBLISHER.value: say("publisher"),
    BureauRole.SUPERVISOR.value: say("supervisor"),
    BureauRole.AUDITOR.value: say("auditor"),
}
STATUS: Final[dict[str, Sentence]] = {
    DocumentStatus.LOST.value: say("lost"),
    DocumentStatus.STOLEN.value: say("stolen"),
    DocumentStatus.STOLEN_BLANK.value: say("stolen blank"),
    DocumentStatus.REVOKED.value: say("revoked"),
    DocumentStatus.INVALID.value: say("invalid"),
}
ACTION: Final[dict[str, Sentence]] = {action.value: procedure_for(action).title for action in Action}
AGREEMENT: Final[dict[str, Sentence]] = {
    AgreementState.OFFERED.value: say("offered"),
    AgreementState.ACCEPTED.value: say("accepted"),
    AgreementState.ENDED.value: say("ended"),
}
CONTACT: Final[dict[str, Sentence]] = {role.value: sentence for role, sentence in CONTACT_ROLES.items()}
COUNTED_WORDS: Final[dict[str, Sentence]] = {counted.value: sentence for counted, sentence in COUNTED.items()}
KIND: Final[dict[str, Sentence]] = {
    ListKind.DOCUMENTS.value: say("travel documents"),
    ListKind.PERSONS.value: say("persons"),
    ListKind.BLANK_RANGES.value: say("ranges of stolen blanks"),
    ListKind.NOTICE_DOCUMENTS.value: say("papers of persons sought"),
    ListKind.CIRCULARS.value: say("circulars"),
    ListKind.VEHICLES.value: say("vehicles"),
    ListKind.PARTS.value: say("vehicle parts"),
    ListKind.VESSELS.value: say("vessels"),
    ListKind.FIREARMS.value: say("firearms"),
    ListKind.THINGS.value: say("other things"),
    ListKind.PHOTOS.value: say("photos"),
}
STAGE: Final[dict[str, Sentence]] = {
    Stage.HERE.value: say("handed in, not looked at yet"),
    Stage.LOOKING.value: say("being looked at"),
    Stage.LOOKED.value: say("looked at, not taken over yet"),
    Stage.TAKING.value: say("being taken over"),
    Stage.TAKEN.value: say("taken over into the draft"),
    Stage.FAILED.value: say("not read"),
}
LOSS: Final[dict[str, Sentence]] = {
    Loss.RECORD.value: say("the record was not imported"),
    Loss.VALUE.value: say("the value was left out"),
    Loss.MOVED.value: say("the value is kept as a remark only"),
    Loss.DOUBT.value: say("the value was taken as it stands, and may be wrong"),
}
FORMAT: Final = TITLES
RIGHT: Final[dict[str, Sentence]] = {right.value: name for right, name in RIGHT_NAMES.items()}
REPORT: Final[dict[str, Sentence]] = {
    HIT_KIND: say("hit"),
    EVENT_KIND: say("act on a hit"),
    LATE_KIND: say("would have matched"),
    PHOTO_KIND: say("photo"),
    DRILL_KIND: say("report of a drill"),
    HEALTH: say("health of the desk"),
    STATISTICS: say("numbers of the desk"),
    ENTRIES: say("journal of the desk"),
}
"""Kinds of reports of desks; one that is not here is not known to this program."""
EVERY: Final = (
    WORDS, HIT_STATE, ACT, ANSWER, URGENCY, LINK, LINK_STATE, AGE, ROLE, STATUS, ACTION, AGREEMENT, CONTACT,
    COUNTED_WORDS, FIELD, POLICY, KIND, STAGE, LOSS, FORMAT, RIGHT, REPORT, JOURNAL, JOURNAL_DETAIL, WHY,
)  # fmt: skip
