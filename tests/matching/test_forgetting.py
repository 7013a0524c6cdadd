"""A locked desk keeps nobody's name in memory: what was made ready of names is forgotten."""

from __future__ import annotations

import gc
from functools import lru_cache

from borderdesk.ids import ListName
from borderdesk.matching import PersonIndex, PersonQuery, compare_many, forget_names
from borderdesk.matching.lexicon import lexicon
from borderdesk.matching.segments import build
from tests.matching.people import listed

_CACHED = type(lru_cache(maxsize=1)(len))
_WITHOUT_NAMES = {
    "_full_name",
    "_groups",
    "_joined",
    "_shipped",
    "build_of",
    "date_of",
    "form",
    "read_date",
    "state_letters",
    "table",
}
"""Caches of this room that hold tables, sentences, states and dates, and nobody's name."""


def _caches_of_names() -> list[object]:
    return [
        each
        for each in gc.get_objects()
        if isinstance(each, _CACHED)
        and each.__module__.startswith("borderdesk.matching.")
        and each.__qualname__ not in _WITHOUT_NAMES
    ]


def test_what_was_made_of_a_name_is_forgotten_with_the_rest() -> None:
    list(compare_many([(PersonQuery("Xaviqor Blemtrudis"), listed("Xaviqor Blemtrudis"))]))
    assert "xaviqor" in lexicon().plain
    caches = _caches_of_names()
    assert sum(each.cache_info().currsize for each in caches) > 2  # type: ignore[attr-defined]
    forget_names()
    assert "xaviqor" not in lexicon().plain
    left = {each.__qualname__: each.cache_info().currsize for each in caches}  # type: ignore[attr-defined]
    assert not any(left.values()), f"a new cache of names is made with @forgettable: {left}"


def test_what_a_search_found_for_a_part_of_a_name_is_forgotten_too() -> None:
    segment = build([(ListName("national"), listed("Xaviqor Blemtrudis"))])
    index = PersonIndex(lambda _list, _key: listed("Xaviqor Blemtrudis"))
    index.add_segment(segment)
    assert index.search(PersonQuery("Xavikor Blemtrudis"), limit=5, at_least=0.5)
    assert segment.words.lately
    forget_names()
    assert not segment.words.lately
    assert index.search(PersonQuery("Xavikor Blemtrudis"), limit=5, at_least=0.5)
