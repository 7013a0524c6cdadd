"""Colours that every eye tells apart, and text that stands out from its ground."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.desktop.screens import SCREENS, opened
from ui.desktop.shapes import LOOK
from ui.desktop.shots import settle
from ui.desktop.theme import AMBER, BLUE, DARK_RED, DRILL, THEMES, Pair, Theme

VERDICTS = (BLUE, AMBER, DARK_RED)

# Machado, Oliveira, Fernandes: A Physiologically-based Model for Simulation of Color Vision Deficiency (2009),
# severity 1.0, for linear RGB.
EYES = {
    "ordinary": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def linear(colour: str) -> np.ndarray:
    srgb = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    light, dark = sorted((float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* under D65."""
    matrix = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = matrix @ rgb / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("eye", EYES)
def test_the_three_verdict_colours_stay_apart_for_every_eye(eye: str) -> None:
    seen = [lab(np.clip(EYES[eye] @ linear(pair.ground), 0, 1)) for pair in VERDICTS]
    apart = min(float(np.linalg.norm(a - b)) for a, b in combinations(seen, 2))
    assert apart > 50, f"{eye}: {apart:.0f}; below 20 is easily confused"


@pytest.mark.parametrize("eye", EYES)
def test_the_banner_of_a_drill_is_like_no_verdict_for_any_eye(eye: str) -> None:
    banner = lab(np.clip(EYES[eye] @ linear(DRILL.ground), 0, 1))
    seen = [lab(np.clip(EYES[eye] @ linear(pair.ground), 0, 1)) for pair in VERDICTS]
    assert min(float(np.linalg.norm(banner - verdict)) for verdict in seen) > 30
    assert contrast(DRILL.ground, DRILL.text) >= 4.5


def test_the_simulation_finds_a_traffic_light_confusing() -> None:
    seen = [lab(np.clip(EYES["deutan"] @ linear(c), 0, 1)) for c in ("#1b5e20", "#8a4b00", "#7a0c12")]
    assert min(float(np.linalg.norm(a - b)) for a, b in combinations(seen, 2)) < 20


def pairs(theme: Theme) -> dict[str, Pair]:
    grounds = {name: getattr(theme, name) for name in ("window", "surface", "quiet", "chosen", "button", "accent")}
    for name in ("window", "surface", "chosen", "button"):
        grounds[f"muted on {name}"] = Pair(grounds[name].ground, theme.muted)
    return grounds | {f"verdict {pair.ground}": pair for pair in VERDICTS}


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_every_text_stands_out_from_its_ground(theme: Theme) -> None:
    weak = {name: contrast(p.ground, p.text) for name, p in pairs(theme).items() if contrast(p.ground, p.text) < 4.5}
    assert not weak


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_the_edge_of_a_control_and_the_ring_of_the_focus_can_be_seen(theme: Theme) -> None:
    for pair in (theme.window, theme.surface, theme.button, theme.chosen, theme.quiet):
        assert contrast(theme.accent.ground, pair.ground) >= 3
    for pair in (theme.window, theme.surface, theme.button):
        assert contrast(theme.line, pair.ground) >= 3


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("screen", ["sign-in", "match", "practice-match", "page-accounts", "lists", "page-interview"])
def test_what_is_really_painted_is_made_of_these_pairs(screen: str, theme: Theme, qtbot: QtBot) -> None:
    """Whatever stands on the screen: letters on their ground, disabled ones too."""
    declared = {(p.ground, p.text) for p in (*pairs(theme).values(), DRILL)}
    with opened("en", theme=theme) as (window, desk):
        SCREENS[screen](window, desk)
        settle(window)
        painted = {look for widget in window.findChildren(QWidget) if (look := painted_pair(widget)) is not None}
    assert painted - declared == set()
    assert len(painted) >= 2


def painted_pair(widget: QWidget) -> tuple[str, str] | None:
    """Ground and letters of a visible text; None where it has none."""
    role, palette = QPalette.ColorRole, widget.palette()
    if not widget.isVisible() or not (isinstance(widget, QPlainTextEdit) or getattr(widget, "text", str)()):
        return None
    if isinstance(widget, QLineEdit | QPlainTextEdit):
        return palette.color(role.Base).name(), palette.color(role.Text).name()
    if isinstance(widget, QPushButton):
        return palette.color(role.Button).name(), palette.color(role.ButtonText).name()
    behind: QWidget = widget
    while not behind.autoFillBackground() and not behind.isWindow():
        behind = behind.parentWidget()
    return behind.palette().color(behind.backgroundRole()).name(), palette.color(widget.foregroundRole()).name()


def test_whatever_has_a_colour_has_a_shape_of_its_own() -> None:
    for kind in {type(meaning) for meaning in LOOK}:
        looks = [look for meaning, look in LOOK.items() if type(meaning) is kind]
        assert len({shape for shape, _ in looks}) == len({pair for _, pair in looks}) == len(looks) == 3
