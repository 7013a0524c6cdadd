"""What a record of a verdict is about, so that the right procedure can be shown."""

from __future__ import annotations

from borderdesk.findings import Severity, heaviest_first
from borderdesk.ids import RecordRef
from borderdesk.screening.things import BEARER, NAMED, THING
from borderdesk.screening.verdict import Verdict
from borderdesk.watchlist import Action, DocumentStatus, ThingStatus

_DOCUMENT = "list.document."
_THINGS = {status.value for status in ThingStatus}
_STATUSES = {status.value for status in DocumentStatus}


def subject_of(verdict: Verdict, record: RecordRef) -> DocumentStatus | ThingStatus | Action:
    """The status of a listed document or thing, or what the list asks to be done about a listed person.

    A person of whom the verdict holds no record of its own (only a finding) is to be referred.
    """
    for candidate in (*verdict.candidates, *(each.candidate for each in verdict.cleared)):
        if candidate.record == record:
            return candidate.person.action
    for finding in verdict.findings:
        status = finding.code.removeprefix(_DOCUMENT)
        if finding.record == record and finding.code.startswith(_DOCUMENT):
            # A number that is nearly listed is about a document, too, of which the finding's code tells no status.
            return DocumentStatus(status) if status in _STATUSES else DocumentStatus.LISTED
        for prefix in (BEARER, NAMED):
            if finding.record == record and finding.code.startswith(prefix):
                return Action(finding.code.removeprefix(prefix))
        if finding.record == record and finding.code.startswith(THING):
            status = finding.code.removeprefix(THING)
            return ThingStatus(status) if status in _THINGS else ThingStatus.WANTED
    return Action.REFER


def records_of(verdict: Verdict) -> tuple[RecordRef, ...]:
    """The records an act can be about, each once: those of the findings by weight, then the candidates by score.

    What is only information, such as a record that was withdrawn, asks for no act: that traveller goes on.
    """
    found = [
        finding.record
        for finding in heaviest_first(verdict.findings)
        if finding.record is not None and finding.severity is not Severity.INFO
    ]
    found += [candidate.record for candidate in sorted(verdict.candidates, key=lambda one: -one.score)]
    return tuple(dict.fromkeys(found))
