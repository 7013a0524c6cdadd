"""The forms write what the search line understands."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from borderdesk.dates import PartialDate
from borderdesk.matching import PersonQuery
from borderdesk.screening import Question, understand
from borderdesk.watchlist import Mark, Scheme
from tests.desktop.desk_simulator import STOLEN, DeskSimulator
from ui.desktop.form_view import FIELDS, FormView, Kind, text_of
from ui.desktop.main_window import MainWindow
from ui.desktop.page import Page
from ui.desktop.shots import settle

PERSON = {"surname": "ERIKSSON", "given": "Anna"}


def asked(kind: Kind, **values: str) -> Question:
    return understand(text_of(kind, values), today=date(2026, 11, 22)).question


@pytest.mark.parametrize(
    ("values", "person"),
    [
        (PERSON, PersonQuery(surname="ERIKSSON", given="Anna")),
        (
            {**PERSON, "birth": "1974-08-12"},
            PersonQuery(surname="ERIKSSON", given="Anna", birth=PartialDate(1974, 8, 12)),
        ),
        (
            {**PERSON, "nationality": "swe", "sex": "f"},
            PersonQuery(surname="ERIKSSON", given="Anna", nationality="SWE", sex="F"),
        ),
        ({"surname": "SUKARNO", "birth": "1971"}, PersonQuery(full="SUKARNO", birth=PartialDate(1971))),
    ],
)
def test_a_person_is_asked_with_all_that_was_filled_in(values: dict[str, str], person: PersonQuery) -> None:
    assert asked(Kind.PERSON, **values).person == person


def test_states_and_dates_may_be_written_as_people_write_them() -> None:
    typed = {**PERSON, "birth": "12.08.1974", "nationality": "Sweden", "sex": "female"}
    assert asked(Kind.PERSON, **typed).person == PersonQuery(
        surname="ERIKSSON", given="Anna", birth=PartialDate(1974, 8, 12), nationality="SWE", sex="F"
    )
    document = asked(Kind.DOCUMENT, number="75 1234567", state="Russian Federation", type="passport")
    assert (document.document_type, document.document_state, document.document_number) == ("P", "RUS", "751234567")
    car = asked(Kind.VEHICLE, plate="ກຂ 1234", plate_state="Laos")
    assert car.marks == (Mark(Scheme.PLATE, "ກຂ 1234", "LAO"),)


def test_things_are_asked_by_all_numbers_that_were_filled_in() -> None:
    car = asked(Kind.VEHICLE, vin="WVWZZZ1JZXW000001", plate="AB 1234", plate_state="lao")
    assert car.marks == (Mark(Scheme.VIN, "WVWZZZ1JZXW000001"), Mark(Scheme.PLATE, "AB 1234", "LAO"))
    assert asked(Kind.FIREARM, serial="A 12345", make="Glock").marks == (Mark(Scheme.SERIAL, "A12345", "Glock"),)
    assert asked(Kind.VESSEL, imo="9074729").marks == (Mark(Scheme.IMO, "9074729"),)
    document = asked(Kind.DOCUMENT, number="X123456", state="fra", type="p")
    assert (document.document_type, document.document_state, document.document_number) == ("P", "FRA", "X123456")


@pytest.mark.parametrize("kind", Kind)
def test_an_empty_form_asks_nothing(kind: Kind) -> None:
    assert text_of(kind, {name: " " for name, _ in FIELDS[kind]}) == ""


def test_the_form_is_worked_with_keys_alone(window: MainWindow, desk: DeskSimulator) -> None:
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    form = window.others[Page.FORM]
    assert isinstance(form, FormView)
    assert window.presenter.state.page is Page.FORM
    QTest.keyClicks(form.rows[0][1], "Eriksson")
    QTest.keyClicks(form.rows[2][1], "1974-08-12")
    QTest.keyClick(form.rows[2][1], Qt.Key.Key_Return)
    settle(window)
    assert desk.screened == ["Eriksson 1974-08-12"]


def test_another_kind_shows_its_own_fields_and_forgets_what_was_typed(window: MainWindow) -> None:
    window.presenter.turn_to(Page.FORM)
    form = window.others[Page.FORM]
    form.rows[0][1].setText("something")
    form.kinds[Kind.FIREARM].click()
    assert [label.text() for label, field in form.rows if field.isVisible()] == ["Serial number", "Make"]
    assert form.rows[0][1].text() == ""


def test_an_entry_from_paper_is_screened_with_its_real_time(window: MainWindow, desk: DeskSimulator) -> None:
    window.presenter.turn_to(Page.FORM)
    form = window.others[Page.FORM]
    form.rows[0][1].setText("UTO")
    form.passed.setText("yesterday")
    form.submit()
    settle(window)
    assert desk.screened == [], "a time that cannot be read is not passed over in silence"
    assert "yesterday is no time of the last" in form.says.text()
    assert form.says.font().bold(), "not in the grey of a hint"
    assert (form.rows[0][1].text(), form.passed.text()) == ("UTO", "yesterday")
    example = form.says.text().removesuffix(".").partition("like ")[2]
    for wrong in ("2026-11-23 03:15", "2026-10-01 03:15"):
        form.passed.setText(wrong)
        form.submit()
        settle(window)
        assert desk.screened == [], "neither to come nor too long ago"
    form.passed.setText("2026-11-22 03:15")
    form.submit()
    settle(window)
    assert desk.passed_at == datetime(2026, 11, 22, 3, 15, tzinfo=UTC)
    assert form.passed.text() == "", "the next traveller did not pass then"
    row = window.screening.history.list.rows.rows[0]
    assert row.right == "03:15"
    assert "From paper" in row.spoken
    window.presenter.turn_to(Page.FORM)
    form.rows[0][1].setText("UTO")
    form.passed.setText(example)
    form.submit()
    settle(window)
    assert len(desk.screened) == 2, "what it proposes to write is taken"


@pytest.mark.parametrize("written", ["2026-11-22 03:15", "22.11.2026 03:15", "22/11/2026 3:15", "22.11.2026 03.15"])
def test_the_time_on_the_paper_may_be_of_any_style(window: MainWindow, desk: DeskSimulator, written: str) -> None:
    window.presenter.turn_to(Page.FORM)
    form = window.others[Page.FORM]
    form.rows[0][1].setText("UTO")
    form.passed.setText(written)
    form.submit()
    settle(window)
    assert desk.passed_at == datetime(2026, 11, 22, 3, 15, tzinfo=UTC)


def test_a_birth_date_that_is_none_is_said_and_nothing_typed_is_lost(window: MainWindow, desk: DeskSimulator) -> None:
    window.presenter.turn_to(Page.FORM)
    form = window.others[Page.FORM]
    form.rows[0][1].setText("Eriksson")
    form.rows[2][1].setText("31.02.1974")
    form.submit()
    settle(window)
    assert desk.screened == []
    assert "31.02.1974 is no date" in form.says.text()
    assert form.rows[0][1].text() == "Eriksson"


def test_what_was_typed_stays_while_a_match_asks_for_an_act(window: MainWindow, desk: DeskSimulator) -> None:
    window.presenter.scan(STOLEN)
    settle(window)
    window.presenter.turn_to(Page.FORM)
    form = window.others[Page.FORM]
    form.rows[0][1].setText("Eriksson")
    form.submit()
    settle(window)
    assert form.rows[0][1].text() == "Eriksson" and desk.screened == [STOLEN]
