"""The journal's page speaks the reader's language; the codes that the file has stand beside the words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import borderdesk
import sync.agent
import ui.cli
import ui.desktop
from borderdesk.hits import HitAct
from borderdesk.screening import Seen, VerdictWord, closer
from borderdesk.words import say
from tests.desktop.desk_simulator import START
from ui.desktop.journal_reading import JournalEntry
from ui.desktop.journal_words import DETAILS, KINDS, WHY, details_told, searched_in, told
from ui.desktop.voice import Voice
from ui.desktop.wording import word_of
from ui.locale import LANGUAGES, Catalogue

ROOMS = [Path(next(iter(room.__path__))) for room in (borderdesk, sync.agent, ui.cli, ui.desktop)]
"""Whatever writes in a desk's journal stands in these."""

PLACE = {"_note": 1, "note": 0, "_change": 0, "Entry": 0}
"""Where the kind stands in a call that does not name it."""

HANDED_ON = {"kind", "self.kind", "note['kind']", "row['kind']"}
"""What a function that writes for others was given: those others are found by themselves."""

OTHERS = {"db", "bureau", "number", "self._store.reader"}
"""First arguments of functions that are called the same and write in no journal of a desk."""

CLOSER = "closer.kind_of(look)"
"""The kind is that of the thing kept beside a verdict: one of `borderdesk.screening.closer`'s table."""

Written = tuple[str, str, str]
"""Kind, why, and the name of a detail; each is empty where it is not in the code, `?` where it is not a literal."""


def name_of(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def assigned(name: str, tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            targets, value = [node.target], node.value
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Name) and target.id == name:
                yield value
            elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                pairs = zip(target.elts, value.elts, strict=True)
                yield from (each for one, each in pairs if isinstance(one, ast.Name) and one.id == name)


def literals(value: ast.expr, tree: ast.AST) -> set[str]:
    """The words an expression can be; `?` and its source where the module alone does not tell."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return {value.value}
    if isinstance(value, ast.IfExp):
        return literals(value.body, tree) | literals(value.orelse, tree)
    if isinstance(value, ast.Name):
        found = set[str]().union(*(literals(each, tree) for each in assigned(value.id, tree)))
        if found:
            return found
    return {f"?{ast.unparse(value)}"}


def keys(value: ast.expr, tree: ast.AST) -> set[str]:
    """The names of details in a dictionary that is written out, there or where its variable is filled."""
    found: set[str] = set()
    if isinstance(value, ast.IfExp):
        return keys(value.body, tree) | keys(value.orelse, tree)
    if isinstance(value, ast.Dict):
        for key, each in zip(value.keys, value.values, strict=True):
            found |= keys(each, tree) if key is None else literals(key, tree)
    elif isinstance(value, ast.Name):
        found = found.union(*(keys(each, tree) for each in assigned(value.id, tree)))
        for node in ast.walk(tree):
            stored = node.value if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) else None
            if isinstance(node, ast.Subscript) and isinstance(stored, ast.Name) and stored.id == value.id:
                found |= literals(node.slice, tree)
    return found


def written_by(source: str) -> Iterator[Written]:
    """What the code of one module writes in a journal."""
    tree = ast.parse(source)
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = name_of(call)
        said = {word.arg: word.value for word in call.keywords if word.arg}
        if "kind" not in said or name not in ("append", "leave_note", "Entry"):
            if name not in PLACE or len(call.args) <= PLACE[name]:
                continue
            said["kind"] = call.args[PLACE[name]]
            if name == "Entry" and len(call.args) > 4:
                said |= {"why": call.args[3], "details": call.args[4]}
        for kind in literals(said["kind"], tree):
            if kind[1:] not in HANDED_ON | OTHERS:
                for why in literals(said["why"], tree) if "why" in said else {""}:
                    for detail in (keys(said["details"], tree) if "details" in said else set()) or {""}:
                        yield kind, why, detail


def written() -> set[Written]:
    found: set[Written] = set()
    for room in ROOMS:
        for path in room.rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            if "journal" in source or "Entry(" in source or ".note(" in source:
                found.update(written_by(source))
    return found


def test_every_kind_that_the_program_of_a_desk_writes_has_words() -> None:
    kinds = {kind for kind, _, _ in written()}
    assert f"?{CLOSER}" in kinds
    kinds = (kinds - {f"?{CLOSER}"}) | set(closer._KINDS)
    assert not {kind for kind in kinds if kind.startswith("?")}, "written in a way that this test cannot read"
    assert kinds == set(KINDS)


def test_every_reason_that_the_program_itself_gives_has_words() -> None:
    given = {(kind, why) for kind, why, _ in written() if why and not why.startswith("?")}
    # A class of errors is a code, and the words of the error are beside it.
    given -= {("refused", "FrameAltered")}
    assert len(given) >= 5
    assert {one for one in given if one[1] not in WHY.get(one[0], {})} == set()


def test_every_detail_that_the_program_writes_has_a_name_in_words() -> None:
    names = {name for _, _, name in written() if name}
    assert len(names) > 40
    assert names - set(DETAILS) == set()


def entry(kind: str, why: str = "", /, **details: object) -> JournalEntry:
    return JournalEntry(7, kind, "noy", START, why, details)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hit_is_told_in_words_with_the_code_of_its_kind_below(language: str) -> None:
    voice, one = Voice(Catalogue(language)), entry("hit", "take up", list="sltd", outbox=12)
    assert voice(KINDS["hit"]) in told(one, voice) and voice(word_of(HitAct.TAKE_UP)) in told(one, voice)
    assert "take up" not in told(one, voice)
    code, *details = details_told(one, voice).split(" · ")
    assert code.strip("\u200f\u2068\u2069") == "hit"
    assert [voice(DETAILS[name]) in detail for name, detail in zip(one.details, details, strict=True)] == [True, True]


def test_values_that_are_one_of_a_few_are_words_and_times_are_those_of_the_post() -> None:
    voice = Voice(Catalogue("ru"))
    said = details_told(entry("screening", "", word="look again", late=True, passed_at=START.isoformat()), voice)
    assert voice(word_of(VerdictWord.LOOK_AGAIN)) in said and voice(say("yes")) in said and voice.moment(START) in said
    senses = details_told(entry("inspection", senses={"tilt": "doubtful"}), voice)
    assert voice(word_of(Seen.DOUBTFUL)) in senses and "tilt" not in senses


def test_numbers_and_codes_keep_their_direction_among_arabic_words() -> None:
    voice = Voice(Catalogue("ar"))
    assert "\u2068UTO/P/X12345678\u2069" in details_told(entry("view", key="UTO/P/X12345678"), voice)


def test_an_entry_of_another_version_stands_there_as_it_was_written() -> None:
    voice = Voice(Catalogue("lo"))
    one = entry("moon-check", "full", phase="late", passed_at="some time")
    assert told(one, voice) == "7 · moon-check · noy · full"
    assert details_told(one, voice) == "moon-check · phase: late · " + voice(
        say("{what}: {count}", what=DETAILS["passed_at"], count="some time")
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_entry_is_found_by_its_code_and_by_its_words(language: str) -> None:
    voice = Voice(Catalogue(language))
    found = searched_in(voice)
    shut_out = found(entry("person shut out", about="kham"))
    assert "person shut out" in shut_out and voice(KINDS["person shut out"]) in shut_out and "2026-11-22" in shut_out
    screened = found(entry("screening", "border check", word="match", late=True, passed_at=START.isoformat()))
    words = (WHY["screening"]["border check"], DETAILS["word"], word_of(VerdictWord.MATCH), DETAILS["late"], say("yes"))
    assert [word for word in words if voice(word) not in screened] == []
    assert "border check" in screened and voice.moment(START) in screened
