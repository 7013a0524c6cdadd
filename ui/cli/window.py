"""`borderdesk desk`: the officer's window, and what runs beside it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from sync.agent import Courier, Desk
from ui.cli.work import DEFAULT_FOLDER, Folder
from ui.resting import collector_at_rest


def desk_window(
    folder: Folder = DEFAULT_FOLDER,
    full_screen: Annotated[bool, typer.Option(help="Fill the screen, as on a kiosk.")] = False,
    language: Annotated[
        str, typer.Option(help="Language at the start: en, fr, es, ar, lo, vi or ru; else as last time.")
    ] = "",
    reader: Annotated[
        str, typer.Option(help="Device of a document reader on a serial line, such as /dev/ttyUSB0.")
    ] = "",
    api_port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="Answer programs on this machine at this port; see borderdesk api."),
    ] = None,
    serve_post: Annotated[
        int, typer.Option(help="Serve the other desks of the post on this port, as `borderdesk sync serve-post`.")
    ] = 0,
    listen: Annotated[str, typer.Option(help="With --serve-post: this machine's address there.")] = "127.0.0.1",
) -> None:
    """Open the desk's window."""
    code = show_window(
        folder,
        full_screen=full_screen,
        language=language,
        reader=reader,
        api_port=api_port,
        serve_post=serve_post,
        listen=listen,
    )
    raise typer.Exit(code)


def show_window(
    folder: Path,
    *,
    full_screen: bool = False,
    language: str = "",
    reader: str = "",
    api_port: int | None = None,
    serve_post: int = 0,
    listen: str = "127.0.0.1",
    once_shown: Callable[[], None] = lambda: None,
) -> int:
    """The window and the courier, until the window is closed. Returns the process's exit code.

    `once_shown` is called in the window's thread as soon as somebody may sign in. Raises typer.BadParameter.
    """
    # What follows is loaded here, as what serves others below, because only who opens the window needs it.
    with ExitStack() as running:
        running.enter_context(collector_at_rest())
        from ui.desktop.app import run_desk
        from ui.locale import LANGUAGES

        if language and language not in LANGUAGES:
            raise typer.BadParameter(", ".join(LANGUAGES), param_hint="--language")
        desk = running.enter_context(Desk(folder))
        if serve_post:
            from sync.agent.post_server import serving
            from sync.agent.shelf import MEGABYTE

            desk.serve_post()
            most = desk.policy.post_relay_megabytes * MEGABYTE
            running.enter_context(serving(folder, listen, serve_post, came=desk.end_wait, most_relayed=most))
        # The courier exchanges in its own thread, locked or not; the window only asks it to hurry.
        courier = Courier(desk, planned=desk.plan_next_try)
        running.callback(courier.stop)
        if api_port:
            from sync.agent.loopback import serve_beside

            running.enter_context(serve_beside(desk, api_port))

        return run_desk(
            desk,
            exchange_every=None,
            full_screen=full_screen,
            language=language,
            settings_in=folder,
            reader=reader,
            once_shown=once_shown,
            # Not before: what the courier loads would keep the officer waiting for the sign-in screen. And not beside
            # what the first traveller needs: two threads that load half of Python between them trip over PySide's hook
            # on imports, once in many starts.
            once_ready=courier.start,
        )
