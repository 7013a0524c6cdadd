"""A bureau with desks, hits and people, its console, and a real browser."""

from __future__ import annotations

import base64
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from borderdesk.clock import Moment, SystemClock
from borderdesk.ids import RecordKey, RecordRef
from sync.bureau import Bureau, BureauServer, one_time, serve_in_thread
from sync.bureau.arrivals import Arrivals
from sync.bureau.rights import BureauRole
from tests.bureau.common import SLTD, passport
from tests.bureau.simulator import DeskSimulator
from ui.console import console_routes

PASSWORD = "nine boats on the lake"
A1 = RecordRef(SLTD.name, RecordKey("FRA/P/A1"), 1)


@dataclass
class Office:
    """The bureau at work. `steps` counts one-time codes on, so that each is used once."""

    bureau: Bureau
    server: BureauServer
    desks: list[DeskSimulator] = field(default_factory=list)
    secrets: dict[str, bytes] = field(default_factory=dict)

    @property
    def server_arrivals(self) -> Arrivals:
        """The files that were handed in on its pages."""
        return Arrivals(self.bureau.home)

    def person(self, account: str, role: BureauRole) -> None:
        made = self.bureau.people.add(account, name=account.title(), role=role, password=PASSWORD, by="test")
        self.secrets[account] = base64.b32decode(made.typed)

    def code(self, account: str) -> str:
        return one_time.code_at(self.secrets[account], one_time.step_of(self.bureau.clock.wall()))

    def desk(self, post: str) -> DeskSimulator:
        desk = DeskSimulator(self.server.url, self.bureau.home.ca)
        desk.enrol(self.bureau.enrol_code(post))
        self.desks.append(desk)
        return desk

    def hit(self, desk: DeskSimulator) -> None:
        now = SystemClock().wall()
        desk.send(desk.hit(A1, Moment(now, now), note="kept the passport").envelope)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Bureau.create(tmp_path / "bureau", name="NCB Vientiane", country="LAO") as bureau:
        bureau.import_list(SLTD, [passport(f"A{number}") for number in range(1, 40)])
        bureau.publish()
        with serve_in_thread(bureau, pages=console_routes) as server:
            office = Office(bureau, server)
            office.person("khamla", BureauRole.DUTY)
            office.person("boun", BureauRole.SUPERVISOR)
            office.person("noy", BureauRole.PUBLISHER)
            for post, latitude, longitude in (("nong-haet", 19.5, 104.0), ("dansavanh", 16.6, 106.6)):
                office.hit(office.desk(post))
                bureau.put_on_map(post, latitude, longitude)
            yield office
            for desk in office.desks:
                desk.close()


@dataclass
class Visitor:
    """Somebody with an ordinary HTTP client instead of a browser."""

    office: Office
    session: requests.Session

    def sign_in(self, account: str) -> requests.Response:
        form = {"account": account, "password": PASSWORD, "code": self.office.code(account)}
        return self.post("/console/sign-in", form)

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.office.server.url + path, timeout=30, allow_redirects=False)

    def post(self, path: str, form: dict[str, str], **headers: str) -> requests.Response:
        url = self.office.server.url + path
        return self.session.post(url, data=form, headers=headers, timeout=30, allow_redirects=False)

    def csrf(self) -> str:
        return self.get("/console/hits").text.partition('name="csrf" value="')[2].partition('"')[0]


@pytest.fixture
def visitor(office: Office) -> Iterator[Visitor]:
    with requests.Session() as session:
        session.verify = str(office.bureau.home.ca)
        session.trust_env = False
        yield Visitor(office, session)


def _why_no_browser() -> str:
    if shutil.which("chromium") is None or shutil.which("chromedriver") is None:
        return "no browser is installed (Debian: chromium chromium-driver)"
    return ""


@pytest.fixture
def browser() -> Iterator[Callable[..., webdriver.Chrome]]:
    """Opens real headless windows of a given size and language."""
    reason = _why_no_browser()
    if reason:
        pytest.skip(reason)
    opened: list[webdriver.Chrome] = []
    with tempfile.TemporaryDirectory(prefix="borderdesk-browser-", ignore_cleanup_errors=True) as profile:

        def open_(width: int = 1280, height: int = 900, language: str = "en") -> webdriver.Chrome:
            options = webdriver.ChromeOptions()
            options.binary_location = shutil.which("chromium") or ""
            for argument in (
                "--headless=new",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--ignore-certificate-errors",  # the bureau's own authority is no public one
                f"--user-data-dir={profile}/{len(opened)}",
                f"--window-size={width},{height}",
                f"--lang={language}",
            ):
                options.add_argument(argument)
            if os.geteuid() == 0:
                options.add_argument("--no-sandbox")
            options.add_experimental_option("prefs", {"intl.accept_languages": language})
            options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
            driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
            if width < 600:
                metrics = {"width": width, "height": height, "deviceScaleFactor": 2, "mobile": True}
                driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
            opened.append(driver)
            return driver

        yield open_
        for driver in opened:
            driver.quit()
