"""The six scenes, played on the real window with the real engine, and checked as they are played.

Used by `make demo` without a display and, word for word, by the end-to-end test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from borderdesk.hits import HitAct, HitState
from borderdesk.screening import Verdict, VerdictWord
from sync.agent import Desk
from sync.agent.state import DeskStatus, LinkWord
from ui.demo.samples import Samples
from ui.demo.stage import OFFICER, PASSWORD, SLTD, Stage
from ui.desktop.app import open_window
from ui.desktop.main_window import MainWindow
from ui.desktop.shots import settle, shoot, type_burst
from ui.desktop.work import Sample


class SceneFailed(AssertionError):
    """What the window shows is not what the scene promises."""


@dataclass
class Play:
    """The scenes' common ground: the stage, the window on it, and where pictures go."""

    stage: Stage
    samples: Samples
    pictures: Path
    report: Callable[[str], None]

    def __post_init__(self) -> None:
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.desk = Desk(self.stage.desk_folder)
        self.window = self._open_window()

    # --- the scenes -------------------------------------------------------------------------------------------------

    def all(self) -> None:
        """Every scene in its order."""
        self.sign_in()
        self.ordinary_traveller()
        self.stolen_passport()
        self.listed_person_spelt_otherwise()
        self.link_down_and_restart()
        self.bureau_comes_back()
        self.bureau_lists_the_hit()

    def sign_in(self) -> None:
        """The officer signs in; the first exchange has filled the replica."""
        self.window.presenter.sign_in(OFFICER, PASSWORD)
        settle(self.window)
        _must(self.window.presenter.state.signed_in, "the officer is signed in")
        self._exchange()
        self.report(f"desk: {OFFICER} signed in; {self._ages()}")

    def ordinary_traveller(self) -> None:
        """Scene 1: nothing is known, and the desk says as of when."""
        verdict = self._scan(self.samples.ordinary)
        _must(verdict.word is VerdictWord.NO_MATCH, f"scene 1: no match, not {verdict.word}")
        _must(verdict.as_of is not None, "scene 1: the verdict says as of when")
        as_of = verdict.as_of.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if verdict.as_of else ""
        self.report(f"scene 1: {verdict.word} as of {as_of}; {self._ages()}")
        self._picture("1-no-match")

    def stolen_passport(self) -> None:
        """Scene 2: a match; the officer takes it up."""
        verdict = self._scan(self.samples.stolen)
        _must(verdict.word is VerdictWord.MATCH, f"scene 2: match, not {verdict.word}")
        self.report(f"scene 2: {verdict.word}: {verdict.findings[0].sentence} {verdict.findings[0].todo}")
        self._picture("2-match")
        self._act(HitAct.TAKE_UP)
        _must(self._status().waiting == 1, "scene 2: one report waits")
        self.report("scene 2: taken up; hit, sealed report and journal entry were written together; 1 item waits")
        self._picture("2-taken-up")

    def listed_person_spelt_otherwise(self) -> None:
        """Scene 3: a candidate, explained."""
        verdict = self._scan(self.samples.other_spelling)
        _must(verdict.word is VerdictWord.LOOK_AGAIN, f"scene 3: look again, not {verdict.word}")
        _must(bool(verdict.candidates), "scene 3: a candidate is shown")
        best = verdict.candidates[0]
        self.report(f"scene 3: {verdict.word}: {best.score:.2f} {best.explanation.sentence}")
        self._picture("3-look-again")

    def link_down_and_restart(self) -> None:
        """Scene 4: the bureau is gone; scan, hit, restart; everything is still there."""
        self.stage.stop_bureau()
        self._exchange()
        link = self._status().link
        _must(link.word is LinkWord.DOWN, f"scene 4: the link is down, not {link.word}")
        verdict = self._scan(self.samples.to_be_withdrawn)
        _must(verdict.word is VerdictWord.MATCH, f"scene 4: match while the link is down, not {verdict.word}")
        self._act(HitAct.REFER)
        before = (self.window.presenter.state.hits, self.window.presenter.state.history)
        self.restart()
        after = self.window.presenter.state
        _must(after.hits == before[0], "scene 4: every hit is still there after the restart")
        _must(len(after.history) == len(before[1]), "scene 4: every screening is still there")
        status = self._status()
        _must(status.waiting == 2, f"scene 4: two reports wait, not {status.waiting}")
        _must(status.link.since == link.since, "scene 4: the desk still knows since when the link is down")
        since = status.link.since.astimezone(UTC).strftime("%H:%M:%S UTC")
        self.report(f"scene 4: restarted; {len(after.hits)} hits, {status.waiting} items wait; link down since {since}")
        self._picture("4-link-down-after-restart")

    def bureau_comes_back(self) -> None:
        """Scene 5: a new edition, receipts, and both changes seen."""
        before = self._scan(self.samples.to_be_added)
        _must(before.word is VerdictWord.NO_MATCH, f"scene 5: not yet listed, but {before.word}")
        added, withdrawn = self.samples.added, self.samples.withdrawn_document
        self.stage.bureau(
            "lists", "add-document", "--state", added.state, "--type", added.type, "--number", added.number,
            "--status", added.status.value,
        )  # fmt: skip
        self.stage.bureau(
            "lists", "withdraw-document", "--state", withdrawn.state, "--type", withdrawn.type, "--number",
            withdrawn.number, "--reason", "recovered by its owner",
        )  # fmt: skip
        self.stage.bureau("publish")
        self.report("bureau: published an edition: one stolen passport added, one withdrawn")
        self.stage.start_bureau()
        self._exchange()
        status = self._status()
        _must(status.waiting == 0, f"scene 5: nothing waits any more, not {status.waiting}")
        _must(status.link.word is not LinkWord.DOWN, "scene 5: the link is back")
        hits = self.window.presenter.state.hits
        _must(
            all(hit.state is HitState.REPORTED and not hit.pending for hit in hits), "scene 5: all hits are receipted"
        )
        _must(_edition(status) == 2, f"scene 5: the desk holds edition 2, not {_edition(status)}")
        self.report(f"scene 5: {len(hits)} hits have the bureau's signed receipt; {self._ages()}")
        listed = self._scan(self.samples.to_be_added)
        _must(listed.word is VerdictWord.MATCH, f"scene 5: now listed, but {listed.word}")
        self.report(f"scene 5: {listed.word}: {listed.findings[0].sentence}")
        self._picture("5-added")
        self._act(HitAct.TAKE_UP)
        withdrawn_now = self._scan(self.samples.to_be_withdrawn)
        _must(withdrawn_now.word is VerdictWord.NO_MATCH, f"scene 5: withdrawn, but {withdrawn_now.word}")
        _must("withdrawn on" in str(withdrawn_now.findings[0].sentence), "scene 5: the desk says it was withdrawn")
        self.report(f"scene 5: {withdrawn_now.word}: {withdrawn_now.findings[0].sentence}")
        self._picture("5-withdrawn")
        self._exchange()

    def bureau_lists_the_hit(self) -> None:
        """Scene 6: who, where, when, and the edition it was answered from."""
        listing = self.stage.bureau("hits")
        for line in listing.splitlines():
            self.report(f"scene 6: {line}")
        hits = self.stage.bureau_json("hits")
        _must(len(hits) == len(self.window.presenter.state.hits), f"scene 6: the bureau lists {len(hits)} hits")
        first = next(hit for hit in hits if hit["key"] == self.samples.stolen_document.key)
        for field in ("officer", "post", "desk", "taken_up_at", "received_at"):
            _must(bool(first[field]), f"scene 6: the bureau knows the {field}")
        _must(first["officer"] == OFFICER, "scene 6: the bureau names the officer")
        _must(first["edition"] == 1, "scene 6: the bureau names the edition it was answered from")

    # --- what the scenes do -----------------------------------------------------------------------------------------

    def restart(self) -> None:
        """Close the window and the desk, as a power cut's aftermath would, and start again."""
        self.close()
        self.desk = Desk(self.stage.desk_folder)
        self.window = self._open_window()
        self.window.presenter.sign_in(OFFICER, PASSWORD)
        settle(self.window)

    def close(self) -> None:
        """Leave no window and no desk behind."""
        self.window.end()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.desk.close()

    def __enter__(self) -> Play:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open_window(self) -> MainWindow:
        tray = tuple(Sample(title, text) for title, text in self.samples.tray)
        window = open_window(self.desk, samples=tray, zone=UTC)
        window.resize(1366, 768)
        window.show()
        window.activateWindow()
        QApplication.processEvents()
        settle(window)
        return window

    def _scan(self, text: str) -> Verdict:
        before = self.window.presenter.state.verdict
        type_burst(self.window, text)
        settle(self.window)
        state = self.window.presenter.state
        if state.error is not None:
            raise SceneFailed(str(state.error))
        if state.verdict is None or (before is not None and state.verdict.screening == before.screening):
            raise SceneFailed("the scan was not answered")
        return state.verdict

    def _act(self, act: HitAct) -> None:
        self.window.presenter.act(act)
        settle(self.window)
        _must(self.window.presenter.state.hit is not None, f"the act {act} was recorded")

    def _exchange(self) -> None:
        self.window.presenter.exchange()
        settle(self.window, within_ms=120_000)

    def _status(self) -> DeskStatus:
        return self.desk.status()

    def _ages(self) -> str:
        lists = self._status().lists
        return "; ".join(
            f"{each.title}: edition {each.edition}, {each.rows:,} records, {int(each.age.total_seconds())} s old"
            for each in lists
        )

    def _picture(self, name: str) -> None:
        path = shoot(self.window, self.pictures / f"{name}.png")
        self.report(f"         picture: {path}")


def _edition(status: DeskStatus) -> int:
    return next((each.edition for each in status.lists if each.name == SLTD), 0)


def _must(true: bool, promise: str) -> None:
    if not true:
        raise SceneFailed(promise)
