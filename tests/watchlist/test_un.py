"""The UN Security Council's list, the real one as shipped."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest

from borderdesk.dates import PartialDate
from borderdesk.watchlist import DocumentMention, NameQuality, Person, PersonName
from borderdesk.watchlist.readers import ImportReport, Loss, Tally, UnreadableList, open_shipped_un, read_un


@pytest.fixture(scope="module")
def real() -> tuple[dict[str, Person], ImportReport]:
    tally = Tally("UN")
    with open_shipped_un() as stream:
        people = [record for read in read_un(stream) if isinstance(record := tally.add(read), Person)]
    return {person.key: person for person in people}, tally.report()


def read(*individuals: str) -> tuple[list[Person], ImportReport]:
    tally = Tally("UN")
    text = f"<CONSOLIDATED_LIST><INDIVIDUALS>{''.join(individuals)}</INDIVIDUALS></CONSOLIDATED_LIST>"
    people = [r for item in read_un(io.BytesIO(text.encode())) if isinstance(r := tally.add(item), Person)]
    return people, tally.report()


def individual(inner: str, reference: str = "QDi.999") -> str:
    name = "<FIRST_NAME>TEST</FIRST_NAME><SECOND_NAME>PERSON</SECOND_NAME>"
    return f"<INDIVIDUAL>{name}<REFERENCE_NUMBER>{reference}</REFERENCE_NUMBER>{inner}</INDIVIDUAL>"


def test_every_individual_of_the_real_list_arrives(real: tuple[dict[str, Person], ImportReport]) -> None:
    people, report = real
    assert report.imported == len(people) == 730
    assert report.generated_at == datetime(2026, 2, 27, 0, 0, 9, 554000, UTC)


def test_every_organisation_is_named_in_the_report(real: tuple[dict[str, Person], ImportReport]) -> None:
    _, report = real
    refused = [refusal for refusal in report.refusals if refusal.loss is Loss.RECORD]
    assert len(refused) == 273
    assert all(refusal.record and refusal.value and refusal.line > 1 for refusal in refused)


def test_nothing_else_of_the_real_list_is_lost(real: tuple[dict[str, Person], ImportReport]) -> None:
    people, report = real
    assert report.count(Loss.VALUE) == 0
    for refusal in report.refusals:
        if refusal.loss is Loss.MOVED:
            assert all(word in people[refusal.record].remarks for word in refusal.value.split())


def test_a_person_carries_every_fact_the_list_gives(real: tuple[dict[str, Person], ImportReport]) -> None:
    people, _ = real
    person = people["CDi.002"]
    assert person.names == (
        PersonName("FRANK KAKOLELE BWAMBALE"),
        PersonName("FRANK KAKORERE", quality=NameQuality.STRONG),
        PersonName("FRANK KAKORERE BWAMBALE", quality=NameQuality.STRONG),
        PersonName("AIGLE BLANC", quality=NameQuality.STRONG),
    )
    assert (person.nationalities, person.sex, person.listed_on) == (("COD",), "M", date(2005, 11, 1))
    assert "FARDC General" in person.remarks
    assert "as of June 2016" in person.remarks


def test_names_in_their_own_script_are_names(real: tuple[dict[str, Person], ImportReport]) -> None:
    people, _ = real
    named = [p for p in people.values() if any("؀" <= c <= "ۿ" for n in p.names for c in n.full)]
    assert len(named) > 250
    assert any(name.full == "金铁三" for person in people.values() for name in person.names)


def test_several_aliases_in_one_field_come_apart() -> None:
    alias = (
        "<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Azim A; Azim Agha b) Azimi</ALIAS_NAME></INDIVIDUAL_ALIAS>"
    )
    (person,), _ = read(individual(alias))
    assert [name.full for name in person.names] == ["TEST PERSON", "Azim A", "Azim Agha", "Azimi"]
    assert person.names[1].quality is NameQuality.WEAK


def test_a_surname_before_a_comma_is_told_apart_and_a_junior_is_not() -> None:
    alias = "<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>{}</ALIAS_NAME></INDIVIDUAL_ALIAS>"
    (person,), _ = read(individual(alias.format("Al-Haq, Amin") + alias.format("Hilarion Santos, III")))
    assert person.names[1] == PersonName("Al-Haq, Amin", "Al-Haq", "Amin", NameQuality.STRONG)
    assert person.names[2] == PersonName("Hilarion Santos, III", quality=NameQuality.STRONG)


def test_a_note_inside_a_name_becomes_a_remark() -> None:
    text = "Abdel Sabri (false identity, both documents confiscated)"
    alias = f"<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>{text}</ALIAS_NAME></INDIVIDUAL_ALIAS>"
    (person,), _ = read(individual(alias))
    assert person.names[1].full == "Abdel Sabri"
    assert "both documents confiscated" in person.remarks


@pytest.mark.parametrize(
    ("written", "births"),
    [
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1978-04-28</DATE>", (PartialDate(1978, 4, 28),)),
        ("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><YEAR>1958</YEAR>", (PartialDate(1958),)),
        ("<TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><YEAR>1965</YEAR>", (PartialDate(1965),)),
        (
            "<TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1967</FROM_YEAR><TO_YEAR>1969</TO_YEAR>",
            (PartialDate(1967), PartialDate(1968), PartialDate(1969)),
        ),
    ],
)
def test_births_keep_the_precision_they_have(written: str, births: tuple[PartialDate, ...]) -> None:
    (person,), _ = read(individual(f"<INDIVIDUAL_DATE_OF_BIRTH>{written}</INDIVIDUAL_DATE_OF_BIRTH>"))
    assert person.births == births
    assert ("approximate" in person.remarks) == ("APPROX" in written)


def test_a_range_of_births_too_wide_to_compare_is_kept_as_a_remark_and_reported() -> None:
    between = "<TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1900</FROM_YEAR><TO_YEAR>1969</TO_YEAR>"
    (person,), report = read(individual(f"<INDIVIDUAL_DATE_OF_BIRTH>{between}</INDIVIDUAL_DATE_OF_BIRTH>"))
    assert person.births == ()
    assert "between 1900 and 1969" in person.remarks
    assert [refusal.loss for refusal in report.refusals] == [Loss.MOVED]


@pytest.mark.parametrize(
    ("number", "mention"),
    [
        ("OB 0243318", DocumentMention("OB0243318", "P")),
        ("French passport number 05AT521433", DocumentMention("05AT521433", "P", "FRA")),
        ("381110042 (Expired 25 Jan. 2016)", DocumentMention("381110042", "P")),
        ("CAR diplomatic passport no. D00000898", DocumentMention("D00000898", "P", "CAF")),
        ("Libya B/002210", DocumentMention("B002210", "P", "LBY")),
        ("R00012098, South Sudan", DocumentMention("R00012098", "P", "SSD")),
    ],
)
def test_a_document_number_is_freed_of_the_words_around_it(number: str, mention: DocumentMention) -> None:
    inner = f"<TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>{number}</NUMBER>"
    (person,), _ = read(individual(f"<INDIVIDUAL_DOCUMENT>{inner}</INDIVIDUAL_DOCUMENT>"))
    assert person.documents == (mention,)
    assert number in person.remarks


def test_a_state_that_is_none_any_more_is_kept_as_a_remark_and_reported() -> None:
    (person,), report = read(individual("<NATIONALITY><VALUE>Atlantis</VALUE></NATIONALITY>"))
    assert person.nationalities == ()
    assert "Atlantis" in person.remarks
    assert report.refusals[0].field == "NATIONALITY"


def test_a_field_nobody_knows_is_kept_as_a_remark_and_reported() -> None:
    (person,), report = read(individual("<SHOE_SIZE>43</SHOE_SIZE>"))
    assert "SHOE_SIZE: 43" in person.remarks
    assert report.refusals[0].field == "SHOE_SIZE"


def test_a_reference_number_used_twice_is_refused_the_second_time() -> None:
    people, report = read(individual(""), individual("<GENDER>Male</GENDER>"))
    assert len(people) == 1
    assert [refusal.field for refusal in report.refusals] == ["REFERENCE_NUMBER"]


def test_a_file_with_a_document_type_is_refused_before_its_entities_can_grow() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><CONSOLIDATED_LIST>&b;</CONSOLIDATED_LIST>'
    with pytest.raises(UnreadableList, match="document type"):
        list(read_un(io.BytesIO(bomb)))


def test_a_file_that_is_cut_off_is_refused_with_its_line() -> None:
    with open_shipped_un() as stream:
        cut = stream.read(100_000)
    with pytest.raises(UnreadableList, match=r"line \d{3,}"):
        list(read_un(io.BytesIO(cut)))


def test_another_format_is_refused() -> None:
    with pytest.raises(UnreadableList, match="sdnList"):
        list(read_un(io.BytesIO(b"<sdnList/>")))
    with pytest.raises(UnreadableList, match="not well-formed"):
        list(read_un(io.BytesIO(b"36,AEROCARIBBEAN AIRLINES,-0- ,CUBA")))


def test_endless_nesting_is_refused() -> None:
    with pytest.raises(UnreadableList, match="too deep"):
        list(read_un(io.BytesIO(b"<CONSOLIDATED_LIST><INDIVIDUAL>" + b"<a>" * 100)))
