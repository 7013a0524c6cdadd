"""INTERPOL's public notices, as the service `ws-public.interpol.int/notices/v1` gives them in JSON.

One notice, a list of notices, or an answer of the search (`_embedded.notices`). Dates may be partial, heights and
weights of 0 are unknown, a name of `-` is none, and some nationalities are numbers that are no states: such values are
reported, not guessed. A colour is not an instruction: what the desk is to do is the bureau's decision (`action`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any, Final

from borderdesk.ids import ListName
from borderdesk.watchlist.readers.draft import PersonDraft
from borderdesk.watchlist.readers.jsonlines import json_entries, text, texts
from borderdesk.watchlist.readers.names import is_nothing
from borderdesk.watchlist.readers.report import Loss, Read, refuse
from borderdesk.watchlist.records import Action, ListKind, NameQuality, Watchlist
from borderdesk.words import say

FORMAT: Final = "INTERPOL public notices (JSON)"
NOTICES: Final = Watchlist(ListName("interpol-notices"), ListKind.PERSONS, "INTERPOL notices (public)", "INTERPOL")

_NAMES: Final = (
    ("forename", "name", NameQuality.PRIMARY),
    ("forename_in_original_script", "name_in_original_script", NameQuality.PRIMARY),
    ("forename", "birth_name", NameQuality.STRONG),
    ("forename", "name_at_birth", NameQuality.STRONG),
)
_REMARKS: Final = (
    ("Marks", "distinguishing_marks"),
    ("Profession", "profession"),
    ("Summary", "summary"),
    ("Purposes", "purposes"),
    ("Eyes", "eyes_colors_id"),
    ("Hair", "hairs_id"),
    ("Languages", "languages_spoken_ids"),
    ("Date of event", "date_of_event"),
    ("Place of event", "place"),
    ("Country of event", "country"),
    ("UN reference", "un_reference"),
    ("UN resolution", "un_resolution"),
    ("Father", "father_name"),
    ("Father's forename", "father_forename"),
    ("Mother", "mother_name"),
    ("Mother's forename", "mother_forename"),
)
_KNOWN: Final = frozenset(
    {name for row in _NAMES for name in row[:2]}
    | {field for _, field in _REMARKS}
    | {"entity_id", "aliases", "date_of_birth", "place_of_birth", "country_of_birth_id", "nationalities", "sex_id"}
    | {"height", "weight", "arrest_warrants", "identity_documents", "associates", "adresses"}
    | {"_links", "_embedded", "image", "images", "total", "query", "un_reference_date"}
)


def read_interpol(stream: IO[bytes], *, action: Action = Action.REFER) -> Iterator[Read]:
    """Read notices of persons. Raises UnreadableList."""
    seen: set[str] = set()
    for entry in json_entries(stream, FORMAT, inside=("_embedded", "notices")):
        notice = entry.value
        number = text(notice.get("entity_id")) or text(notice.get("un_reference"))
        if not number or number in seen:
            why = say("Its number is missing, or was used before in this file.")
            yield refuse(entry.line, number, "entity_id", text(notice.get("name")), why, Loss.RECORD)
            continue
        seen.add(number)
        draft = _person(entry.line, number, notice)
        person = draft.person(reference=f"INTERPOL {number}", action=action)
        yield from draft.refusals
        if person:
            yield person


def _person(line: int, number: str, notice: dict[str, Any]) -> PersonDraft:
    draft = PersonDraft(line, number)
    for given_field, surname_field, quality in _NAMES:
        given, surname = text(notice.get(given_field)), text(notice.get(surname_field))
        given, surname = ("" if is_nothing(part) else part for part in (given, surname))
        if surname or (given and quality is NameQuality.PRIMARY):
            draft.name(" ".join(filter(None, (given, surname))), quality, surname=surname, given=given)
    for alias in texts(notice.get("aliases")):
        draft.name(alias, NameQuality.STRONG)
    draft.born("date_of_birth", text(notice.get("date_of_birth")))
    born_at = [text(notice.get("place_of_birth")), text(notice.get("country_of_birth_id"))]
    draft.born_at(", ".join(filter(None, born_at)))
    for nationality in texts(notice.get("nationalities")):
        draft.citizen("nationalities", nationality)
    draft.gender("sex_id", text(notice.get("sex_id")))
    for written in texts(notice.get("identity_documents")):
        draft.document("identity_documents", "", written)
    for label, unit in (("height", "m"), ("weight", "kg")):
        measured = text(notice.get(label))
        if measured not in ("", "0", "0.0"):
            draft.remark(label.capitalize(), f"{measured} {unit}")
    warrants = notice.get("arrest_warrants") or []
    for warrant in warrants if isinstance(warrants, list) else [warrants]:
        if not isinstance(warrant, dict):
            draft.moved("arrest_warrants", f"Wanted by: {text(warrant)}", text(warrant), say("The field is not known."))
        else:
            charge = text(warrant.get("charge_translation")) or text(warrant.get("charge"))
            draft.remark("Wanted by", f"{text(warrant.get('issuing_country_id'))}: {charge}")
    for label, field in _REMARKS:
        draft.remark(label, ", ".join(texts(notice.get(field))))
    for field in ("associates", "adresses"):
        draft.remark(field.capitalize(), "; ".join(texts(notice.get(field))))
    for field in sorted(notice.keys() - _KNOWN):
        value = ", ".join(texts(notice[field]))
        if value:
            draft.moved(field, f"{field}: {value}", value, say("The field is not known."))
    return draft
