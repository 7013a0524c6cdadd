"""Which first names are one name in several languages, and which are its familiar forms."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from borderdesk.matching.sounds import fold
from borderdesk.matching.tables import table

_PATRONYMIC: Final = tuple(sorted(table("roles")["father"].split(), key=len, reverse=True))
_NONE: Final[frozenset[int]] = frozenset()


@cache
def _groups() -> tuple[dict[str, frozenset[int]], dict[str, frozenset[int]], dict[str, frozenset[int]]]:
    """Fold of a name to the groups it is a full form, a short form, or (its stem) a father's name of."""
    whole: dict[str, set[int]] = {}
    short: dict[str, set[int]] = {}
    fathers: dict[str, set[int]] = {}
    for at, group in enumerate(table("nicknames")["groups"]):
        for name in group["names"].split():
            whole.setdefault(fold(name), set()).add(at)
            fathers.setdefault(_stem(fold(name)), set()).add(at)
        for name in group["short"].split():
            short.setdefault(fold(name), set()).add(at)
    spelled = [group.split() for topic in ("chinese", "korean") for group in table(topic)["spellings"]]
    for at, names in enumerate(spelled, start=10_000):
        for name in names:
            whole.setdefault(fold(name), set()).add(at)
    return tuple({fold_: frozenset(ids) for fold_, ids in known.items()} for known in (whole, short, fathers))  # type: ignore[return-value]


def _stem(folded: str) -> str:
    return folded.rstrip("aeiu")


def full_groups(latin: str) -> frozenset[int]:
    """The groups in which this is a full name; a patronymic is in the (negative) group of the father's name."""
    return _full_groups(latin, fold(latin))


def short_groups(latin: str) -> frozenset[int]:
    """The groups in which this is a familiar form."""
    return _groups()[1].get(fold(latin), _NONE)


def groups_of(
    words: Sequence[str], folded: Sequence[str], spelled_out: Sequence[bool]
) -> tuple[list[frozenset[int]], list[frozenset[int]]]:
    """`full_groups` and `short_groups` of many words whose folds these are; none where the script leaves out vowels."""
    short = _groups()[1]
    return (
        [
            _full_groups(word, sound) if full else _NONE
            for word, sound, full in zip(words, folded, spelled_out, strict=True)
        ],
        [short.get(sound, _NONE) if full else _NONE for sound, full in zip(folded, spelled_out, strict=True)],
    )


def _full_groups(latin: str, folded: str) -> frozenset[int]:
    whole, _, fathers = _groups()
    if latin.endswith(_PATRONYMIC):
        for ending in _PATRONYMIC:
            if latin.endswith(ending) and len(latin) - len(ending) > 2:
                stem = _stem(fold(latin[: -len(ending)]))
                return frozenset(-1 - at for at in fathers.get(stem, ()))
    return whole.get(folded, _NONE)
