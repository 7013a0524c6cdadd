"""Public vectors are read as their sources say; where a source and the standard differ, the row says which and why."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from borderdesk.documents.checks import check_digit
from borderdesk.documents.mrz.layouts import LAYOUTS, Format
from borderdesk.documents.mrz.samples import DELIVERIES
from ui.cli.bench_profiles import LINE_DAMAGE, crossed_names, fate, one_character_errors
from ui.cli.bench_references import agrees, identifier_agrees, names_agree, references, rows

FOLDER = Path(__file__).parent / "reference"
SPECIMENS, CASES, DAMAGED = (rows(FOLDER, name) for name in ("mrz", "mrz_cases", "mrz_damaged"))
SOUND = [row for row in (*SPECIMENS, *CASES) if row["valid"]]


def name_of(row: dict[str, Any]) -> str:
    return str(row["id"])


@pytest.mark.parametrize("row", [*SPECIMENS, *CASES], ids=name_of)
def test_a_public_zone_is_read_as_its_source_says(row: dict[str, Any]) -> None:
    assert agrees(row)


@pytest.mark.parametrize("way", sorted(DELIVERIES))
def test_a_public_zone_is_read_in_every_delivery_form(way: str) -> None:
    assert [row["id"] for row in SOUND if not agrees(row, DELIVERIES[way](tuple(row["lines"])))] == []


@pytest.mark.parametrize("row", DAMAGED, ids=name_of)
def test_the_truth_is_offered_where_many_characters_were_misread(row: dict[str, Any]) -> None:
    truth = {**row, "lines": row["truth"]}
    assert fate(truth, "\n".join(row["lines"])) in ("repaired", "asked")


def test_one_look_alike_is_hardly_ever_silent_and_never_wrongly_repaired() -> None:
    errors = list(one_character_errors(SOUND, random.Random(9303), 1200))
    fates = Counter(error.fate for error in errors)
    assert not fates["wrongly repaired"] + fates["asked without the truth"]
    silent = [error for error in errors if error.fate == "silently wrong"]
    assert len(silent) <= len(errors) * 0.05
    # Outside names a silent one has the same value to every check digit that covers it, or none does.
    covered = [error for error in silent if error.field != "names"]
    assert len(covered) <= 6
    assert all(check_digit(error.printed) == check_digit(error.scanned) for error in covered if error.field == "number")


def test_a_character_that_was_not_read_is_never_guessed_wrongly() -> None:
    rng = random.Random(9303)
    damage = LINE_DAMAGE["a character not read"]
    for row in rng.choices(SOUND, k=120):
        text = damage(rng, list(row["lines"]), LAYOUTS[Format(row["format"])])
        assert fate(row, text) in ("repaired", "asked", "rejected"), text


def test_nobody_is_taken_for_another_by_printed_name() -> None:
    found = crossed_names(rows(FOLDER, "names"), random.Random(9303), 4000)
    assert found["pairs"] == 4000
    assert found["who"] == []


@pytest.mark.parametrize("row", rows(FOLDER, "names"), ids=name_of)
def test_a_public_pair_of_names_is_judged_as_its_source_says(row: dict[str, Any]) -> None:
    assert names_agree(row)


@pytest.mark.parametrize("row", rows(FOLDER, "identifiers"), ids=name_of)
def test_a_public_number_is_judged_as_its_source_says(row: dict[str, Any]) -> None:
    assert identifier_agrees(row)


def test_every_vector_names_its_source() -> None:
    for name in ("mrz", "mrz_cases", "mrz_damaged", "names", "identifiers"):
        found = rows(FOLDER, name)
        assert len({row["id"] for row in found}) == len(found)
        assert all(row["source"] for row in found)


def test_the_bench_prints_right_of_tried() -> None:
    found = references(FOLDER)
    assert found["reference: specimens"]["right"] == f"{len(SPECIMENS)}/{len(SPECIMENS)}"
