"""Whatever a reader or a finger does to the lines, the same document comes out, and nothing is repaired silently."""

from __future__ import annotations

import contextlib
import itertools
import random
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from borderdesk.documents import Format, UnreadableMrz, compose_mrz, read_mrz
from borderdesk.documents.mrz.decode import decode
from borderdesk.documents.mrz.samples import DELIVERIES, make_document, misread, sound_documents

TODAY = date(2026, 11, 22)
ICAO = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"


@pytest.mark.parametrize("way", sorted(DELIVERIES))
def test_a_delivery_form_is_undone(way: str) -> None:
    rng = random.Random(way)
    for sample in sound_documents(rng, 60, TODAY):
        if sample.format in (Format.MRV_A, Format.MRV_B) and way in ("filler lost", "RTE6701"):
            continue  # without its filler, or with more of it, a visa has no size; see the next test
        found = read_mrz(DELIVERIES[way](sample.lines), today=TODAY)
        assert (found.valid, found.format, found.lines) == (True, sample.format, sample.lines)


@pytest.mark.parametrize(
    "delivered",
    [
        lambda text: text.translate(str.maketrans("YZ<", "ZY;")),
        lambda text: text.translate(str.maketrans("YZ<", "ZY;")).lower(),
        lambda text: f'"{text}"',
        lambda text: f"„{text}“\n",
        lambda text: text.replace("<", "<\u00a0"),
        lambda text: "\u2003" + text.replace("\n", "\u00a0\n\u00a0"),
    ],
    ids=["German keyboard", "German keyboard, small letters", "quoted", "German quotes", "hard blanks", "wide blanks"],
)
def test_a_zone_typed_or_pasted_elsewhere_is_the_same(delivered: Callable[[str], str]) -> None:
    found = read_mrz(delivered("\n".join(ICAO)), today=TODAY)
    assert (found.valid, found.lines) == (True, ICAO)


@pytest.mark.parametrize("way", ["filler lost", "RTE6701"])
@pytest.mark.parametrize("size", [Format.MRV_A, Format.MRV_B])
def test_a_visa_of_unknown_size_keeps_all_its_fields(way: str, size: Format) -> None:
    lines = make_document(random.Random(2), size, TODAY)
    whole, found = (read_mrz(text, today=TODAY) for text in ("\n".join(lines), DELIVERIES[way](lines)))
    assert (found.number, found.surname, found.given) == (whole.number, whole.surname, whole.given)
    assert found.optional == whole.optional
    assert found.valid


@pytest.mark.parametrize("way", ["filler lost", "RTE6701"])
def test_the_visas_of_the_standard_keep_their_size(way: str) -> None:
    large = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<")
    small = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<")
    assert read_mrz(DELIVERIES[way](large), today=TODAY).lines == large
    if way == "filler lost":
        assert read_mrz(DELIVERIES[way](small), today=TODAY).lines == small


def test_blanks_that_stand_for_filler_part_the_names() -> None:
    lines = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<")
    found = read_mrz("\n".join(lines).replace("<", " "), today=TODAY)
    assert (found.surname, found.given, found.issuing_state) == ("ERIKSSON", "ANNA MARIA", "UTO")


def test_a_first_line_alone_is_no_zone() -> None:
    with pytest.raises(UnreadableMrz):
        read_mrz(ICAO[0], today=TODAY)


def test_a_state_code_one_letter_from_the_other_field_was_misread() -> None:
    found = read_mrz(f"{ICAO[0].replace('UTO', 'UTA')}\n{ICAO[1]}", today=TODAY)
    assert not found.valid
    assert [repair.lines for repair in found.repairs] == [ICAO]


def test_stray_filler_among_the_names_is_no_name() -> None:
    for line in ("P<UTO<RIKSSON<<ANNA<MARIA", "P<UTOERIKSSON<<<NNA<MARIA"):
        assert not read_mrz(f"{line.ljust(44, '<')}\n{ICAO[1]}", today=TODAY).valid


def test_a_missing_first_line_leaves_what_was_read() -> None:
    found = read_mrz(f"\x02\r{ICAO[1]}\r\x03", today=TODAY)
    assert found.number == "L898902C3"
    assert not found.valid
    assert "mrz.delivery.missing_lines" in {finding.code for finding in found.findings}


@pytest.mark.parametrize(
    ("pressed", "arrives"),
    [
        ("QWERTYUIOPASDFGHJKLZXCVBNM<", "ЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬБ"),
        ("QAWZM1234567890<", "AQZW?&é\"'(-è_çà."),
    ],
    ids=["Russian", "French"],
)
def test_a_foreign_keyboard_is_seen_through(pressed: str, arrives: str) -> None:
    keys = dict(zip(pressed, arrives, strict=True))
    text = "\n".join(ICAO)
    found = read_mrz("".join(keys.get(c, c) for c in text), today=TODAY)
    assert found.lines == ICAO
    assert found.valid
    assert "mrz.delivery.keyboard" in {finding.code for finding in found.findings}


def test_a_lost_filler_in_the_data_line_is_put_back_only_where_every_digit_holds() -> None:
    found = read_mrz(f"{ICAO[0]}\n{ICAO[1].replace('B<<<<<', 'B<<<<')}", today=TODAY)
    assert found.lines == ICAO
    assert found.valid


def test_one_misread_character_is_repaired_or_asked_never_accepted() -> None:
    rng = random.Random(7)
    damaged = filter(None, (misread(rng, sample) for sample in sound_documents(rng, 400, TODAY)))
    seen = [sample for sample in damaged if "invisible" not in sample.kind]
    assert len(seen) > 200
    for sample in seen:
        found = read_mrz(sample.text, today=TODAY)
        assert not found.valid, sample
        assert sample.lines in {repair.lines for repair in found.repairs}, sample


def test_a_digit_field_has_one_repair_and_says_what_it_changes() -> None:
    found = read_mrz(f"{ICAO[0]}\n{ICAO[1].replace('740812', '74O8I2')}", today=TODAY)
    (repair,) = found.repairs
    assert repair.lines == ICAO
    assert [(c.line, c.column, c.field, c.scanned, c.suggested) for c in repair.changes] == [
        (1, 15, "birth_date", "O", "0"),
        (1, 17, "birth_date", "I", "1"),
    ]
    assert found.birth_date_raw == "74O8I2"


def test_a_zero_among_letters_is_asked() -> None:
    found = read_mrz(f"{ICAO[0].replace('SON', 'S0N')}\n{ICAO[1]}", today=TODAY)
    assert {repair.lines[0][11] for repair in found.repairs} == set("ODQU")


def test_a_wrong_digit_that_no_look_alike_explains_is_rejected() -> None:
    found = read_mrz(f"{ICAO[0]}\n{ICAO[1].replace('7408122', '7408172')}", today=TODAY)
    assert "birth_date" in found.failed_checks
    assert found.repairs == ()


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=120))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_mrz(text, today=TODAY)
    except UnreadableMrz as error:
        assert len(error.sentences) == 3


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="P<UTOERIKSN0123456789\n\r \x02\x03«_;abc", max_size=300), st.integers(0, 88))
def test_a_zone_with_anything_put_into_it_is_read_or_refused(noise: str, at: int) -> None:
    text = "\n".join(ICAO)
    try:
        found = read_mrz(text[:at] + noise + text[at:], today=TODAY)
    except UnreadableMrz:
        return
    assert len("".join(found.lines)) in (30, 68, 69, 72, 88, 90)


def test_a_long_line_is_refused_at_once() -> None:
    with pytest.raises(UnreadableMrz):
        read_mrz("<" * 4097, today=TODAY)


def test_names_that_do_not_fit_are_cut_and_said() -> None:
    lines = compose_mrz(
        Format.TD1, document_code="I", issuing_state="FRA", surname="A" * 40, given="BERNARD", number="1",
        nationality="FRA",
    )  # fmt: skip
    found = read_mrz("\n".join(lines), today=TODAY)
    assert found.name_truncated
    assert found.given == "B"


def test_a_k_for_filler_between_the_names_is_shown() -> None:
    found = read_mrz(f"{ICAO[0].replace('N<<A', 'NK<A')}\n{ICAO[1]}", today=TODAY)
    assert {fit for finding in found.findings for fit in finding.fits} == {"ERIKSSON<<ANNA<MARIA"}


def test_a_k_among_trailing_filler_is_repaired() -> None:
    found = read_mrz(f"{ICAO[0][:-3]}K<<\n{ICAO[1]}", today=TODAY)
    assert not found.valid
    assert [repair.lines for repair in found.repairs] == [ICAO]


def test_what_fuzzing_found_stays_mended() -> None:
    text = "VBD<<DED3456IC<<SIDNAN<<AN" + "<" * 20 + "\ufffd\x01" + "\0" * 6 + "<<D091740531BOS840:270M9708011<2020711"
    assert not read_mrz(text, today=TODAY).valid


@pytest.mark.parametrize(
    "piece", ["<", "P<UTO", "A\n", "« ", "L898902C36UTO7408122F1204159ZE1842", ICAO[0] + "\n", "1<\t"]
)
def test_more_text_is_not_more_readings(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    def counted(*args: object) -> object:
        read.append(1)
        return decode(*args)  # type: ignore[arg-type]

    for module in ("read", "repair"):
        monkeypatch.setattr(f"borderdesk.documents.mrz.{module}.decode", counted)
    read_mrz("\n".join(ICAO), today=TODAY)
    assert read, "it is counted"
    work = []
    for size in (400, 800, 1600, 3200, 4096):
        read.clear()
        with contextlib.suppress(UnreadableMrz):
            read_mrz((piece * size)[:size], today=TODAY)
        work.append(len(read))
    # Twice the text is at most twice the readings, and never more than the proposals allow.
    assert all(after <= max(2 * before, 400) for before, after in itertools.pairwise(work))
    assert max(work) <= 4000
