"""Who issues travel documents, and what bearers are nationals of: ICAO's three-letter codes and the names lists use.

The table is `states.tsv` beside this module; its head names source and date. A code that is not in it is not wrong:
ICAO adds codes, and states print codes of their own (`XXK` on German residence permits).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType


class StateKind(StrEnum):
    """What stands behind a code."""

    STATE = "state"
    TERRITORY = "territory"
    ORGANIZATION = "organization"
    STATUS = "status"  # of the bearer: stateless, refugee, one of the British nationalities
    FORMER = "former"
    SPECIMEN = "specimen"  # Utopia: only in ICAO's examples
    FANTASY = "fantasy"  # issues papers that no state recognises


@dataclass(frozen=True, slots=True)
class State:
    """One row of the table.

    `code` is the code as ICAO Doc 9303-3 section 5 prints it (`D` for Germany); `alpha2` and `alpha3` are ISO 3166-1's,
    empty where ISO has none. `also` are other codes under which the same issuer's documents are listed or printed.
    """

    code: str
    alpha2: str
    alpha3: str
    kind: StateKind
    also: tuple[str, ...]
    name: str
    other_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    rows: tuple[State, ...]
    by_code: MappingProxyType[str, State]
    by_other_code: MappingProxyType[str, State]
    by_words: MappingProxyType[tuple[str, ...], State]
    aliases: MappingProxyType[str, tuple[str, ...]]


def states() -> tuple[State, ...]:
    """Every row of the table, ordered by code."""
    return _table().rows


def state(code: str) -> State | None:
    """The row for a code as printed in a machine readable zone, or None where the code is unknown.

    Filler is ignored (`D<<` is Germany). Codes that ICAO does not use but documents or ISO do (`DEU`, `XXK`, `ROM`)
    give the row they stand for.
    """
    wanted = code.replace("<", "").strip().upper()
    table = _table()
    return table.by_code.get(wanted) or table.by_other_code.get(wanted)


def find_state(text: str) -> State | None:
    """The row for a state as people write it: an English name, the name of its people, alpha-2 or alpha-3.

    Word order, case, accents and punctuation do not matter: `Iran (Islamic Republic of)`, `Korea, North`, `Russian`.
    Codes are recognised in capitals only, because lists write `na` for *not available*. None where nothing fits.
    """
    stripped = text.strip()
    if len(stripped) <= 3 and stripped.isupper() and (by_code := state(stripped)):
        return by_code
    return _table().by_words.get(_words(stripped))


def state_aliases(code: str) -> tuple[str, ...]:
    """Other codes under which a document of this issuer may be listed, without the code itself; sorted.

    `D` gives `DEU` and `DEU` gives `D`; `GBR` gives the five British nationality codes and each of them gives `GBR`.
    """
    return _table().aliases.get(code.replace("<", "").strip().upper(), ())


_NOISE = frozenset({"the", "of", "and", "de", "ex"})


def _words(text: str) -> tuple[str, ...]:
    """A name as the sorted tuple of its telling words, so that `Congo, Republic of the` is `Republic of the Congo`."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    joined = re.sub(r"['’`.]", "", plain).replace("ı", "i")
    spelled = ("saint" if word == "st" else word for word in re.findall(r"[a-z]+", joined))
    return tuple(sorted(word for word in spelled if word not in _NOISE))


@cache
def _table() -> _Table:
    text = files("borderdesk.codes").joinpath("states.tsv").read_text(encoding="utf-8")
    rows = tuple(_row(line) for line in text.splitlines() if not line.startswith("#"))
    by_code = {row.code: row for row in rows}
    by_other_code: dict[str, State] = {}
    by_words: dict[tuple[str, ...], State] = {}
    aliases: dict[str, set[str]] = {}
    for row in rows:
        # A status or a former state never takes a code away from a living one.
        foreign = [code for code in (row.alpha2, row.alpha3, *row.also) if code and code not in by_code]
        for code in foreign:
            by_other_code.setdefault(code, row)
        for name in (row.name, *row.other_names):
            words = _words(name)
            if by_words.setdefault(words, row) is not row:
                raise ValueError(f"two states are called {name!r}: {by_words[words].code} and {row.code}")
        for other in row.also:
            aliases.setdefault(row.code, set()).add(other)
            aliases.setdefault(other, set()).add(row.code)
    return _Table(
        rows,
        MappingProxyType(by_code),
        MappingProxyType(by_other_code),
        MappingProxyType(by_words),
        MappingProxyType({code: tuple(sorted(others)) for code, others in aliases.items()}),
    )


def _row(line: str) -> State:
    code, alpha2, alpha3, kind, also, name, other_names = line.split("\t")
    return State(
        code, alpha2, alpha3, StateKind(kind), tuple(also.split()), name, tuple(filter(None, other_names.split("|")))
    )
