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
def test_every_sentence_of_the_window_is_translated(code: str) -> None:
    catalogue = Catalogue(code)
    of_the_window = [
        str(message.id)
        for message in sentences_in_code()
        if message.id and any(place.startswith("ui/desktop/") for place, _ in message.locations)
    ]
    assert len(of_the_window) > 100
    missing = [text for text in of_the_window if not catalogue.has(text)]
    assert not missing, "run: python -m ui.locale.extract, then translate"


@pytest.mark.parametrize("code", OTHERS)
def test_the_sentences_that_a_verdict_a_hit_and_a_sign_in_are_made_of_are_translated(code: str) -> None:
    catalogue = Catalogue(code)
    spoken = [say("stolen"), say("same birth year"), say("The account and the password do not fit together.")]
    assert all(catalogue.has(sentence.text) for sentence in spoken)


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_file_holds_nothing_twice_and_nothing_uncertain(code: str) -> None:
    with (FOLDER / f"{code}.po").open("rb") as file:
        messages = [message for message in read_po(file, locale=code) if message.id]
    assert len({message.id for message in messages}) == len(messages)
    assert not any(message.fuzzy for message in messages)


def test_values_keep_their_direction_inside_an_arabic_sentence() -> None:
    rendered = Catalogue("ar").render(say("in lists as of {moment}", moment="2026-11-22 14:48"))
    assert "\u20682026-11-22 14:48\u2069" in rendered


@pytest.mark.parametrize("code", OTHERS)
def test_a_translated_sentence_has_the_holes_of_the_english_one(code: str) -> None:
    catalogue = Catalogue(code)
    wrong = {
        text: catalogue.translate(text)
        for text in (str(message.id) for message in sentences_in_code())
        if sorted(HOLE.findall(text)) != sorted(HOLE.findall(catalogue.translate(text)))
    }
    assert not wrong
