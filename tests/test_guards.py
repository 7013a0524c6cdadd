"""The guards of the test run itself, shown to catch what they are there for."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

BROKEN = """
import threading, warnings
from PySide6.QtCore import qWarning

stop = threading.Event()

def test_that_leaves_a_thread_behind():
    threading.Thread(target=stop.wait, args=(20,), name="left-behind", daemon=True).start()

def test_that_warns():
    warnings.warn("deprecated", DeprecationWarning)

def test_that_makes_qt_warn(qapp):
    qWarning("QObject: something is wrong")

def test_that_is_sound(qapp):
    stop.set()
"""


def test_a_left_thread_a_warning_and_a_qt_warning_each_fail_their_test(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path / "tests")
    (tmp_path / "tests" / "test_broken.py").write_text(BROKEN, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    assert "left-behind" in done.stdout
    for broken in ("leaves_a_thread_behind", "warns", "makes_qt_warn"):
        assert f"test_that_{broken}" in done.stdout.split("short test summary")[1]
    assert "test_that_is_sound" not in done.stdout.split("short test summary")[1]


def test_an_import_that_runs_up_the_house_is_refused(tmp_path: Path) -> None:
    for package in ("borderdesk", "sync", "ui"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "data"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    lint = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    sound = subprocess.run(lint, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert sound.returncode == 0, sound.stdout
    with (tmp_path / "borderdesk" / "words.py").open("a", encoding="utf-8") as words:
        words.write("\nimport sync.wire\n")
    broken = subprocess.run(lint, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert broken.returncode == 1
    assert "One way through the house BROKEN" in broken.stdout
