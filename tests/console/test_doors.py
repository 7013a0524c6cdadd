"""Who gets into the console, and what a page carries with it."""

from __future__ import annotations

import pytest

from tests.console.conftest import Visitor
from ui.console.tables import EVERY
from ui.console.web import OFFERED
from ui.locale import Catalogue

PAGES = [
    "",
    "/hits",
    "/lists",
    "/lists/sltd",
    "/links",
    "/operations",
    "/journal",
    "/copies",
    "/copies.csv",
    "/watch",
    "/publish",
    "/partners",
    "/rules",
    "/people",
]


@pytest.mark.parametrize("page", PAGES)
def test_nobody_sees_a_page_without_signing_in(visitor: Visitor, page: str) -> None:
    answer = visitor.get(f"/console{page}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in")


def test_every_page_opens_for_a_supervisor_and_loads_nothing_from_elsewhere(visitor: Visitor) -> None:
    visitor.sign_in("boun")
    for page in PAGES:
        answer = visitor.get(f"/console{page}")
        assert answer.status_code == 200, page
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-frame-options"] == "DENY"
        for outside in ('src="http', 'href="http', 'src="//', 'style="', "onclick"):
            assert outside not in answer.text, (page, outside)


def test_the_cookie_is_for_this_server_and_no_script(visitor: Visitor) -> None:
    said = visitor.sign_in("khamla").headers["set-cookie"]
    assert said.startswith("__Host-borderdesk=")
    for part in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"):
        assert part in said


def test_a_wrong_code_lets_nobody_in(visitor: Visitor) -> None:
    answer = visitor.post("/console/sign-in", {"account": "khamla", "password": "wrong", "code": "000000"})
    assert answer.status_code == 403
    assert "one-time code is wrong" in answer.text
    assert "set-cookie" not in answer.headers


def test_a_form_of_another_page_does_nothing(visitor: Visitor) -> None:
    visitor.sign_in("khamla")
    (hit, _) = visitor.office.bureau.hits()
    path, form = f"/console/hits/{hit.hit.id}/answer", {"kind": "confirmed", "words": "yes"}
    assert visitor.post(path, form).status_code == 409
    assert visitor.post(path, form | {"csrf": "0" * 32}).status_code == 409
    good = form | {"csrf": visitor.csrf()}
    assert visitor.post(path, good, Origin="https://elsewhere.example").status_code == 409
    assert visitor.office.bureau.hit(hit.hit.id).answers == ()
    assert visitor.post(path, good, Origin=visitor.office.server.url).status_code == 303
    assert visitor.office.bureau.hit(hit.hit.id).answers[0].by == "khamla"


def test_a_duty_officer_may_answer_but_not_publish_nor_read_the_journal(visitor: Visitor) -> None:
    visitor.sign_in("khamla")
    assert visitor.get("/console/journal").status_code == 403
    answer = visitor.post("/console/publish", {"csrf": visitor.csrf(), "what": "publish"})
    assert answer.status_code == 409
    assert visitor.office.bureau.lists()[0].edition == 1


def test_signing_out_ends_the_session_at_the_server(visitor: Visitor) -> None:
    visitor.sign_in("khamla")
    cookie = visitor.session.cookies["__Host-borderdesk"]
    visitor.post("/console/sign-out", {"csrf": visitor.csrf()})
    assert visitor.office.bureau.people.session(cookie) is None


def test_a_language_leads_back_to_the_console_only(visitor: Visitor) -> None:
    assert visitor.get("/console/language/fr?to=//evil.example").headers["location"] == "/console"
    assert visitor.get("/console/language/fr?to=/console/hits").headers["location"] == "/console/hits"
    visitor.sign_in("khamla")
    assert "Cas ouverts" in visitor.get("/console/hits").text


def test_what_an_officer_wrote_cannot_become_a_page(visitor: Visitor) -> None:
    bureau = visitor.office.bureau
    visitor.sign_in("khamla")
    hit = bureau.hits()[0].hit.id
    form = {"csrf": visitor.csrf(), "to": "<script>alert(1)</script>"}
    visitor.post(f"/console/hits/{hit}/forward", form)
    page = visitor.get(f"/console/hits/{hit}").text
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_reports_and_the_inventory_come_as_files(visitor: Visitor) -> None:
    visitor.sign_in("boun")
    form = {
        "csrf": visitor.csrf(),
        "name": "Sunbird III",
        "posts": "nong-haet dansavanh",
        "from": "2020-01-01T00:00",
        "until": "2099-01-01T00:00",
        "goals": "stolen passports",
    }
    assert visitor.post("/console/operations", form).status_code == 303
    table = visitor.get("/console/operations/1/report.csv")
    assert "Hits,2" in table.text
    paper = visitor.get("/console/operations/1/report.pdf").content
    assert paper.startswith(b"%PDF-1.4") and b"Sunbird III" in paper and paper.rstrip().endswith(b"%%EOF")
    assert "nong-haet-1" in visitor.get("/console/copies.csv").text


@pytest.mark.parametrize("language", [code for code in OFFERED if code != "en"])
def test_every_word_of_the_pages_is_translated(language: str) -> None:
    catalogue = Catalogue(language)
    missing = [sentence.text for table in EVERY for sentence in table.values() if not catalogue.has(sentence.text)]
    assert not missing, "run: python -m ui.locale.extract, then translate"
