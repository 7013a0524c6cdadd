"""Passkeys in a real browser with its virtual authenticator, and what is refused of them."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.virtual_authenticator import VirtualAuthenticatorOptions
from selenium.webdriver.support.ui import WebDriverWait

from sync.bureau.passkeys import PasskeyRefused, Site
from tests.console.conftest import PASSWORD, Office, Visitor


def address(office: Office, path: str) -> str:
    # A passkey belongs to a name; browsers refuse to make one for a number.
    return f"https://localhost:{office.server.port}{path}"


@pytest.fixture
def window(office: Office, browser: Callable[..., webdriver.Chrome]) -> webdriver.Chrome:
    """A browser on a device that can verify its holder."""
    driver = browser()
    options = VirtualAuthenticatorOptions(
        protocol=VirtualAuthenticatorOptions.Protocol.CTAP2,
        transport=VirtualAuthenticatorOptions.Transport.INTERNAL,
        has_resident_key=True,
        has_user_verification=True,
        is_user_verified=True,
    )
    driver.add_virtual_authenticator(options)
    return driver


def wait_for(driver: webdriver.Chrome, path: str) -> None:
    WebDriverWait(driver, 30).until(lambda one: one.current_url.endswith(path))


def sign_in_by_code(driver: webdriver.Chrome, office: Office, account: str) -> None:
    driver.get(address(office, "/console/sign-in"))
    for name, value in (("account", account), ("password", PASSWORD), ("code", office.code(account))):
        driver.find_element(By.NAME, name).send_keys(value)
    driver.find_element(By.CSS_SELECTOR, "form[action='/console/sign-in'] button").click()
    wait_for(driver, "/console")


def settled(driver: webdriver.Chrome, what: str) -> None:
    """Wait until the page says this; while one page makes way for another the driver may find neither."""
    waiting = WebDriverWait(driver, 30, ignored_exceptions=[WebDriverException])
    waiting.until(lambda one: what in one.find_element(By.TAG_NAME, "main").text)


def add_passkey(driver: webdriver.Chrome, office: Office, name: str, password: str = PASSWORD) -> None:
    driver.get(address(office, "/console/account"))
    form = driver.find_element(By.CSS_SELECTOR, "form[data-passkey]")
    form.find_element(By.NAME, "name").send_keys(name)
    form.find_element(By.NAME, "password").send_keys(password)
    form.find_element(By.TAG_NAME, "button").click()
    settled(driver, f"{name}\nlocalhost" if password == PASSWORD else "not accepted")


def sign_in_by_passkey(driver: webdriver.Chrome, office: Office) -> None:
    driver.get(address(office, "/console/sign-in"))
    driver.find_element(By.CSS_SELECTOR, "form[data-passkey] button").click()
    WebDriverWait(driver, 30).until(
        lambda one: (
            not one.current_url.endswith("/sign-in") or one.find_elements(By.CSS_SELECTOR, "[role=alert]:not([hidden])")
        )
    )


def test_somebody_adds_a_passkey_signs_in_with_it_and_removes_it(office: Office, window: webdriver.Chrome) -> None:
    sign_in_by_code(window, office, "khamla")
    add_passkey(window, office, "the duty desk's computer")
    wait_for(window, "/console/account")
    (passkey,) = office.bureau.passkeys.of("khamla")
    assert (passkey.name, passkey.host, passkey.used_at) == ("the duty desk's computer", "localhost", None)

    window.find_element(By.CSS_SELECTOR, "form[action='/console/sign-out'] button").click()
    wait_for(window, "/console/sign-in")
    sign_in_by_passkey(window, office)
    wait_for(window, "/console")
    assert "Khamla" in window.find_element(By.TAG_NAME, "header").text
    assert office.bureau.passkeys.of("khamla")[0].used_at is not None
    said = [(line.kind, line.who, line.why) for line in office.bureau.journal_newest()]
    assert ("sign-in", "khamla", "passkey the duty desk's computer") in said
    assert ("passkey", "khamla", "added") in said

    window.get(address(office, "/console/account"))
    window.find_element(By.CSS_SELECTOR, "form[action='/console/account/remove'] button").click()
    settled(window, "No passkey yet.")
    assert office.bureau.passkeys.of("khamla") == ()
    window.find_element(By.CSS_SELECTOR, "form[action='/console/sign-out'] button").click()
    sign_in_by_passkey(window, office)
    settled(window, "not accepted")
    assert [
        entry["message"] for entry in window.get_log("browser") if "Content Security Policy" in entry["message"]
    ] == []


def test_a_passkey_is_not_added_without_the_password_and_ends_with_the_account(
    office: Office, window: webdriver.Chrome
) -> None:
    sign_in_by_code(window, office, "noy")
    add_passkey(window, office, "a stolen session's", password="not the password")
    assert office.bureau.passkeys.of("noy") == ()
    add_passkey(window, office, "noy's own")
    assert len(office.bureau.passkeys.of("noy")) == 1
    office.bureau.people.end("noy", by="boun")
    assert office.bureau.passkeys.of("noy") == ()
    sign_in_by_passkey(window, office)
    settled(window, "not accepted")


def test_an_answer_is_good_for_one_browser_one_site_and_one_use(office: Office, window: webdriver.Chrome) -> None:
    sign_in_by_code(window, office, "khamla")
    add_passkey(window, office, "the duty desk's computer")
    window.get(address(office, "/console/sign-in"))
    # What the page would send, held back.
    window.execute_script("HTMLFormElement.prototype.submit = () => { window.held = true; };")
    window.find_element(By.CSS_SELECTOR, "form[data-passkey] button").click()
    WebDriverWait(window, 30).until(lambda one: one.execute_script("return window.held === true"))
    answer = json.loads(
        window.execute_script("return document.querySelector('form[data-passkey]').elements.answer.value")
    )
    binding = window.get_cookie("__Host-borderdesk-browser")
    assert binding is not None
    site, doors = Site.of(f"localhost:{office.server.port}"), office.bureau.passkeys
    for where, browser in ((site, "another browser's"), (site, ""), (Site.of("evil.example"), binding["value"])):
        with pytest.raises(PasskeyRefused):
            doors.sign_in(answer, where, browser)
    spoiled = {
        **answer,
        "response": {**answer["response"], "signature": answer["response"]["signature"][:-8] + "AAAAAAAA"},
    }
    with pytest.raises(PasskeyRefused):
        doors.sign_in(spoiled, site, binding["value"])
    assert office.bureau.people.session(doors.sign_in(answer, site, binding["value"])) is not None
    with pytest.raises(PasskeyRefused):
        doors.sign_in(answer, site, binding["value"])


def test_rubbish_at_the_passkey_doors_is_refused_plainly(office: Office, visitor: Visitor) -> None:
    for answer in ("", "{}", "[]", "null", '{"response": 7}', '{"response": {"clientDataJSON": "e30"}}', "x" * 70000):
        refused = visitor.post("/console/passkey", {"answer": answer})
        assert refused.status_code == 403 and "not accepted" in refused.text
    assert visitor.post("/console/passkey", {"answer": "{}"}, origin="https://evil.example").status_code == 403
    assert visitor.get("/console/account/options").status_code == 401
    asked = visitor.get("/console/passkey")
    cookie = asked.headers["set-cookie"]
    assert asked.json()["publicKey"]["userVerification"] == "required"
    assert all(word in cookie for word in ("__Host-", "Secure", "HttpOnly", "SameSite=strict"))
