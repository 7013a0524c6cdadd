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
from tests.desktop.desk_simulator import DeskSimulator
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
    form.passed.setText("2026-11-22 03:15")
    form.submit()
    settle(window)
    assert desk.passed_at == datetime(2026, 11, 22, 3, 15, tzinfo=UTC)
    row = window.screening.history.list.rows.rows[0]
    assert row.right == "03:15"
    assert "From paper" in row.spoken
