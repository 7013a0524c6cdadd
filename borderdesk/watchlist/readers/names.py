"""Names as lists write them: several in one field, notes in brackets, scripts side by side."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from borderdesk.watchlist.records import NameQuality, PersonName

_BRACKETS = re.compile(r"\(([^()]*)\)")
_BETWEEN = re.compile(r"\s*;\s*|\s+[a-z]\)\s+")
_BORN = re.compile(r",?\s+born\b.*", re.DOTALL)
_ORIGINAL_SCRIPT = re.compile(r"\s*original script:\s*", re.IGNORECASE)
_SUFFIX = re.compile(r"(?:jr|sr|[ivx]{1,4})\.?(?:\s.*)?", re.IGNORECASE)
_NOTHING = frozenset({"na", "n/a", "-", "--", "unknown", "none"})


@dataclass(frozen=True, slots=True)
class NamesIn:
    """What one field held: `names` as written, and `notes` that are no names."""

    names: tuple[str, ...]
    notes: tuple[str, ...]


def names_in(text: str) -> NamesIn:
    """Take a field of the UN's or the EU's lists apart.

    `a; b` and `a b) c` are several names; a bracket holds the same name in another script, or several names, or a note.
    """
    names: list[str] = []
    notes: list[str] = []
    outer = _BRACKETS.sub(" ", text)
    for inside in _BRACKETS.findall(text):
        stated = _ORIGINAL_SCRIPT.match(inside)
        other = inside[stated.end() :] if stated else inside
        if stated or ";" in other or _script(other) != _script(outer):
            names += _parts(other)
        else:
            notes.append(" ".join(inside.split()))
    born = _BORN.search(outer)
    if born:
        notes.append(born.group().strip(" ,"))
        outer = outer[: born.start()]
    return NamesIn((*_parts(outer), *names), tuple(notes))


def person_name(text: str, quality: NameQuality) -> PersonName:
    """A name as written; `Surname, Given` tells the two apart, `Name, Jr` does not."""
    surname, comma, given = (part.strip() for part in text.partition(","))
    if comma and given and "," not in given and not _SUFFIX.fullmatch(given):
        return PersonName(text, surname, given, quality)
    return PersonName(text, quality=quality)


def is_nothing(text: str) -> bool:
    """True where a list writes that it knows nothing (`na`, `-`)."""
    return text.strip().lower() in _NOTHING


def _parts(text: str) -> list[str]:
    parts = (" ".join(part.split()).strip(' ,;)("“”') for part in _BETWEEN.split(text))
    return [part for part in parts if part and not is_nothing(part)]


def _script(text: str) -> str:
    """The script of the first letter, by the first word of its Unicode name (`LATIN`, `ARABIC`, `CJK` …)."""
    for character in text:
        if character.isalpha():
            return unicodedata.name(character, "?").split(" ")[0]
    return ""
