"""The auditor's page: the journal as it is, and whether it is whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from borderdesk import journal
from borderdesk.clock import Moment
from borderdesk.ids import AccountId
from borderdesk.store import open_store
from tests.desktop.conftest import Opener
from tests.desktop.desk_simulator import START, DeskSimulator
from ui.desktop.main_window import MainWindow
from ui.desktop.page import Page
from ui.desktop.shots import settle

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture
def exported(tmp_path: Path) -> tuple[bytes, list[str]]:
    with open_store(tmp_path / "j.db", bytes(32), [journal.MIGRATIONS]) as store:
        at = Moment(START, START)
        with store.transaction() as db:
            for kind in ("sign-in", "screening", "hit"):
                journal.append(db, kind=kind, who=AccountId("noy"), at=at, why="border check", details={"word": kind})
            journal.close_segment(db, KEY, at=at)
        return KEY.public_key().public_bytes_raw(), list(journal.export(store.reader))


def shown(open_desk: Opener, exported: tuple[bytes, list[str]]) -> MainWindow:
    desk = DeskSimulator(signed_in=True, role="auditor")
    desk.journal = exported
    return open_desk(desk)


def test_an_auditor_begins_with_the_journal_newest_entry_first(
    open_desk: Opener, exported: tuple[bytes, list[str]]
) -> None:
    window = shown(open_desk, exported)
    assert window.presenter.state.page is Page.JOURNAL
    rows = window.others[Page.JOURNAL].list.rows.rows
    assert rows[0].title.startswith("The journal is whole. Entries: 3, signed segments: 1")
    assert [row.title.split(" · ")[1] for row in rows[1:]] == ["act on a hit", "screening", "sign-in"]
    assert [row.lines[0].text.split(" · ")[0] for row in rows[1:]] == ["hit", "screening", "sign-in"]


def test_an_auditor_comes_to_no_traveller(open_desk: Opener, exported: tuple[bytes, list[str]]) -> None:
    window = shown(open_desk, exported)
    for page in (Page.SCREENING, Page.CASES, Page.LISTS, Page.FORM, Page.NUMBERS):
        window.presenter.turn_to(page)
        settle(window)
        assert window.presenter.state.page is Page.JOURNAL


def test_an_entry_that_was_changed_is_said_at_once(open_desk: Opener, exported: tuple[bytes, list[str]]) -> None:
    key, lines = exported
    changed = json.loads(lines[2])
    changed["who"] = "somebody else"
    window = shown(open_desk, (key, [*lines[:2], json.dumps(changed), *lines[3:]]))
    rows = window.others[Page.JOURNAL].list.rows.rows
    assert rows[0].title == "The journal is NOT whole."
    assert rows[0].lines


def searched(window: MainWindow, words: str) -> list[str]:
    page = window.at.journal
    page.words.setText(words)
    QTest.keyClick(page.words, Qt.Key.Key_Return)
    settle(window)
    return [row.spoken for row in page.list.rows.rows]


def test_entries_are_found_by_person_act_and_day(open_desk: Opener, exported: tuple[bytes, list[str]]) -> None:
    window = shown(open_desk, exported)
    check, *entries = searched(window, "NOY screening 2026-11-22")
    assert "Entries with NOY screening 2026-11-22: 1" in check and "The journal is whole. Entries: 3" in check
    assert [entry.split(" · ")[1] for entry in entries] == ["screening"]
    assert len(searched(window, "nobody")) == 1
    assert len(searched(window, "")) == 4


def test_what_is_found_is_said_whole_where_not_all_of_it_is_listed(
    open_desk: Opener, exported: tuple[bytes, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.desktop.journal_reading.SHOWN", 2)
    window = shown(open_desk, exported)
    assert "an export has them all" in searched(window, "")[0]
    check, *entries = searched(window, "noy")
    assert "Entries with noy: 3" in check and len(entries) == 2


def test_the_journal_is_carried_out_and_a_full_disk_is_said(
    open_desk: Opener, exported: tuple[bytes, list[str]], tmp_path: Path
) -> None:
    window = shown(open_desk, exported)
    window.at.journal.exported.emit(tmp_path / "journal.jsonl")
    settle(window)
    report = journal.verify_export((tmp_path / "journal.jsonl").read_text().splitlines(), KEY.public_key())
    assert report.is_whole
    assert "were written to" in window.at.journal.told.text()
    window.presenter._engine.disk_full = True
    window.at.journal.exported.emit(tmp_path / "other.jsonl")
    settle(window)
    assert "could not be written" in window.message.lines[0].text()
