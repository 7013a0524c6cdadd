"""Names that a reader may have misread: a doubt says so, and sound names of the world are left alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from borderdesk.documents import read_mrz
from borderdesk.documents.names import doubts
from borderdesk.documents.names.usual import learn_usual, usual
from borderdesk.findings import Severity
from ui.cli.bench_references import rows
from ui.cli.desk import app

REFERENCE = Path(__file__).parent / "reference"
LINES = ("P<UTO{}", "L898902C36UTO7408122F3204153<<<<<<<<<<<<<<04")


def hints(name: str) -> list[tuple[str, ...]]:
    text = "\n".join((LINES[0].format(name.ljust(39, "<")), LINES[1]))
    reading = read_mrz(text, today=date(2026, 11, 22))
    assert reading.valid
    found = [finding for finding in reading.findings if finding.code == "mrz.name.unusual"]
    assert all(finding.severity is Severity.INFO and finding.field == "names" for finding in found)
    return [finding.fits for finding in found]


@pytest.mark.parametrize(
    ("misread", "meant"),
    [
        ("ERLKSSON<<ANNA<MARIA", "ERIKSSON"),
        ("ERIKSSQN<<ANNA<MARIA", "ERIKSSON"),
        ("ERI<SSON<<ANNA<MARIA", "ERIKSSON"),
        ("ERIKSSON<<ANNAKMARIA", "ANNA MARIA"),
        ("MARTLN<<JEAN", "MARTIN"),
        ("IVANQVA<<OLGA", "IVANOVA"),
    ],
)
def test_a_letter_read_for_another_is_doubted_and_the_likely_name_said(misread: str, meant: str) -> None:
    assert any(meant in fits for fits in hints(misread))


@pytest.mark.parametrize(
    "name",
    [
        "ERIKSSON<<ANNA<MARIA", "NGUYEN<<THI<LAN", "AL<QASIMI<<TARIQ", "IQBAL<<FAROOQ", "OZTURK<<MEHMET", "XU<<QIANG",
        "MKRTCHYAN<<TIGRAN", "NKRUMAH<<KWAME", "SSEMAKULA<<JOHN", "KAK<<KK", "X<<Y", "LLOYD<<FFION", "RUSSELL<<MARLA",
        "VAN<DER<BERG<<JAN", "OBI<<CHUKWUEMEKA", "KHOUDIAKOVA<<LIUDMILA", "PHOMMACHANH<<SOUKSAVANH",
        "TUIASOSOPO<<IOANE",
    ],
)  # fmt: skip
def test_an_ordinary_name_of_any_country_raises_no_doubt(name: str) -> None:
    assert hints(name) == []


def test_at_most_one_sound_zone_in_fifty_is_doubted() -> None:
    zones = [row["mrz_name"].rstrip("<") for row in rows(REFERENCE, "names") if row["match"]]
    plain = [zone for zone in zones if not any(code in zone for code in ("XH", "XX", "XT", "XK", "XS"))]
    assert len(plain) > 150
    assert sum(bool(doubts(zone, cut=True)) for zone in plain) <= len(plain) / 50


def test_the_last_part_of_a_cut_name_is_not_doubted() -> None:
    assert not doubts("ERIKSSON<<ANNA<MARTLN", cut=True)
    assert doubts("ERIKSSON<<ANNA<MARTLN", cut=False)


def test_what_is_learned_is_what_was_shown() -> None:
    table = learn_usual([["Anna Maria", "Zoë"], ["ANNA"], ["Анна"]])
    assert table.parts == {"ANNA"}
    assert table.runs["NNA"] > table.runs["QNN"] == 0
    assert len(usual().runs) == len(table.runs) == 27**3


def test_tables_are_learned_by_command_and_an_empty_folder_is_refused(tmp_path: Path) -> None:
    for language in ("a", "b"):
        (tmp_path / f"{language}.txt").write_text("Anna Maria\n", encoding="utf-8")
    out = tmp_path / "out"
    out.mkdir()
    found = CliRunner().invoke(app, ["mrz", "learn", str(tmp_path), str(out), "--source", "source: this test"])
    assert found.exit_code == 0, found.output
    assert "2 languages, 2 parts" in found.output
    assert (out / "parts.txt").read_text().splitlines()[1:] == ["# source: this test", "ANNA", "MARIA"]
    refused = CliRunner().invoke(app, ["mrz", "learn", str(out / "none"), str(out), "--source", "x"])
    assert refused.exit_code == 2
