"""States are found under every spelling that lists and documents use."""

from __future__ import annotations

import pytest

from borderdesk.codes import StateKind, find_state, state, state_aliases, states

UN_SPELLINGS = {
    "Afghanistan": "AFG",
    "Democratic People's Republic of Korea": "PRK",
    "Democratic Republic of the Congo": "COD",
    "Congo": "COG",
    "Iran (Islamic Republic of)": "IRN",
    "Syrian Arab Republic": "SYR",
    "Russian Federation": "RUS",
    "United Kingdom of Great Britain and Northern Ireland": "GBR",
    "United Republic of Tanzania": "TZA",
    "United States of America": "USA",
    "State of Palestine": "PSE",
    "Türkiye": "TUR",
    "Turkey": "TUR",
    "Viet Nam": "VNM",
    "China, Hong Kong Special Administrative Region": "HKG",
    "British Virgin Islands": "VGB",
    "Bosnia and Herzegovina": "BIH",
    "Guinea-Bissau": "GNB",
    "Niger": "NER",
    "Nigeria": "NGA",
    "Germany": "D",
    "former Soviet Union": "SUN",
}
OFAC_AND_EU_SPELLINGS = {
    "Korea, North": "PRK",
    "Congo, Democratic Republic of the": "COD",
    "Burma": "MMR",
    "The Gambia": "GMB",
    "North Macedonia, The Republic of": "MKD",
    "Macau": "MAC",
    "Palestinian": "PSE",
    "Russian": "RUS",
    "Belarussian": "BLR",
    "Democratic People’s Republic of Korea": "PRK",
    "Cote d'Ivoire": "CIV",
    "St. Kitts and Nevis": "KNA",
    "Kosovo": "RKS",
    "UK": "GBR",
    "USA": "USA",
    "DE": "D",
    "DEU": "D",
    "XXK": "RKS",
}


@pytest.mark.parametrize(("text", "code"), (UN_SPELLINGS | OFAC_AND_EU_SPELLINGS).items())
def test_a_state_is_found_as_lists_write_it(text: str, code: str) -> None:
    found = find_state(text)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("text", ["na", "unknown", "", "-", "Atlantis", "ZZZ", "Russian, Ukrainian"])
def test_what_is_no_state_finds_none(text: str) -> None:
    assert find_state(text) is None


def test_every_name_and_code_of_the_table_leads_back_to_its_row() -> None:
    for row in states():
        assert state(row.code) is row
        for name in (row.name, *row.other_names):
            assert find_state(name) is row


def test_the_table_holds_iso_and_icaos_own_codes() -> None:
    assert sum(1 for row in states() if row.alpha3 and row.kind is not StateKind.FORMER) == 249
    for code in [
        "D",
        "EUE",
        "RKS",
        "GBD",
        "GBN",
        "GBO",
        "GBP",
        "GBS",
        "UNO",
        "UNA",
        "UNK",
        "XXA",
        "XXB",
        "XXC",
        "XXX",
        "UTO",
        "IAO",
        "ANT",
        "NTZ",
    ]:
        assert state(code) is not None
    for code in ["XBA", "XIM", "XCC", "XCE", "XCO", "XDC", "XEC", "XES", "XMP", "XOM", "XPO"]:
        assert state(code).kind is StateKind.ORGANIZATION  # type: ignore[union-attr]
    assert state("UTO").kind is StateKind.SPECIMEN  # type: ignore[union-attr]


def test_filler_in_a_code_is_ignored() -> None:
    germany = state("D<<")
    assert germany is not None
    assert (germany.alpha2, germany.alpha3) == ("DE", "DEU")


def test_aliases_hold_both_ways() -> None:
    assert state_aliases("D") == ("DEU",)
    assert state_aliases("DEU") == ("D",)
    assert state_aliases("GBR") == ("GBD", "GBN", "GBO", "GBP", "GBS")
    assert state_aliases("GBD") == ("GBR",)
    assert state_aliases("FRA") == ()
