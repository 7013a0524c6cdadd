"""How long until an officer can sign in: run as its own process by `borderdesk bench desk`, on an enrolled folder.

    python -m ui.cli.bench_start FOLDER

It does what `borderdesk desk` does and ends as soon as the sign-in screen was painted. Whoever starts it measures.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer

from sync.agent import Desk
from ui.cli.desk import app as every_command
from ui.desktop.app import application, open_window


class _UntilPainted(QObject):
    """Ends the program once the sign-in screen was painted and may be typed into."""

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            QTimer.singleShot(0, application().quit)
        return False


def main() -> None:
    """Open, paint, end."""
    if not every_command.registered_commands:
        raise RuntimeError("the command line is part of what is measured")
    with Desk(Path(sys.argv[1])) as desk:
        window = open_window(desk)
        watch = _UntilPainted()
        window.sign_in.installEventFilter(watch)
        window.resize(1366, 768)
        window.show()
        application().exec()
        window.close()


if __name__ == "__main__":
    main()
