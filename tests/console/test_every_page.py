"""Every page of the console in a real browser: labels, headers of tables, contrast, focus, width; in three languages.

The pages are found by walking the routes, so that a new page is looked at too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.console.busy import busy
from tests.console.conftest import Office
from tests.console.test_in_a_browser import nothing_was_refused, picture, sign_in, waiting
from ui.console.app import PAGES

Browser = Callable[..., webdriver.Chrome]

FILES = (".csv", ".jsonl", "report.{kind}", "message.{kind:str}", "photos/{sha256}")

FAULTS = (Path(__file__).parent / "faults.js").read_text(encoding="utf-8")
"""Looks at the page that is open and gives what is wrong with it, each in a few words."""


@pytest.fixture
def day(office: Office, tmp_path: Path) -> Iterator[Office]:
    with busy(office, tmp_path) as one:
        yield one


def addresses(office: Office) -> dict[str, str]:
    """Every page that is not a file, by a short name, with something real in its holes."""
    hit = next(one.hit.id for one in office.bureau.hits() if one.clock is not None)
    file = office.server_arrivals.all()[0].id
    holes = {"{post}": "nong-haet", "{name}": "sltd", "{number:int}": "1"}
    found = {}
    for method, path, _, _ in PAGES:
        if method == "GET" and not path.endswith(FILES):
            name = (
                path.removeprefix("/console").strip("/").replace("/", "-").replace("{", "").replace("}", "") or "board"
            )
            path = path.replace("{id}", file if "/imports/" in path else hit)
            for hole, value in holes.items():
                path = path.replace(hole, value)
            assert "{" not in path, f"say what stands in {path}"
            found[name] = path
    return found | {
        "record": f"/console/lists/sltd?key={quote('FRA/P/A2')}",
        "wanted": "/console/lists/wanted?key=w1",
        "no-record": "/console/lists/sltd?key=nothing",
        "all-hits": "/console/hits?all=1",
        "nothing-found": "/console/hits?q=nobody",
        "account": "/console/account",
        "no-such-post": "/console/posts/nowhere",
    }


def faults(window: webdriver.Chrome) -> list[str]:
    found: list[str] = window.execute_script(FAULTS)
    return found


@pytest.mark.timeout(600)  # two dozen pages: on a machine with nothing to spare that takes longer than others may
@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("en", 1280, "light"), ("fr", 390, "dark"), ("ar", 390, "light")]
)
def test_every_page_can_be_read_and_used_by_everybody(
    day: Office, browser: Browser, language: str, width: int, scheme: str
) -> None:
    window = browser(width, 900, language)
    window.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    window.get(day.server.url + "/console/sign-in")
    picture(window, f"{language}-{width}-sign-in")
    wrong = {"sign-in": found} if (found := faults(window)) else {}
    sign_in(window, day, "boun")
    for name, path in addresses(day).items():
        window.get(day.server.url + path)
        window.execute_script("for (const one of document.querySelectorAll('main details')) one.open = true;")
        picture(window, f"{language}-{width}-{name}", whole=True)
        if found := faults(window):
            wrong[name] = found
    assert wrong == {}


def test_the_faults_that_are_looked_for_are_found(office: Office, browser: Browser) -> None:
    window = browser()
    sign_in(window, office, "boun")
    assert faults(window) == []
    spoiled: dict[str, str] = {
        "no label": "main.innerHTML += '<input name=x>'",
        "no header": "main.innerHTML += '<table><tr><td>x</table>'",
        "contrast": "main.innerHTML += '<p>pale</p>'; main.lastChild.style.color = '#bbb'",
        "wider than the window": "main.innerHTML += '<p>wide</p>'; main.lastChild.style.width = '4000px'",
        "no words": "main.innerHTML += '<button></button>'",
        "no alternative": "main.innerHTML += '<img src=/console/static/none.png>'",
        "twice": "main.innerHTML += '<p id=main>'",
        "h1": "main.innerHTML += '<h1>another</h1>'",
        "touch": "main.innerHTML += '<button>a</button><button>b</button>'",
    }
    for word, how in spoiled.items():
        window.get(office.server.url + "/console")
        window.execute_script(f"const main = document.getElementById('main'); {how}")
        assert any(word in fault for fault in faults(window)), f"nobody would notice: {word}"


def test_the_keyboard_gets_everywhere_and_stays_where_it_was(day: Office, browser: Browser) -> None:
    window = browser()
    sign_in(window, day, "khamla")
    window.get(day.server.url + "/console/hits")
    reached: list[Any] = []
    for _ in range(60):
        window.switch_to.active_element.send_keys(Keys.TAB)
        one = window.switch_to.active_element
        if one.tag_name == "body":
            break
        seen = window.execute_script("return getComputedStyle(arguments[0]).outlineStyle !== 'none'", one)
        assert seen, f"nobody sees that {one.get_attribute('outerHTML')[:80]} has the focus"
        reached.append(one.get_attribute("name") or one.text)
    assert reached[0] == "To the page itself"
    assert {"Hits", "q", "post", "all", "late", "Search", "MARTIN JEANNE"} <= set(reached)

    link = window.find_element(By.CSS_SELECTOR, "tbody a")
    address = link.get_attribute("href")
    window.execute_script("arguments[0].focus()", link)
    rows = len(window.find_elements(By.CSS_SELECTOR, "tbody tr"))
    day.hit(day.desks[0])
    waiting(window).until(lambda w: len(w.find_elements(By.CSS_SELECTOR, "tbody tr")) == rows + 1)
    assert window.switch_to.active_element.get_attribute("href") == address
    nothing_was_refused(window)
