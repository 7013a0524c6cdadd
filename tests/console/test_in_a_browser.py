"""The console in a real browser: a duty officer's day, two persons who publish, a telephone."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as then
from selenium.webdriver.support.ui import WebDriverWait

from borderdesk.hits import HitState
from tests.bureau.common import SLTD, passport
from tests.console.conftest import PASSWORD, Office

Browser = Callable[..., webdriver.Chrome]

WAIT_S = 20.0


def waiting(window: webdriver.Chrome) -> WebDriverWait[webdriver.Chrome]:
    """Wait on the page in this window; a page that is being replaced is looked at again, not an error."""
    return WebDriverWait(window, WAIT_S, ignored_exceptions=[StaleElementReferenceException])


PICTURES = os.environ.get("BORDERDESK_PICTURES", "")
"""Where pictures of the pages are left to be looked at; nowhere where it is empty."""


def sign_in(window: webdriver.Chrome, office: Office, account: str) -> None:
    window.get(office.server.url + "/console/sign-in")
    for name, value in (("account", account), ("password", PASSWORD), ("code", office.code(account))):
        window.find_element(By.NAME, name).send_keys(value)
    window.find_element(By.CSS_SELECTOR, "main form[action$=sign-in] button").click()
    waiting(window).until(then.url_to_be(office.server.url + "/console"))


def picture(window: webdriver.Chrome, name: str, *, whole: bool = False) -> None:
    """Leave a picture where somebody wants to look at them; of the whole page, or of what the window shows."""
    if PICTURES:
        shot = window.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": whole})
        (Path(PICTURES) / f"{name}.png").write_bytes(base64.b64decode(shot["data"]))


def nothing_was_refused(window: webdriver.Chrome) -> None:
    """The browser found nothing that the content security policy forbids, and no script failed."""
    bad = [line for line in window.get_log("browser") if line["level"] in ("SEVERE", "ERROR")]
    assert [line for line in bad if "favicon" not in line["message"] and "409" not in line["message"]] == []


def test_a_duty_officer_answers_a_hit_that_arrives_live(office: Office, browser: Browser) -> None:
    window = browser()
    sign_in(window, office, "khamla")
    picture(window, "board")
    assert len(window.find_elements(By.CSS_SELECTOR, "svg .dot")) == 2
    window.find_element(By.LINK_TEXT, "Hits").click()
    assert len(window.find_elements(By.CSS_SELECTOR, "tbody tr")) == 2

    office.hit(office.desks[0])
    waiting(window).until(lambda w: len(w.find_elements(By.CSS_SELECTOR, "tbody tr")) == 3)
    picture(window, "hits")
    assert window.title.startswith("(3) Hits"), "the tab says how many wait"
    clock = window.find_element(By.CSS_SELECTOR, "time[data-due]").text
    assert ":" in clock and "-" not in clock[:1]

    window.find_element(By.CSS_SELECTOR, "tbody a").click()
    window.find_element(By.CSS_SELECTOR, "input[value=confirmed]").click()
    window.find_element(By.NAME, "words").send_keys("It is the stolen one. Seize it.")
    picture(window, "hit")
    window.find_element(By.CSS_SELECTOR, "form[action$=answer] button").click()
    waiting(window).until(lambda w: "Seize it." in w.find_element(By.TAG_NAME, "main").text)
    answered = [one for one in office.bureau.hits() if one.hit.state is HitState.CONFIRMED]
    assert answered[0].answers[0].by == "khamla"
    window.find_element(By.LINK_TEXT, "Links").click()
    picture(window, "links")
    assert "A1 (3)" in window.find_element(By.TAG_NAME, "main").text
    nothing_was_refused(window)


def test_two_persons_publish(office: Office, browser: Browser) -> None:
    office.bureau.require_four_eyes(True)
    office.bureau.put_records(SLTD.name, [passport("NEW1")])
    first, second = browser(), browser()
    sign_in(first, office, "noy")
    first.get(office.server.url + "/console/publish")
    assert "NEW1" in first.find_element(By.TAG_NAME, "main").text
    first.find_element(By.CSS_SELECTOR, "button[value=propose]").click()
    assert first.find_elements(By.CSS_SELECTOR, "button[value=approve]") == []
    sign_in(second, office, "boun")
    second.get(office.server.url + "/console/publish")
    picture(second, "lists")
    second.find_element(By.CSS_SELECTOR, "button[value=approve]").click()
    waiting(second).until(lambda _: office.bureau.lists()[0].edition == 2)
    second.get(office.server.url + "/console/journal")
    picture(second, "journal")
    assert "boun" in second.find_element(By.CSS_SELECTOR, "tbody tr").text
    nothing_was_refused(second)


def test_a_record_is_added_and_withdrawn_on_a_page(office: Office, browser: Browser) -> None:
    window = browser()
    sign_in(window, office, "noy")
    window.get(office.server.url + "/console/lists/sltd")
    window.find_element(By.NAME, "state").send_keys("FRA")
    window.find_element(By.NAME, "number").send_keys("12AB34567")
    window.find_element(By.CSS_SELECTOR, "form[action$=document] button").click()
    waiting(window).until(lambda w: "12AB34567" in w.find_element(By.CSS_SELECTOR, "dl").text)
    picture(window, "record")
    window.find_element(By.NAME, "reason").send_keys("typed in error")
    window.find_element(By.CSS_SELECTOR, "form[action$=withdraw] button").click()
    waiting(window).until(lambda _: office.bureau.lists()[0].waiting.is_empty)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_it_works_on_a_telephone_in_both_languages(office: Office, browser: Browser, language: str) -> None:
    window = browser(390, 844, language)
    sign_in(window, office, "khamla")
    for page in ("", "/hits", f"/hits/{office.bureau.hits()[0].hit.id}", "/lists", "/operations"):
        window.get(office.server.url + "/console" + page)
        picture(window, f"phone-{language}-{page.split('/')[1] if page else 'board'}{len(page) > 20}")
        width = window.execute_script("return document.documentElement.scrollWidth")
        assert width <= 392, f"{page} is wider than the telephone: {width}"
    heading = window.find_element(By.TAG_NAME, "h1").text
    assert heading == {"en": "Operations", "fr": "Opérations"}[language]


def test_the_owner_of_a_record_is_asked_and_its_answer_noted(office: Office, browser: Browser) -> None:
    window = browser()
    sign_in(window, office, "khamla")
    hit = office.bureau.hits()[0].hit.id
    window.get(f"{office.server.url}/console/hits/{hit}")
    assert window.find_element(By.NAME, "to").get_attribute("value") == "INTERPOL", "the list's owner is suggested"
    window.find_element(By.CSS_SELECTOR, "form[action$=forward] textarea").send_keys("Is it still stolen?")
    window.find_element(By.CSS_SELECTOR, "form[action$=forward] button").click()
    waiting(window).until(lambda w: "Message (PDF)" in w.find_element(By.TAG_NAME, "main").text)
    picture(window, "forwarded")
    window.find_element(By.CSS_SELECTOR, "form[action$=owner-answer] textarea").send_keys("Yes, since January.")
    window.find_element(By.CSS_SELECTOR, "form[action$=owner-answer] button").click()
    waiting(window).until(lambda w: "The owner answered" in w.find_element(By.CSS_SELECTOR, "ol").text)
    (asked,) = office.bureau.forwards(hit)
    assert (asked.to, asked.words, asked.answer) == ("INTERPOL", "Is it still stolen?", "Yes, since January.")
    nothing_was_refused(window)
