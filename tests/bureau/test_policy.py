"""The bureau sets the numbers its desks work by."""

from __future__ import annotations

from dataclasses import replace

import pytest

from borderdesk.ids import ListName
from borderdesk.policy import DEFAULT, ScreeningPurpose, Threshold
from sync.bureau import Bureau, UnfitValue, UnknownRule, with_number, with_threshold
from tests.bureau.common import both_databases


@both_databases
def test_a_policy_is_kept_and_journalled(bureau: Bureau) -> None:
    bureau.set_policy(lambda old: with_number(old, "red_after_hours", "72"), by="khamla")
    bureau.set_policy(lambda old: with_threshold(old, "un", ScreeningPurpose.BATCH, "0.85"), by="khamla")
    wanted = replace(DEFAULT, red_after_hours=72, thresholds=(Threshold(ListName("un"), 0.85, ScreeningPurpose.BATCH),))
    assert bureau.policy == wanted
    newest = bureau.journal_newest(2)
    assert [(line.kind, line.who) for line in newest] == [("policy", "khamla")] * 2
    assert '"red_after_hours":72000' in newest[1].details.replace(" ", "")


def test_default_takes_the_programs_own_number_again() -> None:
    changed = with_threshold(with_number(DEFAULT, "recheck_days", "0"), "un", None, "0.9")
    assert changed != DEFAULT
    assert with_threshold(with_number(changed, "recheck_days", "default"), "un", None, "default") == DEFAULT


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("red_after_hours", "23"),  # before it is amber
        ("amber_after_hours", "-1"),
        ("idle_lock_minutes", "0"),
        ("idle_lock_minutes", "2.5"),
        ("idle_lock_minutes", "ten"),
        ("look_again_score", "1.5"),
        ("look_again_score", "NaN"),
        ("bulk_until_hour", "25"),
        ("retry_longest_seconds", "1"),
    ],
)
def test_what_no_desk_could_work_by_is_refused(name: str, value: str) -> None:
    with pytest.raises(UnfitValue):
        with_number(DEFAULT, name, value)


def test_a_misspelt_name_is_refused() -> None:
    with pytest.raises(UnknownRule, match="red_after_hour"):
        with_number(DEFAULT, "red_after_hour", "48")


@pytest.mark.parametrize("score", ["-0.1", "1.01", "high"])
def test_a_threshold_lies_between_nought_and_one(score: str) -> None:
    with pytest.raises(UnfitValue):
        with_threshold(DEFAULT, "un", None, score)
