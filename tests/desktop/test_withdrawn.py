"""A traveller who was listed yesterday goes on today."""

from __future__ import annotations

from datetime import UTC, datetime

from borderdesk.clock import Moment
from borderdesk.findings import Finding, Outcome, Severity
from borderdesk.ids import ListName, RecordKey, RecordRef, ScreeningId
from borderdesk.screening import Question, Verdict, VerdictWord, records_of
from borderdesk.words import say

AT = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
REF = RecordRef(ListName("sltd"), RecordKey("UTO/P/L898902C3"), 8)


def withdrawn() -> Verdict:
    finding = Finding(
        "list.document.withdrawn",
        Severity.INFO,
        say("L898902C3 of UTO was withdrawn on 2026-02-28."),
        Outcome.FINE,
        record=REF,
    )
    question = Question(scanned="L898902C3", document_number="L898902C3")
    return Verdict(ScreeningId("s"), VerdictWord.NO_MATCH, question, (finding,), (), (), (), AT, Moment(AT, AT))


def test_a_withdrawn_record_asks_for_no_act() -> None:
    assert records_of(withdrawn()) == ()
