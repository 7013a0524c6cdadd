"""Persons of OFAC's lists in the advanced data model (`SDN_ADVANCED.XML`, `CONS_ADVANCED.XML`).

Nothing stands in one place there: a party names its features by number, the numbers are explained in reference sets at
the beginning, places and identity documents have blocks of their own before the parties, programmes and links between
parties blocks after them. So the persons are kept until the file ends, some thousands. A record's key is the number
that `sdn.xml` and `sdn.csv` give it too. https://ofac.treasury.gov/media/10391/download
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final
from xml.etree.ElementTree import Element

from borderdesk.watchlist.readers.advanced_days import day_of, period
from borderdesk.watchlist.readers.draft import PersonDraft
from borderdesk.watchlist.readers.numbers import is_travel_paper
from borderdesk.watchlist.readers.report import Loss, Read, SourceStamp, refuse
from borderdesk.watchlist.readers.xmlstream import XmlRecord, clean, text_of
from borderdesk.watchlist.records import NameQuality
from borderdesk.words import Sentence, say

ROOT: Final = "Sanctions"
_REFERENCES: Final = frozenset(
    {"AliasType", "Country", "DetailReference", "FeatureType", "IDRegDocDateType", "IDRegDocType", "NamePartType"}
    | {"PartyType", "RelationType", "SanctionsType", "Validity"}
)
TAGS: Final = _REFERENCES | {"PartySubType", "AreaCode", "DateOfIssue", "Location", "IDRegDocument"} | {
    "DistinctParty", "ProfileRelationship", "SanctionsEntry",
}  # fmt: skip
_INDIVIDUAL_SUBTYPE: Final = "4"
_BIRTH, _PLACES, _GENDER = "Birthdate", "Place of Birth", "Gender"
_STATES_OF: Final = {"Nationality Country": "nationality", "Citizenship Country": "citizenship"}
_GIVEN: Final = ("First Name", "Middle Name", "Patronymic", "Matronymic")
_VALID: Final = frozenset({"", "Valid", "Unknown"})


@dataclass(slots=True)
class _Paper:
    line: int
    kind: str
    number: str
    country: str
    said: list[str]


@dataclass(slots=True)
class _Model:
    """What was explained so far, and the persons who wait for what stands behind them."""

    references: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    party_types: dict[str, tuple[str, str]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    papers: dict[str, list[_Paper]] = field(default_factory=lambda: defaultdict(list))
    persons: dict[str, PersonDraft] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    programmes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def text(self, kind: str, number: str | None) -> str:
        """What a number of a reference set means; empty where the file does not say."""
        return self.references[kind].get(number or "", "")


def read_advanced(found: Iterable[XmlRecord], no_person: Sentence) -> Iterator[Read]:
    """Read the records of an advanced file in its order."""
    model = _Model()
    for each in found:
        element = each.element
        if element.tag in _REFERENCES:
            model.references[element.tag][element.get("ID", "")] = clean(element.text)
        elif element.tag == "PartySubType":
            model.party_types[element.get("ID", "")] = (clean(element.text), element.get("PartyTypeID", ""))
        elif element.tag == "AreaCode":
            model.references["AreaCode"][element.get("ID", "")] = element.get("Description", "")
        elif element.tag == "DateOfIssue":
            day = day_of(element)
            yield SourceStamp(datetime(day.year, day.month, day.day, tzinfo=UTC) if day and day.is_whole else None)
        elif element.tag == "Location":
            model.places[element.get("ID", "")] = _place(model, element)
        elif element.tag == "IDRegDocument":
            model.papers[element.get("IdentityID", "")].append(_paper(model, each))
        elif element.tag == "DistinctParty":
            yield from _party(model, each, no_person)
        elif element.tag == "ProfileRelationship":
            _link(model, element)
        else:
            _entry(model, element)
    for paper in (paper for papers in model.papers.values() for paper in papers):
        why = say("It belongs to no person of this file.")
        yield refuse(paper.line, "", paper.kind or "IDRegDocument", paper.number, why)
    for profile, draft in model.persons.items():
        draft.remark("Programme", ", ".join(dict.fromkeys(model.programmes[profile])))
        person = draft.person(reference=f"OFAC {draft.record}")
        yield from draft.refusals
        if person:
            yield person


def _place(model: _Model, element: Element) -> str:
    parts = [clean(value.text) for value in element.iterfind("LocationPart/LocationPartValue[@Primary='true']/Value")]
    if not parts:
        parts = [clean(value.text) for value in element.iterfind("LocationPart/LocationPartValue/Value")]
    areas = [model.text("AreaCode", area.get("AreaCodeID")) for area in element.iterfind("LocationAreaCode")]
    countries = [model.text("Country", one.get("CountryID")) for one in element.iterfind("LocationCountry")]
    known = [part for part in (*parts, *areas, *countries) if part and part.lower() != "undetermined"]
    return ", ".join(dict.fromkeys(known))


def _paper(model: _Model, found: XmlRecord) -> _Paper:
    element = found.element
    said = [clean(element.findtext(tag)) for tag in ("IssuingAuthority", "Comment")]
    validity = model.text("Validity", element.get("ValidityID"))
    if validity not in _VALID:
        said.append(validity)
    for dated in element.iterfind("DocumentDate"):
        days = period(dated.find("DatePeriod"))
        if days is not None:
            said.append(f"{model.text('IDRegDocDateType', dated.get('IDRegDocDateTypeID'))} {days.said}".strip())
    return _Paper(
        found.line,
        model.text("IDRegDocType", element.get("IDRegDocTypeID")),
        text_of(element, "IDRegistrationNo"),
        model.text("Country", element.get("IssuedBy-CountryID")),
        [text for text in said if text],
    )


def _party(model: _Model, found: XmlRecord, no_person: Sentence) -> Iterator[Read]:
    element = found.element
    record = element.get("FixedRef", "")
    for profile in element.iterfind("Profile"):
        draft = PersonDraft(found.line, record or profile.get("ID", ""))
        number = profile.get("ID", "")
        for identity in profile.iterfind("Identity"):
            _identity(model, draft, identity)
        model.names[number] = draft.names[0].full if draft.names else ""
        subtype, type_ = model.party_types.get(profile.get("PartySubTypeID", ""), ("", ""))
        kind = subtype if subtype not in ("", "Unknown") else model.text("PartyType", type_)
        if (kind or profile.get("PartySubTypeID")) not in ("Individual", _INDIVIDUAL_SUBTYPE):
            yield refuse(found.line, draft.record, kind, model.names[number], no_person, Loss.RECORD)
            continue
        if number in model.persons:
            why = say("Its number is missing, or was used before in this file.")
            yield refuse(found.line, draft.record, "Profile", model.names[number], why, Loss.RECORD)
            continue
        model.persons[number] = draft
        draft.remark("", text_of(element, "Comment"))
        for feature in profile.iterfind("Feature"):
            kind = model.text("FeatureType", feature.get("FeatureTypeID"))
            for version in feature.iterfind("FeatureVersion"):
                _feature(model, draft, kind or f"Feature {feature.get('FeatureTypeID')}", version)


def _identity(model: _Model, draft: PersonDraft, identity: Element) -> None:
    kinds = {
        group.get("ID"): model.text("NamePartType", group.get("NamePartTypeID"))
        for group in identity.iterfind("NamePartGroups/MasterNamePartGroup/NamePartGroup")
    }
    # What the list calls somebody comes first, whatever the order of the file.
    aliases = sorted(identity.iterfind("Alias"), key=lambda alias: alias.get("Primary") != "true")
    for alias in aliases:
        weak, primary = alias.get("LowQuality") == "true", alias.get("Primary") == "true"
        quality = NameQuality.WEAK if weak else NameQuality.PRIMARY if primary else NameQuality.STRONG
        for name in alias.iterfind("DocumentedName"):
            _name(draft, name, kinds, quality)
    for paper in model.papers.pop(identity.get("ID", ""), []):
        _add_paper(draft, paper)


def _name(draft: PersonDraft, name: Element, kinds: dict[str | None, str], quality: NameQuality) -> None:
    parts: dict[str, list[str]] = defaultdict(list)
    for value in name.iterfind("DocumentedNamePart/NamePartValue"):
        parts[kinds.get(value.get("NamePartGroupID"), "")].append(clean(value.text))
    surname = " ".join(parts["Last Name"])
    given = " ".join(text for kind in _GIVEN for text in parts[kind])
    rest = " ".join(text for kind, texts in parts.items() if kind not in {*_GIVEN, *_APART} for text in texts)
    if surname or given:
        draft.name(
            f"{surname}, {given}" if surname and given else surname or given, quality, surname=surname, given=given
        )
    if rest:
        draft.name(rest, quality)
    for text in parts["Maiden Name"]:
        draft.name(f"{text}, {given}" if given else text, NameQuality.STRONG, surname=text, given=given)


_APART: Final = frozenset({"Last Name", "Maiden Name"})


def _add_paper(draft: PersonDraft, paper: _Paper) -> None:
    if is_travel_paper(paper.kind):
        draft.document("IDRegDocument", paper.kind, paper.number, paper.country)
    else:
        draft.remark(paper.kind or "Number", " ".join(filter(None, (paper.number, paper.country))))
    draft.remark("Document", f"{paper.number}: {'; '.join(paper.said)}" if paper.said else "")


def _feature(model: _Model, draft: PersonDraft, kind: str, version: Element) -> None:
    days = period(version.find("DatePeriod"))
    if kind == _BIRTH and days is not None:
        draft.born(kind, days.text)
        if days.said != days.text:
            draft.remark("Date of birth", days.said)
        draft.remark("Date of birth", text_of(version, "Comment"))
        return
    details = [
        clean(detail.text) or model.text("DetailReference", detail.get("DetailReferenceID"))
        for detail in version.iterfind("VersionDetail")
    ]
    details += [model.places.get(place.get("LocationID", ""), "") for place in version.iterfind("VersionLocation")]
    said = ", ".join(detail for detail in details if detail) or (days.said if days else "")
    if kind == _PLACES:
        draft.born_at(said)
    elif kind in _STATES_OF:
        draft.citizen(kind, said)
    elif kind == _GENDER:
        draft.gender(kind, said)
    elif kind == _BIRTH:
        draft.born(kind, said or text_of(version, "Comment"))
    else:
        draft.remark("Address" if kind == "Location" else kind.rstrip(" :-"), said)
    if kind != _BIRTH:
        draft.remark(kind.rstrip(" :-"), text_of(version, "Comment"))


def _link(model: _Model, element: Element) -> None:
    """What a person has to do with somebody else of the list, said with both."""
    kind = model.text("RelationType", element.get("RelationTypeID")) or "Linked To"
    first, other = element.get("From-ProfileID", ""), element.get("To-ProfileID", "")
    for one, partner in ((first, other), (other, first)):
        if one in model.persons and model.names.get(partner):
            model.persons[one].remark(kind.rstrip("."), model.names[partner])


def _entry(model: _Model, element: Element) -> None:
    profile = element.get("ProfileID", "")
    for measure in element.iterfind("SanctionsMeasure"):
        if model.text("SanctionsType", measure.get("SanctionsTypeID")) in ("Program", ""):
            comment = text_of(measure, "Comment")
            model.programmes[profile] += [comment] if comment else []
    if profile in model.persons:
        listed = [day_of(event) for event in element.iterfind("EntryEvent/Date")]
        whole = [date(day.year, day.month, day.day) for day in listed if day and day.is_whole]
        known = model.persons[profile].listed_on
        model.persons[profile].listed_on = min([*whole, *([known] if known else [])], default=None)
