"""Says to a screen reader what changed away from the focus: what went wrong, and what was done.

Never a verdict or anything else while a match is on the screen: a screen reader may speak through a loudspeaker, and
nothing of a match may be noticed by the traveller. Who works by ear reads the verdict where it stands.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from borderdesk.screening import VerdictWord
from borderdesk.words import Sentence
from ui.desktop.state import WindowState


def speak_on(window: QWidget) -> Callable[[str], None]:
    """Hands a text to whatever reads the screen; to nobody where nothing does."""

    def speak(text: str) -> None:
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(window, text))

    return speak


class Announcer:
    """Compares each state with the one before."""

    def __init__(self, speak: Callable[[str], None]) -> None:
        self._speak = speak
        self._last: tuple[object, ...] = ()

    def render(self, state: WindowState) -> None:
        """Say what is new in this state, once."""
        told = (state.office.told, state.shift.told, state.written)
        last, self._last = self._last, (state.error, *told)
        quiet = state.verdict is None or state.verdict.word is VerdictWord.NO_MATCH
        if state.act_needed or not quiet:
            return
        new: tuple[Sentence, ...] = ()
        if state.error is not None and not any(state.error is each for each in last):
            new = state.error.sentences
        else:
            new = tuple(each for each in told if each is not None and not any(each is one for one in last))
        if new:
            self._speak(" ".join(state.voice(each) for each in new))
