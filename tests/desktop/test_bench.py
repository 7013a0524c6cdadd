"""The bench of the window runs and says what it measured; how fast is not a test's business."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from ui.cli.desk import app


def test_the_bench_prints_the_figures_asked_for_as_json(qapp: object) -> None:
    done = CliRunner().invoke(
        app, ["bench", "desk", "--documents", "1000", "--persons", "5", "--scans", "40", "--json"]
    )
    assert done.exit_code == 0, done.output
    result = json.loads(done.output)
    assert result["scans"] == 40
    assert result["scan_to_painted_ms"]["p99"] > 0
    assert len(result["memory_mb"]) == 8
    assert set(result["threads"]) == {result["threads_start"]}
    assert result["threads_end"] == result["threads_start"]
