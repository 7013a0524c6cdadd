"""OFAC's advanced data model: the persons in it are found as by the simple file.

The file is invented; its elements, attributes and numbers of reference sets are those of `SDN_ADVANCED.XML`.
"""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest

from borderdesk.dates import PartialDate
from borderdesk.watchlist import Person
from borderdesk.watchlist.readers import ImportReport, Loss, Tally, UnreadableList, read_ofac_xml
from borderdesk.watchlist.records import DocumentMention, NameQuality

NAMESPACE = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ADVANCED_XML"
HEAD = f"""<?xml version="1.0" standalone="yes"?>
<Sanctions xmlns="{NAMESPACE}">
<DateOfIssue CalendarTypeID="1"><Year>2026</Year><Month>11</Month><Day>20</Day></DateOfIssue>
<ReferenceValueSets>
<AliasTypeValues><AliasType ID="1400">A.K.A.</AliasType><AliasType ID="1403">Name</AliasType></AliasTypeValues>
<CountryValues><Country ID="11069" ISO2="EG">Egypt</Country><Country ID="11089">Iran</Country></CountryValues>
<DetailReferenceValues><DetailReference ID="91526">Male</DetailReference></DetailReferenceValues>
<FeatureTypeValues>
<FeatureType ID="8" FeatureTypeGroupID="1">Birthdate</FeatureType><FeatureType ID="9">Place of Birth</FeatureType>
<FeatureType ID="10">Nationality Country</FeatureType><FeatureType ID="25">Location</FeatureType>
<FeatureType ID="26">Title</FeatureType><FeatureType ID="224">Gender</FeatureType>
</FeatureTypeValues>
<IDRegDocDateTypeValues><IDRegDocDateType ID="1481">Expiration Date</IDRegDocDateType></IDRegDocDateTypeValues>
<IDRegDocTypeValues>
<IDRegDocType ID="1571">Passport</IDRegDocType><IDRegDocType ID="1596">Tax ID No.</IDRegDocType>
</IDRegDocTypeValues>
<NamePartTypeValues>
<NamePartType ID="1520">Last Name</NamePartType><NamePartType ID="1521">First Name</NamePartType>
<NamePartType ID="1525">Entity Name</NamePartType>
</NamePartTypeValues>
<PartySubTypeValues>
<PartySubType ID="1" PartyTypeID="4">Vessel</PartySubType><PartySubType ID="3" PartyTypeID="2">Unknown</PartySubType>
<PartySubType ID="4" PartyTypeID="1">Unknown</PartySubType>
</PartySubTypeValues>
<PartyTypeValues><PartyType ID="1">Individual</PartyType><PartyType ID="2">Entity</PartyType></PartyTypeValues>
<RelationTypeValues><RelationType ID="15003">Acting for or on behalf of</RelationType></RelationTypeValues>
<SanctionsTypeValues><SanctionsType ID="1">Program</SanctionsType><SanctionsType ID="1705">Block</SanctionsType>
</SanctionsTypeValues>
<ValidityValues><Validity ID="1">Valid</Validity><Validity ID="2">Fraudulent</Validity></ValidityValues>
</ReferenceValueSets>
<Locations>
<Location ID="26"><LocationCountry CountryID="11069" CountryRelevanceID="1413"/>
<LocationPart LocPartTypeID="1454"><LocationPartValue Primary="false"><Value>القاهرة</Value></LocationPartValue>
<LocationPartValue Primary="true"><Comment/><Value>Cairo</Value></LocationPartValue></LocationPart></Location>
<Location ID="27"><LocationCountry CountryID="11069" CountryRelevanceID="1413"/></Location>
</Locations>
"""
PAPERS = """<IDRegDocuments>
<IDRegDocument ID="1" IDRegDocTypeID="1571" IdentityID="91" IssuedBy-CountryID="11069" ValidityID="1"><Comment/>
<IDRegistrationNo>A1082345</IDRegistrationNo><IssuingAuthority/></IDRegDocument>
<IDRegDocument ID="2" IDRegDocTypeID="1571" IdentityID="91" IssuedBy-CountryID="11089" ValidityID="2"><Comment/>
<IDRegistrationNo>B77 12</IDRegistrationNo><DocumentDate IDRegDocDateTypeID="1481"><DatePeriod><Start><From>
<Year>2016</Year><Month>1</Month><Day>25</Day></From></Start></DatePeriod></DocumentDate></IDRegDocument>
<IDRegDocument ID="3" IDRegDocTypeID="1596" IdentityID="91" IssuedBy-CountryID="11069"><Comment/>
<IDRegistrationNo>5551</IDRegistrationNo></IDRegDocument>
<IDRegDocument ID="4" IDRegDocTypeID="1571" IdentityID="404"><IDRegistrationNo>X9</IDRegistrationNo></IDRegDocument>
</IDRegDocuments>
"""


def span(*days: str, about: bool = False) -> str:
    """A birth: from the first day to the last."""

    def end(name: str, day: str) -> str:
        year, month, date_ = day.split("-")
        parts = f"<Year>{year}</Year><Month>{int(month)}</Month><Day>{int(date_)}</Day>"
        flag = str(about).lower()
        return f'<{name} Approximate="{flag}"><From>{parts}</From><To>{parts}</To></{name}>'

    return (
        '<Feature ID="1" FeatureTypeID="8"><FeatureVersion ID="2" ReliabilityID="1"><Comment/>'
        f'<DatePeriod CalendarTypeID="1">{end("Start", days[0])}{end("End", days[-1])}</DatePeriod>'
        "</FeatureVersion></Feature>"
    )


def feature(kind: int, inside: str) -> str:
    version = f'<FeatureVersion ID="3" ReliabilityID="1"><Comment/>{inside}</FeatureVersion>'
    return f'<Feature ID="2" FeatureTypeID="{kind}">{version}</Feature>'


def alias(*parts: tuple[int, str], primary: bool = False, weak: bool = False) -> str:
    named = "".join(
        f'<DocumentedNamePart><NamePartValue NamePartGroupID="{group}" ScriptID="215">{text}</NamePartValue>'
        "</DocumentedNamePart>"
        for group, text in parts
    )
    flags = f'Primary="{str(primary).lower()}" LowQuality="{str(weak).lower()}"'
    return f'<Alias AliasTypeID="1400" {flags}><DocumentedName ID="1">{named}</DocumentedName></Alias>'


def party(number: int, subtype: int, *inside: str, identity: int = 91, features: str = "") -> str:
    groups = "".join(
        f'<MasterNamePartGroup><NamePartGroup ID="{group}" NamePartTypeID="{kind}"/></MasterNamePartGroup>'
        for group, kind in ((1, 1520), (2, 1521), (3, 1525))
    )
    names = "".join(inside) + f"<NamePartGroups>{groups}</NamePartGroups>"
    return (
        f'<DistinctParty FixedRef="{number}"><Comment/><Profile ID="{number}" PartySubTypeID="{subtype}">'
        f'<Identity ID="{identity}" Primary="true" False="false">{names}</Identity>{features}</Profile></DistinctParty>'
    )


MANSOUR = alias((1, "MANSOUR"), (2, "Tarek"), primary=True)


def read(*parties: str, papers: str = "", after: str = "") -> tuple[dict[str, Person], ImportReport]:
    text = f"{HEAD}{papers}<DistinctParties>{''.join(parties)}</DistinctParties>{after}</Sanctions>"
    tally = Tally("test")
    found = [each for one in read_ofac_xml(io.BytesIO(text.encode())) if (each := tally.add(one)) is not None]
    return {each.key: each for each in found if isinstance(each, Person)}, tally.report()


def test_what_stands_apart_in_the_file_comes_together_in_one_person() -> None:
    features = (
        span("1961-03-04")
        + feature(9, '<VersionDetail DetailTypeID="1432">Giza, Egypt</VersionDetail>')
        + feature(10, '<VersionDetail DetailTypeID="1433"/><VersionLocation LocationID="27"/>')
        + feature(25, '<VersionLocation LocationID="26"/>')
        + feature(26, '<VersionDetail DetailTypeID="1432">Director</VersionDetail>')
        + feature(224, '<VersionDetail DetailTypeID="1431" DetailReferenceID="91526"/>')
    )
    after = (
        '<ProfileRelationships><ProfileRelationship ID="1" From-ProfileID="2674" To-ProfileID="36" '
        'RelationTypeID="15003" Former="false"><Comment/></ProfileRelationship></ProfileRelationships>'
        '<SanctionsEntries><SanctionsEntry ID="1" ProfileID="2674" ListID="1550"><EntryEvent ID="1"><Date>'
        "<Year>2018</Year><Month>5</Month><Day>22</Day></Date></EntryEvent>"
        '<SanctionsMeasure ID="1" SanctionsTypeID="1705"/><SanctionsMeasure ID="2" SanctionsTypeID="1">'
        "<Comment>SDGT</Comment></SanctionsMeasure></SanctionsEntry></SanctionsEntries>"
    )
    weak = alias((1, "ABU TAREK"), weak=True)
    other = alias((1, "MANSUR"), (2, "Tariq"))
    found, report = read(
        party(2674, 4, weak, other, MANSOUR, features=features),
        party(36, 3, alias((3, "GOOD FREIGHT LLC"), primary=True), identity=92),
        papers=PAPERS,
        after=after,
    )
    person = found["2674"]
    assert [(name.full, name.quality) for name in person.names] == [
        ("MANSOUR, Tarek", NameQuality.PRIMARY),
        ("ABU TAREK", NameQuality.WEAK),
        ("MANSUR, Tariq", NameQuality.STRONG),
    ]
    assert (person.names[0].surname, person.names[0].given) == ("MANSOUR", "Tarek")
    assert (person.births, person.birth_places) == ((PartialDate(1961, 3, 4),), ("Giza, Egypt",))
    assert (person.nationalities, person.sex, person.listed_on) == (("EGY",), "M", date(2018, 5, 22))
    assert person.documents == (DocumentMention("A1082345", "P", "EGY"), DocumentMention("B7712", "P", "IRN"))
    assert person.reference == "OFAC 2674"
    for said in (
        "Address: Cairo, Egypt",
        "Title: Director",
        "Programme: SDGT",
        "Acting for or on behalf of: GOOD FREIGHT LLC",
        "B77 12: Fraudulent; Expiration Date 2016-01-25",
        "Tax ID No.: 5551 Egypt",
    ):
        assert said in person.remarks
    assert report.generated_at == datetime(2026, 11, 20, tzinfo=UTC)
    assert {(each.record, each.field, each.value, each.loss) for each in report.refusals} == {
        ("36", "Entity", "GOOD FREIGHT LLC", Loss.RECORD),
        ("", "Passport", "X9", Loss.VALUE),
    }


@pytest.mark.parametrize(
    ("birth", "births", "said"),
    [
        (span("1962-01-01", "1962-12-31"), (PartialDate(1962),), ""),
        (span("1962-02-01", "1962-02-28", about=True), (PartialDate(1962, 2),), "circa 1962-02"),
        (span("1958-01-01", "1960-12-31"), tuple(map(PartialDate, (1958, 1959, 1960))), ""),
        (span("1958-03-05", "1959-02-01"), (PartialDate(1958), PartialDate(1959)), "1958-03-05 to 1959-02-01"),
        (span("1970-04-02", "1970-04-09"), (PartialDate(1970, 4),), "1970-04-02 to 1970-04-09"),
    ],
)
def test_a_birth_is_kept_no_finer_than_it_is_known(birth: str, births: tuple[PartialDate, ...], said: str) -> None:
    found, _ = read(party(1, 4, MANSOUR, features=birth))
    assert found["1"].births == births
    assert said in found["1"].remarks


def test_a_party_without_a_kind_the_file_explains_is_no_reason_to_miss_a_person() -> None:
    text = HEAD.replace("PartySubType ID=", "PartySubType Number=") + f"<DistinctParties>{party(1, 4, MANSOUR)}"
    tally = Tally("test")
    found = [tally.add(each) for each in read_ofac_xml(io.BytesIO(f"{text}</DistinctParties></Sanctions>".encode()))]
    assert [each.key for each in found if isinstance(each, Person)] == ["1"]


def test_the_same_party_twice_and_one_without_a_name_are_reported() -> None:
    found, report = read(party(1, 4, MANSOUR), party(1, 4, MANSOUR), party(2, 4, alias(primary=True)))
    assert set(found) == {"1"}
    assert [(each.record, each.loss) for each in report.refusals] == [("1", Loss.RECORD), ("2", Loss.RECORD)]


def test_another_kind_of_ofacs_xml_is_refused_by_name() -> None:
    with pytest.raises(UnreadableList, match="sanctionsData"):
        list(read_ofac_xml(io.BytesIO(b'<sanctionsData xmlns="x"><entities/></sanctionsData>')))
