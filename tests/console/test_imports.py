"""A list's file handed in on a page: recognised, mapped, looked at, taken over, published by two."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from borderdesk.ids import ListName, RecordKey
from borderdesk.watchlist.readers import UN_LIST, open_shipped_un
from sync.bureau.arrivals import Stage
from sync.bureau.rights import BureauRole
from tests.bureau.common import SLTD
from tests.console.conftest import Office, Visitor
from tests.console.test_in_a_browser import Browser, nothing_was_refused, picture, sign_in, waiting

TABLE = "issuer;passport no;fraud type;when\nLAO;P1234567;stolen;2026-01-05\nLAO;P7654321;borrowed;2026-01-06\n"


def hand_in(visitor: Visitor, content: bytes, name: str = "list.csv", **fields: str) -> str:
    """Where the page is that the file got."""
    url = visitor.office.server.url + "/console/imports"
    form = {"csrf": visitor.csrf(), **fields}
    answer = visitor.session.post(url, data=form, files={"file": (name, content)}, timeout=60, allow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def done(visitor: Visitor, page: str, stage: Stage) -> str:
    """The page once the work has ended."""
    arrivals = visitor.office.server_arrivals
    for _ in range(2000):
        if not arrivals.is_reading and arrivals.of(page.rpartition("/")[2]).stage is stage:
            return visitor.get(page).text
        visitor.get(page)
    raise AssertionError(f"it is still {arrivals.of(page.rpartition('/')[2]).stage}")


def look(visitor: Visitor, page: str, **form: str) -> str:
    answer = visitor.post(f"{page}/look", {"csrf": visitor.csrf(), **form})
    assert answer.status_code == 303, answer.text
    return done(visitor, page, Stage.LOOKED)


def test_a_table_is_mapped_looked_at_taken_over_and_published_by_two(
    office: Office, browser: Browser, tmp_path: Path
) -> None:
    office.bureau.require_four_eyes(True)
    file = tmp_path / "volés <b>.csv"
    file.write_text(TABLE, encoding="utf-8")
    window = browser()
    sign_in(window, office, "noy")
    window.get(office.server.url + "/console/imports")
    window.find_element(By.NAME, "file").send_keys(str(file))
    picture(window, "import-form", whole=True)
    window.find_element(By.CSS_SELECTOR, "form[enctype] button").click()
    waiting(window).until(lambda w: w.find_elements(By.NAME, "column state"))
    assert window.find_element(By.TAG_NAME, "h1").text == "volés <b>.csv", (
        "a hostile name is shown, and is nothing else"
    )
    assert window.find_element(By.NAME, "column state").get_attribute("value") == "issuer"
    Select(window.find_element(By.NAME, "column reported")).select_by_visible_text("when")
    window.find_element(By.NAME, "list").send_keys("national")
    picture(window, "import-columns", whole=True)
    window.find_element(By.CSS_SELECTOR, "form[action$=look] button").click()
    waiting(window).until(lambda w: w.find_elements(By.CSS_SELECTOR, "form[action$=take]"))
    for one in window.find_elements(By.CSS_SELECTOR, "details summary"):
        one.click()
    picture(window, "import-looked", whole=True)
    said = window.find_element(By.TAG_NAME, "main").text
    assert "borrowed" in said and "A status cannot be read from this." in said
    assert "LAO/P/P1234567" in said
    assert not any(one.watchlist.name == "national" for one in office.bureau.lists()), "looking changes nothing"

    window.find_element(By.CSS_SELECTOR, "form[action$=take] button").click()
    waiting(window).until(lambda w: "taken over into the draft" in w.find_element(By.TAG_NAME, "main").text)
    window.find_element(By.PARTIAL_LINK_TEXT, "publishing").click()
    window.find_element(By.CSS_SELECTOR, "button[value=propose]").click()
    second = browser()
    sign_in(second, office, "boun")
    second.get(office.server.url + "/console/publish")
    second.find_element(By.CSS_SELECTOR, "button[value=approve]").click()
    name = ListName("national")
    waiting(second).until(lambda _: any(one.watchlist.name == name and one.edition for one in office.bureau.lists()))
    assert office.bureau.record(name, RecordKey("LAO/P/P1234567")) is not None
    second.get(office.server.url + "/console/imports")
    assert "volés <b>.csv" in second.find_element(By.TAG_NAME, "main").text, "the report is kept for the others"
    nothing_was_refused(window)


def test_the_real_un_list_is_recognised_counted_and_its_report_kept(office: Office, visitor: Visitor) -> None:
    visitor.sign_in("noy")
    with open_shipped_un() as stream:
        page = hand_in(visitor, stream.read(), "consolidated.xml")
    assert "UN consolidated list (XML)" in visitor.get(page).text
    said = look(visitor, page, format="un")
    assert "It is no natural person" in said or "ENTITY" in said
    visitor.post(f"{page}/take", {"csrf": visitor.csrf()})
    done(visitor, page, Stage.TAKEN)
    taken = next(one for one in office.bureau.lists() if one.watchlist.name == UN_LIST.name)
    report = visitor.get(f"{page}/report.csv")
    rows = list(csv.DictReader(io.StringIO(report.content.decode("utf-8-sig"))))
    assert taken.rows > 500 and rows[0]["line"].isdigit() and rows[0]["reason"]
    assert "consolidated.xml" in office.bureau.journal_newest(1)[0].details
    folder = office.bureau.home.folder / "imports" / page.rpartition("/")[2]
    assert sorted(one.name for one in folder.iterdir()) == ["report.csv", "state.json"], "the file itself is gone"
    assert folder.stat().st_mode & 0o077 == 0


def test_a_file_that_would_empty_the_list_is_taken_over_with_its_name_typed_only(
    office: Office, visitor: Visitor
) -> None:
    visitor.sign_in("noy")
    half = "state,type,number\n" + "".join(f"FRA,P,A{number}\n" for number in range(1, 20))
    page = hand_in(visitor, half.encode())
    columns = {"column state": "state", "column type": "type", "column number": "number"}
    said = look(visitor, page, format="table", list="sltd", **columns)
    assert "Is the file whole?" in said
    refused = visitor.post(f"{page}/take", {"csrf": visitor.csrf()})
    assert refused.status_code == 409 and "was not typed exactly" in refused.text
    assert office.bureau.lists()[0].waiting.is_empty
    visitor.post(f"{page}/take", {"csrf": visitor.csrf(), "typed": "sltd"})
    done(visitor, page, Stage.TAKEN)
    assert office.bureau.lists()[0].waiting.withdrawn == 20


def test_what_cannot_be_read_changes_nothing_and_says_why(office: Office, visitor: Visitor) -> None:
    visitor.sign_in("noy")
    page = hand_in(visitor, b"\x00\x01\x02 nothing anybody knows", "../../etc/passwd")
    assert "was not recognised" in visitor.get(page).text
    assert "/etc" not in visitor.get(page).text
    visitor.post(f"{page}/look", {"csrf": visitor.csrf(), "format": "un"})
    assert "The file could not be read as" in done(visitor, page, Stage.FAILED)
    assert visitor.post(f"{page}/take", {"csrf": visitor.csrf()}).status_code == 409, "nobody has looked"
    visitor.post(f"{page}/drop", {"csrf": visitor.csrf()})
    assert visitor.get(page).status_code == 403


def test_nobody_else_reads_takes_or_drops_a_file_that_waits(office: Office, visitor: Visitor) -> None:
    visitor.sign_in("noy")
    page = hand_in(visitor, TABLE.encode())
    office.person("other", BureauRole.LISTS)
    visitor.sign_in("other")
    assert visitor.get(page).status_code == 403
    for act in ("look", "take", "drop"):
        assert visitor.post(f"{page}/{act}", {"csrf": visitor.csrf(), "format": "table"}).status_code == 409
    visitor.sign_in("khamla")
    url = office.server.url + "/console/imports"
    form = {"csrf": visitor.csrf()}
    barred = visitor.session.post(url, data=form, files={"file": ("a", b"b")}, timeout=60, allow_redirects=False)
    assert barred.status_code == 409 and "may not do this" in barred.text


def test_a_file_without_the_pages_own_token_is_never_kept(office: Office, visitor: Visitor) -> None:
    visitor.sign_in("noy")
    url, token = office.server.url + "/console/imports", visitor.csrf()
    late = [("file", ("a.csv", b"x" * 100_000)), ("csrf", (None, token))]
    for files, headers in (
        ([("csrf", (None, "0" * 64)), ("file", ("a.csv", b"x" * 100_000))], {}),
        (late, {}),
        ([("csrf", (None, token)), ("file", ("a.csv", b"x"))], {"Origin": "https://elsewhere.example"}),
        ([("csrf", (None, token)), ("other", ("a.csv", b"x"))], {}),
    ):
        answer = visitor.session.post(url, files=files, headers=headers, timeout=60, allow_redirects=False)
        assert answer.status_code == 409, files
        assert "did not come from your own page" in answer.text
    assert office.server_arrivals.all() == ()


def test_an_empty_file_and_none_at_all_are_called_so_and_kept_nowhere(office: Office, visitor: Visitor) -> None:
    visitor.sign_in("noy")
    first = hand_in(visitor, TABLE.encode())
    token, before = visitor.csrf(), office.server_arrivals.all()
    for page in ("/console/imports", f"{first}/other"):
        for name, said in (("a.csv", "The file a.csv is empty."), ("", "No file was chosen.")):
            form = [("csrf", (None, token)), ("file", (name, b""))]  # a browser sends no name where none was chosen
            url = office.server.url + page
            answer = visitor.session.post(url, files=form, timeout=60, allow_redirects=False)
            assert answer.status_code == 409
            assert said in answer.text and "your own page" not in answer.text
    assert office.server_arrivals.all() == before


def test_a_file_the_disk_has_no_room_for_is_refused_before_it_comes(
    office: Office, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.sign_in("noy")
    monkeypatch.setattr("sync.bureau.arrivals.MOST_BYTES", 50_000)
    url, form = office.server.url + "/console/imports", {"csrf": visitor.csrf()}
    answer = visitor.session.post(url, data=form, files={"file": ("a", b"x" * 60_000)}, timeout=60)
    assert answer.status_code == 409 and "larger than there is room for" in answer.text
    assert office.server_arrivals.all() == () and office.bureau.lists()[0].watchlist == SLTD
