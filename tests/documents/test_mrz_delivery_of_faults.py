"""How a text arrives must not change what is said of a document that is wrong."""

import random
from datetime import date

import pytest

from borderdesk.documents import DocumentReading, UnreadableMrz, read_mrz
from borderdesk.documents.mrz.layouts import Format
from borderdesk.documents.mrz.samples import make_document

TODAY = date(2026, 11, 22)
ANY = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
SPECIMEN = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8989O2C36UTO7408122F1204159ZE184226B<<<<<10")
DELIVERIES = {
    "a last line end": lambda lines: "\n".join(lines) + "\n",
    "CR LF": lambda lines: "\r\n".join(lines) + "\r\n",
    "CR": lambda lines: "\r".join(lines) + "\r",
    "lower case": lambda lines: "\n".join(lines).lower(),
    "a label": lambda lines: "MRZ: " + "\n".join(lines),
    "a serial frame": lambda lines: "\x02" + "\r".join(lines) + "\r\x03",
    "other filler": lambda lines: "\r".join(lines).replace("<", "_") + "\r",
}


def judged(text: str) -> DocumentReading | None:
    try:
        return read_mrz(text, today=TODAY)
    except UnreadableMrz:
        return None


@pytest.mark.parametrize("delivery", DELIVERIES)
def test_a_passport_with_a_misread_number_stays_a_passport(delivery: str) -> None:
    reading = judged(DELIVERIES[delivery](SPECIMEN))
    assert reading is not None
    assert reading.format is Format.TD3
    assert reading.failed_checks == ("number", "composite")


@pytest.mark.parametrize("delivery", DELIVERIES)
def test_one_wrong_character_is_judged_alike_however_it_arrives(delivery: str) -> None:
    rng = random.Random(7)
    formats = (Format.TD3, Format.TD1, Format.TD2, Format.MRV_A, Format.MRV_B, Format.FRA_ID)
    for at in range(120):
        lines = list(make_document(rng, formats[at % len(formats)], TODAY))
        line = rng.randrange(len(lines))
        place = rng.randrange(len(lines[line]))
        lines[line] = lines[line][:place] + rng.choice(ANY) + lines[line][place + 1 :]
        plain, delivered = judged("\n".join(lines)), judged(DELIVERIES[delivery](lines))
        assert (plain is None) == (delivered is None), lines
        if plain is not None and delivered is not None:
            assert delivered.format == plain.format, lines
            assert delivered.failed_checks == plain.failed_checks, lines
            assert delivered.repairs == plain.repairs, lines
