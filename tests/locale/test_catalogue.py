"""One catalogue: what the code says, in every complete language."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from borderdesk.words import say
from ui.locale import LANGUAGES, Catalogue
from ui.locale.catalogue import FOLDER
from ui.locale.extract import ROOMS, ROOT, sentences_in_code

OTHERS = [code for code in LANGUAGES if code != "en"]
HOW_TO_MEND = "Draw the catalogue from the code with `python -m ui.locale.extract`, then fill the empty entries."


def holes(text: str) -> list[tuple[str, str, str | None]]:
    """Name, format and conversion of each hole, sorted; ValueError where a brace stands alone."""
    parts = Formatter().parse(text)
    return sorted((name, form or "", conversion) for _, name, form, conversion in parts if name is not None)


def faults_of(translations: Mapping[str, str], in_code: Set[str]) -> list[str]:
    """What is wrong with one language, a line for each sentence that is missing or has other holes than in English."""
    faults = []
    for text in sorted(in_code):
        if text not in translations:
            faults.append(f"not translated: {text}")
            continue
        try:
            same = holes(translations[text]) == holes(text)
        except ValueError:
            same = False
        if not same:
            faults.append(f"other holes: {text} -> {translations[text]}")
    return faults


@pytest.fixture(scope="module")
def in_code() -> set[str]:
    return {str(message.id) for message in sentences_in_code() if message.id}


def out_of_reach(source: str) -> Iterator[str]:
    """Calls whose text the catalogue cannot be drawn from: `say` of no literal, or a Sentence made without `say`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            literal = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
            if (node.func.id == "say" and not isinstance(literal, str)) or (node.func.id == "Sentence" and literal):
                yield ast.unparse(node)


def test_no_sentence_is_made_where_the_catalogue_cannot_be_drawn_from_it() -> None:
    sources: dict[Path, str] = {path: path.read_text("utf-8") for room in ROOMS for path in (ROOT / room).rglob("*.py")}
    found = {
        str(path.relative_to(ROOT)): calls for path, source in sources.items() if (calls := [*out_of_reach(source)])
    }
    assert not found, "give say() the text itself"


def test_a_text_that_is_only_known_later_is_found() -> None:
    source = 'say("stolen"); Sentence(""); say(role.value); say(f"{a} b"); Sentence("spool")'
    assert list(out_of_reach(source)) == ["say(role.value)", "say(f'{a} b')", "Sentence('spool')"]


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
def test_every_sentence_of_the_program_is_translated_with_its_holes(code: str, in_code: set[str]) -> None:
    assert len(in_code) > 1000
    catalogue = Catalogue(code)
    faults = faults_of({text: catalogue.translate(text) for text in in_code if catalogue.has(text)}, in_code)
    assert not faults, "\n".join([f"{code}.po:", *faults, HOW_TO_MEND])


def test_a_missing_translation_is_named() -> None:
    assert faults_of({"stolen": "volé"}, {"stolen", "lost"}) == ["not translated: lost"]


@pytest.mark.parametrize(
    "translation",
    ["fiches", "{nombre} fiches", "{count} {count} fiches", "{count fiches", "{count}} fiches", "{count!r} fiches"],
)
def test_a_translation_with_other_holes_is_named(translation: str) -> None:
    text = "{count} records"
    assert faults_of({text: translation}, {text}) == [f"other holes: {text} -> {translation}"]


def test_a_translation_may_put_its_holes_in_another_order() -> None:
    text = "{count} records in {list}"
    assert not faults_of({text: "{list} : {count} fiches"}, {text})


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_file_holds_nothing_twice_and_nothing_uncertain(code: str) -> None:
    with (FOLDER / f"{code}.po").open("rb") as file:
        messages = [message for message in read_po(file, locale=code) if message.id]
    assert len({message.id for message in messages}) == len(messages)
    assert not any(message.fuzzy for message in messages)


def test_values_keep_their_direction_inside_an_arabic_sentence() -> None:
    rendered = Catalogue("ar").render(say("in lists as of {moment}", moment="2026-11-22 14:48"))
    assert "\u20682026-11-22 14:48\u2069" in rendered


def test_a_word_and_its_number_run_from_right_to_left_in_arabic() -> None:
    counted = say("{what}: {count}", what=say("No match"), count=6)
    assert Catalogue("ar").render(counted).startswith("\u200f"), "six stood before the colon"
    assert Catalogue("ar").render(say("No match")) == Catalogue("ar").translate("No match")
    assert Catalogue("en").render(counted) == "No match: 6"


def test_no_french_line_can_begin_with_a_colon() -> None:
    rendered = Catalogue("fr").render(say("Waiting: {count}", count=3))
    assert rendered == "En attente\u00a0: 3"
