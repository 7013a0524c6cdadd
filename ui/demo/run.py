"""Sets the stage, then either hands the window to the visitor or plays the scenes."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from sync.agent import Desk
from ui.demo.enrol import enrol_demo_desk
from ui.demo.samples import make_samples
from ui.demo.scenes import Play
from ui.demo.stage import OFFICER, PASSWORD, SEED, Stage
from ui.desktop.app import application, run_desk
from ui.desktop.work import Sample


def perform(folder: Path, *, out: Path, documents: int, by_itself: bool, today: date) -> None:
    """Run the demonstration in `folder`; pictures go to `out`. Raises SceneFailed where a promise is not kept."""

    def report(line: str) -> None:
        print(line, flush=True)

    samples = make_samples(documents, SEED, today)
    with Stage(folder, report, documents) as stage:
        stage.prepare_bureau()
        stage.start_bureau()
        enrol_demo_desk(stage, report)
        if by_itself:
            application()
            with Play(stage, samples, out, report) as play:
                play.all()
            report(f"all six scenes were played; the pictures are in {out.resolve()}")
            return
        with Desk(stage.desk_folder) as desk:
            desk.sign_in(OFFICER, PASSWORD)
            desk.exchange()
            report(f"desk: signed in as {OFFICER} (password: {PASSWORD}); sample scans are in the tray")
            run_desk(
                desk,
                samples=[Sample(title, text) for title, text in samples.tray],
                exchange_every=timedelta(seconds=15),
            )
