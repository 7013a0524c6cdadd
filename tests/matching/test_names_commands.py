"""The commands: JSON lines in, JSON lines out, whatever the lines hold."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from typer.testing import CliRunner

from borderdesk.matching import compare
from borderdesk.matching.facts import date_number
from borderdesk.matching.folds import Lesson
from borderdesk.matching.learning import learn
from borderdesk.matching.mining import met
from borderdesk.matching.practice import examples, fold_of, labelled
from borderdesk.matching.reliability import reliability
from borderdesk.matching.thresholds import Decision, effects, highest_without_loss
from tests.matching.people import asked, listed
from ui.cli.names import app

RUN = CliRunner()


def lines(*values: object) -> str:
    return "\n".join(value if isinstance(value, str) else json.dumps(value) for value in values) + "\n"


def answers(*arguments: str) -> list[Any]:
    result = RUN.invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_compare_answers_every_line_with_score_reasons_and_sentence(tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.jsonl"
    kony = {"full": "Josef Kony", "dob": "1964-09-18", "nationality": "ug", "sex": None}
    target = {"names": ["JOSEPH KONY"], "dobs": ["1959", "1964-09-18"], "nationalities": ["UGA"], "sex": None}
    pairs.write_text(
        lines(
            {"id": "a", "query": kony, "target": target},
            {"id": "b", "query": {"full": None}, "target": {"names": None}},
            {"id": "c"},
            "no json",
            {"id": "e", "query": {"full": 7, "dob": "1964-13-77"}, "target": {"names": [None, 3], "dobs": ["?", None]}},
        )
    )
    found = answers("compare", str(pairs))
    assert [answer["id"] for answer in found] == ["a", "b", "c", None, "e"]
    assert found[0]["score"] > 0.9
    assert {"asked": "Josef", "listed": "JOSEPH", "how": "sound"} in found[0]["explanation"]["parts"]
    facts = {fact["fact"]: fact["how"] for fact in found[0]["explanation"]["facts"]}
    assert facts == {"birth": "same", "nationality": "same"}
    assert found[0]["sentence"] == "Why: same name, name sounds alike, same birth date, same nationality."
    assert all(answer["score"] < 0.1 for answer in found[1:])


@pytest.mark.parametrize(
    ("asked_date", "listed_date", "how"),
    [
        ("18/09/1964", "1964-09-18", "same"),
        ("09/18/1964", "1964-09-18", "same"),
        ("18 Sep 1964", "19640918", "same"),
        (19640918, "18.9.1964", "same"),
        ("1964-09-18T00:00:00Z", "18 September 1964", "same"),
        ("1964-09-18", "circa 1964", "same year"),
        ("1964", "1964", "same year"),
        ("1964-00-00", "Sep 1964", "same year"),
        ("31/31/1964", "1964", None),
        ("circa 19", "1964", None),
    ],
)
def test_dates_are_read_as_lists_and_people_write_them(
    tmp_path: Path, asked_date: object, listed_date: object, how: str | None
) -> None:
    pairs = tmp_path / "pairs.jsonl"
    target = {"full": "KONY, Joseph", "dob": listed_date}
    pairs.write_text(lines({"id": 1, "query": {"full": "Josef Kony", "dob": asked_date}, "target": target}))
    (found,) = answers("compare", str(pairs))
    assert found["explanation"]["listed_name"] == "KONY, Joseph"
    assert [fact["how"] for fact in found["explanation"]["facts"]] == ([] if how is None else [how])


def test_a_broken_line_is_named_and_the_others_are_answered() -> None:
    good = json.dumps(
        {"id": "\ud800", "query": {"full": "Josef Kony"}, "target": {"names": ["Josef Kony"]}, "more": [1]}
    )
    result = RUN.invoke(app, ["compare", "-"], input=f"{good}\n[1, 2\n{good}\n", catch_exceptions=False)
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["\ud800", None, "\ud800"]
    assert "line 2" in result.stderr


def test_search_answers_every_query_best_first(tmp_path: Path) -> None:
    people, queries = tmp_path / "list.jsonl", tmp_path / "queries.jsonl"
    people.write_text(
        lines(
            {"id": "kony", "names": [{"full": "KONY, Joseph", "surname": "KONY", "given": "Joseph"}], "dob": ["1964"]},
            {"id": "berg", "names": [{"full": "Anna Berg", "surname": None, "given": None}], "dob": [], "sex": "F"},
            {"names": [{"full": "No Key"}]},
        )
    )
    queries.write_text(lines({"id": 1, "query": {"full": "Josef Kony", "dob": "1964-09-18"}}, {"id": 2, "query": {}}))
    first, second = answers("search", str(people), str(queries), "--limit", "1")
    assert [candidate["id"] for candidate in first["candidates"]] == ["kony"]
    assert first["ms"] >= 0
    assert second["candidates"] == []


def test_tune_shows_what_a_threshold_would_have_done(tmp_path: Path) -> None:
    decisions = tmp_path / "decisions.jsonl"
    decided = [(0.99, True), (0.93, True), (0.91, False), (0.72, False)]
    decisions.write_text(
        lines(*({"score": score, "confirmed": yes, "list": "un"} for score, yes in decided), "nothing")
    )
    whole, un = answers("tune", str(decisions), "--json")
    assert (whole["list"], un["list"]) == ("", "un")
    assert whole["highest_without_loss"] == 0.925
    (step,) = [step for step in whole["thresholds"] if step["threshold"] == 0.925]
    assert step["refused_spared"] == 2


def test_lines_that_are_no_decision_are_counted_and_none_at_all_is_no_answer(tmp_path: Path) -> None:
    decisions = tmp_path / "decisions.jsonl"
    nothing = [
        {"score": "0.9", "confirmed": True},
        {"score": 0.9, "confirmed": 1},
        {"score": True, "confirmed": True},
        {"score": 7, "confirmed": True},
        '{"score": NaN, "confirmed": true}',
        "[]",
    ]
    decisions.write_text(lines(*nothing))
    result = RUN.invoke(app, ["tune", str(decisions)])
    assert result.exit_code == 1
    assert "No decided candidate" in result.stderr
    decisions.write_text(lines(*nothing, {"score": 0.9, "confirmed": True}))
    result = RUN.invoke(app, ["tune", str(decisions)])
    assert result.exit_code == 0
    assert "6 lines passed over" in result.stderr


def test_a_threshold_may_lose_no_confirmed_candidate() -> None:
    found = effects([Decision(0.8, True), Decision(0.95, True), Decision(0.9, False)])
    best = highest_without_loss(found)
    assert best is not None
    assert best.threshold == 0.8
    assert highest_without_loss(effects([Decision(0.9, False)])) is None


def test_learning_and_reporting_work_on_pairs_of_ones_own(tmp_path: Path) -> None:
    surnames = "kony berg ivanov garcia lopez tanaka haddad novak yilmaz mbeki".split()  # noqa: SIM905
    pairs = []
    for n in range(200):
        name, other = surnames[n % 10], surnames[(n + 3) % 10]
        same = n % 2 == 0
        pairs.append(
            {
                "query": {"full": f"Anna{n} {name}", "dob": f"19{50 + n % 40}-03-04"},
                "target": {
                    "names": [f"{name.upper()}, Ana{n}" if same else f"{other.upper()}, Boris"],
                    "dobs": [f"19{50 + n % 40}-03-04" if same else f"19{90 - n % 40}-11-29"],
                    "entity": str(n),
                },
                "label": int(same),
                "kind": "typo" if same else "other",
            }
        )
    known = list(examples(pairs, {}))
    held_out = [example for example in known if example.held_out]
    assert 40 < len(held_out) < 120
    found = learn(labelled([example for example in known if not example.held_out]), rounds=1)
    assert found.facts["birth same"] > 0 > found.facts["birth other"]

    path = tmp_path / "pairs.jsonl"
    path.write_text(lines(*pairs))
    reports = answers("report", str(path), "--json")
    assert [report["people"] for report in reports] == ["held out", "learned from"]
    assert reports[0]["rows"][0]["area"] > 0.9
    assert reports[0]["rapidfuzz"][0]["title"] == "names only"


def test_pairs_that_a_search_meets_hold_nobody_beside_himself_as_another() -> None:
    people = {
        str(n): listed((f"Anna{chr(97 + n)} Berg", f"Ann{chr(97 + n)} Berg"), f"19{60 + n}-01-02", key=str(n))
        for n in range(12)
    }
    pairs = list(met(people, {}, 8, Random(1)))
    assert {pair.same_person for pair in pairs} == {True, False}
    for pair in pairs:
        assert pair.asked
        assert pair.listed
        born = date_number(pair.query.birth) if pair.query.birth else 0
        assert pair.same_person == (born in pair.facts.births)


def few_people(path: Path) -> Path:
    surnames = "kony berg ivanov garcia lopez tanaka haddad novak yilmaz mbeki".split()  # noqa: SIM905
    people = (
        {
            "id": str(n),
            "names": [{"full": f"{name.upper()}, Anna{chr(97 + n)}"}, {"full": f"Ana{chr(97 + n)} {name}"}],
            "dob": [f"19{50 + n}-03-04"],
        }
        for n, name in enumerate(surnames)
    )
    path.write_text(lines(*people))
    return path


def some_pairs(path: Path) -> Path:
    """Sixty pairs, half of them one person; whoever is another one passes by as a traveller."""
    pairs = [
        {
            "query": {"full": f"Anna{chr(97 + n % 26)}{chr(97 + n // 26)} Kony{n % 7}", "dob": f"19{40 + n}-03-04"},
            "target": {
                "names": [f"KONY, Ana{chr(97 + n % 26)}{chr(97 + n // 26)}" if n % 2 else f"BERGER, Boris{n}"],
                "dobs": [f"19{40 + n}-03-04" if n % 2 else f"19{99 - n % 40}-11-29"],
                "entity": f"pair {n}",
            },
            "label": n % 2,
            "kind": "typo" if n % 2 else "other",
            "tags": ["traveller"],
        }
        for n in range(60)
    ]
    path.write_text(lines(*pairs))
    return path


def test_a_trial_withholds_names_of_held_out_people_and_searches_for_them(tmp_path: Path) -> None:
    people, pairs = few_people(tmp_path / "people.jsonl"), tmp_path / "pairs.jsonl"
    passing = [{"query": {"full": f"Peter Walker{n}"}, "target": {}, "label": 0, "tags": ["traveller"]} for n in "abcd"]
    pairs.write_text(lines(*passing, {"query": {"full": "Anna Kony"}, "label": 1, "tags": ["traveller"]}))
    (found,) = answers("trial", str(people), str(pairs), "--json")
    assert found["travellers"] == 4
    assert found["asked"] >= 2
    assert found["first"] == 1.0
    assert [line["found"] for line in found["lines"]] == [1.0, 1.0]
    assert found["rapidfuzz"]["asked"] == found["asked"]


def test_every_fold_of_the_people_is_judged_by_a_lesson_it_was_left_out_of(tmp_path: Path) -> None:
    people, pairs = few_people(tmp_path / "people.jsonl"), some_pairs(tmp_path / "pairs.jsonl")
    before = compare(asked("Josef Kony"), listed("KONY, Joseph")).score
    (found,) = answers("report", str(pairs), "--list", str(people), "--folds", "3", "--json")
    whole = next(row for row in found["rows"] if row["title"] == "all facts")
    assert found["folds"] == 3
    assert whole["at_1"]["worst"] <= whole["at_1"]["mean"] <= 1
    assert whole["area"]["together"] > 0.9
    assert {bin_["count"] for bin_ in found["together"]["calibration"]["bins"]} != {0}
    assert [row["title"] for row in found["rapidfuzz"]] == [row["title"] for row in found["rows"]]
    # What was learned for a fold is forgotten again.
    assert compare(asked("Josef Kony"), listed("KONY, Joseph")).score == before


def test_no_pair_of_a_fold_is_in_the_lesson_that_judges_it(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in some_pairs(tmp_path / "pairs.jsonl").read_text().splitlines()]
    persons = {f"pair {n}": listed(f"Anna Berg{n}", key=f"pair {n}") for n in range(60)}
    lesson = Lesson(list(examples(rows, {"pair 1": "pair 2"})), persons, {"pair 1": "pair 2"})
    for fold in range(3):
        rest = lesson.without(fold, 3)
        assert {fold_of(example.entity, 3) for example in rest.examples} == {0, 1, 2} - {fold}
        assert len(rest.persons) == sum(fold_of("pair 2" if n == 1 else f"pair {n}", 3) != fold for n in range(60))


def test_a_trial_in_folds_asks_about_every_person_and_every_traveller_once(tmp_path: Path) -> None:
    people, pairs = few_people(tmp_path / "people.jsonl"), some_pairs(tmp_path / "pairs.jsonl")
    (found,) = answers("trial", str(people), str(pairs), "--folds", "2", "--json")
    assert found["asked"] == 10
    assert found["travellers"] == 30
    assert found["lines"][0]["worst"] <= found["lines"][0]["found"]


@pytest.mark.parametrize("folds", ["1", "-3", "200"])
def test_folds_that_leave_nobody_to_learn_from_are_refused(tmp_path: Path, folds: str) -> None:
    pairs = some_pairs(tmp_path / "pairs.jsonl")
    result = RUN.invoke(app, ["report", str(pairs), "--folds", folds])
    assert result.exit_code == 2
    assert "--folds" in result.output


def test_folds_without_a_list_are_refused(tmp_path: Path) -> None:
    result = RUN.invoke(app, ["report", str(some_pairs(tmp_path / "pairs.jsonl")), "--folds", "3"])
    assert result.exit_code == 2
    assert "--list" in result.output


def test_scores_that_say_nine_in_ten_are_counted_as_they_turn_out() -> None:
    found = reliability([0.9] * 10 + [0.05] * 4 + [1.0], [True] * 9 + [False] * 5 + [True])
    assert [(one.low, one.count) for one in found.bins] == [(0.0, 4), (0.85, 10), (0.95, 1)]
    assert found.bins[1].says == pytest.approx(0.9)
    assert found.bins[1].right == pytest.approx(0.9)
    assert (found.count_from_09, round(found.right_from_09, 3)) == (11, 0.909)
