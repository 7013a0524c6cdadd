"""What stands for something (a state, an act, a role, a field, a number of the policy), as sentences."""

from __future__ import annotations

from typing import Final

from borderdesk.hits import CONTACT_ROLES, AnswerKind, HitAct, HitState, Urgency, procedure_for
from borderdesk.operations import COUNTED
from borderdesk.watchlist import Action, DocumentStatus
from borderdesk.words import Sentence, say
from sync.bureau.agreements import AgreementState
from sync.bureau.rights import BureauRole
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
    HitAct.NOTED.value: say("Answers noted"),
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
FIELD: Final[dict[str, Sentence]] = {
    "state": say("Issued by (3 letters)"),
    "type": say("Type"),
    "number": say("Number"),
    "status": say("Status"),
    "lost_on": say("Lost on"),
    "reported_on": say("Reported on"),
    "key": say("Key"),
    "names": say("Names"),
    "births": say("Born"),
    "birth_places": say("Born in"),
    "nationalities": say("Nationality"),
    "sex": say("Sex"),
    "documents": say("Document"),
    "action": say("What desks are to do"),
    "warnings": say("Warnings"),
    "reference": say("Reference"),
    "listed_on": say("Listed on"),
    "remarks": say("Remarks"),
    "issued_by": say("Asked for by"),
}
"""What fields of records are called; one that is not here stands under its own name."""
POLICY: Final[dict[str, Sentence]] = {
    "amber_after_hours": say("Hours until a copy is shown amber"),
    "red_after_hours": say("Hours until a copy is shown red"),
    "look_again_score": say("Score from which a person is shown (0 to 1)"),
    "candidates_shown": say("Candidates shown at most"),
    "recheck_days": say("Days for which travellers are compared again"),
    "clearance_days": say("Days a clearance lasts at most"),
    "clearance_review_days": say("Days a clearance lasts without a review"),
    "idle_lock_minutes": say("Minutes until an idle desk locks"),
    "urgent_reply_minutes": say("Minutes to answer an urgent hit"),
    "routine_reply_minutes": say("Minutes to answer any other hit"),
    "late_reply_hours": say("Hours until a hit is the supervisor's"),
    "valid_after_leaving_months": say("Months a document outlasts the stay"),
    "issued_within_years": say("Years since a document was issued, at most"),
    "journal_years": say("Years that journals are kept"),
    "lease_days": say("Days a desk works without the bureau's word (0: any)"),
    "cap_bytes_per_second": say("Bytes a second a desk takes of the link (0: all)"),
    "bulk_from_hour": say("Whole lists and photos from (hour, UTC)"),
    "bulk_until_hour": say("Whole lists and photos until (hour, UTC)"),
    "metered_bytes_per_day": say("Bytes a day before only urgent things go (0: not metered)"),
    "stick_above_megabytes": say("Megabytes from which a stick is proposed"),
    "hit_photo_kilobytes": say("Kilobytes of a photo that goes with a hit"),
    "health_report_hours": say("Hours between reports of a desk's health"),
    "sign_in_free_tries": say("Wrong passwords before waiting begins"),
    "refresher_days": say("Days until practice is proposed again"),
    "drill_longest_days": say("Days a drill runs at most"),
}
"""The numbers that a bureau sets most; another one stands under its own name."""
EVERY: Final = (
    WORDS, HIT_STATE, ACT, ANSWER, URGENCY, LINK, LINK_STATE, AGE, ROLE, STATUS, ACTION, AGREEMENT, CONTACT,
    COUNTED_WORDS, FIELD, POLICY,
)  # fmt: skip
