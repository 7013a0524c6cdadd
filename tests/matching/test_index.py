"""The index finds what comparing with everybody finds, and follows every change."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from borderdesk.ids import ListName, RecordKey
from borderdesk.matching import PersonIndex, PersonQuery, compare, compare_many, words
from borderdesk.matching.merging import merged
from borderdesk.matching.segments import Segment, build, from_blobs, to_blobs
from borderdesk.policy import Policy
from borderdesk.watchlist import DocumentMention, Person, PersonName
from tests.matching.people import asked, crowd, listed

UN, NATIONAL = ListName("un-sc"), ListName("national")


def damaged(person: Person, random: Random) -> PersonQuery:
    words = person.names[0].full.replace(",", "").split()
    word = words[0]
    at = random.randrange(len(word))
    words[0] = word[:at] + random.choice("aeiou") + word[at + random.randrange(2) :]
    random.shuffle(words)
    return PersonQuery(full=" ".join(words), birth=person.births[0], sex=person.sex)


def assert_same(one: Segment, other: Segment) -> None:
    assert one.keys.all() == other.keys.all()
    assert one.words.keys.all() == other.words.keys.all()
    assert one.lists == other.lists
    assert one.alive.tolist() == other.alive.tolist()
    for name, values in one.arrays.items():
        assert values.tolist() == other.arrays[name].tolist(), name


def test_the_index_finds_what_comparing_with_everybody_finds() -> None:
    people, random = crowd(1500), Random(3)
    index = PersonIndex()
    index.put_all(UN, 1, people)
    wanted = found = 0
    for person in random.sample(people, 60):
        query = damaged(person, random)
        best = [p.key for p, s in zip(people, compare_many((query, p) for p in people), strict=True) if s.score >= 0.9]
        keys = {candidate.record.key for candidate in index.search(query, limit=20, at_least=0.5)}
        wanted += len(best)
        found += len(keys.intersection(best))
    assert wanted >= 50
    assert found >= 0.99 * wanted


def test_a_candidate_has_the_score_that_compare_gives() -> None:
    people = crowd(300)
    index = PersonIndex()
    index.put_all(UN, 1, people)
    query = damaged(people[7], Random(1))
    found = index.search(query, limit=5, at_least=0)
    assert found[0].person == people[7]
    assert [c.score for c in found] == pytest.approx([compare(query, c.person).score for c in found])
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)


def test_changes_are_followed_one_by_one_and_across_segments() -> None:
    index = PersonIndex()
    index.put_all(UN, 1, crowd(200))
    kony = listed("JOSEPH KONY", "1964-09-18", key="kony")
    index.put(UN, 2, kony)
    assert index.settle() is not None
    assert [c.record.key for c in index.search(asked("Josef Kony", "1964-09-18"), limit=1, at_least=0.7)] == ["kony"]

    index.put(UN, 3, replace(kony, names=(PersonName("AGASHA NALUBEGA"),)))
    assert not [
        c for c in index.search(asked("Josef Kony", "1964-09-18"), limit=9, at_least=0.7) if c.record.key == "kony"
    ]
    (found,) = index.search(asked("Agasha Nalubega", "1964-09-18"), limit=1, at_least=0.7)
    assert (found.record.key, found.record.edition) == ("kony", 3)

    index.remove(UN, RecordKey("kony"))
    assert not index.search(asked("Agasha Nalubega"), limit=9, at_least=0.7)
    index.put(NATIONAL, 1, kony)
    index.clear(UN)
    assert len(index) == 1


@pytest.mark.parametrize(
    ("question", "names"),
    [
        (asked("ALQASIM MUHAMMAD"), ("MUHAMMAD AL QASIM",)),
        (asked("YUN JONGRIN"), ("YUN Jong-rin",)),
        (asked("YUN JONG RIN"), ("YUN Jongrin",)),
        (asked("Bill Clinton"), ("William Jefferson Clinton",)),
        (asked("HASSAN MADADI"), ("حسن مددی",)),
        (asked("حسن مددی"), ("Hassan Madadi",)),
        (asked("Владимир Путин"), ("Vladimir Putin",)),
        (asked("Xi Jinping"), ("习近平",)),
        (asked("Mohamad Yakub"), ("MUHAMMAD YAQUB",)),
    ],
)
def test_other_spellings_are_found_among_many(question: PersonQuery, names: tuple[str, ...]) -> None:
    index = PersonIndex()
    index.put_all(UN, 1, [*crowd(400), listed(names, key="wanted")])
    assert "wanted" in [candidate.record.key for candidate in index.search(question, limit=3, at_least=0.5)]


def test_whoever_carries_a_listed_document_is_found_under_any_name() -> None:
    index = PersonIndex()
    person = replace(listed("JOSEPH KONY", key="kony"), documents=(DocumentMention("P-123 456"),))
    index.put_all(UN, 1, [*crowd(300), person])
    (found,) = index.search(PersonQuery(full="Zoltan Quixano", document_numbers=("p123456",)), limit=1, at_least=0.5)
    assert found.record.key == "kony"
    assert [fact.fact for fact in found.explanation.facts] == ["document"]


@pytest.mark.parametrize(
    ("listed_number", "asked_number", "same"),
    [
        ("АВ 1234567", "AB1234567", True),  # listed in Cyrillic letters
        ("ab-1234567", "ав1234567", True),  # asked in them
        ("໑໒໓໔໕໖໗", "1234567", True),
        ("Ж1234567", "1234567", False),  # a letter that looks like no Latin one makes another number
    ],
)
def test_a_listed_document_is_the_same_in_whatever_letters_its_number_is_written(
    listed_number: str, asked_number: str, same: bool
) -> None:
    index = PersonIndex()
    person = replace(listed("JOSEPH KONY", key="kony"), documents=(DocumentMention(listed_number),))
    index.put(UN, 1, person)
    found = index.search(PersonQuery(full="Zoltan Quixano", document_numbers=(asked_number,)), limit=1, at_least=0.5)
    assert [candidate.record.key for candidate in found] == ["kony"] * same


def test_a_segment_comes_back_from_its_blobs_as_it_was() -> None:
    people = [*crowd(50), listed("حسن مددی", "1971", key="a", nationality="IRN"), listed("习近平", key="b")]
    segment = build((UN, person) for person in people)
    segment.alive[3] = False
    again = from_blobs({name: bytes(blob) for name, blob in to_blobs(segment)})
    assert_same(again, segment)


@pytest.mark.parametrize("in_order", [True, False])
def test_merged_segments_equal_one_built_anew(in_order: bool) -> None:
    people = [
        *crowd(90),
        replace(listed("حسن مددی", "1971", key="a", nationality="IRN"), documents=(DocumentMention("P-1"),)),
        replace(listed("习近平", key="b", nationality="CHN"), documents=(DocumentMention("P-2"),)),
    ]
    people.sort(key=lambda person: person.key)
    pieces = [people[at : at + 31] for at in range(0, 92, 31)] if in_order else [people[at::3] for at in range(3)]
    segments = [build((UN, person) for person in piece) for piece in pieces]
    gone = {people[4].key, people[91].key}
    for segment, piece in zip(segments, pieces, strict=True):
        segment.alive[[person.key in gone for person in piece]] = False
    national = build([(NATIONAL, people[0])])
    anew = build([(NATIONAL, people[0]), *((UN, person) for person in people if person.key not in gone)])
    again = merged([*segments, national])
    # Nations are numbered as they come.
    named = [[segment.nation_names[code] for code in segment.arrays["nations"]] for segment in (again, anew)]
    assert named[0] == named[1]
    assert_same(again, replace(anew, arrays={**anew.arrays, "nations": again.arrays["nations"]}))


def test_people_of_one_list_searched_together_are_answered_as_one_by_one() -> None:
    people, random = crowd(900), Random(9)
    one_by_one, together = PersonIndex(), PersonIndex()
    for index in (one_by_one, together):
        index.put_all(UN, 1, people[:700])
        for person in people[700:]:
            index.put(NATIONAL, 2, replace(person, documents=(DocumentMention(f"N{person.key}"),)))
    queries = [damaged(person, random) for person in random.sample(people, 150)]
    queries += [
        replace(
            damaged(person, random),
            nationality=random.choice(("UTO", *person.nationalities)),
            document_numbers=(f"N{person.key}", "P1"),
            birth_place="Paris" if random.random() < 0.2 else "",
        )
        for person in random.sample(people, 100)
    ]
    queries += [replace(query, birth=None, sex="") for query in queries[:40]]
    queries += [PersonQuery(), asked("محمد رضا"), asked("习近平"), asked("X" * 39), queries[0]]
    alone = [one_by_one.search(query, limit=5, at_least=0.3) for query in queries]
    assert sum(map(bool, alone)) > 200
    for at_once in (2, 25, len(queries)):
        found = [
            each
            for start in range(0, len(queries), at_once)
            for each in together.search_many(queries[start : start + at_once], limit=5, at_least=0.3)
        ]
        assert found == alone


def test_nobody_asked_is_nobody_found() -> None:
    index = PersonIndex()
    assert index.search_many([], limit=5, at_least=0) == []
    assert index.search_many([asked("Josef Kony")], limit=5, at_least=0) == [()]
    index.put_all(UN, 1, crowd(20))
    assert index.search_many([], limit=5, at_least=0) == []


def test_more_words_than_are_kept_ready_are_answered_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    people, random = crowd(200), Random(4)
    index = PersonIndex()
    index.put_all(UN, 1, people)
    queries = [damaged(person, random) for person in random.sample(people, 6)]
    before = [index.search(query, limit=3, at_least=0.3) for query in queries]
    monkeypatch.setattr(words, "MOST_SOUGHT", 2)
    assert index.search_many(queries, limit=3, at_least=0.3) == before


def test_whoever_carries_a_listed_document_is_found_whatever_all_other_facts_say() -> None:
    index = PersonIndex()
    kony = replace(
        listed("JOSEPH KONY", "1964-09-18", sex="M", nationality="UGA", key="kony"),
        documents=(DocumentMention("P123456"),),
    )
    index.put_all(UN, 1, [*crowd(60), kony])
    query = replace(asked("Zoltan Quixano", "1990-01-30", "F", "HUN"), document_numbers=("P123456",))
    wanted = compare(query, kony).score
    assert [c.record.key for c in index.search(query, limit=1, at_least=wanted - 0.001)] == ["kony"]


def test_an_empty_index_answers_nothing() -> None:
    index = PersonIndex()
    index.put_all(UN, 1, [])
    assert index.search(asked("Josef Kony"), limit=5, at_least=0) == ()
    assert index.search(PersonQuery(), limit=5, at_least=0) == ()


@pytest.mark.parametrize(
    "hostile", ["a" * 10_000, " ".join(f"part{n}" for n in range(500)), "al " * 3_000, "山" * 10_000]
)
def test_a_hostile_name_on_the_list_or_in_the_question_is_searched_like_any_other(hostile: str) -> None:
    index = PersonIndex()
    index.put_all(UN, 1, [*crowd(200), listed(hostile, key="hostile")])
    assert index.search(asked(hostile), limit=3, at_least=0.3)[0].record.key == "hostile"
    assert index.search(asked("Josef Kony"), limit=3, at_least=0.0)


def test_a_score_does_not_depend_on_the_pairs_it_is_compared_with() -> None:
    people = [*crowd(80), listed("حسن مددی"), listed("Abdul Rahman bin Ahmad al Hassan Haji Muhammad Ali Reza")]
    query = asked("Abdulrahman Ahmed Alhasan", "1971-05-02")
    together = [scored.score for scored in compare_many((query, person) for person in people)]
    assert together == pytest.approx([compare(query, person).score for person in people], abs=1e-6)


def test_asked_for_those_the_policy_shows_the_index_finds_what_comparing_with_everybody_finds() -> None:
    people, random = crowd(2000), Random(11)
    index = PersonIndex()
    index.put_all(UN, 1, people)
    least = Policy().look_again_score
    wanted = found = 0
    for person in random.sample(people, 30):
        query = damaged(person, random)
        scored = compare_many((query, p) for p in people)
        best = [p.key for p, s in zip(people, scored, strict=True) if s.score >= least]
        keys = {candidate.record.key for candidate in index.search(query, limit=max(len(best), 1), at_least=least)}
        wanted += len(best)
        found += len(keys.intersection(best))
    assert wanted >= 25
    assert found >= 0.99 * wanted


def test_names_of_the_same_words_in_the_same_roles_are_one_and_all_others_are_not() -> None:
    people = [
        listed(name, key=str(at))
        for at, name in enumerate(("ALI HASSAN", "HASSAN ALI", "ALI HASSAN", "ALI", "ALI HASSAN, ALI", "ALI"))
    ]
    segment = build((UN, person) for person in people)
    first, back = segment.different(segment.names_of(np.arange(6)))
    assert first[back].tolist() == [0, 1, 0, 3, 4, 3]
