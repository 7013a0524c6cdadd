"""A command loads what it needs, and the command line is the same as if all of it were loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer
from typer.main import get_group
from typer.testing import CliRunner

from ui.cli import benches
from ui.cli.desk import app
from ui.cli.rooms import Rooms

HEAVY = ("apscheduler", "babel", "pydantic", "requests", "rich", "segno", "starlette", "tuf", "urllib3", "uvicorn")
"""What only somebody who signed in, the courier or another command needs. Each takes a slow PC 20 to 200 ms."""


def _names(of: typer.Typer) -> list[str]:
    group = get_group(of)
    assert isinstance(group, Rooms)
    return group.list_commands(None)


COMMANDS = [(name,) for name in _names(app)] + [("bench", name) for name in _names(benches.app)]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_can_be_loaded_and_says_what_it_does(command: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, [*command, "--help"])
    assert done.exit_code == 0, done.output
    assert f"{' '.join(command)} [OPTIONS]" in done.output


def test_help_names_every_command_with_a_line_about_it() -> None:
    for group, start in ((app, []), (benches.app, ["bench"])):
        shown = CliRunner().invoke(app, [*start, "--help"], env={"COLUMNS": "200"}).output.splitlines()
        for name in _names(group):
            lines = [line.strip("│ ").split(maxsplit=1) for line in shown]
            assert any(len(line) == 2 and line[0] == name for line in lines), f"{name} is missing or says nothing"


def test_a_misspelt_command_is_answered_with_the_one_that_was_meant() -> None:
    for asked, meant in ((["scren"], "'screen'"), (["bench", "replca"], "'replica'")):
        done = CliRunner().invoke(app, asked)
        assert done.exit_code == 2
        assert "No such command" in done.output
        assert meant in done.output


def test_the_shell_completes_a_command_that_is_not_loaded_yet() -> None:
    asked = {"_BORDERDESK_COMPLETE": "complete_bash", "COMP_WORDS": "borderdesk cle", "COMP_CWORD": "1"}
    done = CliRunner().invoke(app, [], prog_name="borderdesk", env=asked)
    assert done.output.split() == ["clearances"]


def _loaded_by(statements: str) -> set[str]:
    program = f"import sys\n{statements}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return set(done.stdout.split())


def test_a_small_command_loads_neither_the_engine_nor_the_window() -> None:
    loaded = _loaded_by("from ui.cli.desk import app\napp(['version'], standalone_mode=False)")
    assert loaded.isdisjoint({"PySide6", "numpy", "sync"})


def test_the_window_opens_without_what_nobody_needs_before_signing_in() -> None:
    loaded = _loaded_by("import ui.cli.desk, ui.cli.window, ui.desktop.app")
    assert "PySide6" in loaded
    assert loaded.isdisjoint(HEAVY), loaded.intersection(HEAVY)
