"""Hit reports: what the officer recorded is what the bureau reads, in at most 2 kB."""

from __future__ import annotations

import cbor2
import pytest

from borderdesk.hits import (
    HitAct,
    HitEvent,
    HitState,
    NoteTooLong,
    UnreadableReport,
    event_body,
    hit_body,
    read_event_body,
    read_hit_body,
)
from tests.hits.samples import AT, hit, taken_up


def test_the_bureau_reads_what_the_officer_recorded() -> None:
    read, event = read_hit_body(hit_body(hit(), taken_up(note="Traveller calm, travels alone.")))
    assert event == taken_up(note="Traveller calm, travels alone.")
    assert (read.record, read.summary, read.traveller) == (hit().record, hit().summary, hit().traveller)
    assert read.state is HitState.REPORTED


def test_a_report_without_photo_stays_under_two_kilobytes() -> None:
    longest = hit_body(hit(traveller="ງ" * 100), taken_up(note="x" * 1000))
    assert len(longest) < 2048


def test_a_later_act_is_read_back() -> None:
    event = HitEvent(hit().id, HitAct.SEIZED, taken_up().officer, AT, "Passport kept, receipt 17 given.")
    assert read_event_body(event_body(event)) == event


def test_a_note_that_is_too_long_is_refused_with_nothing_sent() -> None:
    with pytest.raises(NoteTooLong, match="1001 characters"):
        hit_body(hit(), taken_up(note="x" * 1001))


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", cbor2.dumps([1]), cbor2.dumps({"v": 9}), cbor2.dumps({"v": 1}), b"\xa1" * 70_000],
    ids=["nothing", "noise", "no map", "other version", "no fields", "too large"],
)
def test_an_unreadable_report_says_so(body: bytes) -> None:
    with pytest.raises(UnreadableReport, match="could not be read"):
        read_hit_body(body)


def test_a_report_with_a_field_of_another_type_is_unreadable() -> None:
    plain = cbor2.loads(hit_body(hit(), taken_up()))
    for name in plain:
        if name != "v":
            with pytest.raises(UnreadableReport):
                read_hit_body(cbor2.dumps({**plain, name: None}))
