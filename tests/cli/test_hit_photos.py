"""`borderdesk hits photo` and `borderdesk-bureau hits photo`, typed well and badly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from typer.testing import CliRunner

from borderdesk.errors import KnownError
from borderdesk.hits import Hit, NoPicture, PhotoTooLarge, UnknownHit
from borderdesk.watchlist.photos import media_type
from tests.end_to_end.test_answers import PASSWORD, at_work
from ui.cli.bureau import app as bureau_app
from ui.cli.desk import app as desk_app
from ui.cli.lines import UnreadableFile
from ui.pictures import fitted


def picture(path: Path, width: int = 1200, height: int = 800, kind: str = "PNG") -> Path:
    """A picture with enough in it not to be nothing after compression."""
    image = QImage(width, height, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    for x in range(0, width, 3):
        for y in range(0, height, 5):
            image.setPixelColor(x, y, QColor((x * 7) % 256, (y * 13) % 256, (x * y) % 256))
    image.setText("Description", "taken at 19.5 N 104.0 E")
    assert image.save(str(path), kind)
    return path


@pytest.fixture
def hit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hit]:
    """A hit that was taken up at a desk; nobody is signed in any more."""
    monkeypatch.setenv("BORDERDESK_DIR", str(tmp_path / "desk"))
    monkeypatch.setenv("BORDERDESK_BUREAU", str(tmp_path / "bureau"))
    monkeypatch.setenv("BORDERDESK_PASSWORD", PASSWORD)
    monkeypatch.setenv("BORDERDESK_ACCOUNT", "noy")
    with at_work(tmp_path) as (_, _, desk, hit):
        desk.sign_out()
        yield hit


def desk(*arguments: str) -> str:
    answer = CliRunner().invoke(desk_app, list(arguments), catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def bureau(*arguments: str) -> str:
    answer = CliRunner().invoke(bureau_app, list(arguments), catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def test_a_picture_is_attached_made_small_sent_and_written_out_at_the_bureau(hit: Hit, tmp_path: Path) -> None:
    file = picture(tmp_path / "page.png")
    attached = json.loads(desk("hits", "photo", hit.id, str(file), "--note", "data page", "--json"))
    assert attached["bytes"] <= 100_000 and attached["parts_waiting"] == attached["parts"] > 1
    assert f"the bureau has 0 of {attached['parts']} parts" in desk("hits")
    desk("sync", "now")
    desk("sync", "now", "--as", "noy")
    (listed,) = json.loads(desk("hits", "--json"))
    assert listed["photos"][0]["parts_waiting"] == 0
    assert "the bureau has it" in desk("hits")
    written = bureau("hits", "photo", hit.id, "--out", str(tmp_path / "out"))
    (out,) = (tmp_path / "out").iterdir()
    assert out.name in written and "data page" in written
    content = out.read_bytes()
    assert media_type(content) == "image/jpeg" and b"19.5 N" not in content
    assert QImage.fromData(content).width() >= 800


def test_before_anything_has_come_the_bureau_says_so(hit: Hit, tmp_path: Path) -> None:
    desk("sync", "now", "--as", "noy")
    assert bureau("hits", "photo", hit.id) == "No photo of this hit has come.\n"
    assert json.loads(bureau("hits", "photo", hit.id, "--json")) == []


@pytest.mark.parametrize(
    ("name", "id_", "refusal"),
    [
        ("nothing-there.jpg", None, UnreadableFile),
        ("text.txt", None, NoPicture),
        ("cut.png", None, NoPicture),
        ("page.png", "f" * 32, UnknownHit),
    ],
)
def test_mistakes_are_said_and_nothing_is_attached(
    hit: Hit, tmp_path: Path, name: str, id_: str | None, refusal: type[KnownError]
) -> None:
    (tmp_path / "text.txt").write_text("no picture")
    whole = picture(tmp_path / "page.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[:40])
    with pytest.raises(refusal):
        desk("hits", "photo", id_ or hit.id, str(tmp_path / name))
    (listed,) = json.loads(desk("hits", "--json"))
    assert listed["photos"] == []


def test_without_a_name_the_desk_asks_for_one(hit: Hit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BORDERDESK_ACCOUNT")
    answer = CliRunner().invoke(desk_app, ["hits"])
    assert answer.exit_code == 2 and "--as" in answer.output


def test_a_picture_becomes_smaller_as_far_as_it_must_and_is_refused_where_that_is_not_enough(tmp_path: Path) -> None:
    large = picture(tmp_path / "large.png", 2400, 1800).read_bytes()
    for most in (400_000, 60_000, 20_000):
        assert len(fitted(large, most)) <= most
    assert QImage.fromData(fitted(large, 10_000_000)).width() == 1600
    small = picture(tmp_path / "small.jpg", 90, 60, "JPEG").read_bytes()
    assert QImage.fromData(fitted(small, 20_000)).width() == 90
    with pytest.raises(PhotoTooLarge):
        fitted(large, 200)
