"""The map of the posts: what lies around them is drawn, to scale and cut to the picture, and alarms say so in words."""

from __future__ import annotations

import re
from pathlib import Path

from selenium.webdriver.common.by import By

from borderdesk.clock import Moment
from sync.bureau.posts import Place
from tests.console.conftest import A1, Office, Visitor
from tests.console.test_in_a_browser import Browser, nothing_was_refused, picture, sign_in
from ui.console.borders import Window, shapes
from ui.console.post_map import Map, on_map


def hundredfold(point: tuple[float, float]) -> tuple[float, float]:
    """Degrees as pixels, large enough that no point is left out."""
    return point[0] * 100, point[1] * 100


def drawn(*places: tuple[str, float, float]) -> Map:
    found = on_map([Place(name, latitude, longitude) for name, latitude, longitude in places], {})
    assert found is not None
    return found


def test_the_border_of_laos_and_viet_nam_runs_between_the_posts_of_both() -> None:
    near = Window(104.0, 16.0, 107.5, 20.0)
    found = shapes(near, hundredfold)
    points = [tuple(map(float, pair.split())) for pair in re.split("[ML]", found.borders) if pair]
    # The crossing of Dansavanh and Lao Bao stands at 16.62 N 106.59 E.
    assert min(abs(x / 100 - 106.59) + abs(y / 100 - 16.62) for x, y in points) < 0.15
    assert found.coasts and found.land.endswith("z") and not found.unsettled


def test_a_border_that_is_not_settled_is_told_apart() -> None:
    kashmir = shapes(Window(73.0, 33.0, 79.0, 37.0), hundredfold)
    assert kashmir.unsettled


def test_land_that_fills_the_picture_is_land_though_no_line_crosses_it() -> None:
    inland = shapes(Window(20.0, 22.0, 20.5, 22.5), hundredfold)
    assert inland.land.count("L") == 3 and not inland.coasts


def test_the_middle_of_the_map_is_true_to_scale_and_the_posts_are_in_it() -> None:
    found = drawn(("south", 60.0, 25.0), ("north", 64.0, 25.0), ("east", 62.0, 33.5))
    at = {dot.name: (dot.x, dot.y) for dot in found.dots}
    degree_north = abs(at["north"][1] - at["south"][1]) / 4
    degree_east = abs(at["east"][0] - at["south"][0]) / 8.5
    assert 0.45 < degree_east / degree_north < 0.49, "at 62 degrees one east is 0.47 of one north"
    assert all(0 < x < found.width and 0 < y < found.height for x, y in at.values())


def test_what_is_shipped_says_where_it_is_from_and_is_small() -> None:
    file = Path(__file__).parents[2] / "ui/console/borders.txt"
    head = file.read_text(encoding="ascii")[:600]
    assert "Natural Earth" in head and "public domain" in head and "2026-" in head
    assert file.stat().st_size < 150_000


def test_a_post_with_an_alarm_says_so_in_form_and_word(office: Office, browser: Browser) -> None:
    desk = office.desks[0]
    desk.counter += 2
    now = office.bureau.clock.wall()
    desk.send(desk.hit(A1, Moment(now, now), note="after a gap").envelope)
    for width, scheme in ((1280, "light"), (390, "dark")):
        window = browser(width, 844)
        media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        window.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
        sign_in(window, office, "boun" if width > 400 else "khamla")
        picture(window, f"map-{width}-{scheme}")
        alarmed = window.find_element(By.CSS_SELECTOR, "svg a.dot.bad")
        assert alarmed.find_elements(By.TAG_NAME, "path") and "Alarm" in alarmed.text
        assert "for orientation only" in window.find_element(By.TAG_NAME, "figcaption").text
        nothing_was_refused(window)


def test_no_map_is_shown_where_no_post_has_a_place(visitor: Visitor) -> None:
    assert on_map([], {}) is None
