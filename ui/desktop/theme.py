"""Palettes as data. Every pair of text and ground in them is checked for contrast by a test.

The three verdict colours are the same in every palette, because their meaning is: blue, amber and dark red stay apart
for protan, deutan and tritan eyes (the test simulates them after Machado, Oliveira and Fernandes, 2009).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QColor, QPalette

from borderdesk.words import Sentence, say


@dataclass(frozen=True, slots=True)
class Pair:
    """A ground and the text that stands on it, as `#rrggbb`."""

    ground: str
    text: str


BLUE: Final = Pair("#005ea5", "#ffffff")
AMBER: Final = Pair("#ffbf47", "#0b0c0c")
DARK_RED: Final = Pair("#8b0000", "#ffffff")
DRILL: Final = Pair("#d9c2ff", "#1d1030")
"""The banner over what is invented: no verdict has this colour."""


@dataclass(frozen=True, slots=True)
class Theme:
    """One palette. `window` is behind everything, `surface` behind lists and fields, `quiet` where no verdict stands.

    `muted` is text of second rank on `surface`, `window` and `chosen`; `line` the edge of a control; `chosen` a marked
    row, whose text is that of the surface; `accent` selected text and the ring of what has the focus.
    """

    name: str
    title: Sentence
    window: Pair
    surface: Pair
    quiet: Pair
    chosen: Pair
    accent: Pair
    button: Pair
    muted: str
    line: str

    def palette(self) -> QPalette:
        """The Qt palette of this theme, for the Fusion style."""
        made = QPalette()
        role = QPalette.ColorRole
        for where, colour in (
            (role.Window, self.window.ground),
            (role.WindowText, self.window.text),
            (role.Base, self.surface.ground),
            (role.AlternateBase, self.chosen.ground),
            (role.Text, self.surface.text),
            (role.PlaceholderText, self.muted),
            (role.Button, self.button.ground),
            (role.ButtonText, self.button.text),
            (role.BrightText, self.window.text),
            (role.ToolTipBase, self.surface.ground),
            (role.ToolTipText, self.surface.text),
            (role.Highlight, self.accent.ground),
            (role.HighlightedText, self.accent.text),
            (role.Accent, self.accent.ground),
            (role.Link, self.accent.ground),
            (role.Mid, self.line),
            (role.Dark, self.line),
        ):
            made.setColor(where, QColor(colour))
        for where in (role.WindowText, role.Text, role.ButtonText):
            made.setColor(QPalette.ColorGroup.Disabled, where, QColor(self.muted))
        return made


LIGHT: Final = Theme(
    name="light",
    title=say("Light"),
    window=Pair("#eef1f4", "#16202a"),
    surface=Pair("#ffffff", "#16202a"),
    quiet=Pair("#dbe1e7", "#16202a"),
    chosen=Pair("#d5e6f5", "#16202a"),
    accent=Pair("#005ea5", "#ffffff"),
    button=Pair("#ffffff", "#16202a"),
    muted="#4a5662",
    line="#76828e",
)
DARK: Final = Theme(
    name="dark",
    title=say("Dark"),
    window=Pair("#12181f", "#e3e9ef"),
    surface=Pair("#1b232c", "#e3e9ef"),
    quiet=Pair("#28323d", "#e3e9ef"),
    chosen=Pair("#203a52", "#e3e9ef"),
    accent=Pair("#6cb6ff", "#0b1a28"),
    button=Pair("#28323d", "#e3e9ef"),
    muted="#a9b5c1",
    line="#7f8c99",
)
CONTRAST: Final = Theme(
    name="contrast",
    title=say("High contrast"),
    window=Pair("#ffffff", "#000000"),
    surface=Pair("#ffffff", "#000000"),
    quiet=Pair("#ffffff", "#000000"),
    chosen=Pair("#ffef9e", "#000000"),
    accent=Pair("#000000", "#ffffff"),
    button=Pair("#ffffff", "#000000"),
    muted="#1a1a1a",
    line="#000000",
)

THEMES: Final = {theme.name: theme for theme in (LIGHT, DARK, CONTRAST)}


def next_theme(theme: Theme) -> Theme:
    """The one that follows, round and round: one key walks through all of them."""
    order = list(THEMES.values())
    return order[(order.index(theme) + 1) % len(order)]
