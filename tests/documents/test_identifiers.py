"""Numbers of things are normalised, checked by the rule of their kind, and never condemned for a rule not theirs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from borderdesk.documents import IdentifierCheck, check_identifier
from borderdesk.documents.identifiers import KINDS


def fits(found: IdentifierCheck) -> set[str]:
    return {fit for finding in found.findings for fit in finding.fits}


CASES = [
    # kind, value, valid, normal form, check digit, mandatory
    ("vin", "1M8GDM9AXKP042788", True, "1M8GDM9AXKP042788", True, True),
    ("vin", "1m8-gdm9a xkp.042788", True, "1M8GDM9AXKP042788", True, True),
    ("vin", "1M8GDM9A0KP042788", False, "1M8GDM9A0KP042788", False, True),
    ("vin", "JHMCM56557C404453", True, "JHMCM56557C404453", True, False),
    ("vin", "WVWZZZ1JZ3W386752", True, "WVWZZZ1JZ3W386752", False, False),
    ("vin", "LVSHCAMB1CE054249", True, "LVSHCAMB1CE054249", True, True),
    ("vin", "1M8GDM9AXKP04278O", False, "1M8GDM9AXKP04278O", None, True),
    ("vin", "1M8GDM9AXKP04278", False, "1M8GDM9AXKP04278", None, True),
    ("plate", "В 123 АС 77", True, "B123AC77", None, False),
    ("plate", "ΑΒΗ-1234", True, "ABH1234", None, False),
    ("plate", "b-mw 1", True, "BMW1", None, False),
    ("plate", "--", False, "", None, False),
    ("imo", "IMO 9074729", True, "9074729", True, True),
    ("imo", "9074728", False, "9074728", False, True),
    ("imo", "0000000", False, "0000000", True, True),
    ("imo", "90747290", False, "90747290", None, True),
    ("mmsi", "211 339 980", True, "211339980", None, False),
    ("mmsi", "002111240", True, "002111240", None, False),
    ("mmsi", "111232506", True, "111232506", None, False),
    ("mmsi", "970010001", True, "970010001", None, False),
    ("mmsi", "199999999", False, "199999999", None, False),
    ("mmsi", "21133998", False, "21133998", None, False),
    ("container", "CSQU 305438-3", True, "CSQU3054383", True, True),
    ("container", "CSQU3054384", False, "CSQU3054384", False, True),
    ("container", "12AU3054383", False, "12AU3054383", None, True),
    ("container", "CSQR3054383", False, "CSQR3054383", None, True),
    ("container", "HLXU2008419", True, "HLXU2008419", True, True),
    ("container", "TGHU7599330", True, "TGHU7599330", True, True),
    ("container", "MRKU0046221", True, "MRKU0046221", True, True),
    ("container", "QJRZ123456", True, "QJRZ123456", None, False),
    ("container", "ECMJ4657496", False, "ECMJ4657496", False, True),
    ("firearm", "ab-123 456", True, "AB123456", None, False),
    ("firearm", "none", False, "NONE", None, False),
    ("firearm", "N.S.N.", False, "NSN", None, False),
    ("firearm", "ABCDEF", False, "ABCDEF", None, False),
    ("passport", "l-898902c<", True, "L898902C", None, False),
    ("spaceship", "1", False, "", None, False),
]


@pytest.mark.parametrize(("kind", "value", "valid", "normal", "digit", "mandatory"), CASES)
def test_a_number_is_judged_by_its_own_rule(
    kind: str, value: str, valid: bool, normal: str, digit: bool | None, mandatory: bool
) -> None:
    found = check_identifier(kind, value)
    assert (found.valid, found.normal_form) == (valid, normal)
    assert (found.check_digit_ok, found.check_mandatory) == (digit, mandatory)
    assert valid or found.findings


def test_letters_a_vin_never_has_are_suggested_as_digits() -> None:
    assert "1M8GDM9AXKP042780" in fits(check_identifier("vin", "1M8GDM9AXKP04278O"))


def test_a_remainder_of_ten_is_written_as_zero() -> None:
    found = check_identifier("container", "TGHU3070070")
    assert found.check_digit_ok == (found.normal_form[-1] == "0" and found.valid)


def test_a_company_number_is_told_from_a_ship() -> None:
    found = check_identifier("imo_company", "IMO 2041999")
    assert found.valid
    ship = check_identifier("imo", "2041999")
    assert not ship.valid
    assert "identifier.imo.other_series" in {finding.code for finding in ship.findings}


def test_a_flag_is_named() -> None:
    assert "D" in fits(check_identifier("mmsi", "211339980"))


def test_the_gap_of_a_plate_is_kept_beside() -> None:
    one, other = (check_identifier("plate", text) for text in ("B-MW 1", "BM-W 1"))
    assert one.normal_form == other.normal_form
    assert fits(one) != fits(other)


def test_look_alikes_share_a_near_form() -> None:
    assert check_identifier("firearm", "0O1I").near_form == check_identifier("firearm", "OO11").near_form


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(KINDS)), st.text(max_size=80))
def test_any_value_is_judged(kind: str, value: str) -> None:
    found = check_identifier(kind, value)
    assert found.valid or found.findings


def test_a_normal_form_is_its_own_normal_form() -> None:
    once = check_identifier("plate", "1464\u02b3\u023f8")
    assert check_identifier("plate", once.normal_form).normal_form == once.normal_form


def test_a_firearm_is_known_by_make_model_and_calibre_and_a_plate_by_its_country() -> None:
    one = check_identifier("firearm", "ab-12", make="Colt", model="1903", calibre=".32 ACP")
    assert one.key == ("COLT", "1903", "32ACP", "AB12")
    assert "identifier.firearm.key" not in {finding.code for finding in one.findings}
    assert check_identifier("plate", "AB 12", country="srb").key == ("SRB", "AB12")
