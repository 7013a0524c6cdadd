"""What the desk says about one traveller, and what it does not dare to say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from borderdesk.clock import Moment
from borderdesk.dates import PartialDate
from borderdesk.documents import compose_mrz
from borderdesk.findings import Severity
from borderdesk.hits import procedure_for
from borderdesk.ids import ListName, RecordKey, RecordRef, ScreeningId
from borderdesk.matching import PersonIndex, PersonQuery
from borderdesk.policy import DEFAULT, Policy, ScreeningPurpose, Threshold
from borderdesk.replica.types import DocumentMatch, Freshness, HeldList, MatchClass, NoticeDocumentMatch, ThingMatch
from borderdesk.screening import Asked, Question, Verdict, VerdictWord, screen, subject_of, typed_later, understand
from borderdesk.watchlist import (
    Action,
    DocumentMention,
    DocumentStatus,
    ListKind,
    NoticeDocument,
    Person,
    PersonName,
    Scheme,
    ThingStatus,
    TravelDocument,
    Vehicle,
    Withdrawal,
)

AT = Moment(datetime(2026, 3, 1, 3, 0, tzinfo=UTC), datetime(2026, 3, 1, 3, 0, tzinfo=UTC))
SLTD = ListName("sltd")
UN = ListName("un-sc")
STOLEN = TravelDocument("FRA", "P", "15AK37621", DocumentStatus.STOLEN, date(2025, 2, 1), date(2025, 2, 3))
REF = RecordRef(SLTD, STOLEN.key, 7)
WANTED = Person(
    key=RecordKey("1"),
    names=(PersonName("TESTOV SERGEY"),),
    documents=(DocumentMention("700123456", "P", "RUS"), DocumentMention("X1234567")),
    action=Action.ARREST,
    reference="TEi.001",
)


class Listed:
    """A replica of exactly what a test puts into it."""

    def __init__(self, *matches: DocumentMatch, persons: tuple[Person, ...] = ()) -> None:
        self._matches = matches
        self._persons = persons
        self.bearers: tuple[NoticeDocumentMatch, ...] = ()
        self.things: tuple[ThingMatch, ...] = ()

    def find_documents(
        self, number: str, *, state: str = "", type: str = "", one_edit: bool = True
    ) -> tuple[DocumentMatch, ...]:
        return self._matches

    def find_notice_documents(
        self, number: str, *, state: str = "", type: str = "", near: bool = True
    ) -> tuple[NoticeDocumentMatch, ...]:
        return tuple(each for each in self.bearers if near or each.match.is_hit)

    def find_things(self, scheme: Scheme, number: str, *, scope: str = "", near: bool = True) -> tuple[ThingMatch, ...]:
        return tuple(each for each in self.things if each.scheme is scheme and (near or each.number == number))

    def persons_naming_document(self, number: str) -> Iterable[tuple[RecordRef, Person]]:
        for person in self._persons:
            if any(mention.number == number for mention in person.documents):
                yield RecordRef(UN, person.key, 3), person


def held(*, age: timedelta = timedelta(hours=2), freshness: Freshness = Freshness.GREEN) -> tuple[HeldList, ...]:
    published = AT.trusted - age
    return (
        HeldList(SLTD, "Stolen and lost travel documents", 7, 1000, published, age, freshness),
        HeldList(UN, "UN Security Council", 3, 1, AT.trusted, timedelta(0), Freshness.GREEN),
    )


def number(text: str, state: str = "FRA") -> Asked:
    return Asked(Question(scanned=text, document_state=state, document_type="P", document_number=text))


def verdict(asked: Asked, documents: Listed, lists: tuple[HeldList, ...] | None = None) -> Verdict:
    return screen(
        asked,
        documents=documents,
        people=PersonIndex(),
        held=held() if lists is None else lists,
        policy=DEFAULT,
        at=AT,
        screening=ScreeningId("s"),
    )


ONLY_DOCUMENTS = tuple(replace(each, kind=ListKind.DOCUMENTS) for each in held()[:1])


def test_a_name_asked_where_no_list_of_persons_is_held_is_no_answer_at_all() -> None:
    answer = verdict(understand("ERIKSSON, Anna 1974-08-12", today=AT.trusted.date()), Listed(), ONLY_DOCUMENTS)
    assert answer.word is VerdictWord.LOOK_AGAIN
    assert "nothing was compared" in str(answer.findings[0].sentence)
    assert "nobody was looked for by name" in " ".join(map(str, answer.limits))


def test_a_scanned_passport_says_that_only_its_number_was_compared_where_no_list_of_persons_is_held() -> None:
    mrz = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3204153ZE184226B<<<<<16"
    answer = verdict(understand(mrz, today=AT.trusted.date()), Listed(), ONLY_DOCUMENTS)
    assert not any(each.code == "desk.no-such-list" for each in answer.findings)
    assert "nobody was looked for by name" in " ".join(map(str, answer.limits))


@pytest.mark.parametrize("typed", ["plate LAO ກຂ 1234", "imo 9074729", "gun A12345", "container MSCU6639871"])
def test_a_thing_asked_where_no_list_of_such_things_is_held_is_no_answer_at_all(typed: str) -> None:
    answer = verdict(understand(typed, today=AT.trusted.date()), Listed(), ONLY_DOCUMENTS)
    assert answer.word is VerdictWord.LOOK_AGAIN
    assert "holds no list of" in " ".join(map(str, answer.limits))


def test_nothing_is_claimed_of_lists_whose_kind_was_not_kept() -> None:
    answer = verdict(understand("ERIKSSON, Anna 1974-08-12", today=AT.trusted.date()), Listed())
    assert answer.word is VerdictWord.NO_MATCH
    assert "holds no list" not in " ".join(map(str, answer.limits))


def test_a_stolen_passport_answers_match_and_says_what_to_do() -> None:
    answer = verdict(number("15AK37621"), Listed(DocumentMatch(REF, STOLEN, MatchClass.EXACT)))
    assert answer.word is VerdictWord.MATCH
    (finding,) = answer.findings
    assert str(finding.sentence) == "Document 15AK37621 of FRA is on Stolen and lost travel documents: stolen."
    assert finding.record == REF
    assert finding.todo is not None and "let the bureau confirm" in str(finding.todo)


def test_a_number_that_only_looks_alike_is_never_called_a_match() -> None:
    for near in (MatchClass.LOOK_ALIKE, MatchClass.ONE_EDIT, MatchClass.OVERFLOW):
        answer = verdict(number("I5AK37621"), Listed(DocumentMatch(REF, STOLEN, near)))
        assert answer.word is VerdictWord.LOOK_AGAIN
        assert answer.findings[0].fits == ("15AK37621",)


def test_a_number_that_is_nearly_listed_leads_through_the_procedure_of_a_document() -> None:
    answer = verdict(number("I5AK37621"), Listed(DocumentMatch(REF, STOLEN, MatchClass.LOOK_ALIKE)))
    assert str(procedure_for(subject_of(answer, REF)).title) == "Listed document"


def scanned(number: str) -> Asked:
    lines = compose_mrz(
        "TD3", document_code="P", issuing_state="FRA", surname="DUMONT", given="CLAIRE", number=number,
        nationality="FRA", birth_date=PartialDate(1979, 11, 3), sex="F", expiry_date=PartialDate(2030, 1, 1),
    )  # fmt: skip
    return understand("\n".join(lines), today=AT.trusted.date())


def test_an_innocent_neighbour_of_a_stolen_number_is_not_stopped_where_the_check_digit_holds() -> None:
    for near in (MatchClass.ONE_EDIT, MatchClass.LOOK_ALIKE):
        answer = verdict(scanned("15AK37622"), Listed(DocumentMatch(REF, STOLEN, near)))
        assert answer.word is VerdictWord.NO_MATCH, near


def test_a_misreading_that_no_check_digit_sees_asks_to_look_again() -> None:
    listed = TravelDocument("FRA", "P", "15AK3762U", DocumentStatus.STOLEN)
    match = DocumentMatch(RecordRef(SLTD, listed.key, 7), listed, MatchClass.LOOK_ALIKE)
    assert verdict(scanned("15AK37620"), Listed(match)).word is VerdictWord.LOOK_AGAIN


def test_a_traveller_listed_yesterday_is_told_that_the_record_was_withdrawn() -> None:
    withdrawn = Withdrawal(STOLEN.key, date(2026, 2, 28), "recovered by its owner")
    answer = verdict(number("15AK37621"), Listed(DocumentMatch(REF, STOLEN, MatchClass.EXACT, withdrawn)))
    assert answer.word is VerdictWord.NO_MATCH
    assert "withdrawn on 2026-02-28: recovered by its owner" in str(answer.findings[0].sentence)


def test_no_match_is_said_as_of_the_oldest_list() -> None:
    answer = verdict(number("15AK37621"), Listed())
    assert answer.word is VerdictWord.NO_MATCH
    assert answer.as_of == AT.trusted - timedelta(hours=2)


def test_a_stale_list_still_answers_and_says_what_it_cannot_know() -> None:
    stale = held(age=timedelta(hours=60), freshness=Freshness.RED)
    answer = verdict(number("15AK37621"), Listed(DocumentMatch(REF, STOLEN, MatchClass.EXACT)), stale)
    assert answer.word is VerdictWord.MATCH
    assert any("nothing reported after 2026-02-26 15:00 UTC" in str(limit) for limit in answer.limits)


def test_a_fresh_list_says_as_well_what_it_cannot_know() -> None:
    limits = [str(limit) for limit in verdict(number("15AK37621"), Listed()).limits]
    assert "UN Security Council: nothing reported after 2026-03-01 03:00 UTC is in this copy." in limits


def test_a_desk_without_lists_never_says_no_match() -> None:
    answer = verdict(number("15AK37621"), Listed(), lists=())
    assert answer.word is VerdictWord.LOOK_AGAIN
    assert answer.as_of is None
    assert "holds no list yet" in str(answer.findings[0].sentence)


def test_a_document_named_in_a_wanted_persons_record_is_a_match_with_the_bureaus_action() -> None:
    answer = verdict(number("700123456", "RUS"), Listed(persons=(WANTED,)))
    assert answer.word is VerdictWord.MATCH
    assert "TESTOV SERGEY (TEi.001)" in str(answer.findings[0].sentence)
    assert "after the bureau has confirmed" in str(answer.findings[0].todo)


def test_the_same_number_of_an_unknown_or_other_state_asks_to_look_again() -> None:
    for text, state in (("700123456", "MDA"), ("X1234567", "RUS")):
        assert verdict(number(text, state), Listed(persons=(WANTED,))).word is VerdictWord.LOOK_AGAIN


def test_a_listed_person_under_another_spelling_asks_to_look_again_and_says_why() -> None:
    people = PersonIndex()
    people.put(UN, 3, Person(RecordKey("2"), (PersonName("JOSEPH KONY"),), births=(PartialDate(1961),)))
    asked = understand("JOZEF KONI 1961", today=AT.trusted.date())
    answer = screen(
        asked,
        documents=Listed(),
        people=people,
        held=held(),
        policy=DEFAULT,
        at=AT,
        screening=ScreeningId("s"),
    )
    assert answer.word is VerdictWord.LOOK_AGAIN
    assert answer.candidates[0].record == RecordRef(UN, RecordKey("2"), 3)
    assert str(answer.candidates[0].explanation.sentence)


def test_the_heaviest_finding_comes_first() -> None:
    near = RecordRef(SLTD, RecordKey("x"), 7)
    answer = verdict(
        number("15AK37621"),
        Listed(DocumentMatch(near, STOLEN, MatchClass.ONE_EDIT), DocumentMatch(REF, STOLEN, MatchClass.EXACT)),
    )
    assert [finding.severity for finding in answer.findings] == [Severity.STOP, Severity.LOOK]


def passport(**changes: object) -> Asked:
    fields: dict[str, object] = {
        "document_code": "P", "issuing_state": "FRA", "surname": "DUMONT", "given": "CLAIRE", "number": "15AK37620",
        "nationality": "FRA", "birth_date": PartialDate(1979, 11, 3), "sex": "F",
        "expiry_date": PartialDate(2030, 1, 1),
    }  # fmt: skip
    lines = compose_mrz("TD3", **(fields | changes))  # type: ignore[arg-type]
    return understand("\n".join(lines), today=AT.trusted.date())


def authenticity(answer: Verdict) -> dict[str, Severity]:
    return {each.code: each.severity for each in answer.findings if each.code.startswith("authenticity.")}


def test_what_is_odd_about_a_document_stands_in_its_verdict_with_its_weight() -> None:
    specimen = verdict(passport(issuing_state="UTO", nationality="UTO"), Listed())
    assert authenticity(specimen) == {"authenticity.specimen.state": Severity.STOP}
    assert specimen.word is VerdictWord.LOOK_AGAIN, "a match comes from a list alone"
    assert specimen.findings[0].todo is not None
    expired = verdict(passport(expiry_date=PartialDate(2026, 2, 28)), Listed())
    assert authenticity(expired) == {"authenticity.expired": Severity.LOOK}
    assert expired.word is VerdictWord.LOOK_AGAIN


def test_information_about_a_document_never_stops_its_holder() -> None:
    soon = verdict(passport(expiry_date=PartialDate(2026, 4, 1), nationality="BEL"), Listed())
    assert authenticity(soon) == {
        "authenticity.validity.short": Severity.INFO,
        "authenticity.nationality": Severity.INFO,
    }
    assert soon.word is VerdictWord.NO_MATCH
    assert authenticity(verdict(passport(), Listed())) == {}


def test_a_list_may_have_a_threshold_of_its_own_for_one_purpose() -> None:
    people = PersonIndex()
    people.put(UN, 3, WANTED)

    def shown(policy: Policy, purpose: ScreeningPurpose = ScreeningPurpose.CHECK) -> int:
        answer = screen(
            Asked(Question(scanned="", person=PersonQuery(full="TESTOV SERGEI"))),
            documents=Listed(), people=people, held=held(), policy=policy, at=AT, screening=ScreeningId("s"),
            purpose=purpose,
        )  # fmt: skip
        return len(answer.candidates)

    low = replace(DEFAULT, look_again_score=0.3)
    high = replace(low, thresholds=(Threshold(UN, 0.999), Threshold(UN, 0.3, ScreeningPurpose.RECHECK)))
    assert shown(low) == 1
    assert shown(high) == 0
    assert shown(high, ScreeningPurpose.RECHECK) == 1
    assert shown(replace(low, look_again_score=0.999, thresholds=(Threshold(UN, 0.3),))) == 1


CAR = Vehicle(
    RecordKey("v1"), ThingStatus.STOLEN, vin="WVWZZZ1JZXW000001", make="VW", model="Golf", colour="blue", year=1999
)
CAR_REF = RecordRef(ListName("smv"), CAR.key, 2)


def things(match: MatchClass) -> Listed:
    listed = Listed()
    listed.things = (ThingMatch(CAR_REF, CAR, Scheme.VIN, CAR.vin, match),)
    return listed


def test_a_stolen_car_is_a_match_and_says_what_it_looks_like() -> None:
    answer = verdict(understand(f"vin {CAR.vin}", today=AT.trusted.date()), things(MatchClass.EXACT))
    assert answer.word is VerdictWord.MATCH
    assert "VW, Golf, blue, 1999" in str(answer.findings[0].sentence)
    assert subject_of(answer, CAR_REF) is ThingStatus.STOLEN


def test_a_number_one_character_away_from_a_stolen_cars_asks_for_another_look() -> None:
    answer = verdict(understand("vin WVWZZZ1JZXW000007", today=AT.trusted.date()), things(MatchClass.ONE_EDIT))
    assert answer.word is VerdictWord.LOOK_AGAIN
    assert CAR.vin in answer.findings[0].fits or CAR.vin in answer.findings[-1].fits


def test_a_number_of_which_nobody_said_what_has_it_is_looked_for_among_the_things_too() -> None:
    answer = verdict(understand(CAR.vin, today=AT.trusted.date()), things(MatchClass.EXACT))
    assert answer.word is VerdictWord.MATCH
    named = understand(f"P FRA {STOLEN.number}", today=AT.trusted.date())
    assert verdict(named, things(MatchClass.EXACT)).word is VerdictWord.NO_MATCH


def test_a_genuine_document_whose_bearer_is_sought_is_a_match_but_never_called_stolen() -> None:
    listed = Listed()
    notice = NoticeDocument("FRA", "P", "15AK37621", "2026/1", "red", "TESTOV SERGEY", action="arrest")
    ref = RecordRef(ListName("tdawn"), notice.key, 1)
    listed.bearers = (NoticeDocumentMatch(ref, notice, MatchClass.EXACT),)
    answer = verdict(number("15AK37621"), listed)
    assert answer.word is VerdictWord.MATCH
    assert "genuine" in str(answer.findings[0].sentence)
    assert subject_of(answer, ref) is Action.ARREST


def test_an_entry_from_paper_says_that_the_traveller_is_gone() -> None:
    asked = typed_later(number("15AK37621"), AT.trusted - timedelta(hours=9), now=AT.trusted, policy=DEFAULT)
    answer = verdict(asked, Listed(DocumentMatch(REF, STOLEN, MatchClass.EXACT)))
    assert answer.word is VerdictWord.MATCH
    assert any(each.code == "desk.typed-later" for each in answer.findings)
