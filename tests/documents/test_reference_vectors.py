"""Public vectors are read as their sources say; where a source and the standard differ, the row says which and why."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from borderdesk.documents.checks import check_digit
from borderdesk.documents.mrz.samples import DELIVERIES
from ui.cli.bench_references import (
    agrees,
    fate,
    identifier_agrees,
    names_agree,
    one_character_errors,
    references,
    rows,
)

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


def test_one_look_alike_is_never_silent_but_for_letters_of_a_name() -> None:
    errors = list(one_character_errors(SOUND, random.Random(9303), 1200))
    fates = Counter(error.fate for error in errors)
    assert not fates["wrongly repaired"] + fates["asked without the truth"]
    # A letter for a letter of a name is covered by nothing. What else is silent has the same value to a check digit.
    silent = [error for error in errors if error.fate == "silently wrong" and error.field != "names"]
    assert len(silent) <= 12
    assert all(check_digit(error.printed) == check_digit(error.scanned) for error in silent if error.field == "number")


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
    found = references(FOLDER, 1, 20)
    assert found["reference: specimens"]["right"] == f"{len(SPECIMENS)}/{len(SPECIMENS)}"
