"""More agreement never lowers a score, swapping sides keeps it, and hostile names cost no more than others."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from borderdesk.dates import PartialDate
from borderdesk.matching import PersonQuery, compare
from borderdesk.matching.align import MEASURES
from borderdesk.matching.facts import MEASURES as FACTS
from borderdesk.matching.learning import AGAINST
from borderdesk.matching.model import coefficients
from borderdesk.matching.prepared import WIDEST, build_of, prepare
from borderdesk.watchlist import Person
from tests.matching.people import asked, listed

WORDS = st.sampled_from(
    """
    muhammad mohamed ali hassan josef joseph kony ivan ivanov petrov garcia lopez maria
    anna berg li wei kim abdullah rahman al bin dr haji nguyen siriporn
    """.split()  # noqa: SIM905 - words read better in a row
)
ROUNDING = 1e-4
"""Scores are rounded sums of single-precision numbers."""

NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
DATES = st.builds(PartialDate, st.integers(1940, 2005), st.integers(1, 12), st.integers(1, 28))


@given(NAMES, NAMES)
@settings(max_examples=60)
def test_names_without_a_surname_told_score_the_same_from_either_side(one: str, other: str) -> None:
    there = compare(asked(one), listed(other)).score
    back = compare(asked(other), listed(one)).score
    assert there == pytest.approx(back, abs=ROUNDING)


@given(NAMES, NAMES, DATES, DATES)
@settings(max_examples=80)
def test_the_same_birth_date_never_lowers_a_score_and_is_never_beaten(
    one: str, other: str, birth: PartialDate, elsewhen: PartialDate
) -> None:
    person = replace(listed(other), births=(birth,))
    unknown = compare(asked(one), person).score
    same = compare(PersonQuery(full=one, birth=birth), person).score
    another = compare(PersonQuery(full=one, birth=elsewhen), person).score
    assert same >= unknown - ROUNDING
    assert same >= another - ROUNDING


@given(NAMES, NAMES, st.sampled_from("MF"), st.sampled_from(["RUS", "IRN"]))
@settings(max_examples=60)
def test_equal_sex_nationality_and_document_never_lower_a_score(one: str, other: str, sex: str, nation: str) -> None:
    person = listed(other, sex=sex, nationality=nation)
    bare = compare(asked(one), person).score
    assert compare(asked(one, sex=sex), person).score >= bare - ROUNDING
    assert compare(asked(one, nationality=nation), person).score >= bare - ROUNDING
    assert compare(asked(one, sex=sex, nationality=nation), person).score >= bare - ROUNDING


@given(NAMES, NAMES, NAMES)
@settings(max_examples=60)
def test_another_name_of_the_person_never_lowers_a_score(one: str, other: str, alias: str) -> None:
    assert compare(asked(one), listed((other, alias))).score >= compare(asked(one), listed(other)).score - ROUNDING


@given(NAMES)
@settings(max_examples=60)
def test_a_name_is_most_like_itself(name: str) -> None:
    itself = compare(asked(name), listed(name)).score
    assert itself >= compare(asked(f"{name} zzyx"), listed(name)).score - ROUNDING


def test_every_coefficient_has_the_sign_its_measure_is_meant_to_have() -> None:
    learned = coefficients()
    assert set(learned.names) <= set(MEASURES)
    assert set(learned.facts) == set(FACTS)
    for name, value in learned.names.items():
        assert value <= 0 if name in AGAINST else value >= 0, name
    assert all(slope > 0 for slope in learned.slopes)
    births = [learned.facts[f"birth {level}"] for level in ("same", "slip", "one digit", "some parts", "near", "other")]
    assert births == sorted(births, reverse=True)
    assert learned.facts["birth same"] >= learned.facts["birth same year"] >= learned.facts["birth near year"]


@pytest.mark.parametrize(
    "name",
    [
        "a" * 10_000,
        " ".join(["ab"] * 5_000),
        " ".join(f"part{n}" for n in range(500)),
        "(" * 10_000,
        "山" * 10_000,
        "Аа" * 5_000,
        "x" * 9_999 + "ʼ",
        "-" * 10_000,
        "al " * 3_000,
        "aA" * 5_000,
    ],
)
def test_a_hostile_name_is_cut_to_a_bounded_one(name: str) -> None:
    for way in prepare(name):
        assert len(way.parts) + len(build_of(way.roles).joins) <= WIDEST
        assert sum(len(part.key) for part in way.parts) < 5_000
    assert 0 <= compare(asked(name), listed(name)).score <= 1


def test_nobody_and_nothing_can_be_compared() -> None:
    nobody = Person(listed("x").key, ())
    assert compare(PersonQuery(), nobody).score < 0.5
    assert compare(asked("Josef Kony"), nobody).score < 0.5
    assert str(compare(PersonQuery(), listed("Josef Kony")).explanation.sentence) == "Why: no name to compare."
