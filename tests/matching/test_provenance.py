"""The numbers that score names are those that the command wrote, by the rules as they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from borderdesk.matching import align, alike, facts, learning
from borderdesk.matching.learning import constraints
from borderdesk.matching.model import Coefficients, coefficients
from borderdesk.matching.provenance import expected, made_by, rules
from borderdesk.matching.rarity import Counts, counts
from borderdesk.matching.tables import table
from borderdesk.matching.trying import trying
from tests.matching.test_names_commands import few_people, some_pairs
from ui.cli.names import app

AGAIN = "borderdesk names learn PAIRS LIST --out coefficients.json --counts common.json must be run again"


def test_the_shipped_numbers_are_what_the_command_wrote_by_the_rules_as_they_are() -> None:
    shipped = table("coefficients")
    assert shipped["made_by"] == expected(shipped, table("common")), AGAIN
    assert shipped["constraints"] == json.loads(json.dumps(constraints())), AGAIN


def test_a_number_changed_by_hand_shows() -> None:
    shipped = table("coefficients")
    meddled = {**shipped, "facts": {**shipped["facts"], "sex same": shipped["facts"]["sex same"] + 0.001}}
    assert meddled["made_by"]["numbers"] != expected(meddled, table("common"))["numbers"]
    common = table("common")
    fewer = {**common, "persons": common["persons"] - 1}
    assert shipped["made_by"]["counts"] != expected(shipped, fewer)["counts"]


def test_a_rule_of_comparing_or_a_bound_that_changes_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    before = rules()
    assert rules() == before
    with monkeypatch.context() as changed:
        changed.setattr(align, "MEETS", 0.7)
        assert rules() != before
    with monkeypatch.context() as changed:
        changed.setattr(alike, "_WITHOUT_H", 0.9)
        assert rules() != before
    with monkeypatch.context() as changed:
        changed.setattr(facts, "BUDDHIST_YEARS", 544)
        assert rules() != before
    with monkeypatch.context() as changed:
        changed.setattr(learning, "LEAST_SLOPE", 0.3)
        assert rules() != before
    with trying(bearers=Counts(1000, {"ali": 400, "berg": 300})):
        assert rules() != before
    assert rules() == before


def test_learning_twice_writes_the_same_bytes_whatever_was_learned_before(tmp_path: Path) -> None:
    people, pairs = few_people(tmp_path / "people.jsonl"), some_pairs(tmp_path / "pairs.jsonl")

    def written(name: str) -> tuple[bytes, bytes]:
        out, common = tmp_path / f"{name}.json", tmp_path / f"{name}-common.json"
        arguments = ["learn", str(pairs), str(people), "--out", str(out), "--counts", str(common)]
        assert CliRunner().invoke(app, arguments, catch_exceptions=False).exit_code == 0
        return out.read_bytes(), common.read_bytes()

    first = written("first")
    plain = json.loads(first[0])
    assert plain["made_by"] == made_by_now(plain, json.loads(first[1]))
    with trying(learned=Coefficients.from_plain(plain), bearers=Counts(5, {"kuni": 5})):
        assert written("second") == first


def made_by_now(plain: dict[str, object], common: dict[str, object]) -> dict[str, str]:
    learned, bearers = Coefficients.from_plain(plain), Counts.from_plain(common)
    with trying(learned=learned, bearers=bearers):
        return made_by(learned, bearers)


def test_what_was_tried_is_forgotten_even_where_it_failed() -> None:
    before = coefficients(), counts()
    with pytest.raises(ZeroDivisionError), trying(bearers=Counts(1, {})):
        _ = 1 / 0
    assert (coefficients(), counts()) == before
