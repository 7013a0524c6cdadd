"""A listed person under another spelling is found; a namesake with another birth date is not."""

from __future__ import annotations

import pytest

from borderdesk.ids import ListName, RecordKey
from borderdesk.matching import PersonIndex, compare
from borderdesk.policy import DEFAULT
from tests.matching.people import asked, listed


@pytest.mark.parametrize(
    ("traveller", "record", "birth"),
    [
        ("Josef Kony", "JOSEPH KONY", "1964-09-18"),
        ("Mohamed Al-Qasim", "MUHAMMAD AL QASSIM", "1971-05-02"),
        ("KONY JOSEPH", "JOSEPH KONY", "1964-09-18"),
        ("Vladimir Putin", "ПУТИН Владимир Владимирович", "1952-10-07"),
    ],
)
def test_another_spelling_with_the_same_birth_date_is_found(traveller: str, record: str, birth: str) -> None:
    scored = compare(asked(traveller, birth), listed(record, birth))
    assert scored.score >= DEFAULT.look_again_score, scored
    assert str(scored.explanation.sentence).endswith(".")


@pytest.mark.parametrize("name", ["Muhammad Ali", "Jose Garcia", "Ivan Ivanov", "Li Wei"])
def test_a_namesake_with_another_birth_date_is_not(name: str) -> None:
    scored = compare(asked(name, "1990-03-11"), listed(name, "1961-07-25"))
    assert scored.score < DEFAULT.look_again_score, scored


def test_a_year_that_is_one_of_several_listed_says_less_than_the_only_one() -> None:
    traveller = asked("Mohammed Ali", "1994-02-20")
    sure, unsure = listed("Ali Mohammed", "1994"), listed("Ali Mohammed", "1992", "1993", "1994", "1995")
    assert compare(traveller, sure).score > compare(traveller, unsure).score
    assert compare(traveller, unsure).score >= compare(asked("Mohammed Ali"), listed("Ali Mohammed")).score


@pytest.mark.parametrize("left_out", ["CHERNET, Evgeni", "Evgeni CHERNET"])
def test_a_fathers_name_left_out_hardly_counts(left_out: str) -> None:
    whole = compare(asked("CHERNET, Evgeni Olegovich"), listed("CHERNET, Evgeni Olegovich")).score
    assert compare(asked("CHERNET, Evgeni Olegovich"), listed(left_out)).score > 0.9 * whole
    assert (
        compare(asked("CHERNET, Evgeni Bukhari"), listed(left_out)).score
        < compare(asked("CHERNET, Evgeni Olegovich"), listed(left_out)).score
    )


def test_somebody_else_born_the_same_day_is_not() -> None:
    assert compare(asked("Anna Berg", "1961-07-25"), listed("Muhammad Ali", "1961-07-25")).score < 0.5


def test_the_index_answers_the_listed_person_first_and_says_from_which_edition() -> None:
    index = PersonIndex()
    un, national = ListName("un-sc"), ListName("national")
    index.put(un, 4, listed("JOSEPH KONY", "1964-09-18"))
    index.put(un, 4, listed("MUHAMMAD AL QASSIM", "1971-05-02"))
    index.put(national, 1, listed("Anna Berg", "1980"))
    found = index.search(asked("Josef Kony", "1964-09-18"), limit=10, at_least=DEFAULT.look_again_score)
    assert [(c.record.list, c.record.key, c.record.edition) for c in found] == [("un-sc", "JOSEPH KONY", 4)]

    index.set_edition(un, 5)
    assert index.search(asked("Josef Kony"), limit=1, at_least=0)[0].record.edition == 5
    index.remove(un, RecordKey("JOSEPH KONY"))
    assert not index.search(asked("Josef Kony"), limit=10, at_least=DEFAULT.look_again_score)
    index.clear(un)
    assert len(index) == 1


@pytest.mark.parametrize(
    ("traveller", "record"),
    [
        ("AJRI, Abdul Malik", "AJRI, Abd-Al-Malik"),  # malik is a title elsewhere
        ("WALID RUKAN ABD AL GHAFUR AL MAJID AL", "Walid Rukan Abd-al-Ghafur Al Majid Al-Samir"),  # the line was full
        ("MOUSAVI Nezamoldin", "MOUSAVI, Nezam-al-Din"),
        ("CHARHEIKA, Siarhei Viktaravich", "CHERGEIKO, Sergey Viktorovich"),
        ("MAHMOODZADEH YAHYQ", "MAHMOODZADEH, Yahya"),  # one key beside the right one, in a word of few letters
    ],
)
def test_one_name_is_likely_one_person_though_a_part_looks_like_something_else(traveller: str, record: str) -> None:
    assert compare(asked(traveller), listed(record)).score > 0.7
