"""One search line that understands a scan, a number, and a name."""

from __future__ import annotations

from datetime import date

import pytest

from borderdesk.dates import PartialDate
from borderdesk.screening import NothingToScreen, understand

TODAY = date(2026, 3, 1)
SPECIMEN = (  # ICAO Doc 9303-4, 8th edition, appendix B
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10\n"
)


def test_a_scanned_passport_gives_document_and_person() -> None:
    asked = understand(SPECIMEN, today=TODAY)
    assert asked.reading is not None
    question = asked.question
    assert (question.document_state, question.document_type, question.document_number) == ("UTO", "P", "L898902C3")
    assert question.person is not None
    assert (question.person.surname, question.person.given) == ("ERIKSSON", "ANNA MARIA")
    assert question.person.birth == PartialDate(1974, 8, 12)


@pytest.mark.parametrize(
    ("typed", "state", "type_", "number"),
    [
        ("l898902c3", "", "", "L898902C3"),
        ("UTO L898902C3", "UTO", "", "L898902C3"),
        ("P UTO L898902C3", "UTO", "P", "L898902C3"),
        ("12345678", "", "", "12345678"),
    ],
)
def test_a_number_alone_is_a_document(typed: str, state: str, type_: str, number: str) -> None:
    question = understand(typed, today=TODAY).question
    assert (question.document_state, question.document_type, question.document_number) == (state, type_, number)
    assert question.person is None


@pytest.mark.parametrize(
    ("typed", "name", "birth"),
    [
        ("Phommachanh Khamla", "Phommachanh Khamla", None),
        ("ERIKSSON Anna Maria 1974-08-12", "ERIKSSON Anna Maria", PartialDate(1974, 8, 12)),
        ("Кони Иосиф 1961", "Кони Иосиф", PartialDate(1961)),
        ("Nguyễn Văn An 1990-02-31", "Nguyễn Văn An", None),
    ],
)
def test_anything_else_is_a_name_with_or_without_a_birth_date(typed: str, name: str, birth: PartialDate | None) -> None:
    person = understand(typed, today=TODAY).question.person
    assert person is not None
    assert (person.full, person.birth) == (name, birth)


@pytest.mark.parametrize("text", ["", " \r\n\t", "<" * 601], ids=["nothing", "blanks", "far too long"])
def test_nothing_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(NothingToScreen, match="nothing to screen"):
        understand(text, today=TODAY)
