"""A desk that holds nothing yet answers from the numbers alone while the rest of a list is on its way; another holds
nothing but numbers for good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from borderdesk import journal
from borderdesk.screening import Verdict, VerdictWord
from borderdesk.watchlist import STATUS_OF_OTHERS, DocumentStatus
from borderdesk.watchlist.synthetic import SYNTHETIC_LIST, stolen_documents
from borderdesk.words import say
from sync.agent.fetching import Fetching
from sync.bureau import ScopeRule
from sync.carriers import LinkDown
from sync.wire import FileRole, Scope
from tests.agent.conftest import DOCUMENTS, PASSWORD, SEED, Place

STOLEN = next(iter(stolen_documents(DOCUMENTS, SEED)))
ONLY_LISTED = "only that they are listed"


@pytest.fixture
def place(place: Place) -> Place:
    place.bureau.set_policy(lambda policy: replace(policy, numbers_first_rows=100))
    place.bureau.publish()
    return place


@pytest.fixture
def link(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """`broken` says whether the link breaks once only the rest is still to come."""
    state = {"broken": True}
    fetch: Callable[..., bytes] = Fetching._fetch

    def breaking(self: Fetching, tally: object, staged: object, policy: object) -> bytes:
        if state["broken"] and staged.file.role is FileRole.REST:  # type: ignore[attr-defined]
            raise LinkDown(say("it was cut"))
        return fetch(self, tally, staged, policy)

    monkeypatch.setattr(Fetching, "_fetch", breaking)
    return state


def codes(verdict: Verdict) -> list[str]:
    return [each.code for each in verdict.findings if each.code.startswith("list.document")]


def says_it_knows_no_more(verdict: Verdict) -> bool:
    return any(ONLY_LISTED in str(limit) for limit in verdict.limits)


def test_a_desk_answers_listed_while_the_rest_is_on_its_way_and_then_all_of_it(
    place: Place, link: dict[str, bool]
) -> None:
    with place.desk() as desk:
        desk.sign_in("noy", PASSWORD)
        report = desk.exchange()
        assert any("the numbers are in use" in str(line) for line in report.lines)
        verdict = desk.screen(STOLEN.number)
        assert verdict.word is VerdictWord.MATCH, "the document is stolen, whatever has not come yet"
        assert codes(verdict) == ["list.document.listed"]
        assert says_it_knows_no_more(verdict)
        progress = desk.status().progress
        assert progress is not None and progress.bytes_left > 0
    with place.desk() as desk:
        desk.sign_in("noy", PASSWORD)
        assert desk.exchange().refused == 0
        assert codes(desk.screen(STOLEN.number)) == ["list.document.listed"], "also after a restart"
        link["broken"] = False
        assert desk.exchange().refused == 0
        verdict = desk.screen(STOLEN.number)
        assert codes(verdict) != ["list.document.listed"]
        assert not says_it_knows_no_more(verdict)
        assert desk.status().progress is None


def test_who_holds_the_list_already_is_not_thrown_back_to_numbers(place: Place, link: dict[str, bool]) -> None:
    link["broken"] = False
    with place.desk() as desk:
        desk.sign_in("noy", PASSWORD)
        desk.exchange()
        known = codes(desk.screen(STOLEN.number))
        assert known != ["list.document.listed"]
        place.bureau.import_list(SYNTHETIC_LIST, stolen_documents(DOCUMENTS + 5, SEED))
        place.bureau.publish()
        desk.exchange(wait=60)
        assert codes(desk.screen(STOLEN.number)) == known
        # Another share comes whole: until its rest is here, what is known stays.
        other = ("LAO",) if STOLEN.state != "LAO" else ("VNM",)
        place.bureau.add_scope(ScopeRule(Scope("east"), (SYNTHETIC_LIST.name,), other))
        link["broken"] = True
        place.bureau.put_post_into("nong-haet", "east")
        desk.exchange(wait=60)
        assert codes(desk.screen(STOLEN.number)) == known


def test_a_spoiled_rest_leaves_the_numbers_in_use_and_is_fetched_again(place: Place, link: dict[str, bool]) -> None:
    with place.desk() as desk:
        desk.sign_in("noy", PASSWORD)
        desk.exchange()
        link["broken"] = False
        page = desk._link.page()
        assert page is not None
        (rest,) = [file for head in page.lists for file in head.files if file.role is FileRole.REST]
        spool = desk._link._spool
        spool.add_piece(spool.staged(rest), bytes(rest.length))
        desk.exchange()
        assert codes(desk.screen(STOLEN.number)) == ["list.document.listed"]
        refused = [entry for entry in journal.entries(desk.unlocked_store().reader) if entry.kind == "refused"]
        assert [entry.why for entry in refused] == ["WrongHash"]
        desk.exchange()
        assert codes(desk.screen(STOLEN.number)) != ["list.document.listed"]


def test_a_scope_of_status_alone_says_what_a_document_is_and_that_it_knows_no_days(place: Place) -> None:
    place.bureau.add_scope(ScopeRule(Scope("small"), (SYNTHETIC_LIST.name,), (STATUS_OF_OTHERS,)))
    place.bureau.put_post_into("nong-haet", "small")
    with place.desk() as desk:
        desk.sign_in("noy", PASSWORD)
        assert desk.exchange().refused == 0
        verdict = desk.screen(STOLEN.number)
        assert verdict.word is VerdictWord.MATCH
        assert codes(verdict) == [f"list.document.{STOLEN.status}"]
        assert not says_it_knows_no_more(verdict)
        assert any("of no document this copy knows when" in str(limit) for limit in verdict.limits)
        place.bureau.put_records(SYNTHETIC_LIST.name, [replace(STOLEN, status=DocumentStatus.REVOKED)])
        place.bureau.publish()
        assert desk.exchange(wait=60).refused == 0
        assert codes(desk.screen(STOLEN.number)) == ["list.document.revoked"]


def test_a_scope_of_numbers_alone_makes_a_small_desk_that_says_what_it_does_not_know(place: Place) -> None:
    place.bureau.add_scope(ScopeRule(Scope("tiny"), (SYNTHETIC_LIST.name,), ()))
    place.bureau.put_post_into("nong-haet", "tiny")
    with place.desk() as desk:
        desk.sign_in("noy", PASSWORD)
        desk.exchange()
        page = desk._link.page()
        assert page is not None and page.scope == "tiny"
        assert [file.role for file in page.lists[0].files if file.base == 0] == [FileRole.SNAPSHOT], "no rest follows"
        verdict = desk.screen(STOLEN.number)
        assert verdict.word is VerdictWord.MATCH
        assert codes(verdict) == ["list.document.listed"]
        assert any("of all documents this copy knows only" in str(limit) for limit in verdict.limits)
        place.bureau.import_list(SYNTHETIC_LIST, list(stolen_documents(DOCUMENTS, SEED))[1:])
        place.bureau.publish()
        desk.exchange(wait=60)
        assert desk.screen(STOLEN.number).word is not VerdictWord.MATCH, "changes go on as for any other desk"
