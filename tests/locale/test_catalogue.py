"""One catalogue: what the code says, in every complete language."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po

from borderdesk.words import say
from ui.locale import LANGUAGES, Catalogue
from ui.locale.catalogue import FOLDER
from ui.locale.extract import sentences_in_code

OTHERS = [code for code in LANGUAGES if code != "en"]
HOLE = re.compile(r"\{(\w*)\}")


@pytest.fixture(scope="module")
def in_code() -> set[str]:
    return {str(message.id) for message in sentences_in_code() if message.id}


def test_english_is_what_the_code_says() -> None:
    assert Catalogue("en").render(say("{count} documents", count=3)) == "3 documents"


def test_a_language_nobody_made_is_refused() -> None:
    with pytest.raises(KeyError):
        Catalogue("tlh")


def test_sentences_of_every_room_are_drawn_from_the_code(in_code: set[str]) -> None:
    assert "Nothing was changed." in in_code
    assert "in lists as of {moment}" in in_code


def test_every_language_file_belongs_to_a_known_language() -> None:
    assert {path.stem for path in FOLDER.glob("*.po")} == set(OTHERS)


@pytest.mark.parametrize("code", OTHERS)
def test_a_complete_language_has_every_sentence_and_no_other(code: str, in_code: set[str]) -> None:
    with (FOLDER / f"{code}.po").open("rb") as file:
        catalog = read_po(file, locale=code)
    there = {str(message.id): str(message.string) for message in catalog if message.id}
    assert set(there) == in_code, "run: python -m ui.locale.extract"
    assert [text for text, translated in there.items() if text and not translated] == []


@pytest.mark.parametrize("code", OTHERS)
def test_a_translated_sentence_has_the_holes_of_the_english_one(code: str) -> None:
    catalogue = Catalogue(code)
    wrong = {
        text: catalogue.translate(text)
        for text in (str(message.id) for message in sentences_in_code())
        if sorted(HOLE.findall(text)) != sorted(HOLE.findall(catalogue.translate(text)))
    }
    assert not wrong
