"""Every page of a busy day in French, word by word: what is not French is something that people or programs are called.

No browser: the words that a page shows, or reads out, are in its text and in a few attributes. A word passes if a
French sentence of the catalogue has it, or if it is a name of this test's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.console.busy import busy
from tests.console.conftest import Office, Visitor
from tests.console.test_every_page import addresses
from tests.console.test_imports import TABLE, hand_in, look
from ui.locale import Catalogue
from ui.locale.extract import sentences_in_code

READ_OUT = ("aria-label", "title", "alt", "placeholder")
WORD = re.compile(r"[^\W\d_]{3,}")
CALLED = re.compile(r"\S*<\S*|[0-9a-f]{8,}|[a-z]+(_[a-z]+)+|\S+@\S+|https?://\S+|[A-Z]{3}(/[A-Z0-9]+)+")
"""Ids, hashes, addresses, keys of records, and what the command line calls the policy's numbers."""
NAMES = """
    NCB Vientiane Hanoi hanoi vientiane bureau Boun boun khamla Khamla noy Noy nong haet dansavanh sltd wanted stolen
    Stolen documents lost and travel Persons sought Ministry Public Security INTERPOL MARTIN JEANNE DUPONT PAUL
    Sunbird III aminata losses National nothing nowhere not CBOR
    CARICOM CEMAC EAC ECOWAS GCC Mekong MERCOSUR PIF SAARC SADC Sahel ASEAN Schengen
    PHOMMACHANH Somsak NGUYEN Van Anh south customs LAO FRA VNM UTO UTC NEW Viet Nam passports south all asean
    kept the passport third one this week Which page was changed Still still bearer owner found again for land borders
    English Français Español العربية ລາວ Tiếng Việt Русский hits posts lists edit answer manage publish people journal
    screen metrics read duty desk test fake national issuer fraud type when borrowed list csv Natural Earth SHA
"""
"""People, posts, lists, what they wrote, languages by their own names, scopes of tokens, the columns of a file."""


class Words(HTMLParser):
    """The text of a page as somebody sees or hears it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")
        self.found += [value for name, value in attrs if name in READ_OUT and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.found.append(data.strip())


@pytest.fixture(scope="module")
def french() -> set[str]:
    catalogue = Catalogue("fr")
    texts = [catalogue.translate(str(message.id)) for message in sentences_in_code() if message.id]
    return {word.casefold() for text in texts for word in WORD.findall(text)}


@pytest.fixture
def day(office: Office, tmp_path: Path) -> Iterator[Office]:
    with busy(office, tmp_path) as one:
        yield one


def foreign(page: str, french: set[str]) -> list[str]:
    names = {word.casefold() for word in WORD.findall(NAMES)}
    found = []
    for text in Words(page).found:
        words = {word.casefold() for word in WORD.findall(CALLED.sub(" ", text))}
        if left := words - french - names:
            found.append(f"{sorted(left)} in {text[:80]!r}")
    return found


def test_no_page_has_a_word_that_is_not_french(day: Office, visitor: Visitor, french: set[str]) -> None:
    visitor.session.headers["Accept-Language"] = "fr"
    signed_out = visitor.get("/console/sign-in").text
    visitor.sign_in("boun")
    drill = visitor.get("/console/drills").text
    assert "Exercices" in drill
    mapped = hand_in(visitor, TABLE.encode())
    columns = {"column state": "issuer", "column number": "passport no", "column status": "fraud type"}
    looked = look(visitor, mapped, format="table", list="national", **columns)
    pages = {"sign-in": signed_out, "mapped": visitor.get(mapped).text, "looked": looked}
    pages |= {name: visitor.get(path).text for name, path in addresses(day).items()}
    wrong = {name: words for name, page in pages.items() if (words := foreign(page, french))}
    assert wrong == {}, wrong


def test_a_word_that_was_left_in_english_is_found(french: set[str]) -> None:
    assert foreign("<p>looked-at</p><p>Fiches</p><script>var english</script>", french) == ["['looked'] in 'looked-at'"]
    assert foreign('<a aria-label="Revoke it">NCB</a>', french) == ["['revoke'] in 'Revoke it'"]
