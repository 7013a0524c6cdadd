"""A line to a server that a test lets fall silent: calls are taken, and not a word comes back."""

from __future__ import annotations

import selectors
import socket
import threading
from typing import Self


class Line:
    """Owns one thread, which has ended when its block ends. `asked` is set by whatever comes while it is silent."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._told, self._tell = socket.socketpair()
        self._pairs: dict[socket.socket, socket.socket] = {}
        self._held: list[socket.socket] = []
        self._silent = False
        self.asked = threading.Event()
        self.url = f"https://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._run, name="line")

    def fall_silent(self) -> None:
        """From now on nothing comes through."""
        self._silent = True

    def speak(self) -> None:
        """New calls come through again."""
        self._silent = False

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._tell.close()
        self._thread.join()
        for each in (*self._pairs, *self._held, self._listening, self._told):
            each.close()

    def _run(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._listening, selectors.EVENT_READ)
            selector.register(self._told, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    sock = key.fileobj
                    assert isinstance(sock, socket.socket)
                    if sock is self._told:
                        return
                    if sock is self._listening:
                        self._call(selector)
                    elif sock in self._pairs:
                        self._carry(selector, sock)

    def _call(self, selector: selectors.BaseSelector) -> None:
        caller, _ = self._listening.accept()
        if self._silent:
            self._held.append(caller)
            self.asked.set()
            return
        server = socket.create_connection(("127.0.0.1", self._to))
        for one, other in ((caller, server), (server, caller)):
            self._pairs[one] = other
            selector.register(one, selectors.EVENT_READ)

    def _carry(self, selector: selectors.BaseSelector, sock: socket.socket) -> None:
        try:
            data = sock.recv(65536)
        except OSError:
            data = b""
        other = self._pairs[sock]
        if data and self._silent:
            self.asked.set()
        elif data:
            other.sendall(data)
        else:
            for each in (sock, other):
                selector.unregister(each)
                del self._pairs[each]
                each.close()
