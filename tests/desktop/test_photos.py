"""A photo of the document or of what was found, attached to a hit in the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from tests.desktop.desk_simulator import LISTED, STOLEN, DeskSimulator
from tests.desktop.test_screening import press, scan
from ui.desktop import main_window
from ui.desktop.main_window import MainWindow
from ui.desktop.photo_work import where_pictures_are
from ui.desktop.shots import settle


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """What a telephone's camera leaves: twelve million pixels."""
    image = QImage(4000, 3000, QImage.Format.Format_RGB32)
    image.fill(QColor("#7a5c3e"))
    path = tmp_path / "IMG_0042.png"
    assert image.save(str(path))
    return path


def choose(monkeypatch: pytest.MonkeyPatch, path: Path | None) -> None:
    monkeypatch.setattr(main_window, "choose_file", lambda *_, **__: path)


def attach(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    settle(window)


def shown(window: MainWindow) -> str:
    return " | ".join(row.spoken for row in window.screening.detail.procedure.steps.rows.rows)


def test_a_photo_is_attached_by_one_key_and_shown_in_the_case(
    window: MainWindow, desk: DeskSimulator, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(window, STOLEN)
    procedure = window.screening.detail.procedure
    assert not procedure.photo.isEnabled(), "there is no hit yet"
    press(window, Qt.Key.Key_F2)
    window.hit.note.setText("the data page")
    choose(monkeypatch, picture)
    attach(window)
    (kept,) = desk.attached
    assert kept.photo.note == "the data page"
    assert len(kept.photo.content) <= desk.policy.hit_photo_kilobytes * 1000
    assert window.hit.note.text() == ""
    assert "the data page" in shown(window) and "0 of 6 parts" in shown(window)
    assert procedure.attached.isVisible() and not procedure.attached.pixmap().isNull()


def test_the_photos_of_one_traveller_are_not_beside_the_next(
    window: MainWindow, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F2)
    choose(monkeypatch, picture)
    attach(window)
    scan(window, LISTED)
    assert not window.screening.detail.procedure.attached.isVisible()
    assert "Photo" not in shown(window)


def test_a_full_disk_says_that_nothing_was_attached_and_another_try_works(
    window: MainWindow, desk: DeskSimulator, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F2)
    choose(monkeypatch, picture)
    desk.disk_full = True
    attach(window)
    assert "/var/lib/borderdesk is full" in window.screening.advice.accessibleName()
    assert desk.attached == []
    desk.disk_full = False
    attach(window)
    assert len(desk.attached) == 1


@pytest.mark.parametrize("content", [b"%PDF-1.7", None])
def test_what_is_no_picture_or_was_pulled_out_is_said(
    window: MainWindow, desk: DeskSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    scan(window, STOLEN)
    press(window, Qt.Key.Key_F2)
    path = tmp_path / "scan.jpg"
    if content is not None:
        path.write_bytes(content)
    choose(monkeypatch, path)
    attach(window)
    assert "Nothing was attached" in window.screening.advice.accessibleName()
    assert desk.attached == []
    assert window.screening.detail.procedure.photo.isEnabled()


def test_the_choice_begins_at_a_camera_that_is_plugged_in(tmp_path: Path) -> None:
    assert where_pictures_are(tmp_path / "media", tmp_path) == tmp_path
    camera = tmp_path / "media" / "officer" / "CANON" / "DCIM"
    camera.mkdir(parents=True)
    assert where_pictures_are(tmp_path / "media", tmp_path) == camera
