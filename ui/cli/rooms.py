"""Commands that are loaded when they are asked for.

All rooms of the command line together take a second to load on a slow PC, and whoever opens the desk's window needs
none of the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperGroup
from typer.main import get_group

from ui.resting import collector_at_rest


class Rooms(TyperGroup):
    """A group of commands that mostly are not loaded yet. Made by `rooms`."""

    where: ClassVar[Mapping[str, str]] = {}

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of all, those to be loaded first; for `--help` and for completion."""
        return [*self.where, *(name for name in self.commands if name not in self.where)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of this name, loaded where it was not yet; None where there is none."""
        if cmd_name in self.where:
            self._load(cmd_name)
        elif cmd_name not in self.commands:
            # Misspelt: what it may have meant is looked for among all that are loaded.
            for name in self.where:
                self._load(name)
        return super().get_command(ctx, cmd_name)

    def _load(self, name: str) -> None:
        if name in self.commands:
            return
        module, _, member = self.where[name].partition(":")
        with collector_at_rest():
            found = getattr(import_module(module), member)
        room = typer.Typer()
        if isinstance(found, typer.Typer):
            room.add_typer(found, name=name)
        else:
            room.command(name)(found)
        self.commands[name] = get_group(room).commands[name]


def rooms(where: Mapping[str, str]) -> type[Rooms]:
    """For `typer.Typer(cls=…)`: where each command is (`module:member`), a function or a Typer of several."""
    return type("_Rooms", (Rooms,), {"where": dict(where)})
