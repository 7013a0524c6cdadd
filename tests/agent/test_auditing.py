"""The journal carried out of a desk that is really enrolled."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from borderdesk.journal import verify_export
from borderdesk.people import NotAllowed
from sync.agent import Desk, NobodySignedIn
from sync.agent.auditing import NotExported
from tests.agent.test_roles_at_a_desk import PASSWORD, bureau, clock, desk
from tests.desktop.test_reports import room_for

__all__ = ["bureau", "clock", "desk"]


def test_an_auditor_carries_it_out_whole_and_the_export_is_in_it(desk: Desk, tmp_path: Path) -> None:
    desk.sign_in("noy", PASSWORD)
    assert desk.export_journal(tmp_path / "all.jsonl") > 3
    lines = (tmp_path / "all.jsonl").read_text().splitlines()
    assert verify_export(lines, None).is_whole
    assert json.loads(lines[-1])["kind"] == "journal export"
    desk.sign_in("auditor", PASSWORD)
    desk.export_journal(tmp_path / "copy.jsonl")
    assert (tmp_path / "copy.jsonl").stat().st_mode & 0o077 == 0


def test_nothing_is_written_over_and_nothing_half_written(desk: Desk, tmp_path: Path) -> None:
    desk.sign_out()
    with pytest.raises(NobodySignedIn):
        desk.export_journal(tmp_path / "j")
    desk.sign_in("auditor", PASSWORD)
    (tmp_path / "there").write_text("of before")
    with pytest.raises(NotExported):
        desk.export_journal(tmp_path / "there")
    assert (tmp_path / "there").read_text() == "of before"
    desk.export_journal(tmp_path / "whole")
    with room_for((tmp_path / "whole").stat().st_size - 1), pytest.raises(NotExported):
        desk.export_journal(tmp_path / "full")
    assert not (tmp_path / "full").exists()
    desk.sign_in("technician", PASSWORD)
    with pytest.raises(NotAllowed):
        desk.export_journal(tmp_path / "j")
