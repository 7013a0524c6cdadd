"""The commands answer every line, whatever stands on it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ui.cli.desk import app


def run(*arguments: str, given: str = "") -> list[dict[str, Any]]:
    result = CliRunner().invoke(app, list(arguments), input=given)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_one_answer_per_line_even_for_garbage() -> None:
    lines = [
        json.dumps(
            {
                "id": "a",
                "lines": [
                    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
                    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
                ],
            }
        ),
        '{"id": "b", "lines": ["nonsense"]}',
        '{"id": "c", "lines": 7}',
        "not json at all",
        '{"id": "d"}',
        "[1, 2]",
        json.dumps({"id": "e", "lines": ["P" * 100000]}),
    ]
    answers = run("mrz", "read", "-", "--json", given="\n".join(lines) + "\n")
    assert [answer["id"] for answer in answers] == ["a", "b", "c", None, "d", None, "e"]
    first, *others = answers
    assert first["valid"] is True
    assert (first["birth_date_raw"], first["birth_date"]) == ("740812", "1974-08-12")
    assert first["optional"] == ["ZE184226B"]
    for answer in others:
        assert answer["valid"] is False
        assert answer["findings"]


def test_plain_text_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "scan.txt"
    file.write_text("D1FRA13AA000026181231MARTIN<<9\n", encoding="utf-8")
    (answer,) = run("mrz", "read", str(file), "--json")
    assert (answer["format"], answer["valid"], answer["number"]) == ("FRA-DL", True, "13AA00002")


def test_names_are_compared_line_by_line() -> None:
    pair = {"id": 1, "viz_surname": "Müller", "viz_given": "Jörg", "mrz_name": "MUELLER<<JOERG<<<", "field_len": 39}
    answers = run("mrz", "names", "--json", given=json.dumps(pair) + "\n{broken\n" + '{"id": 2, "mrz_name": 5}\n')
    assert [(answer["id"], answer["match"]) for answer in answers] == [(1, True), (None, False), (2, False)]
    assert all(answer["why"] for answer in answers)


def test_identifiers_are_checked_line_by_line() -> None:
    rows = ['{"id": 1, "kind": "imo", "value": "IMO 9074729"}', '{"id": 2, "kind": "vin"}', "nothing"]
    answers = run("identifiers", "check", "--json", given="\n".join(rows))
    assert [(answer["id"], answer["valid"]) for answer in answers] == [(1, True), (2, False), (None, False)]
    assert answers[0]["normal_form"] == "9074729"


def test_a_passenger_list_is_printed_whole(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("Surname;Given names;Passport number\nNovák;Eva;12\n", encoding="utf-8")
    (answer,) = run("manifest", "read", str(file), "--json")
    assert answer["people"][0]["surname"] == "Novák"
    assert answer["documents"] == [
        {"person": 0, "type": "", "number": "12", "issuing_state": "", "expiry_date": None, "expiry_date_raw": ""}
    ]
    assert (answer["legs"], answer["warnings"]) == ([], [])


def test_the_bench_prints_figures_beside_a_baseline() -> None:
    (found,) = run("bench", "documents", "--json", "--count", "400")
    assert found["sound"]["right"] == found["sound"]["documents"] == 400
    assert found["delivered"]["right"] == found["delivered"]["documents"]
    assert found["sound"]["textbook: per core second"] > 0
    wrong = {kind for kind in found["misread"] if "wrong" in kind or "without the truth" in kind}
    assert all("invisible" in kind for kind in wrong)


def test_blank_lines_part_documents_but_not_the_lines_of_one(tmp_path: Path) -> None:
    one = "D1FRA13AA000026181231MARTIN<<9\n"
    two = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n\nL898902C36UTO7408122F1204159ZE184226B<<<<<10\n"
    assert len(run("mrz", "read", "-", "--json", given=one + "\n" + one)) == 2
    (answer,) = run("mrz", "read", "-", "--json", given=two)
    assert answer["valid"]


def test_a_day_that_is_none_is_refused_in_words() -> None:
    result = CliRunner().invoke(app, ["mrz", "read", "-", "--today", "22.11.2026"], input="x")
    assert result.exit_code == 2
    assert "2026-11-22" in result.output


def test_nothing_in_is_nothing_out_and_nonsense_is_said_without_json_too() -> None:
    assert run("mrz", "read", "-", "--json") == []
    result = CliRunner().invoke(app, ["mrz", "read", "-"], input="nonsense")
    assert (result.exit_code, "not a machine readable zone" in result.output) == (0, True)


def test_an_input_over_the_bound_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.cli.lines.INPUT_LIMIT", 1000)
    result = CliRunner().invoke(app, ["mrz", "read", "-", "--json"], input="P" * 1001)
    assert result.exit_code != 0
    assert result.output == ""


@pytest.mark.parametrize(
    ("length", "match"),
    [(39, True), ("39", True), (39.0, True), (None, True), (38.5, False), ("x", False), ([], False)],
)
def test_the_length_of_a_name_field_may_be_spelled_in_any_way(length: object, match: bool) -> None:
    pair = {"id": 1, "viz_surname": "A", "viz_given": "B", "mrz_name": "A<<B", "field_len": length}
    (answer,) = run("mrz", "names", "--json", given=json.dumps(pair))
    assert answer["match"] is match


def test_no_printed_name_is_said() -> None:
    (answer,) = run("mrz", "names", "--json", given='{"id": 1, "viz_surname": null, "mrz_name": "A<<B"}')
    assert (answer["match"], answer["why"]) == (False, "There is no printed name to compare.")


@pytest.mark.parametrize("command", [["mrz", "read", "-"], ["manifest", "read", "-"], ["chip", "verify", "."]])
def test_a_day_that_is_none_is_said_and_nothing_is_read(command: list[str]) -> None:
    found = CliRunner().invoke(app, [*command, "--today", "2026-13-01"])
    assert found.exit_code == 2
    assert "2026-11-22" in found.output
