"""Opens the desk's window on an engine."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from types import TracebackType
from typing import Final

from PySide6.QtWidgets import QApplication

from ui.desktop.ending import Ending
from ui.desktop.engine import DeskEngine
from ui.desktop.first_paint import FirstPaint
from ui.desktop.main_window import MainWindow
from ui.desktop.parts import text_font
from ui.desktop.presenter import Presenter
from ui.desktop.settings import Settings, load_settings, save_settings
from ui.desktop.text_size import NORMAL, TEXT_SIZES, TextSize
from ui.desktop.theme import LIGHT, THEMES, Theme
from ui.desktop.voice import Voice
from ui.desktop.work import Sample
from ui.locale import Catalogue


def application() -> QApplication:
    """The one Qt application of this process, dressed: Fusion style, own letters."""
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else QApplication(sys.argv[:1])
    if app.applicationName() != "BorderDesk":
        # Only once: setting a style touches every widget there is, those included that are about to go.
        app.setApplicationName("BorderDesk")
        app.setStyle("Fusion")
        app.setFont(text_font())
        # A busy lane would otherwise keep the window waiting 5 ms each time it wants to go on.
        sys.setswitchinterval(0.001)
    return app


def open_window(
    engine: DeskEngine,
    *,
    samples: Sequence[Sample] = (),
    language: str = "en",
    zone: tzinfo | None = None,
    theme: Theme = LIGHT,
    text: TextSize = NORMAL,
    exchange_every: timedelta | None = None,
    lock_when_idle: bool = False,
) -> MainWindow:
    """Make the window and start asking the engine. `zone` is the post's time zone; None takes the computer's."""
    application()
    voice = Voice(Catalogue(language), zone or datetime.now(UTC).astimezone().tzinfo or UTC)
    presenter = Presenter(
        engine,
        voice,
        samples=samples,
        theme=theme,
        text=text,
        exchange_every=exchange_every,
        lock_when_idle=lock_when_idle,
    )
    window = MainWindow(presenter)
    presenter.setParent(window)
    presenter.start()
    return window


USUAL_SIZE: Final = (1366, 768)
"""Of a post's screen, in pixels."""


def run_desk(
    engine: DeskEngine,
    *,
    samples: Sequence[Sample] = (),
    language: str = "",
    zone: tzinfo | None = None,
    exchange_every: timedelta | None = timedelta(minutes=1),
    lock_when_idle: bool = True,
    full_screen: bool = False,
    settings_in: Path | None = None,
    reader: str = "",
    once_shown: Callable[[], None] = lambda: None,
    once_ready: Callable[[], None] = lambda: None,
) -> int:
    """Show the window until it is closed. Returns the process's exit code.

    `settings_in` is the folder where language, palette and size of letters are kept from one start to the next;
    `language` goes before what was kept.
    `reader` is the device of a reader on a serial line.
    `once_shown` is called in the window's thread once the window was painted, and `once_ready` once everything that the
    first traveller needs is loaded, too.

    An error that nobody expected ends the desk loudly instead of leaving it half alive.
    """
    app = application()
    kept = load_settings(settings_in) if settings_in else Settings()
    window = open_window(
        engine,
        samples=samples,
        language=language or kept.language,
        zone=zone,
        theme=THEMES[kept.theme],
        text=TEXT_SIZES[kept.text],
        exchange_every=exchange_every,
        lock_when_idle=lock_when_idle,
    )

    if reader:
        window.listen_to(reader)

    def stop_loudly(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        app.exit(70)

    def end() -> None:
        window.end()
        # Not `quit`: that asks the windows once more, and stays where one refuses.
        app.exit(0)

    def shown() -> None:
        window.presenter.get_ready(once_ready)
        once_shown()

    first_paint = FirstPaint(window)
    first_paint.over.connect(shown)
    ending = Ending(app)
    ending.asked.connect(end)
    before, sys.excepthook = sys.excepthook, stop_loudly
    try:
        if full_screen:
            # A kiosk has no window manager that would give the window the size of the screen.
            window.setGeometry(window.screen().geometry())
            window.showFullScreen()
        else:
            window.resize(*USUAL_SIZE)
            room = window.screen().availableSize()
            # On a post's usual screen the frame of a window manager would push the window's foot over the edge.
            if room.width() <= window.width() or room.height() <= window.height():
                window.showMaximized()
            else:
                window.show()
        # Where no window manager runs (a kiosk, a virtual screen) nobody else gives the window the keyboard.
        window.activateWindow()
        code = app.exec()
        state = window.presenter.state
        if settings_in is not None:
            language = state.voice.catalogue.language.code
            save_settings(settings_in, Settings(language, state.theme.name, state.text.name))
        window.end()
    finally:
        first_paint.stop()
        ending.close()
        sys.excepthook = before
    return code
